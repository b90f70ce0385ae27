//! HTTP through the real router.

mod arguments;
mod audits;
mod bounds;
mod budgets;
mod cases;
mod clients;
mod documents;
pub mod doors;
mod explorer;
mod health;
pub mod hostile;
mod limits;
mod load;
mod origins;
mod real;
mod telemetry;
mod verify;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use lienthong::http::{HttpOptions, router};
use tower::ServiceExt;

use crate::stand_in;

/// A response, its body read.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Seen {
    /// A header's value; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of the first error.
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The router over the stand-in.
pub fn stand_in_router(options: HttpOptions) -> Router {
    router(stand_in::state(options))
}

/// One request through `router`.
pub async fn send(router: Router, request: Request<Body>) -> Seen {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Seen { status: parts.status, headers: parts.headers, body }
}

/// A GET of `path` with the default limits.
pub async fn get(path: &str) -> Seen {
    let request = Request::get(path).body(Body::empty()).unwrap();
    send(stand_in_router(HttpOptions::default()), request).await
}

/// A POST of a GraphQL document.
pub fn post(document: &str) -> Request<Body> {
    Request::post("/graphql")
        .header("content-type", "application/json")
        .body(serde_json::json!({ "query": document }).to_string().into())
        .unwrap()
}
