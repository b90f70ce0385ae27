//! `GET /verify/{code}`: what a code stands for, as a page for phones or as JSON; `GET /qr/{code}`: the picture that
//! leads there. The graph is asked, so that every door tells the same.

mod page;
mod picture;

use std::sync::{Arc, LazyLock};

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::trace::Trace;
use super::validator::Validator;
use super::{AppState, caller, params};
use crate::access::Caller;
use crate::error::Fault;
use crate::graph::{self, Outcome, Request};
use crate::store::run::unavailable;

const QUERY: &str = include_str!("query.graphql");
const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// What the page may load: its style, and it may be asked again. No script at all.
pub(super) const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static STYLE: LazyLock<(Bytes, Validator)> = LazyLock::new(|| {
    let style = Bytes::from_static(include_bytes!("page.css"));
    let validator = Validator::of(&style);
    (style, validator)
});

/// `GET /pages/verify.css`
pub(super) async fn style(headers: HeaderMap) -> Response {
    let (style, validator) = &*STYLE;
    validator.respond(&headers, style.clone(), "text/css; charset=utf-8", "public, max-age=3600")
}

/// `GET /verify?code=…&year=…`: what the form of the page sends; without a code, the form alone.
pub(super) async fn asked(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(who): Extension<Arc<Caller>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    match (named(&query, "code"), year(&query)) {
        (Err(fault), _) | (_, Err(fault)) => answer(&headers, "", 0, Err(told(fault))),
        (Ok(None), _) => answer(&headers, "", 0, Ok(Value::Null)),
        (Ok(Some(code)), Ok(year)) => {
            let found = verified(&app, (&code, year), &who, &trace.id).await;
            answer(&headers, &code, 0, found)
        }
    }
}

/// `GET /verify/{code}`; the code may hold strokes.
pub(super) async fn shown(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(who): Extension<Arc<Caller>>,
    path: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let depth = uri.path().matches('/').count().saturating_sub(1);
    let Ok(Path(code)) = path else { return answer(&headers, "", depth, Err(told(unreadable()))) };
    match year(uri.query().unwrap_or_default()) {
        Ok(year) => {
            let found = verified(&app, (&code, year), &who, &trace.id).await;
            answer(&headers, &code, depth, found)
        }
        Err(fault) => answer(&headers, &code, depth, Err(told(fault))),
    }
}

/// `GET /qr/{code}`: a picture that leads to the page of what has this code or id.
pub(super) async fn picture(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(who): Extension<Arc<Caller>>,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let refused = |status, fault| Refusal::new(status, fault).response(&trace.id);
    let Ok(Path(code)) = path else { return refused(StatusCode::BAD_REQUEST, unreadable()) };
    let found = match verified(&app, (&code, None), &who, &trace.id).await {
        Ok(found) if found["found"] == true => found,
        Ok(_) => return refused(StatusCode::NOT_FOUND, nothing_to_show()),
        Err(wrong) => return wrong.response(&trace.id),
    };
    let base = match picture::base(app.options().public_url.as_deref(), caller::text(&headers, header::HOST))
    {
        Ok(base) => base,
        Err(fault) => return refused(StatusCode::BAD_REQUEST, fault),
    };
    let link = picture::link(&base, found["code"].as_str().unwrap_or_default());
    match picture::svg(&link) {
        Ok(svg) => respond(StatusCode::OK, "image/svg+xml; charset=utf-8", svg.into_bytes()),
        Err(fault) => refused(StatusCode::UNPROCESSABLE_ENTITY, fault),
    }
}

