//! `GET /schema.graphql`: the published schema, for client generators and people.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::AppState;

/// The published SDL; text, so that a browser shows it.
pub(super) async fn published(State(app): State<AppState>, headers: HeaderMap) -> Response {
    let (sdl, validator) = app.sdl();
    validator.respond(&headers, sdl, "text/plain; charset=utf-8", "no-cache")
}
