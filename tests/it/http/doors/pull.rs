//! Sources on the network, against a small server that behaves well and badly.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use lienthong::clock::Clock;
use lienthong::pipeline::Pipeline;
use lienthong::pipeline::pull::{self, Pulled, Source};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{GOOD, Hub};

/// What the server saw.
#[derive(Default)]
struct Seen {
    requests: AtomicUsize,
    authorised: AtomicUsize,
    since: Mutex<Vec<Option<String>>>,
}

type Asked = Query<std::collections::HashMap<String, String>>;

async fn list(State(seen): State<Arc<Seen>>, headers: HeaderMap) -> Response {
    seen.requests.fetch_add(1, Ordering::Relaxed);
    if headers.get("authorization").is_some_and(|value| value == "Bearer bí-mật")
        || headers.contains_key("x-api-key")
    {
        seen.authorised.fetch_add(1, Ordering::Relaxed);
    }
    if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "\"one\"") {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, "\"one\"")], GOOD).into_response()
}

/// Rows of the good file as items.
fn rows() -> Vec<Value> {
    let lines = GOOD.lines().skip(2).map(|line| line.split(',').collect::<Vec<_>>());
    lines
        .map(|cells| json!({ "Tên HTX": cells[1], "Huyện": cells[2], "Xã": cells[3], "Năm thành lập": cells[4], "Số thành viên": cells[5] }))
        .collect()
}

async fn offset(Query(asked): Asked) -> Response {
    let from: usize = asked.get("offset").and_then(|offset| offset.parse().ok()).unwrap_or(0);
    let items: Vec<Value> = rows().into_iter().skip(from).take(2).collect();
    axum::response::Json(json!({ "data": { "items": items } })).into_response()
}

async fn linked(Query(asked): Asked) -> Response {
    let page: usize = asked.get("p").and_then(|page| page.parse().ok()).unwrap_or(0);
    let next = (page < 2).then(|| format!("/linked?p={}", page + 1));
    axum::response::Json(json!({ "items": [rows()[page]], "next": next })).into_response()
}

async fn circle() -> Response {
    axum::response::Json(json!({ "items": rows(), "next": "https://evil.example/list" })).into_response()
}

async fn truncated() -> Response {
    let first = stream::iter([Ok(Bytes::from(GOOD))]);
    let then = stream::once(async {
        // The first piece is on its way by then.
        tokio::time::sleep(Duration::from_millis(100)).await;
        Err(std::io::Error::other("gone"))
    });
    Body::from_stream(first.chain(then)).into_response()
}

async fn silent() -> Response {
    tokio::time::sleep(Duration::from_secs(30)).await;
    GOOD.into_response()
}

async fn large() -> Response {
    Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 1 << 16]))))
        .into_response()
}

async fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "900")]).into_response()
}

/// A register that adds up, each time with what is asked for.
async fn certificates(State(seen): State<Arc<Seen>>, Query(asked): Asked) -> Response {
    let mut sinces = seen.since.lock().unwrap();
    sinces.push(asked.get("since").cloned());
    let n = sinces.len();
    let one = json!({
        "Tên cơ sở": format!("HTX Nông nghiệp Thử Thật {n}"), "Tiêu chuẩn": "VietGAP", "Số giấy chứng nhận": format!("VG-{n}"),
        "Ngày cấp": "05/03/2025", "Ngày hết hạn": "05/03/2027", "Huyện": "Bình Sơn", "Xã": "Bình Trung",
        "updatedAt": format!("2025-09-{:02}T08:00:00+07:00", 10 + n),
    });
    axum::response::Json(json!({ "items": [one] })).into_response()
}

async fn server() -> (String, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let router = Router::new()
        .route("/list.csv", get(list))
        .route("/offset", get(offset))
        .route("/linked", get(linked))
        .route("/circle", get(circle))
        .route("/truncated.csv", get(truncated))
        .route("/silent.csv", get(silent))
        .route("/large.csv", get(large))
        .route("/busy.csv", get(busy))
        .route("/gone.csv", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .route("/certificates", get(certificates))
        .route("/nothing", get(|| async { axum::response::Json(json!({ "items": [] })) }))
        .route("/moved.csv", get(|| async { Redirect::temporary("/list.csv") }))
        .route("/elsewhere.csv", get(|| async { Redirect::temporary("http://127.0.0.2:1/list.csv") }))
        .route("/around.csv", get(|| async { Redirect::temporary("/around.csv") }))
        .route("/page.csv", get(|| async { axum::response::Html("<html><table></table></html>") }))
        .with_state(Arc::clone(&seen));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), seen)
}

fn source(hub: &Hub, base: &str, path: &str, more: &str) -> Source {
    let text = format!(
        "[[source]]\nname = \"thử\"\nurl = \"{base}{path}\"\ntimeout_seconds = 1\nmax_mebibytes = 1\n{more}"
    );
    pull::read("sources.toml", &text, &hub.pipeline.registers).unwrap().remove(0)
}

