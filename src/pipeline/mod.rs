//! What people and programs do with registers: hand them in, look at what would change, apply, revert, mend a
//! row, judge a pair, pin a value. The command line, HTTP and the graph are three doors to these functions;
//! none of them does anything of its own.

mod answer;
mod apply;
mod computed;
mod decide;
mod demand;
mod fix;
pub mod marked;
mod pin;
mod preview;
pub mod pull;
mod receive;
mod right;
mod sense;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

pub use answer::{Difference, EntityChange, Fixed, Outcome, PinWish, RowFix, Verdict};
pub use apply::AppliedAll;
pub use demand::{DemandMistake, DemandWish};
pub use preview::shown;
pub use receive::{Progress, Received, Stage, Wish};

use crate::access::{Actor, Audit, Caller};
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::Fault;
use crate::ingest::place::Places;
use crate::ingest::register::Registers;
use crate::merge;
use crate::store::id;

/// Everything an operation needs, held once by the hub.
#[derive(Debug)]
pub struct Pipeline {
    /// Connections without a deadline.
    pub pool: PgPool,
    /// Entity types.
    pub catalog: Arc<Catalog>,
    /// Register files: those of the binary and the operator's.
    pub registers: Arc<Registers>,
    /// Administrative units, for resolving places.
    pub places: Arc<Places>,
    /// The time.
    pub clock: Clock,
    /// Who did what.
    pub audit: Arc<Audit>,
}

/// Why an operation did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller is at fault.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The hub is.
    #[error("{0:#}")]
    Internal(anyhow::Error),
}

impl Failure {
    /// Its code, for logs.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Fault(fault) => fault.code,
            Failure::Internal(_) => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// What every operation is given besides its own arguments.
#[derive(Debug, Clone)]
pub struct By {
    /// Who acts, as journals name them.
    pub actor: Actor,
    /// What they may do.
    pub caller: Arc<Caller>,
    /// Why, in their words; required where a decision overrides data.
    pub reason: String,
    /// When the idempotency key of the operation came first; none: it has none.
    pub once: Option<DateTime<Utc>>,
}

/// Runs work to its end on a thread of its own, whether or not whoever began it stays: an operation half done
/// is worth nothing to anybody.
pub fn detached<T: Send + 'static>(
    work: impl AsyncFnOnce() -> T + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(work()))
}

/// Nothing of that kind has this id.
fn unknown(what_en: &str, what_vi: &str, id: Uuid) -> Fault {
    // Callers know things by their TypeIDs.
    let id = match what_en {
        "fix" => id::encode("row_fix", id),
        prefix => id::encode(prefix, id),
    };
    Fault::new("NOT_FOUND", format!("there is no {what_en} {id}"), format!("không có {what_vi} {id}"))
}

/// A decision that overrides data says why.
fn reason_needed(by: &By) -> Result<(), Fault> {
    if by.reason.trim().is_empty() {
        return Err(Fault::new("REASON_MISSING", "say why, in `reason`", "hãy ghi lý do ở `reason`"));
    }
    clean(&by.reason)
}

/// Text as PostgreSQL can keep it.
fn clean(text: &str) -> Result<(), Fault> {
    if text.contains('\0') {
        let (en, vi) =
            ("a text holds the character U+0000; leave it out", "văn bản có ký tự U+0000; hãy bỏ đi");
        return Err(Fault::new("TEXT_INVALID", en, vi));
    }
    Ok(())
}

impl By {
    /// Somebody at the hub's own command line.
    pub fn operator() -> Self {
        Self::of(&Arc::new(Caller::operator()), "")
    }

    /// A caller, for a reason in their words.
    pub fn of(caller: &Arc<Caller>, reason: &str) -> Self {
        Self { actor: caller.actor(), caller: Arc::clone(caller), reason: reason.to_owned(), once: None }
    }

    /// The hub's own machinery or somebody at its command line, under a name.
    pub fn named(name: &str, reason: &str) -> Self {
        let caller = Caller { acting_as: Some(name.to_owned()), ..Caller::operator() };
        Self::of(&Arc::new(caller), reason)
    }

    /// The moment that ids are made of: what is done a second time under a key is found to be there.
    fn moment(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.once.unwrap_or(now)
    }
}

impl Pipeline {
    /// Computes all entities anew.
    pub async fn rebuild(&self, by: &By) -> anyhow::Result<merge::Rebuilt> {
        let rebuilt = merge::rebuild(&self.pool, &self.catalog, self.cause("REBUILD", by, &[])).await?;
        self.follow_demands().await;
        Ok(rebuilt)
    }
}
