//! Who did what to which record, and who read personal data: appended to, never changed, each entry chained to the one
//! before by its hash. Entries that come at the same time are written together, over connections of the log's own:
//! imports that hold the others keep nobody waiting.

mod verify;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgPoolOptions;
use sqlx::query_builder::Separated;
use sqlx::{PgPool, Postgres, QueryBuilder, Row as _};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Actor, Caller, Identity};
use crate::clock::Clock;
use crate::store::id::hexadecimal;
use crate::store::run::{QUERY_CANCELED, passes};
pub use verify::{Broken, Chain};

/// Entries that wait at most; beyond it the log is as good as away.
const WAITING: usize = 1_000;
/// Entries written together at most.
const TOGETHER: usize = 200;
/// Longest that writing some together may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// A little before that the database gives up by itself, whatever it waits for: the connection is there again.
const DEADLINES: [(&str, &str); 2] =
    [("statement_timeout", "4500"), ("idle_in_transaction_session_timeout", "5000")];
/// One writes at a time; another looks through the log.
const CONNECTIONS: u32 = 2;

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
    /// The log of the database that `pool` leads to.
    pub fn new(pool: &PgPool, clock: Clock) -> Arc<Self> {
        let options =
            pool.connect_options().as_ref().clone().application_name("lienthong-audit").options(DEADLINES);
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options);
        Arc::new(Self { pool, clock, waiting: Mutex::default(), writing: tokio::sync::Mutex::default() })
    }

    /// Closes its connections.
    pub async fn close(&self) {
        self.pool.close().await;
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
        let (tell, mut told) = oneshot::channel();
        // Whoever asks whether the database is away looks for an error of its kind.
        let away = || anyhow::Error::from(sqlx::Error::PoolTimedOut);
        if !self.queue(entry, tell) {
            return Err(away().context("the audit log has too much to write"));
        }
        // On its own, so that nobody's entry is lost with another's request; not at all where the hub stops.
        let flushed = tokio::spawn(Arc::clone(self).flush());
        let told = tokio::select! {
            told = &mut told => told.ok(),
            flushed = flushed => if flushed.is_ok() { told.await.ok() } else { None },
        };
        match told {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) if passes(&error) || is_late(&error) => Err(away().context(error.to_string())),
            Some(Err(error)) => Err(anyhow::anyhow!("the audit log cannot be written: {error}")),
            None => Err(anyhow::anyhow!("the audit log is not written any more")),
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

    /// Whether there is room for one more.
    fn queue(&self, entry: Entry, tell: oneshot::Sender<Result<(), Arc<sqlx::Error>>>) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let room = waiting.len() < WAITING;
        if room {
            waiting.push((entry, tell));
        }
        room
    }

    fn batch(&self) -> Waiting {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let together = waiting.len().min(TOGETHER);
        waiting.drain(..together).collect()
    }

    /// Writes all that wait.
    async fn flush(self: Arc<Self>) {
        let _one = self.writing.lock().await;
        loop {
            let batch = self.batch();
            if batch.is_empty() {
                return;
            }
            let written = timeout(PATIENCE, self.append(&batch)).await;
            let written = written.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map_err(Arc::new);
            if let Err(error) = &written {
                tracing::error!(%error, "the audit log cannot be written");
            }
            for (_, tell) in batch {
                // Whoever does not wait any more needs no answer.
                let _ = tell.send(written.clone());
            }
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
        let rows = batch.iter().map(|(entry, _)| {
            seq += 1;
            let row = entry.row(seq);
            let hash = hash(&previous, &row);
            (row, std::mem::replace(&mut previous, hash.clone()), hash)
        });
        let rows: Vec<(Row, Vec<u8>, Vec<u8>)> = rows.collect();
        // One statement for all: the database may be far away.
        let mut insert = QueryBuilder::new(
            "insert into audit_entry (seq, at, stage, action, record, code, identity, actor, role, organisation,
                 address, purpose, trace_id, previous, hash) ",
        );
        insert.push_values(rows, |values, (row, previous, hash)| row.write(values, previous, hash));
        insert.build().persistent(false).execute(&mut *tx).await?;
        tx.commit().await?;
        // Out of reach of whoever owns the database: what the log must still hold, for `audit verify --head`.
        tracing::info!(target: "lienthong::audit", entries = seq, head = hexadecimal(&previous), "written");
        Ok(())
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
    fn write(self, mut values: Separated<'_, Postgres, &'static str>, previous: Vec<u8>, hash: Vec<u8>) {
        values
            .push_bind(self.seq)
            .push_bind(self.at)
            .push_bind(self.stage)
            .push_bind(self.action)
            .push_bind(self.record)
            .push_bind(self.code)
            .push_bind(self.identity)
            .push_bind(self.actor)
            .push_bind(self.role)
            .push_bind(self.organisation)
            .push_bind(self.address)
            .push_bind(self.purpose)
            .push_bind(self.trace_id)
            .push_bind(previous)
            .push_bind(hash);
    }

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

/// Whether the database gave up waiting.
fn is_late(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).as_deref() == Some(QUERY_CANCELED)
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
