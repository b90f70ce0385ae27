//! `POST /imports` and what follows from it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::{StreamExt, stream};
use lienthong::http::serve;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{GOOD, HALF_GOOD, Hub, get, upload};

#[tokio::test]
async fn a_file_becomes_an_import_and_the_same_file_again_is_the_same() {
    let hub = Hub::open().await;
    let seen = hub.upload("fileName=danh-sach.csv", HALF_GOOD).await;
    let report = seen.json();
    assert_eq!(seen.status.as_u16(), 201, "{report}");
    assert_eq!(report["fileName"], "danh-sach.csv");
    assert_eq!(report["state"], "STAGED");
    let counts = ["rowsRead", "rowsAccepted", "rowsUnchanged", "rowsQuarantined", "rowsDuplicate"];
    let counts: Vec<_> = counts.iter().map(|field| report[*field].as_i64().unwrap()).collect();
    assert_eq!(counts[0], counts[1..].iter().sum::<i64>());
    assert_eq!((counts[0], counts[3]), (3, 1));
    let issue = &report["issues"][0];
    for field in ["sheet", "row", "code", "expectedEn", "expectedVi", "messageEn", "messageVi"] {
        assert!(!issue[field].is_null(), "{field}: {issue}");
    }
    assert_eq!(seen.header("location"), format!("/imports/{}", report["id"].as_str().unwrap()));
    let shown = hub.send(get(seen.header("location"))).await.json();
    assert_eq!((&shown["id"], &shown["issues"]), (&report["id"], &report["issues"]));
    let again = hub.upload("fileName=danh-sach.csv", HALF_GOOD).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &report["id"]));
    assert_eq!(again.json()["already"], true);
}

#[tokio::test]
async fn a_form_says_what_parameters_say() {
    let hub = Hub::open().await;
    let form = |file: &str| {
        let field = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Sổ.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n"
        );
        format!("{}{}{file}--b--\r\n", field("register", "cooperatives"), field("apply", "true"))
    };
    let send = async |body: String| {
        let mut request = upload("", body);
        request.headers_mut().insert("content-type", "multipart/form-data; boundary=b".parse().unwrap());
        hub.send(request).await
    };
    let seen = send(form(GOOD)).await;
    let report = seen.json();
    assert_eq!((seen.status.as_u16(), &report["state"]), (201, &Value::from("APPLIED")), "{report}");
    assert_eq!(report["fileName"], "Sổ.csv");
    assert!(report["outcome"]["entities"].as_array().is_some_and(|list| !list.is_empty()), "{report}");
    for (body, code) in [
        (form(GOOD).replace("--b--\r\n", ""), "MALFORMED_FORM"),
        (form("").replace("name=\"file\"; filename=\"Sổ.csv\"", "name=\"province\""), "MALFORMED_FORM"),
        (form(GOOD).replace("register", "nothing"), "UNKNOWN_PARAMETER"),
        (form(""), "EMPTY_BODY"),
        ("nonsense".to_owned(), "MALFORMED_FORM"),
    ] {
        let seen = send(body).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (400, code));
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_words() {
    let hub = Hub::with(true, |options| options.max_upload_bytes = 1000).await;
    let large = "x".repeat(1001);
    let pieces = stream::iter([Bytes::from(large.clone())]).map(Ok::<_, std::io::Error>);
    let broken = stream::iter([Ok(Bytes::from("TT,")), Err(std::io::Error::other("gone"))]);
    let plain = |query: &str, body: Body| upload(query, body);
    let typed = |kind: &'static str| {
        let mut request = upload("", GOOD);
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        request
    };
    let mut packed = upload("", GOOD);
    packed.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    let mut long_key = upload("", GOOD);
    long_key.headers_mut().insert("idempotency-key", "k".repeat(300).parse().unwrap());
    for (request, status, code) in [
        (plain("", Body::empty()), 400, "EMPTY_BODY"),
        (plain("", large.into()), 413, "FILE_TOO_LARGE"),
        (plain("", Body::from_stream(pieces)), 413, "FILE_TOO_LARGE"),
        (plain("", Body::from_stream(broken)), 400, "INCOMPLETE_BODY"),
        (plain("regster=x", GOOD.into()), 400, "UNKNOWN_PARAMETER"),
        (plain("asOf=31/12/2025", GOOD.into()), 400, "INVALID_PARAMETER"),
        (plain("", "chỉ là chữ".into()), 422, "FILE_UNKNOWN"),
        (typed("image/png"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (typed("application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (packed, 415, "UNSUPPORTED_CONTENT_ENCODING"),
        (long_key, 400, "IDEMPOTENCY_KEY_INVALID"),
        (get("/imports/import_01h455vb4pex5vsknk084sn02q"), 404, "NOT_FOUND"),
        (get("/imports/nothing"), 404, "NOT_FOUND"),
        (get("/imports/nothing/events"), 404, "NOT_FOUND"),
        (get("/imports/nothing/errors"), 404, "NOT_FOUND"),
        (get("/imports/import_01h455vb4pex5vsknk084sn02q/errors"), 404, "NOT_FOUND"),
        (get("/imports"), 405, "METHOD_NOT_ALLOWED"),
    ] {
        let uri = request.uri().clone();
        let seen = hub.send(request).await;
        let error = &seen.json()["errors"][0];
        let told = seen.code();
        // The reader has several words for what is no register.
        let fits = told == code || (code == "FILE_UNKNOWN" && !told.is_empty());
        assert!(seen.status.as_u16() == status && fits, "{uri}: {} {}", seen.status, seen.json());
        assert!(error["extensions"]["messageVi"].is_string() && error["message"].is_string(), "{error}");
    }
}

#[tokio::test]
async fn one_key_is_one_import() {
    let hub = Hub::open().await;
    let keyed = |bytes: &'static str, query: &str| {
        let mut request = upload(query, bytes);
        request.headers_mut().insert("idempotency-key", "a key".parse().unwrap());
        request
    };
    let first = hub.send(keyed(GOOD, "")).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.json());
    let second = hub.send(keyed(GOOD, "")).await;
    assert_eq!((second.status.as_u16(), &second.json()["id"]), (201, &first.json()["id"]));
    for request in [keyed(HALF_GOOD, ""), keyed(GOOD, "apply=true")] {
        let other = hub.send(request).await;
        assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    }
    let both = tokio::join!(hub.send(keyed(GOOD, "")), hub.send(keyed(GOOD, "")));
    assert_eq!((&both.0.json()["id"], &both.1.json()["id"]), (&first.json()["id"], &first.json()["id"]));
    let all: i64 =
        sqlx::query_scalar("select count(*) from import").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(all, 1);
}

#[tokio::test]
async fn a_key_is_known_for_a_month() {
    let hub = Hub::open().await;
    let pool = &hub.database.pool;
    sqlx::query(
        "insert into operation_once (key, operation, input, outcome, done_at)
         values ('old', 'x', '', '1', now() - interval '31 days'), ('young', 'x', '', '1', now() - interval '29 days')",
    )
    .execute(pool)
    .await
    .unwrap();
    let mut request = upload("", GOOD);
    request.headers_mut().insert("idempotency-key", "new".parse().unwrap());
    assert_eq!(hub.send(request).await.status.as_u16(), 201);
    let keys: Vec<String> =
        sqlx::query_scalar("select key from operation_once order by key").fetch_all(pool).await.unwrap();
    assert_eq!(keys, ["desk new", "young"]);
}

/// Name and data of each event of a stream.
fn events(text: &str) -> Vec<(String, Value)> {
    let blocks = text.split("\n\n").filter(|block| block.contains("event:"));
    let field = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
    };
    blocks
        .map(|block| (field(block, "event:"), serde_json::from_str(&field(block, "data:")).unwrap()))
        .collect()
}

