//! Where the commands reach layers that are not built yet. The lead puts the real calls here, or in the
//! place of the calls to here.

use super::report::FileReport;
use crate::error::Fault;
use crate::hub::Hub;
use crate::ingest::{Input, Options};

/// Stages one file. (ingest::stage over `hub.database.work_pool`, `hub.catalog`, `hub.clock`)
pub(super) async fn stage(_: &Hub, _: Input, _: &Options) -> anyhow::Result<FileReport> {
    Err(not_built("importing"))
}

/// Computes the entities that staged records touch. (merge::apply)
pub(super) async fn apply(hub: &Hub) -> anyhow::Result<()> {
    crate::merge::apply(&hub.database.work_pool, &hub.catalog).await.map(drop)
}

fn not_built(what: &str) -> anyhow::Error {
    Fault::new("NOT_BUILT", format!("{what} is not built yet"), "chức năng này chưa được xây dựng").into()
}
