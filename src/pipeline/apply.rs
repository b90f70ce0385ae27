//! Imports begin to count, and cease to.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{By, Failure, Outcome, Pipeline, clean, unknown};
use crate::error::Fault;
use crate::merge::{self, Applied, Cause, Change, Withdrawn};
use crate::store::id;

impl Pipeline {
    /// Applies a staged, held or reverted import. `confirm`: a person agrees to what it withdraws. One that
    /// is applied already stays as it is.
    pub async fn apply(&self, by: &By, import: Uuid, confirm: bool) -> Result<Outcome, Failure> {
        self.apply_all(by, &[import], confirm)
            .await
            .map(|mut all| all.held.remove(&import).unwrap_or(all.outcome))
    }

    /// Applies several imports at once; those that withdraw too much wait for a person, the others go on.
    pub async fn apply_all(&self, by: &By, imports: &[Uuid], confirm: bool) -> Result<AppliedAll, Failure> {
        for import in imports {
            self.may_touch(&by.caller, *import).await?;
        }
        let mut take: Vec<Uuid> = imports.to_vec();
        let mut out = AppliedAll::default();
        loop {
            let mut tx = self.pool.begin().await?;
            merge::lock(&mut tx).await?;
            let waiting = waiting(&mut tx, &take).await?;
            let change = Change { take: waiting.ids, ..Change::new(self.cause("IMPORT", by, &take)) };
            if change.take.is_empty() {
                return Ok(out);
            }
            let applied = merge::apply_in(&mut tx, &self.catalog, &change).await?;
            let agreed = |id: &Uuid| confirm || waiting.confirmed.contains(id);
            let much: BTreeMap<Uuid, &Withdrawn> = applied
                .withdrawn
                .iter()
                .filter(|(id, withdrawn)| !agreed(id) && withdrawn.values().any(|gone| gone.is_much()))
                .map(|(id, withdrawn)| (*id, withdrawn))
                .collect();
            if much.is_empty() {
                note_withdrawn(&mut tx, &applied, confirm).await?;
                tx.commit().await?;
                self.follow_demands().await;
                out.outcome = Outcome::of(applied.clone());
                out.applied = Some(applied);
                return Ok(out);
            }
            tx.rollback().await?;
            for (id, withdrawn) in &much {
                self.hold(*id, withdrawn).await?;
                out.held.insert(*id, Outcome::held(withdrawn));
            }
            take.retain(|id| !much.contains_key(id));
        }
    }

    /// Reads what a crash left unread, and applies what it left between staging and applying.
    pub async fn catch_up(&self, by: &By) -> Result<Option<AppliedAll>, Failure> {
        self.read_unread(by).await?;
        let waiting: Vec<Uuid> = sqlx::query_scalar(
            "select id from import where state = 'STAGED' and wanted order by received_at, id",
        )
        .fetch_all(&self.pool)
        .await?;
        if waiting.is_empty() { Ok(None) } else { self.apply_all(by, &waiting, false).await.map(Some) }
    }

    /// Makes an import as if it had never come; its rows stay in the store.
    pub async fn revert(&self, by: &By, import: Uuid) -> Result<Outcome, Failure> {
        clean(&by.reason)?;
        self.may_touch(&by.caller, import).await?;
        let mut tx = self.pool.begin().await?;
        merge::lock(&mut tx).await?;
        let state = state(&mut tx, import).await?;
        if state == "REVERTED" {
            return Ok(Outcome::default());
        }
        let change = Change { revert: vec![import], ..Change::new(self.cause("REVERT", by, &[import])) };
        let applied = merge::apply_in(&mut tx, &self.catalog, &change).await?;
        sqlx::query("update import set revert_reason = $2, wanted = false, confirmed = false where id = $1")
            .bind(import)
            .bind(&by.reason)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        self.follow_demands().await;
        Ok(Outcome::of(applied))
    }

    /// Why entities change.
    pub(super) fn cause(&self, kind: &'static str, by: &By, imports: &[Uuid]) -> Cause {
        let import = imports.first().copied().filter(|_| imports.len() == 1);
        Cause { kind, id: import, import, by: by.actor.0.clone(), at: self.clock.now() }
    }

    async fn hold(&self, import: Uuid, withdrawn: &Withdrawn) -> sqlx::Result<()> {
        sqlx::query("update import set state = 'HELD', withdrawn = $2 where id = $1 and state <> 'APPLIED'")
            .bind(import)
            .bind(Json(as_json(withdrawn)))
            .execute(&self.pool)
            .await
            .map(drop)
    }
}

/// What came of applying several imports.
#[derive(Debug, Default)]
pub struct AppliedAll {
    /// What the ones that went on changed.
    pub outcome: Outcome,
    /// In full; none when nothing was waiting.
    pub applied: Option<Applied>,
    /// Those that wait for a person.
    pub held: BTreeMap<Uuid, Outcome>,
}

struct Waiting {
    ids: Vec<Uuid>,
    confirmed: Vec<Uuid>,
}

/// Of these imports, those that are read and do not count yet.
async fn waiting(db: &mut Transaction<'_, Postgres>, imports: &[Uuid]) -> Result<Waiting, Failure> {
    let mut out = Waiting { ids: vec![], confirmed: vec![] };
    for import in imports {
        let found: Option<(String, bool)> =
            sqlx::query_as("select state, confirmed from import where id = $1 for update")
                .bind(import)
                .fetch_optional(&mut **db)
                .await?;
        match found {
            None => return Err(unknown("import", "lần nhập", *import).into()),
            Some((state, _)) if state == "RECEIVED" => return Err(not_read(*import).into()),
            Some((state, _)) if state == "APPLIED" => {}
            Some((_, confirmed)) => {
                out.ids.push(*import);
                out.confirmed.extend(confirmed.then_some(*import));
            }
        }
    }
    Ok(out)
}

pub(super) async fn state(db: &mut PgConnection, import: Uuid) -> Result<String, Failure> {
    let state: Option<String> = sqlx::query_scalar("select state from import where id = $1 for update")
        .bind(import)
        .fetch_optional(db)
        .await?;
    match state {
        None => Err(unknown("import", "lần nhập", import).into()),
        Some(state) if state == "RECEIVED" => Err(not_read(import).into()),
        Some(state) => Ok(state),
    }
}

async fn note_withdrawn(db: &mut PgConnection, applied: &Applied, confirm: bool) -> sqlx::Result<()> {
    for (import, withdrawn) in &applied.withdrawn {
        sqlx::query("update import set withdrawn = $2, confirmed = confirmed or $3 where id = $1")
            .bind(import)
            .bind(Json(as_json(withdrawn)))
            .bind(confirm)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

fn as_json(withdrawn: &Withdrawn) -> Value {
    let of =
        withdrawn.iter().map(|(entity, gone)| (entity.clone(), json!({ "gone": gone.gone, "of": gone.of })));
    Value::Object(of.collect())
}

fn not_read(import: Uuid) -> Fault {
    let import = id::encode("import", import);
    Fault::new(
        "IMPORT_NOT_READ",
        format!("import {import} was received but its rows are not read yet; hand the file in again"),
        format!("lần nhập {import} đã nhận tệp nhưng chưa đọc dòng; hãy gửi lại tệp"),
    )
}
