//! What requests cost, and what happens when somebody has asked for too much.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use lienthong::access::budget::{Budgets, Rule, Rules};
use lienthong::access::{Caller, Identity, Role};
use lienthong::catalog::load_embedded;
use lienthong::graph::{self, Engine};
use lienthong::http::{AppState, HttpOptions, router};
use serde_json::{Value, json};

use super::{Seen, post, send};
use crate::harness::TestDatabase;

fn rules(capacity: i64, refill: i64) -> Rules {
    Rules(Role::ALL.map(|role| (role, Some(Rule { capacity, refill }))))
}

/// A hub of its own over the database.
fn hub(database: &TestDatabase, rules: Rules) -> (Router, Budgets) {
    let budgets = Budgets::new(rules, database.pool.clone());
    let engine = Engine::new(Arc::new(load_embedded().unwrap()), database.pool.clone()).unwrap();
    let engine = Arc::new(engine.budgeted(budgets.clone()));
    (router(AppState::new(engine, database.pool.clone(), HttpOptions::default())), budgets)
}

fn cost(seen: &Seen) -> Value {
    seen.json()["extensions"]["cost"].clone()
}

fn dry(document: &str) -> Request<Body> {
    let body = json!({ "query": document, "extensions": { "dryRun": true } });
    let request = Request::post("/graphql").header("content-type", "application/json");
    request.body(body.to_string().into()).unwrap()
}

