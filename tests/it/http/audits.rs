//! graphql-http's audits of GraphQL over HTTP, where Node and the pinned packages are installed
//! (`npm ci` in tests/clients); else skipped, and said so.

use std::process::Command;
use std::time::Duration;

use lienthong::http::{HttpOptions, serve};
use tokio::net::TcpListener;

use crate::stand_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_audit_fails() {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
    if !std::path::Path::new(clients).join("node_modules/graphql-http").exists() {
        eprintln!("skipped: run `npm ci` in tests/clients to run the audits");
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let state = stand_in::state(HttpOptions::default());
    tokio::spawn(serve(state, listener, std::future::pending(), Duration::ZERO));
    let run = move || Command::new("node").args(["run.mjs", &url]).current_dir(clients).output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
