//! Requests that nobody would send, through the real router over the real engine, whose database is away: an answer of
//! any kind is right as long as it is coded and no fault of ours.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::BodyExt;
use lienthong::access::{Audit, Callers};
use lienthong::clock::Clock;
use lienthong::graph::Engine;
use lienthong::http::{AppState, HttpOptions, router};
use lienthong::ingest::place::Places;
use lienthong::ingest::register::Registers;
use lienthong::pipeline::Pipeline;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use super::chance::Chance;
use super::{cells, documents};

const METHODS: [&str; 9] = ["GET", "POST", "POST", "POST", "HEAD", "OPTIONS", "PUT", "TRACE", "M-SEARCH"];
const PATHS: [&str; 12] = [
    "/graphql",
    "/graphql",
    "/graphql",
    "/",
    "/explorer/page.js",
    "/schema.graphql",
    "/imports",
    "/imports/import_01h455vb4pex5vsknk084sn02q",
    "/imports/job_01h455vb4pex5vsknk084sn02q/events",
    "/verify/8938505970011",
    "/qr/A",
    "/verify",
];
const PARAMETERS: [&str; 12] = [
    "query",
    "variables",
    "operationName",
    "extensions",
    "code",
    "year",
    "register",
    "province",
    "asOf",
    "apply",
    "fileName",
    "v",
];
const NAMES: [&str; 16] = [
    "content-type",
    "content-type",
    "accept",
    "accept-language",
    "accept-encoding",
    "content-encoding",
    "traceparent",
    "idempotency-key",
    "prefer",
    "host",
    "origin",
    "content-disposition",
    "x-purpose",
    "authorization",
    "if-none-match",
    "x-forwarded-for",
];
const VALUES: [&str; 24] = [
    "application/json",
    "application/json",
    "application/json; charset=utf-8",
    "application/graphql-response+json",
    "text/csv",
    "multipart/form-data; boundary=b",
    "text/html",
    "*/*",
    "vi,en;q=0.5",
    "gzip, br",
    "identity",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "k",
    "respond-async",
    "localhost",
    "https://evil.example",
    "attachment; filename*=UTF-8''S%E1%BB%95.csv",
    "Bearer a",
    "\"a\"",
    "text/event-stream",
    "q=",
    ";;,,=\"",
    "",
    "-1",
];

static SERVED: LazyLock<(Runtime, Router)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let router = runtime.block_on(async {
        let nowhere = PgConnectOptions::new_without_pgpass().socket("/nonexistent").database("none");
        let pool =
            PgPoolOptions::new().acquire_timeout(Duration::from_millis(100)).connect_lazy_with(nowhere);
        let catalog = Arc::new(lienthong::catalog::load_embedded().expect("a catalog"));
        let pipeline = Arc::new(Pipeline {
            pool: pool.clone(),
            catalog: Arc::clone(&catalog),
            registers: Arc::new(Registers::load(&catalog, None).expect("the registers")),
            places: Arc::new(Places::load()),
            clock: Clock::System,
            audit: Audit::new(&pool, Clock::System),
        });
        let engine = Engine::new(catalog, pool.clone()).expect("an engine");
        let options = HttpOptions { max_upload_bytes: 1 << 20, ..HttpOptions::default() };
        let callers = Callers::new(None, true, Vec::new());
        router(AppState::acting(Arc::new(engine), pool, options, pipeline, callers))
    });
    (runtime, router)
});

/// One request.
pub fn http(seed: u64) {
    let mut chance = Chance::new(seed);
    let Some(request) = request(&mut chance) else { return };
    let (runtime, router) = &*SERVED;
    let told = format!("seed {seed}: {} {}", request.method(), request.uri());
    let is_head = request.method() == Method::HEAD;
    runtime.block_on(async {
        let response = router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        assert!(status != 500, "{told}: a fault of ours");
        let text =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(text("x-trace-id").len(), 32, "{told}");
        assert_eq!(text("x-content-type-options"), "nosniff", "{told}");
        assert_eq!(text("access-control-allow-origin"), "", "{told}");
        assert!(status != 503 || !text("retry-after").is_empty(), "{told}: when to come again");
        let kind = text("content-type").to_owned();
        let whole = body.collect().await.expect("a body").to_bytes();
        if status < 400 || is_head || kind.starts_with("text/html") || !text("content-encoding").is_empty() {
            return;
        }
        let answer: Value = serde_json::from_slice(&whole).unwrap_or_default();
        let coded = kind.starts_with("application/json") && answer["found"] == false
            || answer["errors"][0]["extensions"]["code"].is_string();
        assert!(coded, "{told}: {status} {kind} {}", String::from_utf8_lossy(&whole));
    });
}

/// None where what was made is no request at all.
fn request(chance: &mut Chance) -> Option<Request<Body>> {
    let mut builder = Request::builder().method(*chance.pick(&METHODS)).uri(uri(chance)?);
    for _ in 0..chance.below(6) {
        let name = HeaderName::from_static(chance.pick::<&str>(&NAMES));
        let mut value = chance.pick::<&str>(&VALUES).as_bytes().to_vec();
        harm(chance, &mut value);
        builder = builder.header(name, HeaderValue::from_bytes(&value).ok()?);
    }
    if chance.one_in(2) {
        builder = builder.header("content-type", "application/json");
    }
    builder.body(Body::from(body(chance))).ok()
}

fn uri(chance: &mut Chance) -> Option<Uri> {
    let mut path = chance.pick::<&str>(&PATHS).to_string();
    if chance.one_in(4) {
        let more = cells::text(chance);
        path += &escaped(chance, &more);
    }
    let mut separator = '?';
    for _ in 0..chance.below(5) {
        let value = if chance.one_in(2) { documents::text(chance) } else { cells::text(chance) };
        path += &format!("{separator}{}={}", chance.pick::<&str>(&PARAMETERS), escaped(chance, &value));
        separator = '&';
    }
    path.parse().ok()
}

/// Percent-encoded, mostly.
fn escaped(chance: &mut Chance, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    harm(chance, &mut bytes);
    bytes
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(*byte).to_string(),
            _ if chance.one_in(40) => "%".to_owned(),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

fn body(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = match chance.below(6) {
        0 => Vec::new(),
        1 => cells::text(chance).into_bytes(),
        2 => form(chance),
        _ => {
            let variables = if chance.one_in(2) { Value::Null } else { documents::variables(chance) };
            serde_json::json!({ "query": documents::text(chance), "variables": variables })
                .to_string()
                .into_bytes()
        }
    };
    harm(chance, &mut bytes);
    bytes
}

fn form(chance: &mut Chance) -> Vec<u8> {
    let mut form = Vec::new();
    for _ in 0..1 + chance.below(3) {
        let name = if chance.one_in(2) { "file" } else { *chance.pick(&PARAMETERS) };
        let file = if chance.one_in(2) { "; filename=\"a.csv\"" } else { "" };
        form.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        form.extend(cells::text(chance).bytes());
        form.extend(b"\r\n");
    }
    form.extend(b"--b--\r\n");
    form
}

/// Some bytes other, gone or doubled; often none.
fn harm(chance: &mut Chance, bytes: &mut Vec<u8>) {
    if !chance.one_in(4) {
        return;
    }
    for _ in 0..1 + chance.below(4) {
        let at = chance.below(bytes.len());
        match chance.below(4) {
            0 if !bytes.is_empty() => bytes[at] = (chance.next() & 0xff) as u8,
            1 if !bytes.is_empty() => drop(bytes.remove(at)),
            2 => bytes.truncate(at),
            _ => bytes.insert(at, (chance.next() & 0xff) as u8),
        }
    }
}