/// The formula of docs/limits.md, case by case.
#[tokio::test]
async fn a_dry_run_tells_the_cost_and_runs_nothing() {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(
        "update pg_class set reltuples = 100000 where relname = 'product';
         update pg_class set reltuples = 5000 where relname = 'producer'",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let (hub, _) = hub(&database, rules(1_000_000, 100));
    for (document, expected) in [
        ("{ __typename }", 0),
        ("{ __schema { queryType { name } } }", 0),
        ("{ products(first: 7) { nodes { name } } }", 7),
        ("{ products { nodes { name } } }", 20),
        ("{ products(last: 7) { nodes { name } } }", 7),
        // A to-one link is one more object for each.
        ("{ products(first: 7) { nodes { name producer { name } } } }", 14),
        // Pages multiply.
        ("{ producers(first: 10) { nodes { products(first: 5) { nodes { name } } } } }", 60),
        (
            "{ producers(first: 10) { edges { node { products(first: 5) { edges { node { name } } } } } } }",
            60,
        ),
        // A count over the whole list looks through it; a hundred rows of that are one unit.
        ("{ products { totalCount } }", 1 + 1_000),
        ("{ products(first: 3) { totalCount nodes { name } } }", 3 + 1 + 1_000),
        ("{ products { count(mode: CAPPED) { value } } }", 1 + 100),
        ("{ producers(first: 10) { nodes { products { totalCount } } } }", 10 + 2 * 10),
        ("{ producers { groups(by: [{field: KIND}], first: 10) { count } } }", 10 + 1 + 50),
        (
            "{ nodes(ids: [\"product_01h455vb4pex5vsknk084sn02q\", \"product_01h455vb4pex5vsknk084sn02r\"]) { id } }",
            2,
        ),
        // Conditions look through the list, whatever they find; an id or a code says where to look.
        ("{ products(first: 7, where: {name: {contains: \"a\"}}) { nodes { name } } }", 7 + 1 + 1_000),
        ("{ recognitions(first: 7, asOf: \"2025-01-01\") { nodes { stars } } }", 7 + 1),
        (
            "{ products(first: 3, where: {name: {contains: \"a\"}}) { totalCount nodes { name } } }",
            3 + 1 + 1_000,
        ),
        (
            "{ products(first: 7, where: {id: {in: [\"product_01h455vb4pex5vsknk084sn02q\"]}}) { nodes { name } } }",
            7,
        ),
        ("{ products(where: {id: {eq: \"product_01h455vb4pex5vsknk084sn02q\"}}) { totalCount } }", 1),
        // So does an order that no index gives.
        ("{ products(first: 7, orderBy: [{name: DESC}]) { nodes { name } } }", 7),
        ("{ products(first: 7, orderBy: [{packing: ASC}]) { nodes { name } } }", 7 + 1 + 1_000),
        ("{ products(first: 7, orderBy: [{producer: {name: ASC}}]) { nodes { name } } }", 7 + 1 + 1_000),
        // An indicator counts its lists, once for itself and once for each field that asks for more.
        ("{ indicator(code: \"PRODUCTS_RECOGNISED\") { value } }", 100 + 1 + 1_001),
        (
            "{ indicator(code: \"PRODUCTS_RECOGNISED\") { value a: groups(by: [\"stars\"]) { value } \
             b: groups(by: [\"stars\"]) { value } } }",
            100 + 1 + 2 * 200 + 3 * 1_001,
        ),
        (
            "{ indicator(code: \"PRODUCTS_RECOGNISED\") { trace { document sources { records } } } }",
            100 + 1 + 2_500 + 2 * 1_001,
        ),
        ("{ verify(code: \"PRODUCTS_RECOGNISED\") { outcome } }", 50 + 1),
        ("{ a: products(first: 2) { nodes { name } } b: products(first: 3) { nodes { name } } }", 5),
        ("{ suggest(text: \"mat\", first: 5) { title } }", 50 + 5),
        ("{ indicatorSeries(code: \"x\", from: \"2025-01-01\") { points { value } } }", 10 + 120 * 100),
        (
            "{ indicatorSeries(code: \"x\", days: [\"2025-01-01\", \"2025-02-01\"]) { points { value } } }",
            10 + 2 * 100,
        ),
    ] {
        let seen = send(hub.clone(), dry(document)).await;
        assert_eq!(seen.status.as_u16(), 200, "{document}: {}", seen.json());
        assert_eq!(seen.json()["data"], Value::Null, "{document}");
        assert_eq!(seen.json()["extensions"]["dryRun"], true);
        assert_eq!(cost(&seen)["estimated"], expected, "{document}");
        assert_eq!(cost(&seen)["actual"], Value::Null);
        assert_eq!(seen.header("x-cost-estimated"), expected.to_string());
    }
    let mut by_header = post("{ products(first: 7) { nodes { name } } }");
    by_header.headers_mut().insert("x-dry-run", "true".parse().unwrap());
    assert_eq!(cost(&send(hub, by_header).await)["estimated"], 7);
}

#[tokio::test]
async fn what_was_not_found_is_given_back() {
    let database = TestDatabase::create().await;
    let (hub, _) = hub(&database, rules(1_000, 0));
    let seen = send(hub.clone(), post("{ products(first: 700) { nodes { name } } }")).await;
    assert_eq!(seen.json()["data"], json!({ "products": { "nodes": [] } }));
    let told = json!({ "estimated": 700, "actual": 0, "limit": 1000, "remaining": 1000, "resetAt": null });
    let mut found = cost(&seen);
    found["resetAt"].take();
    assert_eq!(found, told);
    assert_eq!(seen.header("ratelimit"), "\"cost\";r=1000;t=0");
    assert_eq!(seen.header("ratelimit-policy"), "\"cost\";q=1000");
    assert_eq!((seen.header("x-cost-estimated"), seen.header("x-cost-actual")), ("700", "0"));
}

/// Nothing is noted that is not read, and nothing paid for what cannot be noted.
#[tokio::test]
async fn reading_is_paid_before_it_is_noted() {
    let database = TestDatabase::create().await;
    let budgets = Budgets::new(rules(100, 0), database.pool.clone());
    let engine = Engine::new(Arc::new(load_embedded().unwrap()), database.pool.clone()).unwrap();
    let engine = engine.budgeted(budgets);
    let purpose = Some("inspection".to_owned());
    let caller = Caller { purpose, ..Caller::of(Identity::Key("lt_abcdefgh".into()), Role::Steward) };
    let caller = Arc::new(caller);
    let ask = async |first: i64| {
        let query = format!("{{ producers(first: {first}) {{ nodes {{ phone }} }} }}");
        let caller = Arc::clone(&caller);
        let request = graph::Request { query, caller, paying: true, ..graph::Request::default() };
        let answer: Value = serde_json::from_slice(&engine.execute(request).await.body).unwrap();
        let noted: i64 =
            sqlx::query_scalar("select count(*) from audit_entry").fetch_one(&database.pool).await.unwrap();
        let code = answer["errors"][0]["extensions"]["code"].clone();
        (code, answer["extensions"]["cost"]["remaining"].clone(), noted)
    };
    assert_eq!(ask(200).await, (json!("BUDGET_EXCEEDED"), json!(100), 0));
    sqlx::raw_sql(
        "create function away() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$;
         create trigger away before insert on audit_entry for each row execute function away()",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    assert_eq!(ask(60).await, (json!("UNAVAILABLE"), json!(100), 0));
    sqlx::query("drop trigger away on audit_entry").execute(&database.pool).await.unwrap();
    assert_eq!(ask(60).await, (Value::Null, json!(100), 1), "and nothing was found");
}

#[tokio::test]
async fn over_budget_is_refused_with_what_would_fit() {
    let database = TestDatabase::create().await;
    let (hub, _) = hub(&database, rules(100, 2));
    let pay = "{ suggest(text: \"mat\", first: 5) { title } }";
    assert_eq!(send(hub.clone(), post(pay)).await.status.as_u16(), 200);
    let seen = send(
        hub.clone(),
        post("{ producers(first: 5) { nodes { products(first: 20) { nodes { name } } } } }"),
    )
    .await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "BUDGET_EXCEEDED"), "{}", seen.json());
    assert!(seen.json().get("data").is_none());
    assert_eq!(seen.header("retry-after"), "", "105 never fit into 100");
    let seen = send(
        hub.clone(),
        post("{ producers(first: 4) { nodes { products(first: 20) { nodes { name } } } } }"),
    );
    let seen = seen.await;
    let error = &seen.json()["errors"][0]["extensions"];
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "BUDGET_EXCEEDED"));
    let wait: u64 = seen.header("retry-after").parse().unwrap();
    assert!((15..=20).contains(&wait), "39 are missing, 2 come each second: {wait}");
    assert!(error["resetAt"].is_string() && error["messageVi"].is_string(), "{error}");
    // 45 are left: 4 producers with 10 products each are 44.
    let cheaper = &error["cheaper"];
    assert_eq!(cheaper["path"], json!(["producers", "nodes", "products"]), "{cheaper}");
    let first = cheaper["first"].as_i64().unwrap();
    assert!((10..=11).contains(&first), "{cheaper}");
    let fits = format!(
        "{{ producers(first: 4) {{ nodes {{ products(first: {first}) {{ nodes {{ name }} }} }} }} }}"
    );
    assert_eq!(send(hub.clone(), post(&fits)).await.status.as_u16(), 200);
    // What costs nothing passes: who may not ask may still learn how.
    for free in ["{ __typename }", "{ __schema { queryType { name } } }"] {
        assert_eq!(send(hub.clone(), post(free)).await.status.as_u16(), 200, "{free}");
    }
}

