//! What every response carries, whatever made it: a trace id, security headers, no store unless said
//! otherwise, and a coded body even when a handler panicked.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tracing::{Instrument, Span};

use super::{AppState, cors, explorer, trace, turned_away, verify};

/// Answers hold data, never anything to run or to load.
const NOTHING_MAY_LOAD: &str = "default-src 'none'; frame-ancestors 'none'";

/// Told where the hub's public address is one of HTTPS: a year.
const HTTPS_ALONE: &str = "max-age=31536000";

/// Runs the handlers inside the envelope.
pub(super) async fn wrap(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let kind = Kind::of(path);
    let span = if path == "/graphql" { trace::root_span(request.method()) } else { Span::none() };
    let trace = trace::begin(request.headers(), &span);
    request.extensions_mut().insert(trace.clone());

    let options = app.options();
    let origin = cors::admitted(&options.cors_origins, request.headers());
    let asked_before = origin.as_ref().and_then(|_| cors::preflight(request.method(), request.headers()));
    let mut response = match asked_before {
        Some(response) => response,
        None => {
            let handled = AssertUnwindSafe(next.run(request).instrument(span)).catch_unwind().await;
            handled.unwrap_or_else(|panic| after_panic(&*panic, &trace))
        }
    };

    let headers = response.headers_mut();
    secure(headers, kind);
    if !options.cors_origins.is_empty() {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = origin {
        cors::open(headers, origin);
    }
    if options.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ALONE));
    }
    if let Ok(id) = HeaderValue::from_str(&trace.id) {
        headers.insert("x-trace-id", id);
    }
    if let Some(value) = trace.response {
        headers.insert("traceresponse", value);
    }
    response
}

/// What an address gives, for what it may load and who may show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The explorer.
    Explorer,
    /// A page about a code.
    Verification,
    /// A picture that others may show.
    Picture,
    /// Data.
    Data,
}

impl Kind {
    fn of(path: &str) -> Self {
        match path {
            "/" => Kind::Explorer,
            "/verify" => Kind::Verification,
            path if path.starts_with("/verify/") => Kind::Verification,
            path if path.starts_with("/qr/") => Kind::Picture,
            _ => Kind::Data,
        }
    }
}

fn secure(headers: &mut HeaderMap, kind: Kind) {
    let policy = match kind {
        Kind::Explorer => explorer::CONTENT_SECURITY_POLICY,
        Kind::Verification => verify::CONTENT_SECURITY_POLICY,
        Kind::Picture | Kind::Data => NOTHING_MAY_LOAD,
    };
    let shown_by = if kind == Kind::Picture { "cross-origin" } else { "same-origin" };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static(shown_by));
    if matches!(kind, Kind::Explorer | Kind::Verification) {
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

fn after_panic(panic: &(dyn Any + Send), trace: &trace::Trace) -> Response {
    let what = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    tracing::error!(trace_id = trace.id, panic = what, "a handler panicked");
    turned_away::internal().response(&trace.id)
}
