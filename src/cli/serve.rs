//! `lienthong serve`: the hub, until somebody asks it to stop.

use std::sync::Arc;

use tokio::net::TcpListener;

use super::signal::{asked, unless_asked};
use super::{listen, pull};
use crate::access::{Callers, SignOn};
use crate::clock::Clock;
use crate::config::{Config, Settings};
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
    let state = match state(&hub) {
        Ok(state) => state,
        Err(error) => {
            // The first failure is the one to tell of.
            let _ = hub.close().await;
            return Err(error);
        }
    };
    tracing::info!(address = %listener.local_addr()?, "serving");
    let served = tokio::select! {
        served = http::serve(state, listener, asked(), hub.config.shutdown_grace) => served,
        lost = hub.database.keep_up() => Err(lost.into()),
    };
    served.and(hub.close().await)
}

fn state(hub: &Arc<Hub>) -> anyhow::Result<AppState> {
    let sign_on = hub.config.sign_on.as_deref().map(SignOn::load).transpose()?;
    pull::schedule(hub)?;
    let options = HttpOptions {
        max_body_bytes: hub.config.max_body_bytes,
        request_timeout: hub.config.request_timeout,
        temp_dir: hub.config.temp_dir.clone(),
        public_url: hub.config.public_url.clone(),
        cors_origins: hub.config.cors_origins.clone(),
        documents: Arc::clone(&hub.documents),
        at_once: hub.config.limits.at_once.clone(),
        connected: hub.config.limits.connected.clone(),
        ..HttpOptions::default()
    };
    let Config { open_desk, trusted_proxies, .. } = &hub.config;
    let callers = Callers::new(Some(hub.keys.clone()), *open_desk, trusted_proxies.clone())
        .trusting(sign_on)
        .at(hub.config.public_url.clone());
    let (engine, pool) = (hub.engine.clone(), hub.database.pool.clone());
    Ok(AppState::acting(engine, pool, options, hub.pipeline.clone(), callers))
}
