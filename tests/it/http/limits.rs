//! Limits, deadlines, panics, compression, and an orderly end.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::{StreamExt, stream};
use lienthong::http::{HttpOptions, router, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::{post, send, stand_in_router};
use crate::harness::TestDatabase;
use crate::stand_in;

fn small() -> HttpOptions {
    HttpOptions {
        max_body_bytes: 200,
        max_query_string_bytes: 100,
        request_timeout: Duration::from_millis(100),
        ..HttpOptions::default()
    }
}

#[tokio::test]
async fn a_body_of_the_limit_passes_and_one_byte_more_does_not() {
    let body = serde_json::json!({ "query": "{ hello }" }).to_string();
    for (length, status, code) in [(200, 200, ""), (201, 413, "PAYLOAD_TOO_LARGE")] {
        let whole = format!("{body:length$}");
        let halves = [Bytes::from(whole[..120].to_owned()), Bytes::from(whole[120..].to_owned())];
        let streamed = stream::iter(halves.map(Ok::<_, std::io::Error>));
        for body in [Body::from(whole), Body::from_stream(streamed)] {
            let request =
                Request::post("/graphql").header("content-type", "application/json").body(body).unwrap();
            let seen = send(stand_in_router(small()), request).await;
            assert_eq!((seen.status.as_u16(), seen.code().as_str()), (status, code), "{length} bytes");
        }
    }
}

#[tokio::test]
async fn a_declared_length_is_refused_unread() {
    let never = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .header("content-length", "201")
        .body(never)
        .unwrap();
    assert_eq!(send(stand_in_router(small()), request).await.code(), "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from("{"))]).chain(stream::pending());
    let request = Request::post("/graphql")
        .header("content-type", "application/json")
        .body(Body::from_stream(first))
        .unwrap();
    let seen = send(stand_in_router(small()), request).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (408, "REQUEST_TIMEOUT"));
}

/// What many send at once is in memory before it is admitted: there is room for so much, and for small requests always.
#[tokio::test]
async fn bodies_that_come_in_at_once_share_their_room() {
    let router = stand_in_router(HttpOptions::default());
    let large = |whole: bool| {
        let piece = format!("{{\"query\": \"{{ hello }}\", \"x\": \"{}", "x".repeat(1_000_000));
        let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from(piece))]);
        let body = match whole {
            true => Body::from_stream(start.chain(stream::iter([Ok(Bytes::from("\"}"))]))),
            false => Body::from_stream(start.chain(stream::pending())),
        };
        Request::post("/graphql").header("content-type", "application/json").body(body).unwrap()
    };
    assert_eq!(send(router.clone(), large(true)).await.status.as_u16(), 200);
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..8 {
        waiting.spawn(send(router.clone(), large(false)));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let seen = send(router.clone(), large(true)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "OVERLOADED"), "{}", seen.json());
    assert_eq!(seen.json()["errors"][0]["extensions"]["limit"]["name"], "bodies_at_once");
    assert_eq!(seen.header("retry-after"), "1");
    let small = post(&format!("{{ hello }} # {}", "x".repeat(30_000)));
    assert_eq!(send(router.clone(), small).await.status.as_u16(), 200, "one of the usual size has room");
    waiting.shutdown().await;
    assert_eq!(send(router, large(true)).await.status.as_u16(), 200, "and is given back");
}

#[tokio::test]
async fn a_long_query_string_is_refused() {
    let request =
        Request::get(format!("/graphql?query=%7Bhello%7D&x={}", "a".repeat(100))).body(Body::empty());
    let seen = send(stand_in_router(small()), request.unwrap()).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (414, "URI_TOO_LONG"));
}

#[tokio::test]
async fn a_slow_answer_is_given_up_at_the_deadline() {
    let started = Instant::now();
    let seen = send(stand_in_router(small()), post("{ slow }")).await;
    // Its database is away.
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "UNAVAILABLE"));
    assert!(seen.json().get("data").is_none());
    assert!(started.elapsed() < Duration::from_millis(250), "took {:?}", started.elapsed());

    let database = TestDatabase::create().await;
    let router = router(stand_in::over(database.pool.clone(), small()));
    let seen = send(router, post("{ slow }")).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (504, "DEADLINE_EXCEEDED"));
}

#[tokio::test]
async fn a_panic_becomes_a_coded_error_and_the_next_request_is_served() {
    let router = stand_in_router(HttpOptions::default());
    let seen = send(router.clone(), post("{ panicking }")).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (500, "INTERNAL_SERVER_ERROR"));
    assert_eq!(seen.json()["errors"][0]["extensions"]["traceId"], seen.header("x-trace-id"));
    assert!(!String::from_utf8_lossy(&seen.body).contains("a bug"), "the cause leaked");
    assert_eq!(send(router, post("{ hello }")).await.status.as_u16(), 200);
}

#[tokio::test]
async fn long_answers_are_compressed_and_short_ones_are_not() {
    for (document, accept_encoding, expected) in [
        ("{ long }", "gzip", "gzip"),
        ("{ long }", "gzip, br", "br"),
        ("{ long }", "identity", ""),
        ("{ hello }", "gzip, br", ""),
    ] {
        let mut request = post(document);
        request.headers_mut().insert("accept-encoding", accept_encoding.parse().unwrap());
        let seen = send(stand_in_router(HttpOptions::default()), request).await;
        assert_eq!(seen.header("content-encoding"), expected, "{document} {accept_encoding}");
        assert_eq!(seen.body.len() < 2000, document == "{ hello }" || !expected.is_empty());
    }
}

#[tokio::test]
async fn stopping_lets_running_requests_finish() {
    let (stop, finished) = served(HttpOptions::default(), Duration::from_secs(5)).await;
    let mut caller = stop.connect().await;
    caller.write_all(request_text("{ slow }").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let address = stop.stop();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("done"), "{answer}");
    finished.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "still accepting");
}

#[tokio::test]
async fn stopping_does_not_wait_beyond_the_grace() {
    let (stop, finished) = served(HttpOptions::default(), Duration::from_millis(50)).await;
    let mut caller = stop.connect().await;
    caller.write_all(request_text("{ slow }").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    stop.stop();
    finished.await.unwrap();
    assert!(started.elapsed() < Duration::from_millis(200), "took {:?}", started.elapsed());
}

struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn stop(self) -> std::net::SocketAddr {
        self.stop.send(()).unwrap();
        self.address
    }
}

async fn served(options: HttpOptions, grace: Duration) -> (Running, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { stopped.await.unwrap_or_default() };
    let finished = tokio::spawn(async move {
        serve(stand_in::state(options), listener, shutdown, grace).await.unwrap();
    });
    (Running { address, stop }, finished)
}

fn request_text(document: &str) -> String {
    let body = serde_json::json!({ "query": document }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
