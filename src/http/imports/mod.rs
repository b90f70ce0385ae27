//! `/imports`: an office's file in, how it stands, and the file back with what is wrong in it. A door: what
//! becomes of a file is the pipeline's business.

mod errors;
mod events;
mod job;
mod options;
mod queue;
mod report;
mod spool;
mod words;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::AppState;
use super::caller::text;
use super::refusal::Refusal;
use super::trace::Trace;
use crate::access::{Caller, system_random};
use crate::store::id;
pub(super) use errors::errors;
pub(in crate::http) use job::Jobs;
use job::{Finished, Order, Standing};
use options::Said;

/// Prefix of the ids of imports under way.
const JOB: &str = "job";

/// `POST /imports`.
pub(super) async fn upload(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let by = caller.logged().to_owned();
    let (code, response) = match taken(app, &trace, caller, request).await {
        Ok(response) => ("", response),
        Err(refusal) => (refusal.code(), refusal.response(&trace.id)),
    };
    tracing::info!(
        target: "lienthong::request",
        caller = by,
        status = response.status().as_u16(),
        code,
        duration_ms = started.elapsed().as_micros() as f64 / 1000.0,
        trace_id = trace.id,
        "upload"
    );
    response
}

async fn taken(
    app: AppState,
    trace: &Trace,
    caller: Arc<Caller>,
    request: Request,
) -> Result<Response, Refusal> {
    may_import(&caller)?;
    let bad = |fault| Refusal::new(StatusCode::BAD_REQUEST, fault);
    let mut said = Said::read(request.uri().query().unwrap_or_default()).map_err(bad)?;
    let key = options::key(request.headers()).map_err(bad)?;
    let (wants_events, wants_no_wait) = (accepts_events(request.headers()), prefers_async(request.headers()));
    let pipeline = app.pipeline()?;
    // Before anything is kept of it.
    let place = app.jobs().queues.uploads.enter(&caller).await?;
    let room = spool::Place { dir: &app.options().temp_dir, limit: app.options().max_upload_bytes };
    let spooled = spool::receive(request, &room, &mut said).await?;
    let name = said.file_name.clone().or_else(|| spooled.name.clone()).unwrap_or_else(|| "upload".to_owned());
    let trace_id = trace.id.clone();
    let order = Order { spooled, name, said, key, caller: Arc::clone(&caller), trace_id, place };
    let job = drawn()?;
    // Whoever may not listen is told before anything begins.
    let listener = match wants_events {
        true => Some(app.jobs().queues.listeners.enter(&caller).await?),
        false => None,
    };
    let told = app.jobs().begin(pipeline, order, job);
    let job = id::encode(JOB, job);
    if let Some(listener) = listener {
        return Ok(events::of_job(events::Listener::new(app, caller, &trace.id, listener), job, told));
    }
    if wants_no_wait {
        let body = json!({ "job": job, "events": format!("/imports/{job}/events") });
        return Ok(answer(StatusCode::ACCEPTED, &body, Some(&format!("/imports/{job}"))));
    }
    let finished = app.waiting(Duration::MAX, waited(told)).await??;
    let status = if finished.extra["already"] == true { StatusCode::OK } else { StatusCode::CREATED };
    let report = self::told(&app, &finished, &Who { caller: &caller, trace_id: &trace.id }).await?;
    Ok(answer(status, &report, Some(&format!("/imports/{}", id::encode("import", finished.import)))))
}

/// An id that nobody guesses.
fn drawn() -> Result<Uuid, Refusal> {
    let mut bytes = [0; 16];
    system_random(&mut bytes).map_err(|error| {
        tracing::error!(%error, "no id can be drawn");
        super::turned_away::internal()
    })?;
    Ok(Uuid::from_bytes(bytes))
}

/// The outcome of an import, once it is there.
async fn waited(mut told: watch::Receiver<Standing>) -> Result<Arc<Finished>, Refusal> {
    loop {
        match &*told.borrow_and_update() {
            Standing::Done(finished) => return Ok(Arc::clone(finished)),
            Standing::Failed(fault) => return Err(words::refused(fault.clone())),
            Standing::Waiting | Standing::Under(_) => {}
        }
        if told.changed().await.is_err() {
            return Err(super::turned_away::internal());
        }
    }
}