/// Two hubs over one database pay out of one bucket: what is granted beyond it is at most a slice for each.
#[tokio::test]
async fn hubs_share_a_bucket() {
    let database = TestDatabase::create().await;
    let (one, of_one) = hub(&database, rules(5_000, 0));
    let (other, of_other) = hub(&database, rules(5_000, 0));
    // Fifty and two: the two have no part that could come back.
    let pay = "{ verify(code: \"khong co\") { found } }";
    let mut paid = 0;
    for n in 0..400 {
        let hub = if n % 2 == 0 { &one } else { &other };
        let seen = send(hub.clone(), post(pay)).await;
        match seen.status.as_u16() {
            200 => paid += cost(&seen)["actual"].as_i64().unwrap(),
            429 => break,
            other => panic!("{other}: {}", seen.json()),
        }
    }
    assert!((4_700..=5_200).contains(&paid), "{paid} of 5,000, a slice being 100");
    // What a hub does not need is there for the other.
    of_one.settle().await;
    of_other.settle().await;
    let level: f64 = sqlx::query_scalar("select level from budget").fetch_one(&database.pool).await.unwrap();
    assert_eq!(level.round() as i64, 5_000 - paid);
}

#[tokio::test]
async fn a_database_that_does_not_answer_stops_nobody_for_their_budget() {
    let database = TestDatabase::create().await;
    let (hub, _) = hub(&database, rules(500, 0));
    sqlx::raw_sql("drop table budget").execute(&database.pool).await.unwrap();
    for _ in 0..5 {
        let seen = send(hub.clone(), post("{ suggest(text: \"mat\", first: 5) { title } }")).await;
        assert_eq!(seen.status.as_u16(), 200, "{}", seen.json());
    }
}

