//! How many statements of one caller run at once: fewer than there are connections, so that there is always one for
//! somebody else. The rest of theirs wait their turn, and nobody waits for them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

use super::connections::Connections;

tokio::task_local! {
    static OWN: Arc<Semaphore>;
}

/// Callers known before those who have gone are forgotten.
const KNOWN: usize = 1024;

/// Whose turn it is.
#[derive(Debug)]
pub struct Turns {
    each: usize,
    known: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl Turns {
    /// Three of four connections for one caller.
    pub fn over(connections: &Connections) -> Self {
        let all = connections.most();
        Self { each: (all - all / 4).max(1), known: Mutex::default() }
    }

    /// Answers with statements that wait for their caller's turn.
    pub async fn of<T>(&self, caller: &str, answering: impl Future<Output = T>) -> T {
        OWN.scope(self.own(caller), answering).await
    }

    fn own(&self, caller: &str) -> Arc<Semaphore> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.get(caller).and_then(Weak::upgrade) {
            return own;
        }
        if known.len() >= KNOWN {
            known.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(self.each));
        known.insert(caller.to_owned(), Arc::downgrade(&own));
        own
    }
}

/// What a statement holds while it runs; nothing where nobody counts.
pub(super) async fn turn() -> Option<tokio::sync::OwnedSemaphorePermit> {
    let own = OWN.try_with(Arc::clone).ok()?;
    own.acquire_owned().await.ok()
}
