//! Imports under way: each runs to its end whether or not its caller stays, tells how far it is, and is
//! remembered for a while. What is done with a file is the pipeline's business.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

use super::options::Said;
use super::spool::Spooled;
use super::words;
use crate::access::{Audit, Caller, Deed, Ended};
use crate::error::Fault;
use crate::ingest::Input;
use crate::pipeline::{By, Failure, Pipeline, Progress, Received, Stage, detached};
use crate::store::id;
use crate::store::once::{Earlier, claim};

/// Files worked on at once; each is in memory then.
const AT_ONCE: usize = 2;
/// Finished ones remembered.
const REMEMBERED: usize = 200;

/// How an import stands.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// It waits for others.
    Waiting,
    /// It is under way.
    Under(Progress),
    /// It is through: the import, and what was done.
    Done(Arc<Finished>),
    /// It is refused.
    Failed(Fault),
}

/// A file taken in.
#[derive(Debug)]
pub(super) struct Finished {
    /// Import.
    pub import: Uuid,
    /// What is only known now: whether it was there before, what applying did.
    pub extra: Value,
}

/// A file to take in.
pub(super) struct Order {
    pub spooled: Spooled,
    pub name: String,
    pub said: Said,
    pub key: Option<String>,
    pub caller: Arc<Caller>,
    pub trace_id: String,
}

/// All imports under way and the last ones finished.
pub(in crate::http) struct Jobs {
    at_once: Semaphore,
    /// Those under a key hold a connection while they run.
    keyed: Semaphore,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    jobs: HashMap<Uuid, watch::Receiver<Standing>>,
    order: VecDeque<Uuid>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { at_once: Semaphore::new(AT_ONCE), keyed: Semaphore::new(1), known: Mutex::default() }
    }
}

impl Jobs {
    /// Begins; `id` is what it is asked for by.
    pub(super) fn begin(
        self: &Arc<Self>,
        pipeline: Arc<Pipeline>,
        order: Order,
        id: Uuid,
    ) -> watch::Receiver<Standing> {
        let (tell, told) = watch::channel(Standing::Waiting);
        self.remember(id, told.clone());
        let jobs = Arc::clone(self);
        detached(async move || {
            let trace_id = order.trace_id.clone();
            let audit = Audit::new(pipeline.pool.clone(), pipeline.clock);
            let (caller, action, record) = (Arc::clone(&order.caller), "POST /imports".to_owned(), None);
            let deed = Deed { caller, action, record, trace_id: trace_id.clone() };
            let outcome = audit.around(deed, jobs.work(&pipeline, order, &tell), ended).await;
            let outcome = outcome.unwrap_or_else(|error| Err(error.into()));
            let standing = match outcome {
                Ok(finished) => Standing::Done(Arc::new(finished)),
                Err(failure) => Standing::Failed(words::failed(failure, &trace_id, "an upload")),
            };
            tell.send_replace(standing);
        });
        told
    }

    /// One that was begun here.
    pub(super) fn find(&self, id: Uuid) -> Option<watch::Receiver<Standing>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).jobs.get(&id).cloned()
    }

    /// Whether any is under way.
    pub(super) fn working(&self) -> bool {
        self.at_once.available_permits() < AT_ONCE
    }

    fn remember(&self, id: Uuid, told: watch::Receiver<Standing>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.jobs.insert(id, told);
        known.order.push_back(id);
        if known.order.len() > REMEMBERED
            && let Some(oldest) = known.order.pop_front()
        {
            known.jobs.remove(&oldest);
        }
    }

    async fn work(
        &self,
        pipeline: &Pipeline,
        order: Order,
        tell: &watch::Sender<Standing>,
    ) -> Result<Finished, Failure> {
        let _one = self.at_once.acquire().await.map_err(anyhow::Error::from)?;
        let Order { spooled, name, said, key, caller, .. } = order;
        let media_type = spooled.media_type.clone();
        let bytes = tokio::task::spawn_blocking(move || spooled.read()).await.map_err(anyhow::Error::from)?;
        let input = Input { name, bytes: bytes.map_err(anyhow::Error::from)? };
        let by = By::of(&caller, "");
        let take_in = async |input| {
            let done = take_in(pipeline, &by, input, &said, tell).await?;
            pipeline.note_media_type(done.import, media_type.as_deref()).await?;
            Ok::<_, Failure>(done)
        };
        let Some(key) = key else { return take_in(input).await };
        let _keyed = self.keyed.acquire().await.map_err(anyhow::Error::from)?;
        let (sent, now) = (fingerprint(&caller, &input, &said), pipeline.clock.now());
        match claim(&pipeline.pool, &key, "POST /imports", &sent, now).await? {
            Earlier::Otherwise => Err(words::key_reused().into()),
            Earlier::Done(outcome) => finished(&outcome),
            Earlier::Nothing(claim) => {
                let done = match take_in(input).await {
                    Ok(done) => done,
                    // A refusal is not kept: the same file may be taken once the hub knows its register.
                    Err(Failure::Fault(fault)) => {
                        claim.forget().await?;
                        return Err(fault.into());
                    }
                    Err(failed) => return Err(failed),
                };
                let outcome = json!({ "import": done.import, "extra": done.extra });
                claim.done(&outcome, pipeline.clock.now()).await?;
                Ok(done)
            }
        }
    }
}

/// For the audit log.
fn ended(outcome: &Result<Finished, Failure>) -> Ended {
    match outcome {
        Ok(finished) => Ended { record: Some(id::encode("import", finished.import)), code: None },
        Err(Failure::Fault(fault)) => Ended { record: None, code: Some(fault.code.to_owned()) },
        Err(Failure::Internal(_)) => Ended { record: None, code: Some("INTERNAL_SERVER_ERROR".to_owned()) },
    }
}

/// What was sent by whom, for comparison with what was sent before.
fn fingerprint(caller: &Caller, input: &Input, said: &Said) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(caller.logged());
    hash.update(Sha256::digest(&input.bytes));
    hash.update(format!("{:?}|{:?}|{:?}|{}", said.register, said.province, said.as_of, said.apply));
    hash.finalize().to_vec()
}

fn finished(outcome: &Value) -> Result<Finished, Failure> {
    let import = outcome["import"].as_str().and_then(|id| id.parse().ok());
    let import = import.ok_or_else(|| anyhow::anyhow!("an outcome without its import"))?;
    Ok(Finished { import, extra: outcome["extra"].clone() })
}

async fn take_in(
    pipeline: &Pipeline,
    by: &By,
    input: Input,
    said: &Said,
    tell: &watch::Sender<Standing>,
) -> Result<Finished, Failure> {
    let progress = |at: Progress| {
        // The end is told with the outcome.
        if at.stage != Stage::Done {
            tell.send_replace(Standing::Under(at));
        }
    };
    let received = pipeline.receive(by, input, &said.options(), said.wish(), &progress).await?;
    let Received { report, outcome } = received;
    let extra = json!({
        "already": report.already,
        "outcome": outcome.map(|outcome| crate::graph::outcome_json(&outcome)),
    });
    Ok(Finished { import: report.import_id, extra })
}
