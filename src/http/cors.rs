//! Which pages of other origins may read answers: none, unless the operator names them. Never with credentials of
//! the browser's own. Pure.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS, POST");
const SENT: HeaderValue = HeaderValue::from_static(
    "accept-language, authorization, content-type, if-none-match, traceparent, x-acting-as, x-dry-run, x-purpose",
);
const READ: HeaderValue = HeaderValue::from_static(
    "etag, ratelimit, ratelimit-policy, retry-after, x-cost-actual, x-cost-estimated, x-trace-id",
);
/// Seconds that a browser may keep what it was told.
const KEPT: HeaderValue = HeaderValue::from_static("600");

/// The origin of the page that asks, if it may read the answer.
pub(super) fn admitted(origins: &[String], headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    origins.iter().any(|known| known.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}

/// The answer to a browser that asks beforehand whether a page may ask; none: it is no such question.
pub(super) fn preflight(method: &Method, headers: &HeaderMap) -> Option<Response> {
    if method != Method::OPTIONS || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().extend([
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, SENT),
        (header::ACCESS_CONTROL_MAX_AGE, KEPT),
    ]);
    Some(response)
}

/// Lets the page read the answer.
pub(super) fn open(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
}
