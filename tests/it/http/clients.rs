//! Other people's programs: Relay's compiler and the code generator over the published schema, urql and
//! Python's gql against a hub. Each is left out where it is not installed (tests/clients says how), and said so.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use lienthong::http::serve;
use tokio::net::TcpListener;

use super::doors::Hub;

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

fn run(program: &Path, words: &[&str]) -> Output {
    Command::new(program).args(words).current_dir(clients()).output().unwrap()
}

fn told(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    out.into_owned()
}

/// A hub on a port of its own, with the rows of the graph's cases.
async fn with_a_hub(what: impl FnOnce(String) -> Output + Send + 'static) -> String {
    let hub = Hub::open().await;
    let data = include_str!("../../cases/graph/data.sql");
    sqlx::raw_sql(data).execute(&hub.database.pool).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let served = tokio::spawn(serve(hub.state.clone(), listener, std::future::pending(), Duration::ZERO));
    let output = tokio::task::spawn_blocking(move || what(url)).await.unwrap();
    served.abort();
    told(&output)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn tools_take_the_schema_and_typescript_gets_answers() {
    if !clients().join("node_modules/@urql/core").exists() {
        eprintln!("skipped: run `npm ci` in tests/clients");
        return;
    }
    let report = told(&run(Path::new("node"), &["tools.mjs"]));
    assert!(report.contains("relay-compiler: 7 artifacts") && report.contains("type-check"), "{report}");
    let report = with_a_hub(|url| run(Path::new("node"), &["generated/urql/main.js", &url])).await;
    assert!(report.contains("urql: "), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn python_gets_answers() {
    let python = clients().join(".venv/bin/python");
    if !python.exists() {
        eprintln!("skipped: make tests/clients/.venv as python/requirements.txt says");
        return;
    }
    let report = with_a_hub(move |url| run(&python, &["python/hub.py", &url])).await;
    assert!(report.contains("gql: "), "{report}");
}
