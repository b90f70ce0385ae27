//! `POST /graphql` and `GET /graphql` by the GraphQL over HTTP specification: media types, parameters,
//! deadline, statuses. What a document means is the engine's business.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tokio::time::{Instant, timeout_at};

use super::body::{self, BodyError, Taken};
use super::caller::{self, language};
use super::media::{self, Answering};
use super::params::{self, Params};
use super::refusal::Refusal;
use super::request_log::RequestLog;
use super::trace::Trace;
use super::turned_away as no;
use super::validator::Validator;
use super::{AppState, admission, cost, documents};
use crate::access::{Caller, Subject};
use crate::graph;
use crate::store::deadline::until;

/// 294: the answer is partial: it has an entry `data`, perhaps null, and errors.
const PARTIAL: u16 = 294;

/// Answers any method on `/graphql`.
pub(super) async fn handle(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    if request.method() == Method::OPTIONS {
        return options();
    }
    let mut log = RequestLog::begin(&trace.id, caller.logged());
    let subject = Subject::of(&caller);
    let response = match respond(&app, &trace, caller, request, &mut log).await {
        Ok(response) => response,
        Err(refusal) => {
            log.code = refusal.code();
            refusal.response(&trace.id)
        }
    };
    log.status = Some(response.status());
    log.bytes = response.body().size_hint().exact().unwrap_or_default();
    // That somebody may not do something is told for next to nothing.
    let cheap = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&response.status());
    if response.status().is_client_error() && !cheap {
        app.hold(subject).await;
    }
    response
}

async fn respond(
    app: &AppState,
    trace: &Trace,
    caller: Arc<Caller>,
    request: Request,
    log: &mut RequestLog,
) -> Result<Response, Refusal> {
    let by_get = match *request.method() {
        Method::GET | Method::HEAD => true,
        Method::POST => false,
        _ => return Err(no::wrong_method()),
    };
    let answering = media::negotiate(request.headers()).ok_or_else(no::not_acceptable)?;
    let deadline = Instant::from_std(log.started()) + app.options().request_timeout;
    let language = language(request.headers());
    let headers = request.headers().clone();
    let dry_run = caller::says_yes(request.headers(), "x-dry-run").map_err(no::malformed)?;
    let (mut params, _room) = if by_get {
        // A browser sends no such header with a GET unless a page had it do so.
        if request.headers().contains_key(header::CONTENT_TYPE) && !media::is_json_utf8(request.headers()) {
            return Err(no::wrong_content_type());
        }
        (from_url(app, request.uri().query().unwrap_or_default())?, Taken::default())
    } else {
        timeout_at(deadline, from_body(app, request)).await.map_err(|_| no::body_too_slow())??
    };

    let query = documents::resolve(&app.options().documents, &mut params, &caller)?;
    let dry_run = dry_run || params.dry_run;
    // Such answers are kept on the way and compared; never where personal data may stand in them.
    let by_id = params.document_id.is_some() || params.hash.is_some();
    let kept = by_get && !dry_run && by_id && !caller.viewer().personal_data;
    // Taken when the body is there: whoever sends slowly holds nobody up. Held until the answer is written.
    let pass = app.admit(&caller).await?;
    let asker = Arc::clone(&caller);
    let asked = graph::Request {
        query,
        operation_name: params.operation_name,
        variables: params.variables,
        queries_only: by_get,
        paying: true,
        bare: kept,
        dry_run,
        own: false,
        trace_id: trace.id.clone(),
        caller,
        language,
    };
    let is_act = app.engine().is_act(&asked);
    let answer = match is_act {
        true => app.waiting(app.options().act_timeout, app.engine().answer(asked)).await?,
        false => {
            let running = until(deadline.into_std(), app.engine().answer(asked));
            let Ok(answer) = timeout_at(deadline, running).await else { return Err(app.late().await) };
            answer
        }
    };
    log.stats = answer.stats;
    let status = status_of(answer.outcome, by_get);
    let body = app.sending().send(&asker, answer.body, pass, is_act)?;
    let mut response = match kept && status == StatusCode::OK {
        true => {
            let mut response =
                Validator::of(&body).respond(&headers, body, "application/json", "private, no-cache");
            vary(response.headers_mut());
            if response.status() == StatusCode::OK {
                response.headers_mut().insert(header::CONTENT_TYPE, answering.content_type());
            }
            response
        }
        false => answered(status, answering, body),
    };
    cost::tell(response.headers_mut(), answer.outcome, log.stats.cost.as_ref());
    Ok(response)
}

/// The status of an answer (GraphQL over HTTP of September 2026, "Status Codes"), the same whatever media
/// type the caller reads.
fn status_of(outcome: graph::Outcome, by_get: bool) -> StatusCode {
    use graph::{Outcome, Refusal};
    match outcome {
        Outcome::Complete => StatusCode::OK,
        Outcome::Partial => StatusCode::from_u16(PARTIAL).unwrap_or(StatusCode::OK),
        Outcome::Refused(Refusal::NotAQuery) if by_get => StatusCode::METHOD_NOT_ALLOWED,
        Outcome::Refused(Refusal::Forbidden) => StatusCode::FORBIDDEN,
        Outcome::Refused(Refusal::Unauthenticated) => StatusCode::UNAUTHORIZED,
        Outcome::Refused(Refusal::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Outcome::Refused(Refusal::Syntax) => StatusCode::BAD_REQUEST,
        Outcome::Refused(Refusal::Budget { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Outcome::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A GraphQL response. Callers of `application/json` get it under that type when it is a success; all else
/// says by the GraphQL media type that it comes from here and from no proxy on the way.
fn answered(status: StatusCode, answering: Answering, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let written = if status.is_success() { answering } else { Answering::GraphqlResponse };
    headers.insert(header::CONTENT_TYPE, written.content_type());
    vary(headers);
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(no::SHORTLY));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
    }
    response
}

/// What answers depend on beside the address.
fn vary(headers: &mut HeaderMap) {
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
}

fn from_url(app: &AppState, query_string: &str) -> Result<Params, Refusal> {
    if query_string.len() > app.options().max_query_string_bytes {
        return Err(no::url_too_long(app.options().max_query_string_bytes));
    }
    params::from_query_string(query_string).map_err(no::malformed)
}

async fn from_body(app: &AppState, request: Request) -> Result<(Params, Taken), Refusal> {
    let headers = request.headers();
    if !media::is_json_utf8(headers) {
        return Err(no::wrong_content_type());
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(no::wrong_content_encoding());
    }
    let (declared, limit) = (content_length(headers), app.options().max_body_bytes);
    let read = body::read(request.into_body(), declared, limit, app.bodies()).await;
    let (body, taken) = read.map_err(|error| match error {
        BodyError::TooLarge => no::body_too_large(limit),
        BodyError::NoRoom => admission::overloaded(&body::ROOM_OF_ALL, app.bodies().bytes()),
        BodyError::Broken(_) => no::body_broken(),
    })?;
    Ok((params::from_json(&body).map_err(no::malformed)?, taken))
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What may be asked here. Whose pages may read answers, the envelope says.
fn options() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(no::METHODS));
    response
}