/// Over a socket, as a client reads it.
#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_as_it_goes() {
    let hub = Hub::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (state, stop) = (hub.state.clone(), tokio::sync::oneshot::channel::<()>());
    let served = tokio::spawn(serve(
        state,
        listener,
        async { stop.1.await.unwrap_or_default() },
        Duration::from_secs(1),
    ));
    let ask = async |head: &str, body: &str| {
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/csv\r\nAccept: text/event-stream\r\n\
             Accept-Encoding: gzip\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        socket.read_to_end(&mut text).await.unwrap();
        // Chunk lengths stand between; events are told apart by their own lines.
        String::from_utf8(text).unwrap().replace("\r\n", "\n")
    };
    let text = ask("POST /imports?apply=true", GOOD).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("content-type: text/event-stream"), "{text}");
    let told = events(&text);
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names[0], names[names.len() - 1]), ("received", "done"), "{text}");
    let report = &told[told.len() - 1].1;
    assert_eq!(report["state"], "APPLIED", "{text}");
    let job = told[0].1["job"].as_str().unwrap().to_owned();
    for id in [job.as_str(), report["id"].as_str().unwrap()] {
        let later = events(&ask(&format!("GET /imports/{id}/events"), "").await);
        assert_eq!(later.last().map(|(name, _)| name.as_str()), Some("done"), "{id}");
    }
    let refused = events(&ask("POST /imports", "chỉ là chữ").await);
    let (name, data) = refused.last().unwrap();
    assert_eq!(name, "failed");
    assert!(data["errors"][0]["extensions"]["code"].is_string(), "{data}");
    drop(stop.0);
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_does_not_wait_asks_later() {
    let hub = Hub::open().await;
    let mut request: Request<Body> = upload("", GOOD);
    request.headers_mut().insert("prefer", "respond-async".parse().unwrap());
    let seen = hub.send(request).await;
    assert_eq!(seen.status.as_u16(), 202);
    let place = seen.header("location").to_owned();
    for _ in 0..200 {
        let shown = hub.send(get(&place)).await.json();
        if shown["state"] == "STAGED" {
            return;
        }
        assert_eq!(shown["running"], true, "{shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the import never ended");
}