/// Who is told, and under which trace id.
pub(in crate::http) struct Who<'a> {
    pub caller: &'a Arc<Caller>,
    pub trace_id: &'a str,
}

/// The report of an import that is through, with what is only known now.
async fn told(app: &AppState, finished: &Finished, who: &Who<'_>) -> Result<Value, Refusal> {
    let mut report = report::report(app, &id::encode("import", finished.import), who).await?;
    if let (Some(report), Some(extra)) = (report.as_object_mut(), finished.extra.as_object()) {
        report.extend(extra.clone());
    }
    Ok(report)
}

/// The id in a path, or why there is none.
type Asked = Result<Path<String>, PathRejection>;

/// The id in a path; bytes that are no text are nobody's.
fn asked(id: Asked) -> String {
    id.map_or_else(|_| String::from(char::REPLACEMENT_CHARACTER), |Path(id)| id)
}

/// `GET /imports/{id}`: the report; of one under way, how far it is.
pub(super) async fn show(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    id: Asked,
) -> Response {
    let who = Who { caller: &caller, trace_id: &trace.id };
    let id = asked(id);
    let shown = async {
        let _pass = app.admit(&caller).await?;
        match begun(&app, &caller, &id) {
            Some(told) => standing(&app, &id, told, &who).await,
            None => report::report(&app, &id, &who).await,
        }
    };
    match shown.await {
        Ok(report) => answer(StatusCode::OK, &report, None),
        Err(refusal) => refusal.response(&trace.id),
    }
}

async fn standing(
    app: &AppState,
    job: &str,
    told: watch::Receiver<Standing>,
    who: &Who<'_>,
) -> Result<Value, Refusal> {
    let at = told.borrow().clone();
    match at {
        Standing::Done(finished) => self::told(app, &finished, who).await,
        Standing::Failed(fault) => Err(words::refused(fault)),
        Standing::Waiting => Ok(json!({ "job": job, "running": true, "done": 0, "total": 0 })),
        Standing::Under(at) => Ok(json!({ "job": job, "running": true, "done": at.done, "total": at.total })),
    }
}

/// `GET /imports/{id}/events`.
pub(super) async fn follow(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    id: Asked,
) -> Response {
    let followed = followed(app, caller, &trace.id, asked(id)).await;
    followed.unwrap_or_else(|refusal| refusal.response(&trace.id))
}

async fn followed(
    app: AppState,
    caller: Arc<Caller>,
    trace_id: &str,
    id: String,
) -> Result<Response, Refusal> {
    let _pass = app.admit(&caller).await?;
    let begun = begun(&app, &caller, &id);
    if begun.is_none() {
        report::report(&app, &id, &Who { caller: &caller, trace_id }).await?;
    }
    let place = app.jobs().queues.listeners.enter(&caller).await?;
    let listener = events::Listener::new(app, caller, trace_id, place);
    match (begun, id::decode(&id)) {
        (Some(told), _) => Ok(events::of_job(listener, id, told)),
        (None, Some((_, import))) => Ok(events::of_import(listener, id, import)),
        (None, None) => Err(words::unknown_import(&id)),
    }
}

/// What the caller began here under the id.
fn begun(app: &AppState, caller: &Caller, id: &str) -> Option<watch::Receiver<Standing>> {
    let (prefix, uuid) = id::decode(id)?;
    (prefix == JOB).then(|| app.jobs().find(caller, uuid)).flatten()
}

fn accepts_events(headers: &HeaderMap) -> bool {
    text(headers, header::ACCEPT).is_some_and(|accept| accept.contains("text/event-stream"))
}

fn prefers_async(headers: &HeaderMap) -> bool {
    let prefer = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    prefer.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}

fn answer(status: StatusCode, body: &Value, location: Option<&str>) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    if let Some(value) = location.and_then(|location| HeaderValue::from_str(location).ok()) {
        headers.insert(header::LOCATION, value);
    }
    response
}

/// Whether registers of any office are taken from the caller; of which, is seen once the file is recognised.
fn may_import(caller: &Caller) -> Result<(), Refusal> {
    match caller.imports() {
        true => Ok(()),
        false => Err(super::turned_away::not_allowed(caller)),
    }
}
