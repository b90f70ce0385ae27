//! The graph's cases: a document (with variables in a last comment) and the answer it must get, by both
//! roads: the compiled plan, and async-graphql's executor picking that plan's answer apart.

mod refused;

use std::path::PathBuf;
use std::sync::Arc;

use lienthong::graph::{Engine, Request};
use serde_json::Value;

use crate::harness::TestDatabase;

/// Set to write the answers in the place of comparing them; read the difference before committing it.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");

/// async-graphql 7.2.1 takes no null in a list of an interface; only the compiled road answers this.
const NULLS_IN_NODES: [&str; 2] = ["nodes_that_are_not_there.graphql", "nodes_of_which_one_is_no_id.graphql"];

struct Case {
    path: PathBuf,
    request: Request,
}

fn cases() -> Vec<Case> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/graph");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(dir).expect("cases") {
        let path = entry.expect("a case").path();
        if path.extension().is_none_or(|e| e != "graphql") {
            continue;
        }
        let query = std::fs::read_to_string(&path).expect("a document");
        let variables = query.lines().find_map(|l| l.strip_prefix("# variables: "));
        let variables = variables.map(|v| serde_json::from_str(v).expect("variables")).unwrap_or_default();
        cases.push(Case { path, request: Request { query, variables, ..crate::harness::asked() } });
    }
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(cases.len() >= 15, "{} cases", cases.len());
    cases
}

async fn engine() -> (TestDatabase, Engine) {
    let database = TestDatabase::create().await;
    let data = include_str!("../cases/graph/data.sql");
    sqlx::raw_sql(data).execute(&database.pool).await.expect("the cases' rows");
    let catalog = Arc::new(lienthong::catalog::load_embedded().expect("a catalog"));
    let engine = Engine::new(catalog, database.pool.clone()).expect("an engine");
    (database, engine)
}

#[tokio::test]
async fn every_case_gets_its_answer() {
    let (_database, engine) = engine().await;
    for case in cases() {
        let answer: Value = serde_json::from_slice(&engine.execute(case.request).await.body).expect("JSON");
        let expected = case.path.with_extension("json");
        if REWRITE.is_some() {
            let text = serde_json::to_string_pretty(&answer).expect("JSON") + "\n";
            std::fs::write(&expected, text).expect("written");
            continue;
        }
        let text = std::fs::read_to_string(&expected).expect("an expected answer");
        let expected: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(answer, expected, "{}", case.path.display());
    }
}

/// The SQL that the cases of the grammar compile to stands beside them.
#[tokio::test]
async fn every_construct_compiles_to_its_sql() {
    let (_database, engine) = engine().await;
    let mut compared = 0;
    for case in cases() {
        let expected = case.path.with_extension("sql");
        let name = case.path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if !name.starts_with("grammar_") {
            continue;
        }
        let sql = engine.explain(&case.request).unwrap_or_else(|| panic!("{name} is refused"));
        let sql = sql.iter().map(|s| format!("{s};\n")).collect::<String>();
        if REWRITE.is_some() {
            std::fs::write(&expected, sql).expect("written");
            continue;
        }
        assert_eq!(sql, std::fs::read_to_string(&expected).expect("expected SQL"), "{name}");
        compared += 1;
    }
    assert!(REWRITE.is_some() || compared >= 10, "{compared} cases with SQL");
}

#[tokio::test]
async fn both_roads_give_one_answer() {
    let (_database, engine) = engine().await;
    for case in cases() {
        if NULLS_IN_NODES.iter().any(|name| case.path.ends_with(name)) {
            continue;
        }
        let compiled = engine.execute(case.request.clone()).await;
        let executed = engine.execute_by_executor(case.request).await;
        // As text: the order of fields is part of the answer. (The executor keeps errors elsewhere.)
        let data = |body: &[u8]| {
            let text = String::from_utf8_lossy(body).into_owned();
            text.split_once("\"data\":").map(|(_, data)| data.to_owned())
        };
        let raw = String::from_utf8_lossy(&executed.body).into_owned();
        let (compiled, executed) = (data(&compiled.body), data(&executed.body));
        assert!(compiled.is_some(), "{}", case.path.display());
        assert_eq!(compiled, executed, "{}: {raw}", case.path.display());
    }
}

