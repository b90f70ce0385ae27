//! Imports under way: each runs to its end whether or not its caller stays, tells how far it is, and is
//! remembered for a while. Those that wait for their turn hold a file on the disk, and neither memory nor a thread. What
//! is done with a file is the pipeline's business.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

use super::super::admission::Pass;
use super::options::Said;
use super::queue::Queues;
use super::spool::Spooled;
use super::words;
use crate::access::{Caller, Deed, Ended, Role, Subject};
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
    /// Its place among the uploads.
    pub place: Pass,
}

/// All imports under way and the last ones finished.
pub(in crate::http) struct Jobs {
    at_once: Semaphore,
    /// Those under a key hold a connection while they run.
    keyed: Semaphore,
    known: Mutex<Known>,
    /// How many of each kind of request there may be.
    pub(super) queues: Queues,
}

#[derive(Default)]
struct Known {
    jobs: HashMap<Uuid, Job>,
    order: VecDeque<Uuid>,
}

/// An import under way, or one of the last that were.
struct Job {
    told: watch::Receiver<Standing>,
    by: Subject,
}

impl Job {
    /// Whether nothing more will be told of it.
    fn is_over(&self) -> bool {
        let over = matches!(&*self.told.borrow(), Standing::Done(_) | Standing::Failed(_));
        over || self.told.has_changed().is_err()
    }
}

impl Default for Jobs {
    fn default() -> Self {
        let (at_once, keyed) = (Semaphore::new(AT_ONCE), Semaphore::new(1));
        Self { at_once, keyed, known: Mutex::default(), queues: Queues::default() }
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
        self.remember(id, Job { told: told.clone(), by: Subject::of(&order.caller) });
        tokio::spawn(Arc::clone(self).in_turn(pipeline, order, tell));
        told
    }

    /// One that the caller began here; stewards find all.
    pub(super) fn find(&self, caller: &Caller, id: Uuid) -> Option<watch::Receiver<Standing>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let own = |job: &&Job| caller.role >= Role::Steward || job.by == Subject::of(caller);
        known.jobs.get(&id).filter(own).map(|job| job.told.clone())
    }

    /// Waits for its turn, and only then takes a thread: whoever works needs more of them, and there are not so many.
    async fn in_turn(self: Arc<Self>, pipeline: Arc<Pipeline>, order: Order, tell: watch::Sender<Standing>) {
        // Neither is ever closed.
        let _keyed = match order.key {
            Some(_) => self.keyed.acquire().await.ok(),
            None => None,
        };
        let _one = self.at_once.acquire().await;
        // Whoever waits for the outcome of one that panicked, sees that nothing is told any more.
        let _ = detached(async move || run(&pipeline, order, &tell).await).await;
    }

    /// Whether any is under way.
    pub(super) fn working(&self) -> bool {
        self.at_once.available_permits() < AT_ONCE
    }

    /// Of those that are over, as many as there is room for.
    fn remember(&self, id: Uuid, job: Job) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { jobs, order } = &mut *known;
        jobs.insert(id, job);
        order.push_back(id);
        let is_over = |id: &Uuid| jobs.get(id).is_none_or(Job::is_over);
        if order.len() > REMEMBERED
            && let Some(oldest) = order.iter().position(is_over).and_then(|at| order.remove(at))
        {
            jobs.remove(&oldest);
        }
    }
}

/// Takes a file in, and tells how it ended.
async fn run(pipeline: &Pipeline, order: Order, tell: &watch::Sender<Standing>) {
    let trace_id = order.trace_id.clone();
    let (caller, action, record) = (Arc::clone(&order.caller), "POST /imports".to_owned(), None);
    let deed = Deed { caller, action, record, trace_id: trace_id.clone() };
    let outcome = pipeline.audit.around(deed, work(pipeline, order, tell), ended).await;
    let outcome = outcome.unwrap_or_else(|error| Err(error.into()));
    tell.send_replace(match outcome {
        Ok(finished) => Standing::Done(Arc::new(finished)),
        Err(failure) => Standing::Failed(words::failed(failure, &trace_id, "an upload")),
    });
}

async fn work(
    pipeline: &Pipeline,
    order: Order,
    tell: &watch::Sender<Standing>,
) -> Result<Finished, Failure> {
    let Order { spooled, name, said, key, caller, place: _place, .. } = order;
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
    let (sent, now) = (fingerprint(&input, &said), pipeline.clock.now());
    match claim(&pipeline.pool, &Subject::of(&caller).own(&key), "POST /imports", &sent, now).await? {
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

/// For the audit log.
fn ended(outcome: &Result<Finished, Failure>) -> Ended {
    match outcome {
        Ok(finished) => Ended { record: Some(id::encode("import", finished.import)), code: None },
        Err(failure) => Ended { record: None, code: Some(failure.code().to_owned()) },
    }
}

/// What was sent, for comparison with what was sent before.
fn fingerprint(input: &Input, said: &Said) -> Vec<u8> {
    let mut hash = Sha256::new();
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
