//! HTTP over the real engine and a real database.

use std::sync::Arc;

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
    state_with(database, HttpOptions::default())
}

/// The same under other options.
pub fn state_with(database: &TestDatabase, options: HttpOptions) -> AppState {
    let engine = Engine::new(Arc::new(load_embedded().unwrap()), database.pool.clone()).unwrap();
    AppState::new(Arc::new(engine), database.pool.clone(), options)
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
