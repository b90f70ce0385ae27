//! Long work in the middle of an async function, without holding up the other tasks of its thread.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs it; on a runtime with several threads the others of this one are moved away first.
pub fn apart<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
