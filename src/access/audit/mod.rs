//! Who did what to which record, and who read personal data: appended to, never changed, each entry chained to the one
//! before by its hash. Entries that come at the same time are written together.

mod verify;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{PgPool, Row as _};
use tokio::sync::oneshot;

use super::{Actor, Caller, Identity};
use crate::clock::Clock;
use crate::store::run::passes;
pub use verify::{Broken, Chain};

/// How far a deed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is about to be done.
    Begun,
    /// It is done.
    Done,
    /// It was refused or failed.
    Failed,
    /// Personal data are about to be told.
    Read,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Begun => "BEGUN",
            Stage::Done => "DONE",
            Stage::Failed => "FAILED",
            Stage::Read => "READ",
        }
    }
}

/// What somebody does.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Who.
    pub caller: Arc<Caller>,
    /// Operation.
    pub action: String,
    /// Record it is about.
    pub record: Option<String>,
    /// Trace id of the request.
    pub trace_id: String,
}

/// How a deed ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Record it made, where none was named before.
    pub record: Option<String>,
    /// Code of the failure; none: it is done.
    pub code: Option<String>,
}

/// An entry before it has its place in the chain.
#[derive(Debug)]
struct Entry {
    deed: Deed,
    stage: Stage,
    code: Option<String>,
    at: DateTime<Utc>,
}

type Waiting = Vec<(Entry, oneshot::Sender<Result<(), Arc<sqlx::Error>>>)>;

/// The log.
#[derive(Debug)]
pub struct Audit {
    pool: PgPool,
    clock: Clock,
    waiting: Mutex<Waiting>,
    writing: tokio::sync::Mutex<()>,
}

impl Audit {
    /// The log of a database.
    pub fn new(pool: PgPool, clock: Clock) -> Arc<Self> {
        Arc::new(Self { pool, clock, waiting: Mutex::default(), writing: tokio::sync::Mutex::default() })
    }

    /// Writes one entry; it is there when this returns.
    pub async fn write(
        self: &Arc<Self>,
        deed: &Deed,
        stage: Stage,
        code: Option<&str>,
    ) -> anyhow::Result<()> {
        let at = self.clock.now().trunc_subsecs(6);
        let entry = Entry { deed: deed.clone(), stage, code: code.map(str::to_owned), at };
        let (tell, told) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push((entry, tell));
        // On its own, so that nobody's entry is lost with another's request.
        tokio::spawn(Arc::clone(self).flush());
        // Whoever asks whether the database is away looks for an error of its kind.
        let away = || anyhow::Error::from(sqlx::Error::PoolTimedOut);
        match told.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if passes(&error) => Err(away().context(error.to_string())),
            Ok(Err(error)) => Err(anyhow::anyhow!("the audit log cannot be written: {error}")),
            Err(_) => Err(anyhow::anyhow!("the audit log is not written any more")),
        }
    }

    /// Does something between two entries: nothing is done that the log does not know of.
    pub async fn around<T>(
        self: &Arc<Self>,
        deed: Deed,
        work: impl Future<Output = T>,
        ended: impl FnOnce(&T) -> Ended,
    ) -> anyhow::Result<T> {
        self.write(&deed, Stage::Begun, None).await?;
        let outcome = work.await;
        let Ended { record, code } = ended(&outcome);
        let deed = Deed { record: deed.record.or(record), ..deed };
        let stage = if code.is_none() { Stage::Done } else { Stage::Failed };
        // It is done by now; that it was begun stands in the log.
        if let Err(error) = self.write(&deed, stage, code.as_deref()).await {
            tracing::error!(%error, action = deed.action, "how a deed ended is not in the audit log");
        }
        Ok(outcome)
    }

    async fn flush(self: Arc<Self>) {
        let _one = self.writing.lock().await;
        let batch = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if batch.is_empty() {
            return;
        }
        let written = self.append(&batch).await.map_err(Arc::new);
        if let Err(error) = &written {
            tracing::error!(%error, "the audit log cannot be written");
        }
        for (_, tell) in batch {
            // Whoever does not wait any more needs no answer.
            let _ = tell.send(written.clone());
        }
    }

    async fn append(&self, batch: &Waiting) -> sqlx::Result<()> {
        let mut tx = self.pool.begin().await?;
        // One hub at a time: an entry holds the hash of the one before.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('audit', 0))").execute(&mut *tx).await?;
        let head: Option<(i64, Vec<u8>)> =
            sqlx::query_as("select seq, hash from audit_entry order by seq desc limit 1")
                .fetch_optional(&mut *tx)
                .await?;
        let (mut seq, mut previous) = head.unwrap_or((0, Vec::new()));
        for (entry, _) in batch {
            seq += 1;
            let row = entry.row(seq);
            let hash = hash(&previous, &row);
            sqlx::query(
                "insert into audit_entry (seq, at, stage, action, record, code, identity, actor, role, organisation,
                     address, purpose, trace_id, previous, hash)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            )
            .bind(row.seq)
            .bind(row.at)
            .bind(row.stage)
            .bind(row.action)
            .bind(row.record)
            .bind(row.code)
            .bind(row.identity)
            .bind(row.actor)
            .bind(row.role)
            .bind(row.organisation)
            .bind(row.address)
            .bind(row.purpose)
            .bind(row.trace_id)
            .bind(&previous)
            .bind(&hash)
            .execute(&mut *tx)
            .await?;
            previous = hash;
        }
        tx.commit().await
    }
}