/// Looking through a list is paid, also where nothing is found.
#[tokio::test]
async fn what_was_looked_through_is_not_given_back() {
    let database = TestDatabase::create().await;
    sqlx::raw_sql("update pg_class set reltuples = 100000 where relname = 'product'")
        .execute(&database.pool)
        .await
        .unwrap();
    let (hub, _) = hub(&database, rules(10_000, 0));
    let none = "{ products(first: 1, where: {name: {contains: \"zqx\"}}) { nodes { name } } }";
    for _ in 0..9 {
        let seen = send(hub.clone(), post(none)).await;
        assert_eq!(cost(&seen)["actual"], 1_001, "{}", seen.json());
    }
    let seen = send(hub, post(none)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "BUDGET_EXCEEDED"));
}

/// Views have no size that PostgreSQL keeps; what they come to is asked of its planner.
#[tokio::test]
async fn what_stands_in_views_is_paid_like_what_stands_in_tables() {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(
        "insert into entity_change (entity, entity_id, kind, new_values, cause, changed_by, changed_at)
         select 'Product', gen_random_uuid(), 'CREATED', '{\"packing\": \"a\"}', 'IMPORT', 'x', now()
         from generate_series(1, 2000);
         analyze entity_change",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let (hub, _) = hub(&database, rules(1_000_000, 0));
    for document in [
        "{ changes { totalCount } }",
        "{ changes { aggregate { count } } }",
        "{ changes(first: 1, where: {newValue: {contains: \"zqx\"}}) { nodes { id } } }",
        "{ changes(first: 1, orderBy: [{field: ASC}]) { nodes { id } } }",
    ] {
        let estimated = cost(&send(hub.clone(), dry(document)).await)["estimated"].as_i64().unwrap();
        assert!((20..=100_000).contains(&estimated), "{estimated}: {document}");
    }
}

/// What people see at the other doors is paid out of the same budget.
#[tokio::test]
async fn pages_about_codes_are_paid_for() {
    let database = TestDatabase::create().await;
    let (hub, _) = hub(&database, rules(120, 0));
    let asked =
        |accept: &str| Request::get("/verify/HC-01").header("accept", accept).body(Body::empty()).unwrap();
    for _ in 0..2 {
        assert_eq!(send(hub.clone(), asked("text/html")).await.status.as_u16(), 404);
    }
    let page = send(hub.clone(), asked("text/html")).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (429, "text/html; charset=utf-8"));
    let json = send(hub, asked("application/json")).await;
    assert_eq!((json.status.as_u16(), json.code().as_str()), (429, "BUDGET_EXCEEDED"));
}
