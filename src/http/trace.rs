//! Trace ids and the root span of a request: the caller's trace is continued (W3C `traceparent`), else a
//! new one begins. Whether spans are exported is not decided here.

use axum::http::{HeaderMap, HeaderValue, Method};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// What a request is known by in logs, traces and errors.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    /// 32 hexadecimal digits, in every response and error.
    pub id: String,
    /// The `traceresponse` header, when a span records this request.
    pub response: Option<HeaderValue>,
}

/// The trace a request belongs to; gives `span` its parent, so call it before the span is entered.
pub(super) fn begin(headers: &HeaderMap, span: &Span) -> Trace {
    let parent = remote_parent(headers);
    if !span.is_disabled() {
        if let Some(parent) = &parent {
            let context = opentelemetry::Context::new().with_remote_span_context(parent.clone());
            // Without an exporter there is no layer to take the parent; the log line has the id all the same.
            let _ = span.set_parent(context);
        }
        let context = span.context();
        let recorded = context.span().span_context().clone();
        if recorded.is_valid() {
            return Trace { id: recorded.trace_id().to_string(), response: traceresponse(&recorded) };
        }
    }
    let id = parent.map_or_else(|| RandomIdGenerator::default().new_trace_id(), |parent| parent.trace_id());
    Trace { id: id.to_string(), response: None }
}

/// The span of one GraphQL request, its parts filled in as they become known by `finish`. Its exported name
/// becomes the operation's type alone: names with values in them cannot be grouped.
pub(super) fn root_span(method: &Method) -> Span {
    tracing::info_span!(
        target: "lienthong::request",
        "graphql",
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        url.path = "/graphql",
        http.response.status_code = Empty,
        graphql.operation.name = Empty,
        graphql.operation.type = Empty,
    )
}

/// Completes the root span with what ran and how it ended.
pub(super) fn finish(span: &Span, operation_type: &str, operation_name: &str, status: u16) {
    if span.is_disabled() {
        return;
    }
    // A span that has begun takes a name only here, not as the field `otel.name`.
    let name = if operation_type.is_empty() { "GraphQL Operation" } else { operation_type };
    span.context().span().update_name(name.to_owned());
    if !operation_type.is_empty() {
        span.record("graphql.operation.type", operation_type);
    }
    if !operation_name.is_empty() {
        span.record("graphql.operation.name", operation_name);
    }
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

fn remote_parent(headers: &HeaderMap) -> Option<SpanContext> {
    headers.get("traceparent")?;
    let context =
        TraceContextPropagator::new().extract_with_context(&opentelemetry::Context::new(), &Headers(headers));
    let parent = context.span().span_context().clone();
    parent.is_valid().then_some(parent)
}

fn traceresponse(span: &SpanContext) -> Option<HeaderValue> {
    let flags = span.trace_flags().to_u8();
    HeaderValue::from_str(&format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id())).ok()
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}
