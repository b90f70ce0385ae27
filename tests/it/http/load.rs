//! More than the hub takes: requests at once, connections, callers who send or read slowly, requests whose end is
//! ambiguous, and deadlines down to the database.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lienthong::access::Role;
use lienthong::http::{AppState, AtOnce, Connected, HttpOptions, router, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{post, real, send, stand_in_router};
use crate::harness::TestDatabase;
use crate::stand_in;

fn at_once(requests: usize, waiting: usize, longest_wait: u64, of_one: usize) -> HttpOptions {
    let of_one = Role::ALL.map(|role| (role, of_one));
    let longest_wait = Duration::from_millis(longest_wait);
    HttpOptions { at_once: AtOnce { requests, waiting, longest_wait, of_one }, ..HttpOptions::default() }
}

#[tokio::test]
async fn a_few_wait_and_the_others_are_told_to_come_back() {
    // Each takes 300 ms: two run, two wait for these, and the rest is turned away at once.
    let router = stand_in_router(at_once(2, 2, 2_000, 100));
    let started = Instant::now();
    let answers = join_all((0..10).map(|_| async {
        let seen = send(router.clone(), post("{ slow }")).await;
        (seen, started.elapsed())
    }))
    .await;
    let (served, shed): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(seen, _)| seen.status == 200);
    assert_eq!((served.len(), shed.len()), (4, 6));
    for (seen, after) in &shed {
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "OVERLOADED"));
        assert_eq!(seen.header("retry-after"), "1");
        assert_eq!(seen.json()["errors"][0]["extensions"]["limit"]["allowed"], 2);
        assert!(*after < Duration::from_millis(250), "shed after {after:?}");
    }
    assert_eq!(send(router, post("{ hello }")).await.status.as_u16(), 200, "places are given back");
}

#[tokio::test]
async fn nobody_waits_longer_than_said() {
    let router = stand_in_router(at_once(1, 5, 50, 100));
    let answers = join_all((0..3).map(|_| send(router.clone(), post("{ slow }")))).await;
    let codes: Vec<_> = answers.iter().map(|seen| seen.code()).collect();
    assert_eq!(codes.iter().filter(|code| *code == "OVERLOADED").count(), 2, "{codes:?}");
}

#[tokio::test]
async fn one_caller_does_not_take_all_places() {
    let router = stand_in_router(at_once(10, 10, 1_000, 2));
    let answers = join_all((0..3).map(|_| send(router.clone(), post("{ slow }")))).await;
    let refused: Vec<_> = answers.iter().filter(|seen| seen.status != 200).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!((refused[0].status.as_u16(), refused[0].code().as_str()), (429, "TOO_MANY_REQUESTS_AT_ONCE"));
    assert_eq!(refused[0].header("retry-after"), "1");
}

#[tokio::test]
async fn a_place_is_given_back_when_its_request_panics() {
    let router = stand_in_router(at_once(1, 0, 10, 1));
    for _ in 0..3 {
        assert_eq!(send(router.clone(), post("{ panicking }")).await.status.as_u16(), 500);
    }
    assert_eq!(send(router, post("{ hello }")).await.status.as_u16(), 200);
}

async fn served(connected: Connected) -> SocketAddr {
    served_by(stand_in::state(HttpOptions { connected, ..HttpOptions::default() })).await
}

async fn served_by(state: AppState) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(state, listener, std::future::pending(), Duration::ZERO));
    address
}

