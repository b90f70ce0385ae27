//! The server is stopped, restarted, killed.

use std::time::Duration;

use super::load::{Load, every_door_refuses};
use super::open;
use super::server::Server;

const TIMEOUT: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_restarted_and_killed() {
    let mut server = Server::start().await;
    let served = open(&server.url(), TIMEOUT).await;
    let load = Load::begin(&served.router).await;
    tokio::time::sleep(Duration::from_millis(700)).await;

    server.stop().await;
    every_door_refuses(&served.router).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.again().await;
    println!("stopped: well again after {:?}", load.recovered().await);

    for _ in 0..2 {
        server.stop().await;
        server.again().await;
        println!("restarted: well again after {:?}", load.recovered().await);
    }
    server.kill().await;
    every_door_refuses(&served.router).await;
    server.again().await;
    println!("killed: well again after {:?}", load.recovered().await);
    for _ in 0..3 {
        assert!(server.kill_a_backend(), "nobody is connected");
        println!("a process killed: well again after {:?}", load.recovered().await);
    }
    let came = load.end(&served.hub.database.work_pool).await;
    assert!(came.refused > 0, "nobody noticed anything");
    let rebuilt = served.hub.pipeline.rebuild(&lienthong::pipeline::By::operator()).await.unwrap();
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
    served.hub.close().await.unwrap();
}
