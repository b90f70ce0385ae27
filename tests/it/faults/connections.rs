//! The server has no connection left for the hub: others hold all that it gives.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::load::Load;
use super::open;
use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_connections() {
    let server = Server::start().await;
    let served = open(&server.url(), Duration::from_secs(2)).await;
    let load = Load::begin(&served.router).await;
    let hog = async || {
        let mut held = Vec::new();
        while let Ok(one) = PgConnection::connect_with(&server.connect_options()).await {
            held.push(one);
        }
        held
    };
    // What the hub has, it keeps, and reads go on with those.
    let mut held = hog().await;
    assert!(held.len() > 50, "only {} were to be had", held.len());
    println!("all taken: well after {:?}", load.readable().await);
    // What it had is gone as well, and somebody else was quicker.
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'lienthong%'",
    )
    .execute(&mut held[0])
    .await
    .unwrap();
    let more = hog().await;
    tokio::time::sleep(Duration::from_millis(3500)).await;
    for one in held.into_iter().chain(more) {
        let _ = one.close().await;
    }
    println!("given back: well again after {:?}", load.recovered().await);
    load.end(&served.hub.database.work_pool).await;
}
