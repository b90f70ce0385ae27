//! Until when the request that is being answered may take. Statements on its behalf get what is left, so that
//! the database does not work for callers who were told long ago that it was too late.

use std::time::{Duration, Instant};

tokio::task_local! {
    static UNTIL: Instant;
}

/// Answers within a deadline.
pub async fn until<T>(deadline: Instant, answering: impl Future<Output = T>) -> T {
    UNTIL.scope(deadline, answering).await
}

/// What is left of the deadline; none: there is none.
pub(super) fn left() -> Option<Duration> {
    UNTIL.try_with(|until| until.saturating_duration_since(Instant::now())).ok()
}
