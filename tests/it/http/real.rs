//! HTTP over the real engine and a real database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use lienthong::catalog::load_embedded;
use lienthong::graph::Engine;
use lienthong::http::{AppState, HttpOptions, router};

use super::{post, send};
use crate::harness::TestDatabase;

/// The hub's state over a test's database.
pub fn state(database: &TestDatabase) -> AppState {
    let engine = Engine::new(Arc::new(load_embedded().unwrap()), database.pool.clone()).unwrap();
    AppState::new(Arc::new(engine), database.pool.clone(), HttpOptions::default())
}

fn hub(database: &TestDatabase) -> Router {
    router(state(database))
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn ready_when_migrated_and_not_before() {
    let database = TestDatabase::create().await;
    let seen = send(hub(&database), get("/readyz")).await;
    assert_eq!((seen.status.as_u16(), seen.body.as_slice()), (200, b"{\"status\":\"ready\"}".as_slice()));
    let empty = TestDatabase::create_empty().await;
    let seen = send(hub(&empty), get("/readyz")).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "DATABASE_NOT_MIGRATED"));
}

#[tokio::test]
async fn the_explorers_first_query_is_answered() {
    let database = TestDatabase::create().await;
    let query = include_str!("../../../src/http/explorer/first_query.graphql");
    let seen = send(hub(&database), post(query)).await;
    assert_eq!(seen.status.as_u16(), 200);
    assert!(seen.json().get("errors").is_none(), "{}", seen.json());
    assert!(seen.json()["data"]["products"]["edges"].is_array(), "{}", seen.json());
}

/// As graphql-js asks, with everything it can ask for; explorers and generators begin with it.
#[tokio::test]
async fn the_usual_introspection_is_answered() {
    let database = TestDatabase::create().await;
    let query = include_str!("../../cases/http/introspection.graphql");
    let seen = send(hub(&database), post(query)).await;
    assert!(seen.json().get("errors").is_none(), "{}", seen.json()["errors"]);
    assert!(seen.json()["data"]["__schema"]["types"].as_array().is_some_and(|types| types.len() > 20));
}

#[tokio::test]
async fn the_served_schema_is_the_published_one() {
    let database = TestDatabase::create().await;
    let seen = send(hub(&database), get("/schema.graphql")).await;
    assert!(String::from_utf8(seen.body).unwrap().contains("type Query"));
}

#[tokio::test]
async fn hostile_documents_are_refused_at_once_and_coded() {
    let database = TestDatabase::create().await;
    let router = hub(&database);
    for (name, document) in hostile() {
        let mut request = post(&document);
        request.headers_mut().insert("accept", "application/graphql-response+json".parse().unwrap());
        let started = Instant::now();
        let seen = send(router.clone(), request).await;
        let status = seen.status.as_u16();
        assert!((400..500).contains(&status), "{name}: {status} {}", seen.json());
        assert!(!seen.code().is_empty(), "{name}: no code in {}", seen.json());
        assert_eq!(seen.json()["errors"][0]["extensions"]["traceId"], seen.header("x-trace-id"), "{name}");
        assert!(seen.json().get("data").is_none(), "{name}");
        assert!(seen.body.len() < 100_000, "{name}: an answer of {} bytes", seen.body.len());
        // Debug builds are slow; a bomb that goes off takes minutes.
        assert!(started.elapsed() < Duration::from_secs(2), "{name}: took {:?}", started.elapsed());
    }
}

/// Fragments that each spread the next `times` times over: `times` to the power of `levels` paths.
fn bomb(levels: usize, times: usize) -> String {
    let mut document = "query { ...F0 }".to_owned();
    for level in 0..levels {
        let spreads = format!(" ...F{}", level + 1).repeat(times);
        document += &format!(" fragment F{level} on Query {{{spreads} }}");
    }
    document + &format!(" fragment F{levels} on Query {{ products(first: 1) {{ nodes {{ name }} }} }}")
}

fn hostile() -> Vec<(&'static str, String)> {
    let aliases: String =
        (0..5000).map(|n| format!(" a{n}: products(first: 1) {{ nodes {{ id }} }}")).collect();
    let deep = "{ products { nodes { producer".to_owned()
        + &" { products { nodes { producer".repeat(200)
        + " { id }"
        + &" } } }".repeat(200)
        + " } } }";
    vec![
        ("a wide bomb", bomb(7, 16)),
        ("a bomb", bomb(17, 4)),
        ("a long bomb", bomb(28, 2)),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned()),
        ("aliases", format!("{{{aliases} }}")),
        ("depth", deep),
        ("braces", "{ a ".repeat(20_000)),
        ("lists", format!("{{ products(where: {}", "[".repeat(20_000))),
        ("directives", format!("{{ __typename {} }}", "@nothing ".repeat(5000))),
        ("commas", ",".repeat(500_000)),
        ("a page of a million", "{ products(first: 1000000) { nodes { id } } }".to_owned()),
        ("nothing", String::new()),
        ("a byte", "\u{0}".to_owned()),
        ("no operation", "fragment A on Query { __typename }".to_owned()),
        ("an unknown field", "{ nothing }".to_owned()),
        ("a mutation there is none of", "mutation { drop }".to_owned()),
        ("a subscription there is none of", "subscription { all }".to_owned()),
    ]
}
