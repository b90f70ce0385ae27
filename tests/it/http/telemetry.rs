//! One log line a request, trace ids that continue the caller's, and nothing private in either.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use lienthong::http::HttpOptions;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use tracing_subscriber::layer::SubscriberExt;

use super::{Seen, post, send, stand_in_router};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn traced(document: &str) -> Request<Body> {
    let mut request = post(document);
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    request.headers_mut().insert("traceparent", parent.parse().unwrap());
    request
}

async fn send_one(request: Request<Body>) -> Seen {
    send(stand_in_router(HttpOptions::default()), request).await
}

#[tokio::test]
async fn the_callers_trace_is_continued_and_a_broken_one_is_not() {
    assert_eq!(send_one(traced("{ hello }")).await.header("x-trace-id"), TRACE);
    for broken in ["00-00000000000000000000000000000000-b7ad6b7169203331-01", "x", ""] {
        let mut request = post("{ hello }");
        request.headers_mut().insert("traceparent", broken.parse().unwrap());
        let seen = send_one(request).await;
        let id = seen.header("x-trace-id");
        assert!(id.len() == 32 && id.bytes().any(|digit| digit != b'0'), "{broken:?} gave {id:?}");
    }
    let (one, other) = (send_one(post("{ hello }")).await, send_one(post("{ hello }")).await);
    assert_ne!(one.header("x-trace-id"), other.header("x-trace-id"));
}

#[tokio::test]
async fn one_line_says_what_ran_and_keeps_its_values_to_itself() {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let body = r#"{"query":"query Greet($t: String!) { echo(text: $t) literal: echo(text: \"chữ kín\") }",
                   "variables":{"t":"số căn cước 012345678901"}}"#;
    let mut request = traced("");
    *request.body_mut() = Body::from(body);
    let seen = send_one(request).await;
    drop(guard);

    let log = written.text();
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    let fields = &line["fields"];
    assert_eq!((&fields["operation"], &fields["kind"]), (&"Greet".into(), &"query".into()));
    assert_eq!((&fields["hash"], &fields["status"]), (&"0123456789abcdef".into(), &200.into()));
    assert_eq!((&fields["rows"], &fields["statements"]), (&2.into(), &1.into()));
    assert_eq!((&fields["trace_id"], &fields["bytes"]), (&TRACE.into(), &seen.body.len().into()));
    assert!(fields["duration_ms"].is_f64() && fields["plan_cached"].is_boolean());
    for secret in ["chữ kín", "012345678901", "echo"] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[tokio::test]
async fn refusals_and_panics_have_their_line_too() {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    send_one(Request::post("/graphql").body(Body::from("{}")).unwrap()).await;
    send_one(post("{ panicking }")).await;
    drop(guard);
    let log = written.text();
    assert!(log.contains(r#""status":415,"code":"UNSUPPORTED_MEDIA_TYPE""#), "{log}");
    assert!(log.contains(r#""status":500"#) && log.contains("a bug"), "{log}");
}

#[tokio::test]
async fn the_exported_span_is_named_by_type_and_follows_the_caller() {
    let exporter = Exported::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let seen = send_one(traced("query Greet { hello }")).await;
    drop(guard);

    let spans = exporter.0.lock().unwrap();
    let names: Vec<_> = spans.iter().map(|span| span.name.clone()).collect();
    let span = spans.iter().find(|span| span.name == "query").unwrap_or_else(|| panic!("{names:?}"));
    assert_eq!(span.span_context.trace_id().to_string(), TRACE);
    assert_eq!(span.parent_span_id.to_string(), "b7ad6b7169203331");
    let response = format!("00-{TRACE}-{}-01", span.span_context.span_id());
    assert_eq!(seen.header("traceresponse"), response);
    let attributes: Vec<String> =
        span.attributes.iter().map(|one| format!("{}={}", one.key, one.value)).collect();
    for wanted in [
        "graphql.operation.name=Greet",
        "graphql.operation.type=query",
        "http.request.method=POST",
        "http.response.status_code=200",
        "url.path=/graphql",
    ] {
        assert!(attributes.iter().any(|one| one == wanted), "{wanted} is not among {attributes:?}");
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, Clone, Default)]
struct Exported(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}