#[tokio::test]
async fn a_large_table_is_not_sorted_for_a_page() {
    let (database, engine) = engine().await;
    sqlx::query("update pg_class set reltuples = 2000000 where relname = 'product'")
        .execute(&database.pool)
        .await
        .expect("a larger table");
    for (order, refused) in [
        ("{name: DESC}", None),
        ("{id: ASC}", None),
        ("{name: ASC_NULLS_FIRST}", None),
        ("{packing: ASC_NULLS_FIRST}", Some("ORDER_NEEDS_INDEX")),
        ("{joinedYear: DESC}", Some("ORDER_NEEDS_INDEX")),
        ("{packing: ASC}", Some("ORDER_NEEDS_INDEX")),
        ("{producer: {name: ASC}}", Some("ORDER_NEEDS_INDEX")),
        ("{joinedYear: ASC}", Some("ORDER_NEEDS_INDEX")),
    ] {
        let query = format!("{{ products(orderBy: [{order}]) {{ nodes {{ id }} }} }}");
        let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"].as_str(), refused, "{order}: {answer}");
        let told = error.to_string();
        assert!(!told.contains("product (") && !told.contains("joined_year"), "{order}: {told}");
    }
    let query =
        "{ products(where: {name: {eq: \"x\"}}, orderBy: [{packing: ASC}]) { nodes { id } } }".to_owned();
    let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
    assert!(
        String::from_utf8_lossy(&answer.body).starts_with("{\"data\""),
        "what conditions choose is sorted"
    );
}