/// What the graph says of the code.
async fn verified(
    app: &AppState,
    (code, year): (&str, Option<i32>),
    who: &Arc<Caller>,
    trace_id: &str,
) -> Result<Value, Refusal> {
    let _pass = app.admit(who).await?;
    let variables = json!({ "code": code, "year": year });
    let request = Request {
        query: QUERY.to_owned(),
        variables: variables.as_object().cloned().unwrap_or_default(),
        paying: true,
        trace_id: trace_id.to_owned(),
        caller: Arc::clone(who),
        ..Request::default()
    };
    let answer = app.ask(request).await?;
    let outcome = answer.outcome;
    let mut answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let found = answer["data"]["verify"].take();
    if found.is_object() {
        return Ok(found);
    }
    let error = &answer["errors"][0];
    let code = error["extensions"]["code"].as_str().unwrap_or_default();
    let fault = |known| {
        let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Fault::new(known, words(&error["message"]), words(&error["extensions"]["messageVi"]))
    };
    if let Outcome::Refused(refused @ graph::Refusal::Budget { .. }) = outcome {
        let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, fault("BUDGET_EXCEEDED"));
        return Err(match refused {
            graph::Refusal::Budget { retry_after: Some(seconds) } => refusal.retry_after(seconds),
            _ => refusal,
        });
    }
    Err(match MISTAKES.iter().find(|known| **known == code) {
        Some(known) => Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, fault(known)),
        None => Refusal::new(StatusCode::SERVICE_UNAVAILABLE, unavailable()),
    })
}

/// Mistakes of the caller.
const MISTAKES: [&str; 3] = ["CODE_EMPTY", "CODE_TOO_LONG", "CODE_PERSONAL"];

/// The page, or JSON for whoever takes that rather. `depth`: folders the address is below the page's own.
fn answer(headers: &HeaderMap, code: &str, depth: usize, found: Result<Value, Refusal>) -> Response {
    let status = match &found {
        Ok(found) if found.is_null() || found["found"] == true => StatusCode::OK,
        Ok(_) => StatusCode::NOT_FOUND,
        Err(refusal) => refusal.status(),
    };
    let mut response = match (wants_json(headers), found) {
        (true, Ok(found)) => respond(status, JSON, found.to_string().into_bytes()),
        (true, Err(refusal)) => refusal.response(""),
        (false, Ok(found)) => {
            respond(status, HTML, page::page(code, depth, &page::verdict(&found, depth)).into_bytes())
        }
        (false, Err(refusal)) => {
            let page = page::page(code, depth, &page::mistake(refusal.fault()));
            let mut response = respond(status, HTML, page.into_bytes());
            response.headers_mut().extend(refusal.header());
            response
        }
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Whether JSON is taken rather than a page.
fn wants_json(headers: &HeaderMap) -> bool {
    let (mut json, mut html) = (0.0_f32, 0.0_f32);
    for range in caller::text(headers, header::ACCEPT).unwrap_or("*/*").split(',') {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        match kind.as_str() {
            "application/json" => json = json.max(weight),
            "text/html" | "text/*" | "application/xhtml+xml" => html = html.max(weight),
            _ => {}
        }
    }
    json > html
}

fn year(query: &str) -> Result<Option<i32>, Fault> {
    let Some(text) = named(query, "year")? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        Fault::new("YEAR_INVALID", "year takes a number such as 2023", "year nhận một năm, ví dụ 2023")
    })
}

/// A parameter of the query string; none where it is left out or empty.
fn named(query: &str, name: &str) -> Result<Option<String>, Fault> {
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key == name && !value.is_empty() {
            return params::decoded(value).map(|text| Some(text.into_owned()));
        }
    }
    Ok(None)
}

fn told(fault: Fault) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, fault)
}

fn unreadable() -> Fault {
    Fault::new(
        "INVALID_UTF8",
        "the address is not UTF-8; percent-encode the code, stroke and all",
        "địa chỉ không phải UTF-8; hãy mã hóa phần trăm cho mã, kể cả dấu gạch chéo",
    )
}

fn nothing_to_show() -> Fault {
    Fault::new(
        "NOT_FOUND",
        "nothing has this code or id, so there is no page to lead to",
        "không có gì mang mã này nên không có trang để dẫn tới",
    )
}
