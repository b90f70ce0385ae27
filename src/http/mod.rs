//! GraphQL over HTTP, the explorer, the published schema and health: bytes in, bytes out. Nothing here knows
//! what a query means (that is `graph`) and nothing here writes SQL for entity tables.

/// How many requests run at once.
mod admission;
/// Reads a request's body up to a limit.
mod body;
/// Who calls, by the headers.
mod caller;
/// How many connections stand.
mod connected;
/// Which pages of other origins may read answers; pure.
mod cors;
/// What an answer cost, in headers; pure.
mod cost;
/// Which document a request means.
mod documents;
/// What every response carries: a trace id, security headers, and a coded body even after a panic.
mod envelope;
/// The page people explore the graph with; its assets ship in the binary.
mod explorer;
/// How many connections there are files for.
mod files;
/// `POST /graphql` and `GET /graphql`.
mod graphql;
/// Process alive, hub ready.
mod health;
/// Who calls, found out once for each request.
mod identify;
/// `/imports`: files in, how they stand, files back with what is wrong in them.
mod imports;
/// Media types: what a request is written in and what its answer may be written in; pure.
mod media;
/// Request parameters out of a JSON body or a query string; pure.
mod params;
/// A connection that is given up when its caller does not read.
mod patient;
/// A request turned away before the engine saw it, as coded JSON.
mod refusal;
/// The one log line of a GraphQL request.
mod request_log;
/// `GET /schema.graphql`.
mod sdl;
mod sending;
/// Listening, and stopping without breaking what runs.
mod serve;
/// What the handlers share.
mod state;
mod tarpit;
/// Trace ids and the root span of a request.
mod trace;
/// The refusals of the HTTP side, in words.
mod turned_away;
/// Strong fingerprints and conditional requests.
mod validator;
/// `/verify`: what a code stands for, for people with phones; `/qr`: pictures that lead there.
mod verify;

pub use admission::AtOnce;
pub use serve::{Connected, serve};
pub use state::{Answers, AppState, HttpOptions};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// Bodies of fewer bytes travel as they are: compressing them costs more than it saves.
const COMPRESS_ABOVE_BYTES: u64 = 1024;

/// All routes of the hub.
pub fn router(state: AppState) -> Router {
    let compression = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
        SizeAbove::new(COMPRESS_ABOVE_BYTES).and(NotForContentType::IMAGES).and(NotForContentType::SSE),
    );
    Router::new()
        .route("/", get(explorer::page))
        .route("/explorer/{asset}", get(explorer::asset))
        .route("/graphql", any(graphql::handle))
        .route("/schema.graphql", get(sdl::published))
        // Uploads have a limit of their own, held while they come in.
        .route("/imports", post(imports::upload).layer(DefaultBodyLimit::disable()))
        .route("/imports/{id}", get(imports::show))
        .route("/imports/{id}/events", get(imports::follow))
        .route("/imports/{id}/errors", get(imports::errors))
        .route("/verify", get(verify::asked))
        .route("/verify/{*code}", get(verify::shown))
        .route("/pages/verify.css", get(verify::style))
        .route("/qr/{*code}", get(verify::picture))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .fallback(turned_away::not_found)
        .method_not_allowed_fallback(turned_away::method_not_allowed)
        .layer(compression)
        .layer(axum::middleware::from_fn_with_state(state.clone(), identify::identify))
        .layer(axum::middleware::from_fn_with_state(state.clone(), envelope::wrap))
        .with_state(state)
}
