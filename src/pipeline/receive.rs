//! A file is handed in: staged, and applied if so wished.

use chrono::{Datelike, NaiveDate};
use sqlx::PgPool;
use uuid::Uuid;

use super::{By, Failure, Pipeline, right};
use crate::error::Fault;
use crate::ingest::stage::{ImportError, Receipt, Report, stage};
use crate::ingest::{Input, Options};

/// No list is of an earlier day.
const FIRST_YEAR: i32 = 1975;

/// What shall become of a file once its rows are staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing before somebody has looked at the difference.
    Look,
    /// Apply it, unless it withdraws so much that a person must agree.
    Apply,
}

/// Where an import has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows are read and mapped.
    Reading,
    /// Entities are matched, merged and written.
    Applying,
    /// Done.
    Done,
}

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Stage.
    pub stage: Stage,
    /// Rows done in it.
    pub done: u64,
    /// Of how many; 0 when not known.
    pub total: u64,
}

/// What became of a file.
#[derive(Debug)]
pub struct Received {
    /// Rows by outcome, first issues.
    pub report: Report,
    /// What applying changed; none when it was not applied (see the import's state).
    pub outcome: Option<super::Outcome>,
}

impl Pipeline {
    /// Takes a file in. The same file again is the earlier import.
    pub async fn receive(
        &self,
        by: &By,
        input: Input,
        options: &Options,
        wish: Wish,
        progress: &(dyn Fn(Progress) + Sync + Send),
    ) -> Result<Received, Failure> {
        let report = self.read(by, input, options, wish == Wish::Apply, progress).await?;
        let mut outcome = None;
        if wish == Wish::Apply {
            progress(Progress { stage: Stage::Applying, done: 0, total: 0 });
            outcome = Some(self.apply(by, report.import_id, false).await?);
        }
        progress(Progress { stage: Stage::Done, done: 0, total: 0 });
        Ok(Received { report, outcome })
    }

    /// Takes a file in that the caller applies together with others.
    pub async fn stage(
        &self,
        by: &By,
        input: Input,
        options: &Options,
        progress: &(dyn Fn(Progress) + Sync + Send),
    ) -> Result<Report, Failure> {
        self.read(by, input, options, true, progress).await
    }

    /// Notes the media type a file was sent with; the first word on it stands.
    pub async fn note_media_type(&self, import: Uuid, media_type: Option<&str>) -> Result<(), Failure> {
        sqlx::query(
            "update import set media_type = $2 where id = $1 and media_type is null and $2 is not null",
        )
        .bind(import)
        .bind(media_type)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What is being done with an import, or waits to be; none: nothing. Asked often, so not of those connections that
    /// work.
    pub async fn under_way(&self, pool: &PgPool, import: Uuid) -> Result<Option<Stage>, Failure> {
        let found: Option<(String, bool)> = sqlx::query_as("select state, wanted from import where id = $1")
            .bind(import)
            .fetch_optional(pool)
            .await?;
        Ok(match found.as_ref().map(|(state, wanted)| (state.as_str(), *wanted)) {
            Some(("RECEIVED", _)) => Some(Stage::Reading),
            Some(("STAGED", true)) => Some(Stage::Applying),
            _ => None,
        })
    }

    async fn read(
        &self,
        by: &By,
        input: Input,
        options: &Options,
        wanted: bool,
        progress: &(dyn Fn(Progress) + Sync + Send),
    ) -> Result<Report, Failure> {
        if options.as_of.is_some_and(|day| day.year() < FIRST_YEAR) {
            return Err(before_all().into());
        }
        let reading = |done, total| progress(Progress { stage: Stage::Reading, done, total });
        let permit = |office: &str, province: &str| right::import(&by.caller, office, province);
        let receipt = Receipt { at: self.clock.now(), by: by.actor.0.clone(), wanted, permit: &permit };
        let (pool, catalog) = (&self.pool, &self.catalog);
        let staged =
            stage(pool, catalog, &self.registers, &self.places, input, options, &receipt, &reading).await;
        staged.map_err(|error| match error {
            ImportError::Fault(fault) => Failure::Fault(fault),
            ImportError::Internal(error) => Failure::Internal(error),
        })
    }

    /// Reads files whose bytes were kept and whose rows were not: the hub died in between. One that cannot be
    /// read any more stays as it is.
    pub(super) async fn read_unread(&self, by: &By) -> Result<(), Failure> {
        type Unread = (Uuid, String, Vec<u8>, String, String, NaiveDate, bool);
        let unread: Vec<Uuid> =
            sqlx::query_scalar("select id from import where state = 'RECEIVED' order by received_at, id")
                .fetch_all(&self.pool)
                .await?;
        for import in unread {
            let (id, name, bytes, register, scope, as_of, wanted): Unread = sqlx::query_as(
                "select id, file_name, bytes, register, scope, as_of, wanted from import where id = $1",
            )
            .bind(import)
            .fetch_one(&self.pool)
            .await?;
            let province = scope.rsplit('/').next().map(str::to_owned);
            let options = Options { register: Some(register), province, as_of: Some(as_of) };
            let read = self.read(by, Input { name, bytes }, &options, wanted, &|_| {}).await;
            if let Err(error) = read {
                tracing::warn!(import = %id, error = %error, "a file received before cannot be read");
            }
        }
        Ok(())
    }
}

fn before_all() -> Fault {
    Fault::new(
        "AS_OF_IMPLAUSIBLE",
        format!("the file cannot speak of so early a day; expected one of {FIRST_YEAR} or later"),
        format!("thời điểm số liệu quá sớm; cần một ngày từ năm {FIRST_YEAR}"),
    )
}
