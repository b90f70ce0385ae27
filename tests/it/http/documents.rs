//! Documents by their ids and hashes, and who may send others.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use lienthong::access::Role;
use lienthong::graph::{Trust, Trusted};
use lienthong::http::HttpOptions;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::doors::{Hub, get, get_for};
use super::{Seen, send, stand_in_router};

const HELLO: &str = "{ hello }";
const FAILING: &str = "{ failing }";

fn sha(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hub that knows three clients: by Relay's manifest, by Apollo's, and by files of documents.
fn hub(mode: Trust) -> Router {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("relay.json", json!({ "r1": HELLO }).to_string());
    std::fs::create_dir(folder.path().join("store")).unwrap();
    let operations = json!([{ "id": "a1", "name": "H", "type": "query", "body": "query H { hello }" }]);
    let apollo =
        json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations });
    write("store/manifest.json", apollo.to_string());
    write("store/one.graphql", "query One { hello }".to_owned());
    let documents = Trusted::read(folder.path(), Role::ALL.map(|role| (role, mode))).unwrap();
    stand_in_router(HttpOptions { documents: Arc::new(documents), ..HttpOptions::default() })
}

async fn ask(hub: &Router, body: Value) -> Seen {
    let request = Request::post("/graphql").header("content-type", "application/json");
    send(hub.clone(), request.body(body.to_string().into()).unwrap()).await
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

fn told(seen: &Seen) -> (u16, String) {
    (seen.status.as_u16(), seen.code())
}

#[tokio::test]
async fn a_document_by_its_id_by_every_name_it_goes_by() {
    let hub = hub(Trust::Enforce);
    let by_hash = persisted("a1");
    for body in [
        json!({ "documentId": "r1" }),
        json!({ "id": "a1" }),
        json!({ "doc_id": "r1", "query": null }),
        json!({ "documentId": sha("query One { hello }") }),
        json!({ "extensions": by_hash }),
        json!({ "query": HELLO }),
    ] {
        let seen = ask(&hub, body.clone()).await;
        assert_eq!(seen.json()["data"]["hello"], "xin chào", "{body}: {}", seen.json());
    }
    for (body, expected) in [
        (json!({ "documentId": "nothing" }), (404, "DOCUMENT_UNKNOWN")),
        (json!({ "documentId": 7 }), (422, "INVALID_PARAMETER")),
        (json!({ "query": FAILING }), (403, "DOCUMENT_NOT_TRUSTED")),
        (json!({ "query": "{  hello }" }), (403, "DOCUMENT_NOT_TRUSTED")),
        (json!({ "query": FAILING, "extensions": persisted(&sha(FAILING)) }), (403, "DOCUMENT_NOT_TRUSTED")),
        (json!({ "extensions": persisted(&sha(FAILING)) }), (403, "PERSISTED_QUERY_NOT_SUPPORTED")),
        (
            json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": "a" } } }),
            (422, "INVALID_PARAMETER"),
        ),
        (json!({ "extensions": { "persistedQuery": "a1" } }), (422, "INVALID_PARAMETER")),
        (json!({}), (422, "MISSING_QUERY")),
    ] {
        let seen = ask(&hub, body.clone()).await;
        assert_eq!(told(&seen), (expected.0, expected.1.to_owned()), "{body}: {}", seen.json());
        assert!(seen.json()["errors"][0]["extensions"]["messageVi"].is_string());
    }
}

#[tokio::test]
async fn others_run_where_they_are_only_watched() {
    for mode in [Trust::Off, Trust::Observe] {
        let seen = ask(&hub(mode), json!({ "query": "{ echo(text: \"a\") }" })).await;
        assert_eq!(seen.json()["data"]["echo"], "a", "{mode:?}");
    }
}

/// Apollo's protocol: the hash alone, then the hash with the text, then the hash alone again.
#[tokio::test]
async fn a_document_is_kept_under_its_hash() {
    let hub = hub(Trust::Off);
    let (text, hash) = ("{ echo(text: \"kept\") }", sha("{ echo(text: \"kept\") }"));
    let first = ask(&hub, json!({ "extensions": persisted(&hash) })).await;
    assert_eq!(told(&first), (404, "PERSISTED_QUERY_NOT_FOUND".to_owned()));
    assert_eq!(first.json()["errors"][0]["message"], "PersistedQueryNotFound");
    let wrong = ask(&hub, json!({ "query": HELLO, "extensions": persisted(&hash) })).await;
    assert_eq!(told(&wrong), (400, "PERSISTED_QUERY_HASH_MISMATCH".to_owned()));
    let still = ask(&hub, json!({ "extensions": persisted(&hash) })).await;
    assert_eq!(told(&still).0, 404, "another document is not kept under this hash");
    for body in
        [json!({ "query": text, "extensions": persisted(&hash) }), json!({ "extensions": persisted(&hash) })]
    {
        assert_eq!(ask(&hub, body).await.json()["data"]["echo"], "kept");
    }
}

/// Who reads personal data leaves no answer on the way.
#[tokio::test]
async fn what_may_hold_personal_data_is_not_kept() {
    let hub = Hub::with(true, |_| {}).await;
    let (text, extensions) = ("{ products { totalCount } }", persisted(&sha("{ products { totalCount } }")));
    let body = json!({ "query": text, "extensions": extensions }).to_string();
    let sent =
        Request::post("/graphql").header("content-type", "application/json").body(body.into()).unwrap();
    assert_eq!(hub.send(sent).await.status.as_u16(), 200);
    let escaped = extensions.to_string().replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
    let path = format!("/graphql?extensions={escaped}");
    let kept = hub.send(get(&path)).await;
    assert_eq!(kept.header("cache-control"), "private, no-cache", "{}", kept.json());
    let read = hub.send(get_for("inspection", &path)).await;
    assert_eq!((read.header("cache-control"), read.header("etag")), ("no-store", ""), "{}", read.json());
}

#[tokio::test]
async fn what_is_asked_by_get_and_id_may_be_kept() {
    let hub = hub(Trust::Enforce);
    let get = |tag: &str| {
        let request = Request::get("/graphql?documentId=r1").header("if-none-match", tag.to_owned());
        send(hub.clone(), request.body(Body::empty()).unwrap())
    };
    let seen = get("").await;
    assert_eq!((seen.status.as_u16(), seen.json()["data"]["hello"].as_str()), (200, Some("xin chào")));
    assert_eq!(seen.header("cache-control"), "private, no-cache");
    let again = get(seen.header("etag")).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), seen.header("etag"));
}

#[test]
fn a_manifest_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let modes = Role::ALL.map(|role| (role, Trust::Off));
    for (text, expected) in [("[1]", "neither of the known forms"), ("{\"a\": {}}", "`a` is no text")] {
        std::fs::write(folder.path().join("client.json"), text).unwrap();
        let fault = Trusted::read(folder.path(), modes).unwrap_err();
        assert_eq!(fault.code, "DOCUMENTS_UNREADABLE");
        assert!(fault.en.contains("client.json") && fault.en.contains(expected), "{}", fault.en);
    }
    std::fs::write(folder.path().join("client.json"), "{\"a\": \"{ hello }\"}").unwrap();
    std::fs::write(folder.path().join("other.json"), "{\"a\": \"{ failing }\"}").unwrap();
    assert!(Trusted::read(folder.path(), modes).unwrap_err().en.contains("another document has the id `a`"));
}
