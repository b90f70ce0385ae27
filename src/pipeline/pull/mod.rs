//! Registers fetched over HTTP, by hand or by schedule; what comes is an ordinary import. One hub at a time
//! pulls a source. Nothing here knows what a register holds.

mod fetch;
mod page;
mod source;
mod state;

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use fetch::{Fetched, OWN, Refused};
use sha2::{Digest, Sha256};
pub use source::{Source, read};
pub use state::{State, read as state};

use super::{By, Failure, Outcome, Pipeline, Received, Wish};
use crate::access::{Deed, Ended};
use crate::error::Fault;
use crate::ingest::register::Register;
use crate::ingest::stage::Report;
use crate::ingest::{Input, Options};
use crate::store::id::{self, hexadecimal};
use crate::store::run::{is_unavailable, unavailable};

/// What came of pulling a source.
#[derive(Debug)]
pub enum Pulled {
    /// It became an import.
    Imported(Box<Report>, Option<Outcome>),
    /// Nothing has changed since.
    Unchanged,
    /// Another hub is at it, or it is not due.
    NotNow,
    /// It failed, and is tried again later.
    Refused(Fault),
}

/// The sources of a file.
pub fn load(path: &Path, pipeline: &Pipeline) -> Result<Vec<Source>, Fault> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Fault::new(
            "SOURCES_FILE_UNREADABLE",
            format!("cannot read {shown}: {error}"),
            format!("không đọc được {shown}: {error}"),
        )
    })?;
    read(&shown, &text, &pipeline.registers)
}

impl Pipeline {
    /// Pulls a source: now, or only when it is `due`.
    pub async fn pull(&self, source: &Source, due: bool) -> Result<Pulled, Failure> {
        let mut tx = self.pool.begin().await?;
        if !state::lock(&mut tx, &source.name).await? {
            return Ok(Pulled::NotNow);
        }
        let mut state = state::read(&self.pool, &source.name).await?;
        let now = self.clock.now();
        if due && due_at(source, &state).is_some_and(|next| next > now) {
            // Let go at once: who asks next must not find it held.
            tx.rollback().await?;
            return Ok(Pulled::NotNow);
        }
        let outcome = match self.attempt(source, &mut state).await {
            Ok(outcome) => outcome,
            Err(Failure::Fault(fault)) => Err(fault.into()),
            Err(Failure::Internal(error)) => {
                tracing::error!(source = source.name, error = format!("{error:#}"), "a pull failed");
                Err(if is_unavailable(&error) { unavailable() } else { internal() }.into())
            }
        };
        let now = self.clock.now();
        state.pulled_at = Some(now);
        let pulled = match outcome {
            Ok(pulled) => {
                state.failures = 0;
                state.next_at = source.next_after(now);
                pulled
            }
            Err(Refused { fault, wait }) => {
                state.failures = state.failures.saturating_add(1);
                let failures = u32::try_from(state.failures).unwrap_or(1);
                state.next_at = Some(source.again_after(now, failures, wait));
                Pulled::Refused(fault)
            }
        };
        state.outcome = Some(word(&pulled));
        state::write(&mut tx, &source.name, &state).await?;
        tx.commit().await?;
        Ok(pulled)
    }

    async fn attempt(&self, source: &Source, state: &mut State) -> Result<Result<Pulled, Refused>, Failure> {
        match fetch::fetch(source, state).await? {
            Ok(Fetched::Unchanged) => Ok(Ok(Pulled::Unchanged)),
            Ok(fetched) => self.take_in(source, fetched, state).await,
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// What tells one answer from another, as the register files of today read it.
    fn fingerprint(&self, source: &Source, bytes: &[u8]) -> String {
        let named = |register: &&Register| source.register.as_ref().is_none_or(|c| *c == register.model.code);
        let mut hash = Sha256::new();
        for register in self.registers.all().iter().filter(named) {
            hash.update(&register.version);
        }
        hash.update(bytes);
        format!("{OWN}{}", hexadecimal(&hash.finalize()))
    }

    async fn take_in(
        &self,
        source: &Source,
        fetched: Fetched,
        state: &mut State,
    ) -> Result<Result<Pulled, Refused>, Failure> {
        let Fetched::File { bytes, etag, last_modified, newest, media_type } = fetched else {
            return Ok(Ok(Pulled::Unchanged));
        };
        // Pages have no fingerprint of their own, nor have many servers.
        let own = self.fingerprint(source, &bytes);
        if state.etag.as_ref() == Some(&own) {
            return Ok(Ok(Pulled::Unchanged));
        }
        let etag = etag.or_else(|| last_modified.is_none().then_some(own));
        let by = By::named(&format!("pull {}", source.name), "");
        // What a source says is what holds on the day it says it.
        let options = Options {
            register: source.register.clone(),
            province: source.province.clone(),
            as_of: Some(self.clock.today()),
        };
        let wish = if source.apply { Wish::Apply } else { Wish::Look };
        let input = Input { name: source.file(), bytes };
        let deed = Deed {
            caller: Arc::clone(&by.caller),
            action: format!("pull {}", source.name),
            record: None,
            trace_id: String::new(),
        };
        let taken = self.receive(&by, input, &options, wish, &|_| {});
        match self.audit.around(deed, taken, ended).await? {
            Ok(received) => {
                // Only what is taken in need not come again.
                (state.etag, state.last_modified) = (etag, last_modified);
                state.watermark = newest.or(state.watermark.take());
                state.import_id = Some(received.report.import_id);
                self.note_media_type(received.report.import_id, media_type.as_deref()).await?;
                let changes = |outcome: &Outcome| {
                    outcome.held.is_some()
                        || outcome.entities.values().any(|c| c.inserted + c.updated + c.deleted > 0)
                };
                // Another fingerprint, and yet what was taken in before.
                if received.report.already && !received.outcome.as_ref().is_some_and(changes) {
                    return Ok(Ok(Pulled::Unchanged));
                }
                Ok(Ok(Pulled::Imported(Box::new(received.report), received.outcome)))
            }
            Err(Failure::Fault(fault)) => Ok(Err(fault.into())),
            Err(internal) => Err(internal),
        }
    }
}

/// For the audit log.
fn ended(outcome: &Result<Received, Failure>) -> Ended {
    match outcome {
        Ok(received) => Ended { record: Some(id::encode("import", received.report.import_id)), code: None },
        Err(failure) => Ended { record: None, code: Some(failure.code().to_owned()) },
    }
}

/// When a source is due; none: now. By the schedule of today, which may be another than when it was last pulled.
fn due_at(source: &Source, state: &State) -> Option<DateTime<Utc>> {
    let pulled = state.pulled_at?;
    match state.failures {
        0 => source.next_after(pulled),
        _ => state.next_at,
    }
}

fn internal() -> Fault {
    Fault::new(
        "INTERNAL_SERVER_ERROR",
        "something went wrong on our side; the log says what",
        "lỗi nội bộ; xem nhật ký",
    )
}

fn word(pulled: &Pulled) -> String {
    match pulled {
        Pulled::Imported(..) => "IMPORTED".to_owned(),
        Pulled::Unchanged => "UNCHANGED".to_owned(),
        Pulled::NotNow => "NOT_NOW".to_owned(),
        Pulled::Refused(fault) => fault.code.to_owned(),
    }
}
