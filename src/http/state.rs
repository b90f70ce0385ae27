//! What the handlers share: the engine, the limits, the database to ask for readiness. Built once by the hub.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::PgPool;

use super::validator::Validator;
use crate::graph::{Answer, Engine, Request};

/// Whatever answers GraphQL requests: the engine, or a stand-in where only the transport is tested.
pub trait Answers: Send + Sync + 'static {
    /// Answers one request. Dropping the future abandons the request.
    fn answer(&self, request: Request) -> BoxFuture<'_, Answer>;
    /// The published SDL.
    fn sdl(&self) -> &str;
}

impl Answers for Engine {
    fn answer(&self, request: Request) -> BoxFuture<'_, Answer> {
        self.execute(request).boxed()
    }

    fn sdl(&self) -> &str {
        Engine::sdl(self)
    }
}

/// Limits of the HTTP side.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Largest request body, bytes.
    pub max_body_bytes: usize,
    /// Longest query string of a GET request, bytes.
    pub max_query_string_bytes: usize,
    /// Longest a request may take, from its headers to its answer.
    pub request_timeout: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            max_body_bytes: 1024 * 1024,
            max_query_string_bytes: 16 * 1024,
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Arc<dyn Answers>,
    pool: PgPool,
    options: HttpOptions,
    sdl: Bytes,
    sdl_validator: Validator,
}

impl AppState {
    /// State over `engine`, ready when the database behind `pool` is.
    pub fn new(engine: Arc<dyn Answers>, pool: PgPool, options: HttpOptions) -> Self {
        let sdl = Bytes::copy_from_slice(engine.sdl().as_bytes());
        let sdl_validator = Validator::of(&sdl);
        Self { shared: Arc::new(Shared { engine, pool, options, sdl, sdl_validator }) }
    }

    pub(super) fn engine(&self) -> &dyn Answers {
        &*self.shared.engine
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.shared.pool
    }

    pub(super) fn options(&self) -> &HttpOptions {
        &self.shared.options
    }

    pub(super) fn sdl(&self) -> (Bytes, &Validator) {
        (self.shared.sdl.clone(), &self.shared.sdl_validator)
    }
}
