//! `/imports`: an office's file in, how it stands, and the file back with what is wrong in it. A door: what
//! becomes of a file is the pipeline's business.

mod events;
mod job;
mod options;
mod report;
mod spool;
mod words;

use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::AppState;
use super::caller::text;
use super::refusal::Refusal;
use super::trace::Trace;
use crate::access::{Audit, Caller, Deed, Stage};
use crate::pipeline::Pipeline;
use crate::store::id;
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
    let place = spool::Place { dir: &app.options().temp_dir, limit: app.options().max_upload_bytes };
    let spooled = spool::receive(request, &place, &mut said).await?;
    let name = said.file_name.clone().or_else(|| spooled.name.clone()).unwrap_or_else(|| "upload".to_owned());
    let order = Order { spooled, name, said, key, caller: Arc::clone(&caller), trace_id: trace.id.clone() };
    let job = Uuid::from_bytes(RandomIdGenerator::default().new_trace_id().to_bytes());
    let told = app.jobs().begin(pipeline, order, job);
    let job = id::encode(JOB, job);
    if wants_events {
        return Ok(events::of_job(app, caller, trace.id.clone(), job, told));
    }
    if wants_no_wait {
        let body = json!({ "job": job, "events": format!("/imports/{job}/events") });
        return Ok(answer(StatusCode::ACCEPTED, &body, Some(&format!("/imports/{job}"))));
    }
    let finished = waited(told).await?;
    let status = if finished.extra["already"] == true { StatusCode::OK } else { StatusCode::CREATED };
    let report = self::told(&app, &finished, &Who { caller: &caller, trace_id: &trace.id }).await?;
    Ok(answer(status, &report, Some(&format!("/imports/{}", id::encode("import", finished.import)))))
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
    let shown = match begun(&app, &id) {
        Some(told) => standing(&app, &id, told, &who).await,
        None => report::report(&app, &id, &who).await,
    };
    match shown {
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
    let id = asked(id);
    if let Some(told) = begun(&app, &id) {
        return events::of_job(app, caller, trace.id, id, told);
    }
    match report::report(&app, &id, &Who { caller: &caller, trace_id: &trace.id }).await {
        Ok(_) => match id::decode(&id) {
            Some((_, import)) => events::of_import(app, caller, trace.id, id.clone(), import),
            None => words::unknown_import(&id).response(&trace.id),
        },
        Err(refusal) => refusal.response(&trace.id),
    }
}

/// `GET /imports/{id}/errors`: the office's own file, with a column that says what is wrong.
pub(super) async fn errors(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    id: Asked,
) -> Response {
    let id = asked(id);
    let marked = async {
        may_import(&caller)?;
        let pipeline = app.pipeline()?;
        let uuid = id::decode(&id).filter(|(prefix, _)| *prefix == "import").map(|(_, uuid)| uuid);
        let uuid = uuid.ok_or_else(|| words::unknown_import(&id))?;
        download(&pipeline, &caller, uuid, &trace.id).await
    };
    marked.await.unwrap_or_else(|refusal| refusal.response(&trace.id))
}

async fn download(
    pipeline: &Pipeline,
    caller: &Arc<Caller>,
    import: Uuid,
    trace_id: &str,
) -> Result<Response, Refusal> {
    let marked = async {
        pipeline.may_touch(caller, import).await?;
        // The office's rows as they came, with whatever personal data stand in them.
        let deed = Deed {
            caller: Arc::clone(caller),
            action: "GET /imports/{id}/errors".to_owned(),
            record: Some(id::encode("import", import)),
            trace_id: trace_id.to_owned(),
        };
        Audit::new(pipeline.pool.clone(), pipeline.clock).write(&deed, Stage::Read, None).await?;
        pipeline.marked(import).await
    };
    let marked =
        marked.await.map_err(|failure| words::refused(words::failed(failure, trace_id, "marking a file")))?;
    let mut response = Response::new(Body::from(marked.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(marked.media_type));
    let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&marked.name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}

fn begun(app: &AppState, id: &str) -> Option<watch::Receiver<Standing>> {
    let (prefix, uuid) = id::decode(id)?;
    (prefix == JOB).then(|| app.jobs().find(uuid)).flatten()
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
