//! Supply and demand, genuine or not: documents and the answers they must get, as files.

use std::path::PathBuf;
use std::sync::Arc;

use lienthong::catalog::load_embedded;
use lienthong::clock::Clock;
use lienthong::graph::{Engine, Request};
use lienthong::merge::publish_documents;
use serde_json::Value;

use crate::harness::TestDatabase;

/// Set to write the answers in the place of comparing them; read the difference before committing it.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");

/// An engine over the rows of `data`.
pub async fn engine(data: &'static str) -> (TestDatabase, Engine) {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(data).execute(&database.pool).await.expect("the cases' rows");
    let catalog = Arc::new(load_embedded().expect("a catalog"));
    publish_documents(&database.pool, &catalog).await.expect("documents");
    // Before every delivery of the cases but those that are to be over.
    let today = Clock::Fixed("2026-01-01T02:00:00Z".parse().expect("a moment"));
    let engine = Engine::new(catalog, database.pool.clone()).expect("an engine").at(today);
    (database, engine)
}

/// Every document of a folder gets the answer beside it, by both roads.
async fn compare(folder: &str, data: &'static str, least: usize) {
    let (_database, engine) = engine(data).await;
    let dir = format!("{}/tests/cases/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(dir).expect("cases").map(|entry| entry.expect("a case").path());
    let files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "graphql")).collect();
    assert!(files.len() >= least, "{} cases", files.len());
    for path in files {
        let query = std::fs::read_to_string(&path).expect("a document");
        let request = Request { query, ..crate::harness::asked() };
        let compiled = engine.execute(request.clone()).await.body;
        let answer: Value = serde_json::from_slice(&compiled).expect("JSON");
        // No answer worth keeping, however it came to be.
        assert!(!answer.to_string().contains("INTERNAL_SERVER_ERROR"), "{}: {answer}", path.display());
        let expected = path.with_extension("json");
        if REWRITE.is_some() {
            let text = serde_json::to_string_pretty(&answer).expect("JSON") + "\n";
            std::fs::write(&expected, text).expect("written");
            continue;
        }
        let text = std::fs::read_to_string(&expected).expect("an expected answer");
        assert_eq!(answer, serde_json::from_str::<Value>(&text).expect("JSON"), "{}", path.display());
        if answer["errors"].is_null() {
            let executed = engine.execute_by_executor(request).await.body;
            let executed: Value = serde_json::from_slice(&executed).expect("JSON");
            assert_eq!(answer["data"], executed["data"], "{}", path.display());
        }
    }
}

#[tokio::test]
async fn every_demand_gets_its_offers() {
    compare("supply", include_str!("../cases/supply/data.sql"), 10).await;
}

/// What the database makes of an offer's unit is what the hub makes of the demand's.
#[tokio::test]
async fn both_sides_agree_on_units() {
    let database = TestDatabase::create().await;
    let words =
        ["kg", "Tấn", "tạ", "yến", "g", "gram", "lít", "L", "ml", "m3", "hộp", "Sản  phẩm", "ký", "chai"];
    for word in words {
        let unit = lienthong::supply::unit(word).expect(word);
        let (base, factor): (String, f64) = sqlx::query_as("select supply_unit($1), supply_factor($1)")
            .bind(word)
            .fetch_one(&database.pool)
            .await
            .expect("a unit");
        assert_eq!((base, factor), (unit.base, unit.factor), "{word}");
    }
}

/// A group brings its sub-groups, and those of the same name in the other classification.
#[tokio::test]
async fn groups_of_both_classifications_count() {
    let (database, engine) = engine(include_str!("../cases/supply/data.sql")).await;
    for (scheme, level, number, expected) in [
        ("QD148", "GROUP", 1, 6),
        ("QD1048", "GROUP", 1, 6),
        ("QD148", "SUBGROUP", 9, 1),
        ("QD148", "GROUP", 2, 0),
    ] {
        let id: uuid::Uuid = sqlx::query_scalar(
            "select id from product_group where scheme = $1 and level = $2 and number = $3",
        )
        .bind(scheme)
        .bind(level)
        .bind(number)
        .fetch_one(&database.pool)
        .await
        .expect("a group");
        let id = lienthong::store::id::encode("product_group", id);
        let query = format!(
            "{{ supply(demand: {{group: \"{id}\", quantity: 1, unit: \"kg\", deliveryFrom: \"2026-12-01\"}}) {{ count }} }}"
        );
        let answer: Value =
            serde_json::from_slice(&engine.execute(Request { query, ..crate::harness::asked() }).await.body)
                .expect("JSON");
        assert_eq!(answer["data"]["supply"]["count"], expected, "{scheme} {level} {number}: {answer}");
    }
}

#[tokio::test]
async fn every_code_gets_its_verdict() {
    compare("verify", include_str!("../cases/verify/data.sql"), 7).await;
}

