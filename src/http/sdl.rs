//! `GET /schema.graphql`: the published schema, for client generators and people.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::trace::Trace;
use super::{AppState, turned_away};
use crate::access::Caller;

/// The published SDL; text, so that a browser shows it.
pub(super) async fn published(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
) -> Response {
    if !app.engine().tells_schema(caller.role) {
        return turned_away::no_schema().response(&trace.id);
    }
    let (sdl, validator) = app.sdl();
    validator.respond(&headers, sdl, "text/plain; charset=utf-8", "no-cache")
}
