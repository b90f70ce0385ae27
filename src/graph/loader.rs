//! Joins look-ups of one shape across the requests in flight. No timer: at most a few statements of a shape
//! run at once, and what arrives meanwhile goes together in the next one. So a lone request waits for
//! nothing, and under load one statement serves many.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::postgres::PgRow;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::answer::Coded;
use super::run::store_error;
use crate::store::connections::Connections;
use crate::store::run::fetch;
use crate::store::select::Param;

/// Statements of one shape at once.
const AT_ONCE: usize = 2;
/// Keys in one statement.
const MOST_KEYS: usize = 500;

/// The rows of a whole batch, or why there are none.
type Outcome = Result<Arc<Vec<PgRow>>, Coded>;

/// What a look-up goes by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LookUp {
    /// An id.
    Id(Uuid),
    /// A natural key.
    Key(String),
}

/// Look-ups by one key, batched.
#[derive(Clone)]
pub(super) struct Loader {
    database: Connections,
    shapes: Arc<Mutex<HashMap<Arc<str>, Shape>>>,
}

/// Look-ups with one text of SQL.
#[derive(Default)]
struct Shape {
    waiting: Vec<(LookUp, oneshot::Sender<Outcome>)>,
    running: usize,
}

impl Loader {
    pub fn new(database: Connections) -> Self {
        Self { database, shapes: Arc::default() }
    }

    /// The rows of the batch that `key` travels in; `sql` takes one array of keys. A caller that goes away
    /// leaves its batch undisturbed.
    pub async fn load(&self, sql: &Arc<str>, key: LookUp) -> Outcome {
        let (sender, receiver) = oneshot::channel();
        let starts = {
            let mut shapes = self.lock();
            let shape = shapes.entry(Arc::clone(sql)).or_default();
            shape.waiting.push((key, sender));
            let starts = shape.running < AT_ONCE;
            shape.running += usize::from(starts);
            starts
        };
        if starts {
            tokio::spawn(self.clone().run(Arc::clone(sql)));
        }
        receiver.await.unwrap_or_else(|_| Err(Coded::internal("a batch of look-ups was given up")))
    }

    /// Sends batches until nothing waits.
    async fn run(self, sql: Arc<str>) {
        let mut guard = Guard { loader: &self, sql: &sql, running: true };
        while let Some(batch) = self.next(&sql) {
            let mut keys: Vec<&LookUp> = batch.iter().map(|(key, _)| key).collect();
            keys.sort_unstable();
            keys.dedup();
            let rows = fetch(&self.database, &sql, &[array(&keys)]).await;
            let outcome = rows.map(Arc::new).map_err(|error| store_error(&error));
            for (_, sender) in batch {
                // Whoever has gone away needs no answer.
                let _ = sender.send(outcome.clone());
            }
        }
        guard.running = false;
    }

    /// What waits; none, and the runner is counted out in the same moment, when nothing does.
    fn next(&self, sql: &Arc<str>) -> Option<Vec<(LookUp, oneshot::Sender<Outcome>)>> {
        let mut shapes = self.lock();
        let shape = shapes.get_mut(sql)?;
        if shape.waiting.is_empty() {
            leave(&mut shapes, sql);
            return None;
        }
        let size = shape.waiting.len().min(MOST_KEYS);
        Some(shape.waiting.drain(..size).collect())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Shape>> {
        self.shapes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Look-ups of one shape are all by ids or all by natural keys.
fn array(keys: &[&LookUp]) -> Param {
    let texts = keys.iter().filter_map(|key| match key {
        LookUp::Key(text) => Some(text.clone()),
        LookUp::Id(_) => None,
    });
    let ids = keys.iter().filter_map(|key| match key {
        LookUp::Id(id) => Some(*id),
        LookUp::Key(_) => None,
    });
    match keys.first() {
        Some(LookUp::Key(_)) => Param::Texts(texts.collect()),
        _ => Param::Uuids(ids.collect()),
    }
}

/// Counts a runner out. The last one takes the shape with it: senders dropped so wake their callers.
fn leave(shapes: &mut HashMap<Arc<str>, Shape>, sql: &Arc<str>) {
    if let Some(shape) = shapes.get_mut(sql) {
        shape.running -= 1;
        if shape.running == 0 {
            shapes.remove(sql);
        }
    }
}

/// Counts a runner out that panicked.
struct Guard<'a> {
    loader: &'a Loader,
    sql: &'a Arc<str>,
    running: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.running {
            leave(&mut self.loader.lock(), self.sql);
        }
    }
}
