//! Operations bound by hand: the client's input → a call of the pipeline → a result by names of the schema.
//! What an operation does stands in the pipeline; nothing here decides anything.

mod demand;
mod input;
mod key;
mod perform;
mod result;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::answer::Coded;
use super::audited::audited;
use super::place::Places;
use crate::access::{Audit, Caller, Keys, Subject};
use crate::error::{Fault, Language};
use crate::pipeline::{Failure, Pipeline, detached};
use crate::store::once::{Earlier, claim};
use input::Said;
pub use result::outcome as outcome_json;

/// Operations that run at once. They share few connections, and the threads they hold must not be all there are.
const AT_ONCE: usize = 16;
/// Longest idempotency key.
const LONGEST_KEY: usize = 200;

/// What operations need, held by the engine.
pub(super) struct Acts {
    /// The operations.
    pub pipeline: Arc<Pipeline>,
    /// Resolves places that inputs name.
    places: Arc<Places>,
    /// Keys by which callers are known.
    keys: Arc<Keys>,
    /// Who did what.
    audit: Arc<Audit>,
    /// Operations under a key hold a connection while they run.
    keyed: Arc<Semaphore>,
    /// Each holds a thread while it runs.
    at_once: Arc<Semaphore>,
}

/// Who acts in one request.
#[derive(Clone)]
pub(super) struct Acting {
    pub caller: Arc<Caller>,
    pub language: Language,
    /// When the operation's idempotency key came first; none: it has none.
    pub once: Option<DateTime<Utc>>,
    pub trace_id: String,
}

impl Acts {
    pub fn new(pipeline: Arc<Pipeline>, places: Arc<Places>, keys: Arc<Keys>, audit: Arc<Audit>) -> Self {
        let (keyed, at_once) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(AT_ONCE)));
        Self { pipeline, places, keys, audit, keyed, at_once }
    }

    /// Runs an operation to its end, also when the caller goes away meanwhile. Of one whose turn has not come, nothing is
    /// done then.
    pub async fn run(&self, acting: &Acting, name: &str, arguments: Value) -> Result<Value, Coded> {
        let (pipeline, keyed) = (Arc::clone(&self.pipeline), Arc::clone(&self.keyed));
        let (places, keys) = (Arc::clone(&self.places), Arc::clone(&self.keys));
        let audit = Arc::clone(&self.audit);
        let (acting, of, name) = (acting.clone(), name.to_owned(), name.to_owned());
        let language = acting.language;
        // Never closed.
        let one = Arc::clone(&self.at_once).acquire_owned().await;
        let task = detached(async move || {
            let _one = one;
            let input = arguments.get("input").cloned().unwrap_or(arguments);
            let doing = Doing { pipeline: &pipeline, places: &places, keys: &keys, acting: &acting };
            let reads = !pipeline.catalog.operations.mutations.contains_key(&name);
            let said = input.clone();
            let work = async {
                match input["idempotencyKey"].as_str().map(str::to_owned) {
                    None => Ok(kept(perform::perform(&doing, &name, input).await?)),
                    Some(key) => once(&doing, &keyed, &name, &key, input).await,
                }
            };
            audited(&audit, &acting, &name, (reads, &said), work).await
        });
        match task.await {
            Ok(Ok(outcome)) => Ok(told(&of, outcome, language)),
            Ok(Err(error)) => Err(Coded::failed(&error)),
            Err(error) => Err(Coded::internal(error.to_string())),
        }
    }
}

/// What one operation is done with.
struct Doing<'a> {
    pipeline: &'a Pipeline,
    places: &'a Places,
    keys: &'a Keys,
    acting: &'a Acting,
}

/// The operation's outcome; of what was sent before under the key, the outcome it had then.
async fn once(
    doing: &Doing<'_>,
    keyed: &Semaphore,
    name: &str,
    key: &str,
    input: Value,
) -> anyhow::Result<Value> {
    if key.is_empty() || key.len() > LONGEST_KEY || key.contains('\0') {
        return Ok(kept(Err(key_invalid())));
    }
    let pipeline = doing.pipeline;
    let _one = keyed.acquire().await?;
    // Nobody is told what came of another's operation, nor that there was one.
    let key = Subject::of(&doing.acting.caller).own(key);
    let hash = Sha256::digest(input.to_string().as_bytes());
    match claim(&pipeline.pool, &key, name, &hash, pipeline.clock.now()).await? {
        Earlier::Done(outcome) => Ok(outcome),
        Earlier::Otherwise => Ok(kept(Err(key_reused()))),
        Earlier::Nothing(claim) => {
            let acting = Acting { once: Some(claim.begun), ..doing.acting.clone() };
            let outcome = kept(perform::perform(&Doing { acting: &acting, ..*doing }, name, input).await?);
            claim.done(&outcome, pipeline.clock.now()).await?;
            Ok(outcome)
        }
    }
}

/// An outcome as it is kept: the mistake in both languages, since the next caller may speak the other.
fn kept(outcome: Result<Value, Said>) -> Value {
    match outcome {
        Ok(made) => json!({ "made": made }),
        Err(Said { fault: Fault { code, en, vi }, field }) => {
            json!({ "fault": { "code": code, "en": en, "vi": vi, "field": field } })
        }
    }
}

/// The result in the caller's language; of a mistake, with nothing in whatever cannot be null.
fn told(name: &str, outcome: Value, language: Language) -> Value {
    let fault = &outcome["fault"];
    if fault.is_null() {
        let mut made = outcome["made"].clone();
        made["userErrors"] = json!([]);
        return made;
    }
    let message = match language {
        Language::English => &fault["en"],
        Language::Vietnamese => &fault["vi"],
    };
    let mut made = result::nothing(name);
    made["userErrors"] = json!([{ "code": fault["code"], "field": fault["field"], "message": message }]);
    made
}

/// The caller's mistake, or the hub's.
fn split(failure: Failure) -> anyhow::Result<Said> {
    match failure {
        Failure::Fault(fault) => Ok(Said::from(fault)),
        Failure::Internal(error) => Err(error),
    }
}

fn key_invalid() -> Said {
    let fault = Fault::new(
        "IDEMPOTENCY_KEY_INVALID",
        format!("an idempotency key has 1 to {LONGEST_KEY} letters"),
        format!("khóa chống lặp dài từ 1 đến {LONGEST_KEY} ký tự"),
    );
    Said { fault, field: Some("idempotencyKey".to_owned()) }
}

fn key_reused() -> Said {
    let fault = Fault::new(
        "IDEMPOTENCY_KEY_REUSED",
        "this key was sent before with another operation or another input; use a new one",
        "khóa này đã dùng cho thao tác hoặc nội dung khác; hãy dùng khóa mới",
    );
    Said { fault, field: Some("idempotencyKey".to_owned()) }
}