/// Whatever text a client sends stays a value.
#[tokio::test]
async fn hostile_texts_are_values() {
    let (database, engine) = engine().await;
    let texts = [
        "'",
        "''; drop table product; --",
        "\\",
        "%",
        "_",
        "\u{202e}",
        "$1",
        "a\\'b",
        ":*",
        "& | !",
        "(((",
        "\u{0}",
        "☃",
    ];
    let query = "query($t: String!, $i: ID!, $c: String) {
        a: products(where: {or: [{name: {eq: $t}}, {name: {in: [$t]}}, {name: {notIn: [$t]}}, {name: {contains: $t}}, {name: {startsWith: $t}}, {name: {matches: $t}}]}) { totalCount }
        b: producers(where: {within: $t}) { totalCount }
        c: products(where: {id: {eq: $i}}) { totalCount }
        f: products(after: $c, orderBy: [{name: ASC}]) { nodes { id } }
        g: producer(taxCode: $t) { id }
        h: adminUnit(code: $t, on: \"2025-07-01\") { id }
        i: node(id: $i) { id }
    }";
    for text in texts {
        let variables = serde_json::json!({ "t": text, "i": text, "c": text });
        let variables = variables.as_object().cloned().expect("variables");
        let answer =
            engine.execute(Request { query: query.to_owned(), variables, ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let codes =
            answer["errors"].as_array().into_iter().flatten().map(|e| e["extensions"]["code"].clone());
        let codes: Vec<Value> = codes.collect();
        assert!(!codes.contains(&"INTERNAL_SERVER_ERROR".into()), "{text:?}: {answer}");
        assert!(answer.get("data").is_some(), "{text:?}: {answer}");
    }
    assert_eq!(crate::tables::rows(&database.pool, "product").await, 3);
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_order_and_conditions() {
    let (_database, engine) = engine().await;
    let ask = async |query: String| -> Value {
        let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
        serde_json::from_slice(&answer.body).expect("JSON")
    };
    let list = "where: {name: {contains: \"duy\"}}, orderBy: [{name: ASC}]";
    let page = ask(format!("{{ products(first: 1, {list}) {{ pageInfo {{ endCursor }} }} }}")).await;
    let cursor = page["data"]["products"]["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
    let after = async |arguments: &str| {
        ask(format!("{{ products(after: \"{cursor}\", {arguments}) {{ nodes {{ name }} }} }}")).await
    };
    let next = after(list).await;
    assert_eq!(next["data"]["products"]["nodes"][0]["name"], "Ngũ cốc Duy Oanh", "{next}");
    for (code, arguments) in [
        ("CURSOR_OF_ANOTHER_ORDER", "where: {name: {contains: \"duy\"}}, orderBy: [{name: DESC}]"),
        ("CURSOR_OF_ANOTHER_ORDER", "where: {name: {contains: \"duy\"}}"),
        ("CURSOR_OF_ANOTHER_FILTER", "where: {name: {contains: \"d\"}}, orderBy: [{name: ASC}]"),
        ("CURSOR_OF_ANOTHER_FILTER", "orderBy: [{name: ASC}]"),
    ] {
        let answer = after(arguments).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{arguments}: {answer}");
    }
}

#[tokio::test]
async fn four_levels_cost_one_statement_and_one_for_each_list() {
    let (_database, engine) = engine().await;
    let query = include_str!("../cases/graph/four_levels.graphql").to_owned();
    let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
    assert_eq!(answer.stats.statements, 4, "product with all its links; recognitions; listings; origins");
}

#[tokio::test]
async fn a_plan_is_made_once_for_a_document_and_a_shape() {
    let (_database, engine) = engine().await;
    let request = |first: i64| Request {
        query: "query($first: Int) { products(first: $first) { nodes { id } } }".to_owned(),
        variables: serde_json::from_value(serde_json::json!({ "first": first })).expect("variables"),
        ..crate::harness::asked()
    };
    assert!(!engine.execute(request(1)).await.stats.plan_cached);
    let again = engine.execute(request(2)).await;
    assert!(again.stats.plan_cached);
    let answer: Value = serde_json::from_slice(&again.body).expect("JSON");
    assert_eq!(answer["data"]["products"]["nodes"].as_array().map(Vec::len), Some(2), "the value is bound");
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_of_many_callers_travel_together_and_each_gets_its_own() {
    let (_database, engine) = engine().await;
    let engine = Arc::new(engine);
    let all = Request { query: "{ products { nodes { id name } } }".to_owned(), ..crate::harness::asked() };
    let answer: Value = serde_json::from_slice(&engine.execute(all).await.body).expect("JSON");
    let products = answer["data"]["products"]["nodes"].as_array().expect("products").clone();
    let mut callers = Vec::new();
    for n in 0..300 {
        let (engine, product) = (Arc::clone(&engine), products[n % products.len()].clone());
        callers.push(tokio::spawn(async move {
            let query = "query($id: ID!) { product(id: $id) { id name producer { name } } }".to_owned();
            let variables = serde_json::json!({ "id": product["id"] });
            let variables = serde_json::from_value(variables).expect("variables");
            let request = Request { query, variables, ..crate::harness::asked() };
            let answering = engine.execute(request);
            if n % 7 == 3 {
                // This caller goes away before its answer is there.
                let _ = tokio::time::timeout(std::time::Duration::from_micros(50), answering).await;
                return;
            }
            let answer: Value = serde_json::from_slice(&answering.await.body).expect("JSON");
            assert_eq!(answer["data"]["product"]["id"], product["id"], "{answer}");
            assert_eq!(answer["data"]["product"]["name"], product["name"], "{answer}");
        }));
    }
    for caller in callers {
        caller.await.expect("an answer");
    }
}

/// The examples of the documentation are answered without an error.
#[tokio::test]
async fn the_examples_of_the_query_language_run() {
    let (_database, engine) = engine().await;
    let text = include_str!("../../docs/query-language.md");
    let mut ran = 0;
    for block in text.split("```graphql\n").skip(1) {
        let query = block.split("```").next().unwrap_or_default().to_owned();
        let answer = engine.execute(Request { query: query.clone(), ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert!(answer.get("errors").is_none() && answer["data"].is_object(), "{query}: {answer}");
        ran += 1;
    }
    assert!(ran >= 7, "{ran} examples");
}

/// Every commune of today and of before lies in exactly one province of today, and every commune of the last day
/// before the reform in exactly one province of then.
#[tokio::test]
async fn provinces_share_all_communes_between_them() {
    let (_database, engine) = engine().await;
    let ask = async |query: String| -> Value {
        let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
        serde_json::from_slice(&answer.body).expect("JSON")
    };
    for (day, commune) in [
        ("2025-07-01", "validTo: { isNull: true }"),
        ("2025-07-01", "validTo: { isNull: false }"),
        ("2025-06-30", "inForceOn: \"2025-06-30\""),
    ] {
        let communes = format!("level: {{ eq: COMMUNE }}, {commune}");
        let provinces = format!("first: 100, where: {{ level: {{ eq: PROVINCE }}, inForceOn: \"{day}\" }}");
        let answer = ask(format!(
            "{{ adminUnits({provinces}) {{ nodes {{ id }} }} all: adminUnits(where: {{ {communes} }}) {{ totalCount }} }}"
        ))
        .await;
        let all = answer["data"]["all"]["totalCount"].as_i64().expect("a number");
        let mut within = 0;
        for province in answer["data"]["adminUnits"]["nodes"].as_array().expect("provinces") {
            let part = ask(format!(
                "{{ adminUnits(where: {{ within: {}, {communes} }}) {{ totalCount }} }}",
                province["id"]
            ));
            within += part.await["data"]["adminUnits"]["totalCount"].as_i64().expect("a number");
        }
        assert_eq!(within, all, "{day} {commune}");
        assert!(all > 3_000, "{all} communes");
    }
}
