//! Faults under load: the database's server is stopped, killed, frozen, slow, full or without connections, hubs are
//! killed, two hubs share a database. Always the same is asked (`load.rs`): every answer is the right one or a coded
//! 503 that says when to come again, nothing is lost or done twice, and all is well within seconds after.

mod connections;
mod disk;
mod hubs;
mod load;
mod once;
mod proxy;
mod restarts;
mod server;
mod slow;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use lienthong::access::Callers;
use lienthong::clock::Clock;
use lienthong::config::{self, Settings};
use lienthong::http::{AppState, HttpOptions, router};
use lienthong::hub::Hub;

/// A hub over a database server, as `serve` makes it.
pub struct Served {
    pub hub: Hub,
    pub router: Router,
}

/// Opens a hub on the server at `url`.
pub async fn open(url: &str, request_timeout: Duration) -> Served {
    try_open(url, request_timeout).await.expect("a hub")
}

pub async fn try_open(url: &str, request_timeout: Duration) -> anyhow::Result<Served> {
    let settings = Settings {
        database_url: Some(url.parse()?),
        request_timeout: Some(request_timeout),
        ..Settings::default()
    };
    let hub = Hub::open(config::load(settings)?, Clock::System, "").await?;
    let options = HttpOptions { request_timeout, ..HttpOptions::default() };
    let engine = Arc::clone(&hub.engine);
    let (pool, pipeline) = (hub.database.pool.clone(), Arc::clone(&hub.pipeline));
    let callers = Callers::new(Some(Arc::clone(&hub.keys)), true, Vec::new());
    let state = AppState::acting(engine, pool, options, pipeline, callers);
    Ok(Served { hub, router: router(state) })
}
