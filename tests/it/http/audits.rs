//! graphql-http's audits of GraphQL over HTTP, where Node and the pinned packages are installed
//! (`npm ci` in tests/clients); else skipped, and said so.

use std::process::Command;
use std::time::Duration;

use lienthong::http::{AppState, HttpOptions, serve};
use tokio::net::TcpListener;

use super::real;
use crate::harness::TestDatabase;
use crate::stand_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_audit_of_the_transport_fails() {
    audit(stand_in::state(HttpOptions::default())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_audit_of_the_hub_fails() {
    let database = TestDatabase::create().await;
    audit(real::state(&database)).await;
}

async fn audit(state: AppState) {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
    if !std::path::Path::new(clients).join("node_modules/graphql-http").exists() {
        eprintln!("skipped: run `npm ci` in tests/clients to run the audits");
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let hub = tokio::spawn(serve(state, listener, std::future::pending(), Duration::ZERO));
    let run = move || Command::new("node").args(["run.mjs", &url]).current_dir(clients).output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    hub.abort();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && report.contains("61 audits"), "{report}");
}