fn request(document: &str) -> String {
    let body = serde_json::json!({ "query": document }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What comes back until the hub hangs up, and after how long it does.
async fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let (started, mut bytes) = (Instant::now(), Vec::new());
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    read.expect("the hub hangs up").ok();
    (String::from_utf8_lossy(&bytes).into_owned(), started.elapsed())
}

#[tokio::test]
async fn a_head_that_drips_is_given_up_while_others_are_served() {
    let header_timeout = Duration::from_millis(400);
    let address = served(Connected { header_timeout, ..Connected::default() }).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\n").await.unwrap();
        slow.push(stream);
    }
    let dripping = tokio::spawn(async move {
        for n in 0..20 {
            for stream in &mut slow {
                // Those that were given up cannot be written to any more.
                let _ = stream.write_all(format!("X-{n}: a\r\n").as_bytes()).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        slow
    });
    let mut quick = TcpStream::connect(address).await.unwrap();
    quick.write_all(request("{ hello }").as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    quick.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    for mut stream in dripping.await.unwrap() {
        let (_, took) = until_closed(&mut stream).await;
        assert!(took < Duration::from_millis(500), "after a second of dripping: {took:?}");
    }
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let header_timeout = Duration::from_millis(200);
    let address = served(Connected { header_timeout, ..Connected::default() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request("{ hello }").as_bytes()).await.unwrap();
    let (answer, took) = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!((150..2_000).contains(&(took.as_millis() as u64)), "{took:?}");
}

#[tokio::test]
async fn whoever_does_not_read_is_hung_up_on() {
    let stall_timeout = Duration::from_millis(300);
    let address = served(Connected { stall_timeout, ..Connected::default() }).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut sent = 0;
    // Answers of 50 kB that nobody reads, until neither side takes any more.
    let text = request("{ long }").repeat(20);
    let refused = async {
        loop {
            if stream.write_all(text.as_bytes()).await.is_err() {
                return sent;
            }
            sent += 20;
        }
    };
    let refused = tokio::time::timeout(Duration::from_secs(20), refused).await;
    assert!(refused.is_ok(), "still taking requests");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let address = served(Connected { connections: 3, from_one: 2, ..Connected::default() }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    let _second = TcpStream::connect(address).await.unwrap();
    first.write_all(request("{ hello }").as_bytes()).await.unwrap();
    first.read_exact(&mut [0; 15]).await.unwrap();
    let (answer, _) = until_closed(&mut TcpStream::connect(address).await.unwrap()).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("TOO_MANY_CONNECTIONS"), "{answer}");
    assert!(answer.contains("Retry-After: 1"), "{answer}");
    drop(first);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut again = TcpStream::connect(address).await.unwrap();
    again.write_all(request("{ hello }").as_bytes()).await.unwrap();
    let mut answer = [0; 15];
    again.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}

/// Nothing that one server reads as one request and another as two.
#[tokio::test]
async fn a_request_has_one_end() {
    let address = served(Connected::default()).await;
    let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let hello = r#"{"query":"{ hello }"}"#;
    let within = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (name, rest) in [
        ("two lengths", format!("Content-Length: 5\r\nContent-Length: 21\r\n\r\n{hello}{within}")),
        ("lengths in a list", format!("Content-Length: 21, 5\r\n\r\n{hello}{within}")),
        ("a length with a sign", format!("Content-Length: +21\r\n\r\n{hello}{within}")),
        ("an unknown coding", format!("Transfer-Encoding: xchunked\r\n\r\n{hello}{within}")),
        ("chunked before the last", format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{within}")),
        ("a blank before the colon", format!("Content-Length : 21\r\n\r\n{hello}{within}")),
        (
            "a size that is none",
            format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n{hello}\r\n0\r\n\r\n{within}"),
        ),
        (
            "length and chunks",
            format!("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{within}"),
        ),
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let (answer, _) = until_closed(&mut stream).await;
        assert!(!answer.contains("\"status\":\"ok\""), "{name}: a second request was seen: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
}

/// The database stops working on what nobody waits for.
#[tokio::test]
async fn a_deadline_reaches_the_database() {
    let database = TestDatabase::create().await;
    // Any product takes long to be read.
    let slow = "alter table product rename to product_rows;
                create view product as select r.* from (select pg_sleep(30)) s left join product_rows r on true";
    sqlx::raw_sql(slow).execute(&database.pool).await.unwrap();
    let options = HttpOptions { request_timeout: Duration::from_millis(400), ..HttpOptions::default() };
    let router = router(real::state_with(&database, options));
    let seen = send(router, post("{ products { totalCount } }")).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (504, "DEADLINE_EXCEEDED"), "{}", seen.json());
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let running: i64 = sqlx::query_scalar(
        "select count(*) from pg_stat_activity
         where datname = current_database() and state = 'active' and pid <> pg_backend_pid()
           and query like '%product%'",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(running, 0, "statements go on that nobody waits for");
}