/// What the verdict says is what `inForceOn` says of every thing that has a code: one rule, told two ways.
#[tokio::test]
async fn verdicts_agree_with_in_force_on() {
    let (_database, engine) = engine(include_str!("../cases/verify/data.sql")).await;
    let ask = async |query: String| {
        let body = engine.execute(Request { query, ..crate::harness::asked() }).await.body;
        serde_json::from_slice::<Value>(&body).expect("JSON")
    };
    let today = "{ verify(code: \"x1\") { checkedOn } }";
    let today =
        ask(today.to_owned()).await["data"]["verify"]["checkedOn"].as_str().expect("a day").to_owned();
    let mut compared = 0;
    for (list, code) in [
        ("qualityCertificates", "number"),
        ("recognitions", "decisionNumber"),
        ("growingAreas", "code"),
        ("agreements", "number"),
    ] {
        let in_force = ask(format!(
            "{{ {list}(where: {{ inForceOn: \"{today}\" }}, first: 100) {{ nodes {{ id }} }} }}"
        ))
        .await;
        let in_force = in_force["data"][list]["nodes"].as_array().expect("nodes").clone();
        let all = ask(format!("{{ {list}(first: 100) {{ nodes {{ id {code} }} }} }}")).await;
        for node in all["data"][list]["nodes"].as_array().expect("nodes") {
            // a number that may be a person's code is shown to nobody here
            let Some(code) = node[code].as_str() else { continue };
            let query = format!(
                "{{ verify(code: \"{code}\") {{ documents {{ items {{ state node {{ id }} }} }} }} }}"
            );
            let found = ask(query).await;
            let Some(documents) = found["data"]["verify"]["documents"].as_array() else { continue };
            let items = documents.iter().flat_map(|document| document["items"].as_array().expect("items"));
            for item in items.filter(|item| item["node"]["id"] == node["id"]) {
                let says = matches!(item["state"].as_str(), Some("IN_FORCE" | "SUSPENDED"));
                let is = in_force.iter().any(|one| one["id"] == node["id"]);
                assert_eq!(says, is, "{node}: {item}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 10, "{compared} compared");
}

/// What `benches/supply/run.sh` measures are the statements that the hub sends.
#[test]
fn the_statements_that_are_measured_are_the_hubs() {
    for (name, sql) in ["groups", "best"].into_iter().zip(lienthong::supply::statements()) {
        let path = format!("{}/benches/supply/{name}.sql", env!("CARGO_MANIFEST_DIR"));
        if REWRITE.is_some() {
            std::fs::write(&path, &*sql).expect("written");
        }
        assert_eq!(std::fs::read_to_string(path).expect("a statement"), &*sql, "{name}");
    }
}

/// Of more products than are weighed those with the most stars are, and the answer says so.
#[tokio::test]
async fn a_group_of_too_many_products_is_weighed_in_part() {
    let (database, engine) = engine(include_str!("../cases/supply/data.sql")).await;
    sqlx::raw_sql(
        "set session_replication_role = replica; -- nobody is named: no mask is needed
         insert into product (id, name, public_name, group_id, producer_id)
         select ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Rượu ' || n, 'Rượu ' || n,
                (select id from product_group where scheme = 'QD148' and level = 'SUBGROUP' and number = 14),
                '01900000-0000-7000-8000-00000000a001'
         from generate_series(1, 4100) n;
         insert into recognition (id, product_id, stars, potential_five_star, decided_on, decided_year)
         select ('01900000-0000-7000-9001-' || lpad(to_hex(n), 12, '0'))::uuid,
                ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid,
                case when n > 4090 then 5 else 3 end, false, '2026-01-01', 2026
         from generate_series(1, 4100) n;
         insert into supply_offer (id, producer_id, product_id, capacity, capacity_unit)
         select ('01900000-0000-7000-9002-' || lpad(to_hex(n), 12, '0'))::uuid, '01900000-0000-7000-8000-00000000a001',
                ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, 10, 'lít'
         from generate_series(1, 4100) n;
         reset session_replication_role",
    )
    .execute(&database.pool)
    .await
    .expect("many products");
    let id: uuid::Uuid = sqlx::query_scalar(
        "select id from product_group where scheme = 'QD148' and level = 'SUBGROUP' and number = 14",
    )
    .fetch_one(&database.pool)
    .await
    .expect("a group");
    let id = lienthong::store::id::encode("product_group", id);
    let query = format!(
        "{{ supply(first: 11, demand: {{group: \"{id}\", quantity: 1, unit: \"lít\", deliveryFrom: \"2026-12-01\"}}) {{
            count partial matches {{ stars }} }} }}"
    );
    let body = engine.execute(Request { query, ..crate::harness::asked() }).await.body;
    let answer: Value = serde_json::from_slice(&body).expect("JSON");
    let found = &answer["data"]["supply"];
    assert_eq!((&found["partial"], &found["count"]), (&Value::from(true), &Value::from(4000)), "{answer}");
    let stars: Vec<i64> = found["matches"]
        .as_array()
        .expect("matches")
        .iter()
        .filter_map(|one| one["stars"].as_i64())
        .collect();
    assert_eq!(stars, [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 3], "{answer}");
}
