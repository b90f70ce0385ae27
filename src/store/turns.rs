//! Whose statements run: fewer of one kind and of one caller than there are connections, so that there is always one for
//! somebody else.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    static LANE: Lane;
}

/// Where statements wait their turn.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Behind others of the same caller.
    pub own: Arc<Semaphore>,
    /// Behind others of the same kind.
    pub of_all: Arc<Semaphore>,
}

impl Lane {
    /// Does what sends statements, which wait in this lane.
    pub async fn run<T>(self, work: impl Future<Output = T>) -> T {
        LANE.scope(self, work).await
    }
}

/// What a statement holds while it runs; nothing where nobody counts.
pub(crate) async fn turn() -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
    let lane = LANE.try_with(Clone::clone).ok()?;
    let own = lane.own.acquire_owned().await.ok()?;
    Some((own, lane.of_all.acquire_owned().await.ok()?))
}
