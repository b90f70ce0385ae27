//! Two hubs on one database: they migrate it at once, take the same things at once, and each sees what the other did.

use std::time::Duration;

use serde_json::{Value, json};

use super::server::Server;
use super::{Served, open};
use crate::http::doors::{GOOD, HALF_GOOD, get, graphql, upload};
use crate::http::{Seen, send};

const STORE: &str =
    "mutation($input: StoreDemandInput!) { storeDemand(input: $input) { demand { id } matchCount
    userErrors { code } } }";

async fn ask(hub: &Served, document: &str, variables: Value) -> Value {
    let seen = send(hub.router.clone(), graphql(document, variables)).await;
    assert!(seen.json().get("errors").is_none(), "{document}: {}", seen.json());
    seen.json()["data"].clone()
}

async fn keyed(hub: &Served, bytes: &'static str, key: &str) -> Seen {
    let mut request = upload("apply=true", bytes);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    send(hub.router.clone(), request).await
}

fn demand(name: String, key: String) -> Value {
    json!({ "input": { "name": name, "idempotencyKey": key,
        "demand": { "words": "gạo", "quantity": 10, "unit": "kg", "deliveryTo": "2099-12-31" } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_on_one_database() {
    let server = Server::start().await;
    let (url, timeout) = (server.url(), Duration::from_secs(30));
    // Both find it empty.
    let (one, other) = tokio::join!(open(&url, timeout), open(&url, timeout));
    let applied = one.hub.migrated.applied.len() + other.hub.migrated.applied.len();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap();
    let sql = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "sql"));
    assert_eq!(applied, sql.count(), "each migration once");

    // The same file under the same key, and other files of the same scope, at once.
    let (a, b, c, d) = tokio::join!(
        keyed(&one, GOOD, "k"),
        keyed(&other, GOOD, "k"),
        keyed(&one, HALF_GOOD, "h1"),
        keyed(&other, HALF_GOOD, "h2"),
    );
    for seen in [&a, &b, &c, &d] {
        assert!(matches!(seen.status.as_u16(), 200 | 201), "{} {}", seen.status, seen.json());
        assert_eq!(seen.json()["state"], "APPLIED", "{}", seen.json());
    }
    assert_eq!(a.json()["id"], b.json()["id"]);
    assert_eq!(c.json()["id"], d.json()["id"]);
    let all =
        "{ imports { totalCount } producers(orderBy: [{ name: ASC }]) { totalCount nodes { id name } } }";
    let (seen, by_other) = (ask(&one, all, json!({})).await, ask(&other, all, json!({})).await);
    assert_eq!(seen, by_other);
    assert_eq!(seen["imports"]["totalCount"], 2, "{seen}");
    assert_eq!(seen["producers"]["totalCount"], 5, "{seen}");

    // Demands of both, each under a key that both are sent.
    let mut sent = Vec::new();
    for n in 0..8 {
        for hub in [&one, &other] {
            sent.push(ask(hub, STORE, demand(format!("đơn {n}"), format!("d{n}"))));
        }
    }
    let made = futures_util::future::join_all(sent).await;
    for pair in made.chunks(2) {
        assert_eq!(pair[0], pair[1], "one demand, whichever hub was asked");
        assert!(pair[0]["storeDemand"]["demand"]["id"].is_string(), "{}", pair[0]);
    }
    assert_eq!(ask(&other, "{ demands { totalCount } }", json!({})).await["demands"]["totalCount"], 8);

    judgements_and_reverts(&one, &other, &seen).await;
    let rebuilt = one.hub.pipeline.rebuild(&lienthong::pipeline::By::operator()).await.unwrap();
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
    // One goes, the other stays.
    one.hub.close().await.unwrap();
    assert_eq!(send(other.router.clone(), get("/readyz")).await.status.as_u16(), 200);
    other.hub.close().await.unwrap();
}

/// Decisions of both at once: one after the other, and none is lost.
async fn judgements_and_reverts(one: &Served, other: &Served, seen: &Value) {
    let judge =
        "mutation($input: JudgeInput!) { judge(input: $input) { judgement { id } userErrors { code } } }";
    let producers = seen["producers"]["nodes"].as_array().unwrap();
    let wish = |n: usize| {
        json!({ "input": { "left": producers[n]["id"], "right": producers[n + 1]["id"], "verdict": "DIFFERENT",
            "reason": format!("lần {n}") } })
    };
    let (a, b, c, d) = tokio::join!(
        ask(one, judge, wish(0)),
        ask(other, judge, wish(1)),
        ask(one, judge, wish(2)),
        ask(other, judge, wish(3)),
    );
    for made in [a, b, c, d] {
        assert!(made["judge"]["judgement"]["id"].is_string(), "{made}");
    }
    assert_eq!(ask(one, "{ judgements { totalCount } }", json!({})).await["judgements"]["totalCount"], 4);
}
