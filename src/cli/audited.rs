//! What the command line does, told to the audit log: begun, and how it ended.

use std::sync::Arc;

use crate::access::{Audit, Caller, Deed, Ended};
use crate::error::Fault;
use crate::hub::Hub;

/// Runs work under a name between two entries of the audit log.
pub(super) async fn audited<T>(
    hub: &Hub,
    name: &str,
    action: &str,
    record: Option<String>,
    work: impl AsyncFnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let caller = Caller { acting_as: Some(name.to_owned()), ..Caller::operator() };
    let action = format!("lienthong {action}");
    let deed = Deed { caller: Arc::new(caller), action, record, trace_id: String::new() };
    Audit::new(hub.pipeline.pool.clone(), hub.clock).around(deed, work(), ended).await?
}

fn ended<T>(outcome: &anyhow::Result<T>) -> Ended {
    let code = |error: &anyhow::Error| match error.downcast_ref::<Fault>() {
        Some(fault) => fault.code.to_owned(),
        None => "INTERNAL_SERVER_ERROR".to_owned(),
    };
    Ended { record: None, code: outcome.as_ref().err().map(code) }
}
