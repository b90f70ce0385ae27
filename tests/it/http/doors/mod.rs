//! The doors to the pipeline through the real router: uploads, mutations, files back, sources on the network.

mod access;
mod audit;
mod belonging;
mod crowd;
mod demands;
mod keys;
mod marked;
mod mends;
mod mutations;
mod pull;
mod redirects;
mod signon;
mod strangers;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use lienthong::access::{Audit, Callers, Keys, Role, system_random};
use lienthong::clock::Clock;
use lienthong::graph::Engine;
use lienthong::http::{AppState, HttpOptions, router};
use lienthong::ingest::place::Places;
use lienthong::ingest::register::Registers;
use lienthong::merge;
use lienthong::pipeline::Pipeline;
use serde_json::{Value, json};

use super::{Seen, send};
use crate::callers::wish;
use crate::harness::TestDatabase;

/// Three good rows of a province.
pub const GOOD: &str = include_str!("../../../cases/files/good.csv");
/// Three rows of another, one without a name, one with a number in words.
pub const HALF_GOOD: &str = include_str!("../../../cases/doors/half_good.csv");

/// A hub with all its doors over a database of its own.
pub struct Hub {
    pub database: TestDatabase,
    pub pipeline: Arc<Pipeline>,
    pub state: AppState,
    pub keys: Arc<Keys>,
    /// Shown with every request that shows none.
    key: Option<String>,
}

impl Hub {
    /// Where whoever comes is a steward.
    pub async fn open() -> Self {
        Self::with(true, |_| {}).await
    }

    pub async fn with(open_desk: bool, change: impl FnOnce(&mut HttpOptions)) -> Self {
        let database = TestDatabase::create().await;
        let catalog = Arc::new(lienthong::catalog::load_embedded().unwrap());
        merge::publish_masks(&mut database.pool.acquire().await.unwrap(), &catalog).await.unwrap();
        let pipeline = Arc::new(Pipeline {
            pool: database.pool.clone(),
            catalog: Arc::clone(&catalog),
            registers: Arc::new(Registers::load(&catalog, None).unwrap()),
            places: Arc::new(Places::load()),
            clock: Clock::System,
            audit: Audit::new(&database.pool, Clock::System),
        });
        let engine = Engine::new(catalog, database.pool.clone()).unwrap();
        let keys = Keys::open(database.pool.clone(), Clock::System, system_random, None).await.unwrap();
        let keys = Arc::new(keys);
        let engine = Arc::new(engine.acting(Arc::clone(&pipeline), Arc::clone(&keys)));
        let mut options = HttpOptions::default();
        change(&mut options);
        let callers = Callers::new(Some(Arc::clone(&keys)), open_desk, Vec::new());
        let pool = database.pool.clone();
        let state = AppState::acting(engine, pool, options, Arc::clone(&pipeline), callers);
        Self { database, pipeline, state, keys, key: None }
    }

    pub fn router(&self) -> Router {
        router(self.state.clone())
    }

    /// Where who shows nothing has the key of an administrator.
    pub async fn of_admin() -> Self {
        let hub = Self::with(false, |_| {}).await;
        let key = hub.key(wish(Role::Admin)).await;
        Self { key: Some(key.text), ..hub }
    }

    pub async fn send(&self, mut request: Request<Body>) -> Seen {
        if let Some(key) = self.key.as_ref().filter(|_| !request.headers().contains_key("authorization")) {
            request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
        }
        send(self.router(), request).await
    }

    /// A file as the body of `POST /imports`.
    pub async fn upload(&self, query: &str, bytes: impl Into<Body>) -> Seen {
        self.send(upload(query, bytes)).await
    }

    /// A GraphQL document; its `data`, which must be without errors.
    pub async fn ask(&self, document: &str, variables: Value) -> Value {
        let seen = self.send(graphql(document, variables)).await;
        let answer = seen.json();
        assert!(answer.get("errors").is_none(), "{document}: {answer}");
        answer["data"].clone()
    }
}

pub fn upload(query: &str, bytes: impl Into<Body>) -> Request<Body> {
    Request::post(format!("/imports?{query}"))
        .header("host", "localhost:8080")
        .header("content-type", "text/csv")
        .body(bytes.into())
        .unwrap()
}

pub fn graphql(document: &str, variables: Value) -> Request<Body> {
    Request::post("/graphql")
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
        .body(json!({ "query": document, "variables": variables }).to_string().into())
        .unwrap()
}

/// A GET of a file with personal data, by somebody who says what for.
pub fn get_for(purpose: &'static str, path: &str) -> Request<Body> {
    let mut request = get(path);
    request.headers_mut().insert("x-purpose", purpose.parse().unwrap());
    request
}

pub fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost:8080").body(Body::empty()).unwrap()
}
