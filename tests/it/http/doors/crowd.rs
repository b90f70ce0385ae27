//! Many who hand in, fetch and listen at the same time: each waits for its turn, and nobody for ever.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use lienthong::access::Role;
use lienthong::http::router;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{GOOD, Hub, get, get_for, upload};
use crate::callers::wish;

/// An upload whose sender does not wait.
fn left(key: Option<&str>, bytes: impl Into<Body>) -> Request<Body> {
    let mut request = upload("", bytes);
    request.headers_mut().insert("prefer", "respond-async".parse().unwrap());
    by(key, request)
}

fn by(key: Option<&str>, mut request: Request<Body>) -> Request<Body> {
    if let Some(key) = key {
        request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    }
    request
}

/// How the import at a place ended.
async fn ended(hub: &Hub, place: &str) -> Value {
    for _ in 0..600 {
        let shown = hub.send(get(place)).await.json();
        if shown["running"] != true {
            return shown["state"].clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{place} never ended");
}

/// Whoever waits for a turn holds no thread: those who work need more than one.
#[test]
fn more_uploads_than_there_are_threads_all_end() {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).max_blocking_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let hub = Hub::open().await;
        let mut places = Vec::new();
        for year in 2001..2009 {
            let mut request = left(None, GOOD.replace("2016", &year.to_string()));
            if year % 2 == 0 {
                request.headers_mut().insert("idempotency-key", format!("k{year}").parse().unwrap());
            }
            let seen = hub.send(request).await;
            assert_eq!(seen.status.as_u16(), 202, "{}", seen.json());
            places.push(seen.header("location").to_owned());
        }
        for place in places {
            assert_eq!(ended(&hub, &place).await, "STAGED");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_wait_in_a_queue_that_has_an_end() {
    let hub = Hub::with(false, |_| {}).await;
    let mut keys = Vec::new();
    for _ in 0..9 {
        keys.push(hub.key(wish(Role::Steward)).await.text);
    }
    // Nothing is taken in until this is over.
    let mut held = hub.database.pool.begin().await.unwrap();
    sqlx::query("lock table import in access exclusive mode").execute(&mut *held).await.unwrap();
    let (whole, last) = keys.split_at(8);
    for (at, key) in whole.iter().enumerate() {
        for _ in 0..8 {
            let seen = hub.send(left(Some(key), GOOD)).await;
            assert_eq!(seen.status.as_u16(), 202, "{}", seen.json());
        }
        if at == 0 {
            let seen = hub.send(left(Some(key), GOOD)).await;
            assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "TOO_MANY_REQUESTS_AT_ONCE"));
            let limit = &seen.json()["errors"][0]["extensions"]["limit"];
            assert_eq!(limit, &json!({ "name": "uploads_of_one", "given": 9, "allowed": 8 }));
            assert_eq!(seen.header("retry-after"), "10");
        }
    }
    let seen = hub.send(left(Some(&last[0]), GOOD)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "OVERLOADED"), "{}", seen.json());
    assert_eq!(seen.header("retry-after"), "10");
    held.rollback().await.unwrap();
    // Whoever came first is through first.
    for turn in 0.. {
        if hub.send(left(Some(&whole[0]), GOOD)).await.status.as_u16() == 202 {
            break;
        }
        assert!(turn < 600, "the queue never moves");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_began_is_nobody_elses_to_watch() {
    let hub = Hub::with(false, |_| {}).await;
    let mut agency = wish(Role::Agency);
    // The office of the file.
    (agency.office, agency.province) = (Some("AGRICULTURE".to_owned()), Some("51".to_owned()));
    let (own, other) = (hub.key(agency.clone()).await.text, hub.key(agency).await.text);
    let steward = hub.key(wish(Role::Steward)).await.text;
    let seen = hub.send(left(Some(&own), GOOD)).await;
    let job = seen.header("location").to_owned();
    for path in [job.clone(), format!("{job}/events")] {
        let seen = hub.send(by(Some(&other), get(&path))).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (404, "NOT_FOUND"), "{path}");
        assert_eq!(hub.send(get(&path)).await.status.as_u16(), 401, "{path}");
        // What came of it does not matter here.
        for key in [&own, &steward] {
            let seen = hub.send(by(Some(key), get(&path))).await;
            assert_ne!(seen.code(), "NOT_FOUND", "{path}");
        }
    }
}

/// A file is in memory until its last byte is on its way.
#[tokio::test]
async fn files_with_their_errors_are_fetched_few_at_a_time() {
    let hub = Hub::open().await;
    let import = hub.upload("", super::HALF_GOOD).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/imports/{import}/errors");
    let mut open = Vec::new();
    for _ in 0..2 {
        let response = router(hub.state.clone()).oneshot(get_for("a test", &path)).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_ne!(response.headers()["content-length"], "0");
        open.push(response);
    }
    let seen = hub.send(get_for("a test", &path)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "TOO_MANY_REQUESTS_AT_ONCE"));
    drop(open);
    assert_eq!(hub.send(get_for("a test", &path)).await.status.as_u16(), 200);
}
