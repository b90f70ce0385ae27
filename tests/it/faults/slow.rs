//! The server stands still, or is far away.

use std::time::{Duration, Instant};

use super::load::{Load, every_door_refuses};
use super::open;
use super::proxy::Proxy;
use super::server::Server;

/// One that stands still for less than a request may take is waited for; for longer, callers are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still() {
    let server = Server::start().await;
    let served = open(&server.url(), Duration::from_secs(1)).await;
    let load = Load::begin(&served.router).await;
    for still in [300, 2500] {
        server.freeze();
        let begun = Instant::now();
        if still > 1000 {
            every_door_refuses(&served.router).await;
        }
        tokio::time::sleep(Duration::from_millis(still).saturating_sub(begun.elapsed())).await;
        server.thaw();
        println!("still for {:?}: well again after {:?}", begun.elapsed(), load.recovered().await);
    }
    load.end(&served.hub.database.work_pool).await;
}

/// Every message takes long, and some connections are cut in the middle of one.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_far_away_over_a_bad_line() {
    let server = Server::start().await;
    let proxy = Proxy::before(server.socket()).await;
    let served = open(&proxy.url(), Duration::from_secs(10)).await;
    let load = Load::begin(&served.router).await;
    proxy.delay(Duration::from_millis(3));
    println!("far away: well again after {:?}", load.recovered().await);
    for _ in 0..10 {
        proxy.cut();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    proxy.delay(Duration::ZERO);
    println!("near again: well again after {:?}", load.recovered().await);
    assert!(proxy.cuts() > 10, "{} connections were cut", proxy.cuts());
    load.end(&served.hub.database.work_pool).await;
}
