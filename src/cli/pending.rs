//! Where the commands reach layers that are not built yet. The lead puts the real calls here, or in the
//! place of the calls to here.

use std::sync::Arc;

use tokio::net::TcpListener;

use super::report::FileReport;
use crate::error::Fault;
use crate::http;
use crate::hub::Hub;
use crate::ingest::{Input, Options};

/// Stages one file. (ingest::stage over `hub.database.work_pool`, `hub.catalog`, `hub.clock`)
pub(super) async fn stage(_: &Hub, _: Input, _: &Options) -> anyhow::Result<FileReport> {
    Err(not_built("importing"))
}

/// Computes the entities that staged records touch. (merge::apply)
pub(super) async fn apply(_: &Hub) -> anyhow::Result<()> {
    Err(not_built("merging"))
}

/// Computes all entities anew. (merge::rebuild)
pub(super) async fn rebuild(_: &Hub) -> anyhow::Result<()> {
    Err(not_built("rebuilding"))
}

/// Serves HTTP until `shutdown`. (http::serve over `hub.engine`, `hub.database.pool` and the limits in
/// `hub.config`: max_body_bytes, request_timeout, shutdown_grace)
pub(super) async fn serve(
    hub: Arc<Hub>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let options = http::HttpOptions {
        max_body_bytes: hub.config.max_body_bytes,
        request_timeout: hub.config.request_timeout,
        ..http::HttpOptions::default()
    };
    let state = http::AppState::new(hub.engine.clone(), hub.database.pool.clone(), options);
    http::serve(state, listener, shutdown, hub.config.shutdown_grace).await
}

fn not_built(what: &str) -> anyhow::Error {
    Fault::new("NOT_BUILT", format!("{what} is not built yet"), "chức năng này chưa được xây dựng").into()
}
