//! Requests made to stop the hub: each is refused at once, with a code, and the next one is served.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use lienthong::http::{AppState, HttpOptions, router};
use serde_json::{Value, json};

use super::{Seen, post, real, send};
use crate::harness::TestDatabase;

const CODES: [&str; 12] = [
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "DOCUMENT_TOO_LARGE",
    "TOO_MANY_ROWS",
    "TOO_MANY_STATEMENTS",
    "OPERATION_RESOLUTION_FAILURE",
    "BAD_USER_INPUT",
    "INVALID_PAGE",
    "PAYLOAD_TOO_LARGE",
    "MALFORMED_JSON",
    "INVALID_UTF8",
    "FORBIDDEN",
];

#[tokio::test]
async fn documents_made_to_stop_the_hub_are_refused_at_once() {
    let database = TestDatabase::create().await;
    let router = router(real::state(&database));
    for (name, body) in bodies() {
        let started = Instant::now();
        let request = Request::post("/graphql").header("content-type", "application/json");
        let seen = send(router.clone(), request.body(Body::from(body)).unwrap()).await;
        let status = seen.status.as_u16();
        assert!((400..500).contains(&status), "{name}: {status} {}", seen.json());
        assert!(CODES.contains(&seen.code().as_str()), "{name}: the code of {}", seen.json());
        assert_eq!(seen.json()["errors"][0]["extensions"]["traceId"], seen.header("x-trace-id"), "{name}");
        assert!(seen.json().get("data").is_none(), "{name}");
        assert!(seen.body.len() < 100_000, "{name}: an answer of {} bytes", seen.body.len());
        // Debug builds are slow, and so are machines with much to do; a bomb that goes off takes hours.
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: took {:?}", started.elapsed());
        let next = send(router.clone(), post("{ __typename }")).await;
        assert_eq!(next.json()["data"]["__typename"], "Query", "after {name}");
    }
}

/// Refused where they stand, and the rest of the answer is there.
#[tokio::test]
async fn values_out_of_range_cost_their_own_field_alone() {
    let database = TestDatabase::create().await;
    let router = router(real::state(&database));
    let ids = |count: usize| json!({ "v": vec!["product_01h455vb4pex5vsknk084sn02q"; count] });
    let text = |text: &str| json!({ "v": text });
    for (name, head, field, variables, code) in [
        ("a page of a million", "", "products(first: 1000000) { nodes { id } }", json!({}), ""),
        ("a page of less than none", "", "products(first: -1) { nodes { id } }", json!({}), ""),
        (
            "a forged cursor",
            "",
            "products(after: \"AQAAAAcBmRI0VnirvI3vASNFZ4mrAAAAEA\") { nodes { id } }",
            json!({}),
            "",
        ),
        (
            "a cursor of words",
            "",
            "products(after: \"x' or 1=1\") { nodes { id } }",
            json!({}),
            "INVALID_CURSOR",
        ),
        (
            "an endless cursor",
            "($v: String)",
            "products(after: $v) { nodes { id } }",
            text(&"A".repeat(100_000)),
            "INVALID_CURSOR",
        ),
        ("a huge list", "($v: [ID!])", "products(where: {id: {in: $v}}) { nodes { id } }", ids(1001), ""),
        ("huge nodes", "($v: [ID!]!)", "nodes(ids: $v) { id }", ids(101), ""),
        (
            "an id of nothing",
            "",
            "products(where: {id: {eq: \"product_0\"}}) { nodes { id } }",
            json!({}),
            "INVALID_ID",
        ),
        (
            "a day that is none",
            "",
            "recognitions(where: {decidedOn: {eq: \"2025-02-30\"}}) { nodes { id } }",
            json!({}),
            "",
        ),
    ] {
        let body = json!({ "query": format!("query{head} {{ tried: {field} }}"), "variables": variables });
        let request = Request::post("/graphql").header("content-type", "application/json");
        let seen = send(router.clone(), request.body(body.to_string().into()).unwrap()).await;
        let found = seen.code();
        assert!(!found.is_empty() && found != "INTERNAL_SERVER_ERROR", "{name}: {}", seen.json());
        assert!(code.is_empty() || found == code, "{name}: {found}, expected {code}");
    }
}

