//! What the handlers share: the engine, the limits, the database to ask for readiness. Built once by the hub.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::PgPool;
use tokio::time::timeout;

use super::admission::{Admission, AtOnce, Pass};
use super::body::Room;
use super::imports::Jobs;
use super::refusal::Refusal;
use super::sending::Sending;
use super::serve::Connected;
use super::tarpit::Tarpit;
use super::validator::Validator;
use super::{health, turned_away};
use crate::access::{Caller, Callers, Role, Subject};
use crate::graph::{Answer, Engine, Request, Trusted};
use crate::pipeline::Pipeline;

/// Whatever answers GraphQL requests: the engine, or a stand-in where only the transport is tested.
pub trait Answers: Send + Sync + 'static {
    /// Answers one request. Dropping the future abandons the request.
    fn answer(&self, request: Request) -> BoxFuture<'_, Answer>;
    /// The published SDL.
    fn sdl(&self) -> &str;
    /// Whether callers of the role may have the schema.
    fn tells_schema(&self, _role: Role) -> bool {
        true
    }
    /// Whether the request asks for something to be done, which may take longer than reading.
    fn is_act(&self, _request: &Request) -> bool {
        false
    }
}

impl Answers for Engine {
    fn answer(&self, request: Request) -> BoxFuture<'_, Answer> {
        self.execute(request).boxed()
    }

    fn sdl(&self) -> &str {
        Engine::sdl(self)
    }

    fn tells_schema(&self, role: Role) -> bool {
        Engine::tells_schema(self, role)
    }

    fn is_act(&self, request: &Request) -> bool {
        Engine::is_act(self, request)
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
    /// Longest an operation that changes something may keep its caller waiting; it is done all the same.
    pub act_timeout: Duration,
    /// Largest file that may be uploaded, bytes.
    pub max_upload_bytes: u64,
    /// Where uploads are kept while they come in.
    pub temp_dir: PathBuf,
    /// Where links to this hub begin, without a stroke at the end; none: at the host the caller names.
    pub public_url: Option<String>,
    /// Origins whose pages may read answers.
    pub cors_origins: Vec<String>,
    /// Documents that are sent by their ids.
    pub documents: Arc<Trusted>,
    /// How many requests run at once.
    pub at_once: AtOnce,
    /// How many connections stand, and how slow they may be.
    pub connected: Connected,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            max_body_bytes: 1024 * 1024,
            max_query_string_bytes: 16 * 1024,
            request_timeout: Duration::from_secs(30),
            act_timeout: Duration::from_secs(600),
            max_upload_bytes: 64 << 20,
            temp_dir: std::env::temp_dir(),
            public_url: None,
            cors_origins: Vec::new(),
            documents: Arc::default(),
            at_once: AtOnce::default(),
            connected: Connected::default(),
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
    /// None: this hub only reads.
    pipeline: Option<Arc<Pipeline>>,
    jobs: Arc<Jobs>,
    callers: Callers,
    admission: Admission,
    tarpit: Tarpit,
    bodies: Room,
    sending: Sending,
    /// When the database was last found not to answer.
    away: Mutex<Option<Instant>>,
}

impl AppState {
    /// State over `engine`, ready when the database behind `pool` is.
    pub fn new(engine: Arc<dyn Answers>, pool: PgPool, options: HttpOptions) -> Self {
        Self::over(engine, pool, options, None, Callers::default())
    }

    /// The same, which also takes files in, by `pipeline`, from `callers` whom it knows.
    pub fn acting(
        engine: Arc<dyn Answers>,
        pool: PgPool,
        options: HttpOptions,
        pipeline: Arc<Pipeline>,
        callers: Callers,
    ) -> Self {
        Self::over(engine, pool, options, Some(pipeline), callers)
    }

    fn over(
        engine: Arc<dyn Answers>,
        pool: PgPool,
        options: HttpOptions,
        pipeline: Option<Arc<Pipeline>>,
        callers: Callers,
    ) -> Self {
        let sdl = Bytes::copy_from_slice(engine.sdl().as_bytes());
        let sdl_validator = Validator::of(&sdl);
        let (jobs, admission, tarpit) =
            (Arc::default(), Admission::new(options.at_once.clone()), Tarpit::default());
        let (away, bodies) = (Mutex::default(), Room::new(options.max_body_bytes));
        let shared = Shared {
            engine,
            pool,
            options,
            sdl,
            sdl_validator,
            pipeline,
            jobs,
            callers,
            admission,
            tarpit,
            bodies,
            sending: Sending::default(),
            away,
        };
        Self { shared: Arc::new(shared) }
    }

    pub(super) fn pipeline(&self) -> Result<Arc<Pipeline>, Refusal> {
        self.shared.pipeline.clone().ok_or_else(turned_away::reads_only)
    }

    pub(super) fn callers(&self) -> &Callers {
        &self.shared.callers
    }

    /// A place for a request, or why there is none.
    pub(super) async fn admit(&self, caller: &Caller) -> Result<Pass, Refusal> {
        self.shared.admission.enter(caller).await
    }

    /// Holds the answer to a refused request back, where its caller is refused again and again.
    pub(super) async fn hold(&self, subject: Subject) {
        let held = self.shared.tarpit.hold(subject, std::time::Instant::now());
        if !held.is_zero() {
            tokio::time::sleep(held).await;
        }
    }

    /// Room for answers.
    pub(super) fn sending(&self) -> &Sending {
        &self.shared.sending
    }

    /// Room for bodies.
    pub(super) fn bodies(&self) -> &Room {
        &self.shared.bodies
    }

    pub(super) fn jobs(&self) -> &Arc<Jobs> {
        &self.shared.jobs
    }

    /// Why an answer did not come in time: the database does not answer at all, or too much was asked of it.
    pub(super) async fn late(&self) -> Refusal {
        match self.answers().await && !self.was_away() {
            true => turned_away::deadline_exceeded(),
            false => turned_away::unavailable(),
        }
    }

    /// Whether the database answers a question that is nothing to it.
    async fn answers(&self) -> bool {
        let begun = Instant::now();
        let answers = health::answers(self.pool()).await;
        if !answers || begun.elapsed() > health::SOON {
            *self.shared.away.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        answers
    }

    /// Whether it did not while a request that is late by now was under way.
    fn was_away(&self) -> bool {
        let away = *self.shared.away.lock().unwrap_or_else(PoisonError::into_inner);
        away.is_some_and(|at| at.elapsed() < self.options().request_timeout + health::PATIENCE)
    }

    /// Waits for work that may take long, for as long as the database answers meanwhile; the work goes on all the same.
    pub(super) async fn waiting<T>(
        &self,
        most: Duration,
        work: impl Future<Output = T>,
    ) -> Result<T, Refusal> {
        let begun = Instant::now();
        let mut work = pin!(work);
        loop {
            let patience = self.options().request_timeout.min(most.saturating_sub(begun.elapsed()));
            if let Ok(done) = timeout(patience, &mut work).await {
                return Ok(done);
            }
            if begun.elapsed() >= most {
                return Err(self.late().await);
            }
            // Asked twice: it may have much to do.
            if !self.answers().await && !self.answers().await {
                return Err(turned_away::unavailable());
            }
        }
    }

    /// Answers a question that the hub puts to itself, as long as a request may take.
    pub(super) async fn ask(&self, request: Request) -> Result<Answer, Refusal> {
        match timeout(self.options().request_timeout, self.engine().answer(request)).await {
            Ok(answer) => Ok(answer),
            Err(_) => Err(self.late().await),
        }
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
