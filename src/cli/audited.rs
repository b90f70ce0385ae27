//! What the command line does, told to the audit log: begun, and how it ended; and whose file it hands out.

use std::sync::Arc;

use crate::access::{Caller, Deed, Ended, Stage};
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
    hub.pipeline.audit.around(deed(name, action, record), work(), ended).await?
}

/// Notes that the operator reads personal data.
pub(super) async fn read(hub: &Hub, action: &str, record: String) -> anyhow::Result<()> {
    hub.pipeline.audit.write(&deed("operator", action, Some(record)), Stage::Read, None).await
}

fn deed(name: &str, action: &str, record: Option<String>) -> Deed {
    let caller = Caller { acting_as: Some(name.to_owned()), ..Caller::operator() };
    let action = format!("lienthong {action}");
    Deed { caller: Arc::new(caller), action, record, trace_id: String::new() }
}

fn ended<T>(outcome: &anyhow::Result<T>) -> Ended {
    let code = |error: &anyhow::Error| match error.downcast_ref::<Fault>() {
        Some(fault) => fault.code.to_owned(),
        None => "INTERNAL_SERVER_ERROR".to_owned(),
    };
    Ended { record: None, code: outcome.as_ref().err().map(code) }
}