/// With introspection off nothing tells names of the schema; `__typename` is no introspection.
#[tokio::test]
async fn a_hub_that_tells_nothing_of_its_schema() {
    let database = TestDatabase::create().await;
    let catalog = std::sync::Arc::new(lienthong::catalog::load_embedded().unwrap());
    let engine = lienthong::graph::Engine::new(catalog, database.pool.clone()).unwrap();
    let open = router(real::state(&database));
    let engine = std::sync::Arc::new(engine.telling(None));
    let closed = router(AppState::new(engine, database.pool.clone(), HttpOptions::default()));
    let message = |seen: &Seen| seen.json()["errors"][0]["message"].as_str().unwrap().to_owned();
    for (document, suggested) in [
        ("{ prodcuts { nodes { id } } }", "products"),
        ("{ products(frist: 1) { nodes { id } } }", "first"),
        ("{ products(where: {nmae: {eq: \"a\"}}) { nodes { id } } }", "name"),
        ("{ producers(where: {kind: {eq: COOPERATIV}}) { nodes { id } } }", "COOPERATIVE"),
        ("{ node(id: \"a\") { ... on Prodct { id } } }", "Product"),
        ("query Q($id: IDD!) { node(id: $id) { id } }", "ID"),
        ("{ __typename @inclde(if: true) }", "include"),
    ] {
        let told = message(&send(open.clone(), post(document)).await);
        let meant = told
            .split_once("did you mean ")
            .map(|(_, names)| names.trim_end_matches('?').split(" or ").next());
        assert_eq!(meant, Some(Some(suggested)), "{document}: {told}");
        let told = message(&send(closed.clone(), post(document)).await);
        assert!(!told.contains("did you mean"), "{document}: {told}");
    }
    let far = message(&send(open.clone(), post("{ xyzzyxyzzy }")).await);
    assert!(!far.contains("did you mean"), "{far}");

    let refused = send(closed.clone(), post("{ __schema { queryType { name } } }")).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (422, "INTROSPECTION_OFF"));
    assert!(refused.json().get("data").is_none());
    let none = send(closed.clone(), post("{ __type(name: \"Product\") { name } __typename }")).await;
    assert_eq!(none.json()["data"], json!({ "__type": null, "__typename": "Query" }));
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let sdl = send(closed, get("/schema.graphql")).await;
    assert_eq!((sdl.status.as_u16(), sdl.code().as_str()), (403, "INTROSPECTION_OFF"));
    assert_eq!(send(open, get("/schema.graphql")).await.status.as_u16(), 200);
}

/// The answer is counted on the schema before anything of it is told: small texts have large answers.
#[tokio::test]
async fn introspection_is_told_as_much_as_there_is_of_the_schema() {
    let database = TestDatabase::create().await;
    let router = router(real::state(&database));
    let aliases =
        |count: usize, field: &str| (0..count).map(|n| format!(" a{n}: {field}")).collect::<String>();
    let inputs = "types { inputFields { type { inputFields { name } } } }";
    for (name, document) in [
        ("inputs of inputs", format!("{{{} }}", aliases(200, &format!("__schema {{ {inputs} }}")))),
        ("types", format!("{{ __schema {{{} }} }}", aliases(400, "types { fields { name } }"))),
        (
            "names of inputs",
            format!(
                "{{ __schema {{ types {{ inputFields {{ type {{ inputFields {{{} }} }} }} }} }} }}",
                aliases(450, "name")
            ),
        ),
        (
            "a type by a variable",
            format!(
                "query($v: String = \"Query\") {{{} }}",
                aliases(60, "__type(name: $v) { fields { args { name description defaultValue } } }")
            ),
        ),
        (
            "a type that many implement",
            format!(
                "{{{} }}",
                aliases(
                    180,
                    "__type(name: \"Node\") { possibleTypes { fields { name description args { name description defaultValue } } } }"
                )
            ),
        ),
    ] {
        let seen = send(router.clone(), post(&document)).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (422, "DOCUMENT_TOO_LARGE"), "{name}");
        let limit = &seen.json()["errors"][0]["extensions"]["limit"];
        assert_eq!(limit["name"], "introspection_fields", "{name}: {limit}");
    }
    for document in [
        include_str!("../../cases/http/introspection.graphql").to_owned(),
        format!("{{{} }}", aliases(50, "__type(name: \"Query\") { fields { name type { name } } }")),
    ] {
        assert_eq!(send(router.clone(), post(&document)).await.status.as_u16(), 200, "{document}");
    }
}

/// What went wrong inside stays inside.
#[tokio::test]
async fn a_database_that_breaks_tells_nothing_of_itself() {
    let database = TestDatabase::create().await;
    let router = router(real::state(&database));
    sqlx::raw_sql("alter table product rename column joined_year to secret_column")
        .execute(&database.pool)
        .await
        .unwrap();
    let seen = send(router, post("{ products { nodes { joinedYear } } }")).await;
    let text = seen.json().to_string();
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (294, "INTERNAL_SERVER_ERROR"), "{text}");
    for inside in ["secret", "column", "select", "postgres", "product.", "42703"] {
        assert!(!text.contains(inside), "{inside} in {text}");
    }
    assert_eq!(seen.json()["data"], json!({ "products": null }));
}

/// Fragments that each spread the next `times` times over: `times` to the power of `levels` paths.
fn bomb(levels: usize, times: usize, alias: &str) -> String {
    let mut document = "query { ...F0 }".to_owned();
    for level in 0..levels {
        let spreads = format!(" ...F{}", level + 1).repeat(times);
        document += &format!(" fragment F{level} on Query {{{spreads} }}");
    }
    document + &format!(" fragment F{levels} on Query {{ {alias}products(first: 1) {{ nodes {{ name }} }} }}")
}

