//! Each limit of `[limits]`: one step below it passes, at one above the error names it, what was given and what is
//! allowed.

use std::sync::Arc;

use lienthong::access::{Caller, Identity, Role};
use lienthong::catalog::load_embedded;
use lienthong::graph::limits::Limits;
use lienthong::graph::{Engine, Outcome, Request};
use serde_json::{Value, json};

use crate::harness::TestDatabase;

#[tokio::test]
async fn every_limit_names_itself() {
    let database = TestDatabase::create().await;
    let catalog = Arc::new(load_embedded().unwrap());
    let nested = |times: usize| format!("{}id{}", "producer { ".repeat(times), " }".repeat(times));
    let usual = Limits::default();
    for (name, limits, fits, over, given) in [
        ("depth", Limits { depth: 4, ..usual }, nested(1), nested(2), Some(5)),
        (
            "aliases",
            Limits { aliases: 2, ..usual },
            "a: id b: id".to_owned(),
            "a: id b: id c: id".to_owned(),
            Some(3),
        ),
        (
            "directives",
            Limits { directives: 1, ..usual },
            "id @skip(if: false)".to_owned(),
            "id @skip(if: false) name @skip(if: false)".to_owned(),
            Some(2),
        ),
        ("fields", Limits { fields: 4, ..usual }, "id name".to_owned(), "id name stars".to_owned(), Some(5)),
        (
            "tokens",
            Limits { tokens: 15, ..usual },
            "id".to_owned(),
            "id name stars packing id".to_owned(),
            None,
        ),
        (
            "document_bytes",
            Limits { document_bytes: 60, ..usual },
            "id".to_owned(),
            format!("id {}", " ".repeat(60)),
            Some(100),
        ),
        (
            "rows",
            Limits { rows: 2, ..usual },
            "id".to_owned(),
            "decisions: recognitions { nodes { id } }".to_owned(),
            Some(42),
        ),
    ] {
        let engine = Engine::limited(Arc::clone(&catalog), database.pool.clone(), limits).unwrap();
        let document = |fields: &str| format!("{{ products(first: 2) {{ nodes {{ {fields} }} }} }}");
        refuses(&engine, name, &document(&fits), &document(&over), given, json!({})).await;
    }
    let engine = |limits| Engine::limited(Arc::clone(&catalog), database.pool.clone(), limits).unwrap();
    let two = "{ __typename products(first: 1) { nodes { id } } }";
    let three = "{ __typename ...F } fragment F on Query { products(first: 1) { nodes { id } } node(id: \"a\") { id } }";
    let roots = engine(Limits { root_fields: 2, ..usual });
    refuses(&roots, "root_fields", two, three, Some(3), json!({})).await;
    let operations = engine(Limits { operations: 1, ..usual });
    refuses(
        &operations,
        "operations",
        "{ __typename }",
        "query A { __typename } query B { __typename }",
        Some(2),
        json!({}),
    )
    .await;
    let statements = engine(Limits { statements: 1, ..usual });
    let both = "{ products(first: 1) { nodes { id } } producers(first: 1) { nodes { id } } }";
    refuses(&statements, "statements", two, both, Some(2), json!({})).await;
    let variables = engine(Limits { variables_bytes: 50, ..usual });
    let query = "query Q($v: String) { products(first: 1, where: {name: {eq: $v}}) { nodes { id } } }";
    answered(&variables, query, json!({ "v": "a" })).await;
    let (code, limit) = refused(&variables, query, json!({ "v": "a".repeat(60) })).await;
    assert_eq!(
        (code.as_str(), &limit["name"], &limit["allowed"]),
        ("VARIABLES_TOO_LARGE", &json!("variables_bytes"), &json!(50))
    );
}

async fn refuses(
    engine: &Engine,
    name: &str,
    fits: &str,
    over: &str,
    given: Option<usize>,
    variables: Value,
) {
    answered(engine, fits, variables.clone()).await;
    let (_, limit) = refused(engine, over, variables).await;
    assert_eq!(limit["name"], name, "{over}: {limit}");
    if name != "document_bytes" {
        assert_eq!(limit["given"], json!(given), "{over}");
    }
    assert!(limit["allowed"].as_u64().is_some(), "{limit}");
}

async fn execute(engine: &Engine, query: &str, variables: Value) -> (Outcome, Value) {
    let variables = variables.as_object().cloned().unwrap_or_default();
    let caller = Arc::new(Caller::of(Identity::OpenDesk, Role::Steward));
    let request = Request { query: query.to_owned(), variables, caller, ..Request::default() };
    let answer = engine.execute(request).await;
    (answer.outcome, serde_json::from_slice(&answer.body).unwrap())
}

async fn answered(engine: &Engine, query: &str, variables: Value) {
    let (outcome, body) = execute(engine, query, variables).await;
    assert_eq!(outcome, Outcome::Complete, "{query}: {body}");
}

async fn refused(engine: &Engine, query: &str, variables: Value) -> (String, Value) {
    let (outcome, body) = execute(engine, query, variables).await;
    assert!(matches!(outcome, Outcome::Refused(_)), "{query}: {body}");
    let extensions = &body["errors"][0]["extensions"];
    (extensions["code"].as_str().unwrap().to_owned(), extensions["limit"].clone())
}