impl Entry {
    fn row(&self, seq: i64) -> Row {
        let Deed { caller, action, record, trace_id } = &self.deed;
        let identity = match &caller.identity {
            Identity::Person { issuer, subject, .. } => format!("{issuer} {subject}"),
            Identity::Anonymous => "anonymous".to_owned(),
            _ => caller.logged().to_owned(),
        };
        let Actor(actor) = caller.actor();
        // PostgreSQL keeps no NUL.
        let clean = |text: &str| text.replace('\0', "\u{fffd}");
        Row {
            seq,
            at: self.at,
            stage: self.stage.name().to_owned(),
            action: clean(action),
            record: record.as_deref().map(clean),
            code: self.code.clone(),
            identity: clean(&identity),
            actor: clean(&actor),
            role: caller.role.name().to_owned(),
            organisation: caller.organisation.clone(),
            address: caller.address.map(|address| address.to_string()),
            purpose: caller.purpose.as_deref().map(clean),
            trace_id: trace_id.clone(),
        }
    }
}

/// An entry as it stands in the database.
#[derive(Debug)]
struct Row {
    seq: i64,
    at: DateTime<Utc>,
    stage: String,
    action: String,
    record: Option<String>,
    code: Option<String>,
    identity: String,
    actor: String,
    role: String,
    organisation: Option<String>,
    address: Option<String>,
    purpose: Option<String>,
    trace_id: String,
}

impl Row {
    fn read(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            stage: row.try_get("stage")?,
            action: row.try_get("action")?,
            record: row.try_get("record")?,
            code: row.try_get("code")?,
            identity: row.try_get("identity")?,
            actor: row.try_get("actor")?,
            role: row.try_get("role")?,
            organisation: row.try_get("organisation")?,
            address: row.try_get("address")?,
            purpose: row.try_get("purpose")?,
            trace_id: row.try_get("trace_id")?,
        })
    }
}

/// SHA-256 over the hash before and the entry as one JSON list, in the order of the columns.
fn hash(previous: &[u8], row: &Row) -> Vec<u8> {
    let text = json!([
        row.seq,
        row.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        row.stage,
        row.action,
        row.record,
        row.code,
        row.identity,
        row.actor,
        row.role,
        row.organisation,
        row.address,
        row.purpose,
        row.trace_id,
    ]);
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(text.to_string());
    hash.finalize().to_vec()
}