async fn outcome(hub: &Hub, source: &Source) -> String {
    match hub.pipeline.pull(source, false).await.unwrap() {
        Pulled::Imported(report, _) => format!("IMPORTED {}", report.counts.read),
        Pulled::Unchanged => "UNCHANGED".to_owned(),
        Pulled::NotNow => "NOT_NOW".to_owned(),
        Pulled::Refused(fault) => fault.code.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_changed_does_not_come_again() {
    let (hub, (base, seen)) = (Hub::open().await, server().await);
    let more = "every_minutes = 60\nregister = \"cooperatives\"\n[source.headers]\nX-Api-Key = \"k\"";
    let listed = source(&hub, &base, "/list.csv", more);
    assert_eq!(outcome(&hub, &listed).await, "IMPORTED 3");
    assert_eq!(outcome(&hub, &listed).await, "UNCHANGED");
    assert_eq!((seen.requests.load(Ordering::Relaxed), seen.authorised.load(Ordering::Relaxed)), (2, 2));
    let state = pull::state(&hub.pipeline.pool, "thử").await.unwrap();
    assert_eq!(
        (state.etag.as_deref(), state.outcome.as_deref(), state.failures),
        (Some("\"one\""), Some("UNCHANGED"), 0)
    );
    assert!(matches!(hub.pipeline.pull(&listed, true).await.unwrap(), Pulled::NotNow), "not due for an hour");
    let applied: String =
        sqlx::query_scalar("select state from import").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(applied, "APPLIED");
    let told: Vec<(String, String, String, bool)> =
        sqlx::query_as("select stage, action, actor, record is not null from audit_entry order by seq")
            .fetch_all(&hub.database.pool)
            .await
            .unwrap();
    let entry = |stage: &str, named| (stage.to_owned(), "pull thử".to_owned(), "pull thử".to_owned(), named);
    assert_eq!(told, [entry("BEGUN", false), entry("DONE", true)], "what did not change was not taken in");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_become_one_file() {
    let (hub, (base, _)) = (Hub::open().await, server().await);
    let register = "register = \"cooperatives\"\nprovince = \"51\"\napply = false\n";
    // The same rows once more, also by another road, are nothing new.
    for (path, pages, came) in [
        ("/offset", "items = \"data.items\"\nparameter = \"offset\"", "IMPORTED 3"),
        ("/offset", "items = \"data.items\"\nparameter = \"offset\"", "UNCHANGED"),
        ("/linked", "next = \"next\"", "UNCHANGED"),
    ] {
        let paged = source(&hub, &base, path, &format!("{register}[source.pages]\n{pages}"));
        let outcome = outcome(&hub, &paged).await;
        assert_eq!(outcome, came, "{path}");
    }
    for (path, pages, code) in [
        ("/circle", "next = \"next\"", "PULL_PAGE_ELSEWHERE"),
        ("/list.csv", "next = \"next\"", "PULL_NO_LIST"),
        ("/linked", "next = \"next\"\nmost = 2", "PULL_TOO_MANY_PAGES"),
    ] {
        let paged = source(&hub, &base, path, &format!("{register}[source.pages]\n{pages}"));
        assert_eq!(outcome(&hub, &paged).await, code, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_is_left_alone_for_longer_each_time() {
    let (hub, (base, _)) = (Hub::open().await, server().await);
    for (path, code) in [
        ("/gone.csv", "PULL_STATUS"),
        ("/busy.csv", "PULL_STATUS"),
        ("/truncated.csv", "PULL_INCOMPLETE"),
        ("/silent.csv", "PULL_UNREACHABLE"),
        ("/large.csv", "PULL_TOO_LARGE"),
        ("/elsewhere.csv", "PULL_REDIRECTED"),
        ("/around.csv", "PULL_REDIRECTED"),
        ("/moved.csv", "IMPORTED 3"),
    ] {
        let failing = source(&hub, &base, path, "register = \"cooperatives\"\nevery_minutes = 5");
        assert_eq!(outcome(&hub, &failing).await, code, "{path}");
        let state = pull::state(&hub.pipeline.pool, "thử").await.unwrap();
        let wait = (state.next_at.unwrap() - state.pulled_at.unwrap()).num_minutes();
        match path {
            "/gone.csv" => assert_eq!((state.failures, wait), (1, 1)),
            "/busy.csv" => assert_eq!((state.failures, wait), (2, 15), "as asked"),
            "/silent.csv" => assert_eq!((state.failures, wait), (4, 8)),
            "/moved.csv" => assert_eq!((state.failures, wait), (0, 5)),
            _ => assert!(state.failures > 2),
        }
    }
    let page = source(&hub, &base, "/page.csv", "register = \"cooperatives\"");
    let refused = outcome(&hub, &page).await;
    assert!(!refused.starts_with("IMPORTED") && refused != "UNCHANGED", "{refused}");
    let nobody = source(&hub, "http://127.0.0.1:1", "/list.csv", "");
    assert_eq!(outcome(&hub, &nobody).await, "PULL_UNREACHABLE");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_hub_at_a_time_pulls_a_source() {
    let (hub, (base, seen)) = (Hub::open().await, server().await);
    let listed = source(&hub, &base, "/list.csv", "register = \"cooperatives\"");
    let mut other = hub.pipeline.pool.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('pull ' || $1, 0))")
        .bind(&listed.name)
        .execute(&mut *other)
        .await
        .unwrap();
    assert_eq!(outcome(&hub, &listed).await, "NOT_NOW");
    assert_eq!(seen.requests.load(Ordering::Relaxed), 0);
    other.rollback().await.unwrap();
    assert_eq!(outcome(&hub, &listed).await, "IMPORTED 3");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_is_asked_for_with_an_overlap() {
    let (hub, (base, seen)) = (Hub::open().await, server().await);
    let more = "register = \"quality_certificates\"\nprovince = \"51\"\n[source.watermark]\n\
                parameter = \"since\"\nfield = \"updatedAt\"\noverlap_minutes = 60";
    let watched = source(&hub, &base, "/certificates", more);
    for _ in 0..2 {
        assert_eq!(outcome(&hub, &watched).await, "IMPORTED 1");
    }
    let asked = seen.since.lock().unwrap().clone();
    assert_eq!(asked, [None, Some("2025-09-11T00:00:00Z".to_owned())]);
    let state = pull::state(&hub.pipeline.pool, "thử").await.unwrap();
    assert_eq!(state.watermark.as_deref(), Some("2025-09-12T08:00:00+07:00"));
    // Nothing new is no failure, in one answer or in pages.
    for pages in ["", "\n[source.pages]\nitems = \"items\"\nnext = \"next\""] {
        let silent = source(&hub, &base, "/nothing", &format!("{more}{pages}"));
        assert_eq!(outcome(&hub, &silent).await, "UNCHANGED");
        let state = pull::state(&hub.pipeline.pool, "thử").await.unwrap();
        assert_eq!((state.failures, state.watermark.as_deref()), (0, Some("2025-09-12T08:00:00+07:00")));
    }
}

/// Once a day at its time in Vietnam, by the clock that the hub is given; after a failure sooner.
#[tokio::test(flavor = "multi_thread")]
async fn a_daily_source_is_pulled_once_a_day() {
    let (hub, (base, seen)) = (Hub::open().await, server().await);
    let daily = source(&hub, &base, "/list.csv", "register = \"cooperatives\"\ndaily_at = \"02:30:00\"");
    let at = async |source: &Source, now: &str| {
        let pipeline = Pipeline {
            pool: hub.pipeline.pool.clone(),
            catalog: Arc::clone(&hub.pipeline.catalog),
            registers: Arc::clone(&hub.pipeline.registers),
            places: Arc::clone(&hub.pipeline.places),
            clock: Clock::Fixed(now.parse().unwrap()),
            audit: Arc::clone(&hub.pipeline.audit),
        };
        match pipeline.pull(source, true).await.unwrap() {
            Pulled::Imported(..) => "IMPORTED",
            Pulled::Unchanged => "UNCHANGED",
            Pulled::NotNow => "NOT_NOW",
            Pulled::Refused(fault) => fault.code,
        }
    };
    for (now, came) in [
        // Never pulled: at once, 03:00 in Vietnam.
        ("2026-01-14T20:00:00Z", "IMPORTED"),
        ("2026-01-14T20:00:10Z", "NOT_NOW"),
        ("2026-01-15T19:29:59Z", "NOT_NOW"),
        ("2026-01-15T19:30:00Z", "UNCHANGED"),
        ("2026-01-15T19:30:10Z", "NOT_NOW"),
        // The hub stood still for two days.
        ("2026-01-18T01:00:00Z", "UNCHANGED"),
        ("2026-01-18T19:29:00Z", "NOT_NOW"),
        ("2026-01-18T19:31:00Z", "UNCHANGED"),
    ] {
        assert_eq!(at(&daily, now).await, came, "{now}");
    }
    assert_eq!(seen.requests.load(Ordering::Relaxed), 4);
    // Another schedule counts from now on, also for what was pulled by hand alone before.
    let often = source(&hub, &base, "/list.csv", "register = \"cooperatives\"\nevery_minutes = 5");
    assert_eq!(at(&often, "2026-01-18T19:35:00Z").await, "NOT_NOW");
    assert_eq!(at(&often, "2026-01-18T19:36:00Z").await, "UNCHANGED");
    let by_hand = source(&hub, &base, "/list.csv", "register = \"cooperatives\"");
    assert_eq!(outcome(&hub, &by_hand).await, "UNCHANGED");
    assert_eq!(at(&daily, "2099-01-18T19:36:00Z").await, "UNCHANGED");
    // A failure does not wait for the next day.
    let failing = source(&hub, &base, "/gone.csv", "register = \"cooperatives\"\ndaily_at = \"02:30:00\"");
    for (now, came) in [
        ("2099-01-19T19:30:00Z", "PULL_STATUS"),
        ("2099-01-19T19:30:50Z", "NOT_NOW"),
        ("2099-01-19T19:31:00Z", "PULL_STATUS"),
        ("2099-01-19T19:32:50Z", "NOT_NOW"),
    ] {
        assert_eq!(at(&failing, now).await, came, "{now}");
    }
}
