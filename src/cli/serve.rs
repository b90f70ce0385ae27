//! `lienthong serve`: the hub, until somebody asks it to stop.

use std::sync::Arc;

use tokio::net::TcpListener;

use super::signal::{asked, unless_asked};
use super::{listen, pull};
use crate::access::Desk;
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::http::{self, AppState, HttpOptions};
use crate::hub::Hub;

/// Serve the graph
///
/// Answers GraphQL at /graphql, shows the explorer at / and the schema at /schema.graphql. Stops on Ctrl-C or
/// SIGTERM: running requests are finished first.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    // A port that is taken shows at once, before a database is touched.
    let listener = listen::bind(&config).await?;
    let hub = Arc::new(unless_asked(Hub::open(config, Clock::System, "")).await?);
    until_asked(hub, listener).await
}

/// Serves, and closes the hub in the end.
pub(super) async fn until_asked(hub: Arc<Hub>, listener: TcpListener) -> anyhow::Result<()> {
    if let Err(fault) = pull::schedule(&hub) {
        // The first failure is the one to tell of.
        let _ = hub.close().await;
        return Err(fault.into());
    }
    tracing::info!(address = %listener.local_addr()?, "serving");
    let served = tokio::select! {
        served = http::serve(state(&hub), listener, asked(), hub.config.shutdown_grace) => served,
        () = hub.database.lost() => Err(lost().into()),
    };
    served.and(hub.close().await)
}

fn state(hub: &Hub) -> AppState {
    let options = HttpOptions {
        max_body_bytes: hub.config.max_body_bytes,
        request_timeout: hub.config.request_timeout,
        temp_dir: hub.config.temp_dir.clone(),
        desk: desk(&hub.config),
        public_url: hub.config.public_url.clone(),
        cors_origins: hub.config.cors_origins.clone(),
        documents: Arc::clone(&hub.documents),
        at_once: hub.config.limits.at_once.clone(),
        connected: hub.config.limits.connected.clone(),
        ..HttpOptions::default()
    };
    AppState::acting(hub.engine.clone(), hub.database.pool.clone(), options, hub.pipeline.clone())
}

/// Who may act: what was chosen, else programs of this machine when nobody else can reach the hub.
fn desk(config: &Config) -> Desk {
    match config.open_desk {
        Some(true) => Desk::Open,
        Some(false) => Desk::Closed,
        None if config.listen.ip().is_loopback() => Desk::Local,
        None => Desk::Closed,
    }
}

fn lost() -> Fault {
    Fault::new(
        "DATABASE_LOST",
        "the private PostgreSQL ended by itself; its log (postgres.log in the data directory) says why",
        "PostgreSQL nội bộ đã tự dừng; nguyên nhân có trong tệp postgres.log ở thư mục dữ liệu",
    )
}