/// Bodies of requests that must be refused.
pub fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let aliases =
        |count: usize, field: &str| -> String { (0..count).map(|n| format!(" a{n}: {field}")).collect() };
    let deep = "{ products { nodes { producer".to_owned()
        + &" { products { nodes { producer".repeat(200)
        + " { id }"
        + &" } } }".repeat(200)
        + " } } }";
    let pages = "{ products(first: 1000) { nodes { producer { products(first: 100) { nodes { recognitions(first: 100) { nodes { id } } } } } } } }";
    let list =
        format!("{{ products(where: {{id: {{in: [{}]}}}}) {{ nodes {{ id }} }} }}", "\"a\" ".repeat(11_000));
    let types = "fields { type { ".repeat(7) + "name" + &" } }".repeat(7);
    let documents = vec![
        ("a wide bomb", bomb(7, 16, "")),
        ("a bomb", bomb(17, 4, "")),
        ("a long bomb", bomb(28, 2, "")),
        ("a bomb of aliases", bomb(12, 8, "x: ")),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned()),
        ("10,000 aliases", format!("{{{} }}", aliases(10_000, "products(first: 1) { nodes { id } }"))),
        ("1,000 aliases", format!("{{{} }}", aliases(1_000, "products(first: 1) { nodes { id } }"))),
        ("300 aliases", format!("{{{} }}", aliases(300, "products(first: 1) { nodes { id } }"))),
        ("20,000 fields", format!("{{{} }}", aliases(20_000, "__typename"))),
        ("3,000 fields", format!("{{{} }}", aliases(3_000, "__typename"))),
        (
            "100 operations",
            format!("mutation {{{} }}", aliases(100, "unpin(input: {id: \"x\"}) { userErrors { code } }")),
        ),
        ("1,000 operations", (0..1_000).map(|n| format!("query Q{n} {{ __typename }} ")).collect()),
        (
            "2,000 fragments",
            "{ __typename }".to_owned()
                + &(0..2_000)
                    .map(|n| format!(" fragment F{n} on Query {{ __typename }}"))
                    .collect::<String>(),
        ),
        ("cyclic links", deep),
        ("pages in pages in pages", pages.to_owned()),
        ("types in types", format!("{{ __schema {{ types {{ {types} }} }} }}")),
        ("braces", "{ a ".repeat(20_000)),
        ("lists", format!("{{ products(where: {}", "[".repeat(20_000))),
        ("objects", format!("{{ products(where: {}", "{a: ".repeat(20_000))),
        ("types of lists", format!("query Q($a: {}Int", "[".repeat(20_000))),
        ("a huge list", list),
        ("directives", format!("{{ __typename {} }}", "@nothing ".repeat(5_000))),
        ("the same directive", format!("{{ __typename {} }}", "@include(if: true) ".repeat(1_000))),
        ("commas", ",".repeat(500_000)),
        ("commas in a query", format!("{{ __typename {} }} }}", ",".repeat(500_000))),
        ("comments", "#a\n".repeat(200_000)),
        ("a string without an end", format!("{{ a(b: \"{}", "a".repeat(500_000))),
        (
            "variables",
            format!(
                "query({}) {{ __typename }}",
                (0..2_000).map(|n| format!("$v{n}: Int ")).collect::<String>()
            ),
        ),
        ("arguments", format!("{{ products({}) {{ nodes {{ id }} }} }}", "first: 1 ".repeat(3_000))),
        ("a long name", format!("{{ {} }}", "a".repeat(500_000))),
        ("a deep variable", "query($v: ProductWhere) { products(where: $v) { nodes { id } } }".to_owned()),
        ("nothing", String::new()),
        ("a byte", "\u{0}".to_owned()),
        ("no operation", "fragment A on Query { __typename }".to_owned()),
        ("an unknown field", "{ nothing }".to_owned()),
        ("a mutation there is none of", "mutation { drop }".to_owned()),
        ("a subscription there is none of", "subscription { all }".to_owned()),
        ("increments there are none of", "{ ... @defer { __typename } }".to_owned()),
    ];
    let mut deep_value = json!("a");
    for _ in 0..100 {
        deep_value = json!({ "name": deep_value });
    }
    let body = |(name, query): (&'static str, String)| {
        let variables = if name == "a deep variable" { deep_value.clone() } else { Value::Null };
        (name, json!({ "query": query, "variables": { "v": variables } }).to_string().into_bytes())
    };
    let mut bodies: Vec<_> = documents.into_iter().map(body).collect();
    let nested = |open: &str, count: usize| {
        format!("{{\"query\": \"{{ __typename }}\", \"variables\": {}", open.repeat(count))
    };
    bodies.extend([
        ("no UTF-8 within", b"{\"query\": \"{ __typename \xff }\"}".to_vec()),
        ("half an emoji", br#"{"query": "{ \ud83d }"}"#.to_vec()),
        ("lists of JSON", nested("[", 100_000).into_bytes()),
        ("objects of JSON", nested("{\"a\":", 50_000).into_bytes()),
        ("numbers of JSON", format!("{{\"query\": {}", "1".repeat(100_000)).into_bytes()),
        ("more than a body may have", vec![b' '; 2 << 20]),
    ]);
    bodies
}
