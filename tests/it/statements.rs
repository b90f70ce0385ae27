//! What a document costs the database: every statement the graph's cases compile to is prepared on the
//! migrated database, and those of the load run are the ones its reference figures are measured with.

use std::sync::Arc;

use lienthong::catalog::LinkKind;
use lienthong::graph::{Engine, Request};
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::harness::TestDatabase;

async fn engine() -> (TestDatabase, Engine) {
    let database = TestDatabase::create().await;
    let catalog = Arc::new(lienthong::catalog::load_embedded().expect("a catalog"));
    let engine = Engine::new(catalog, database.pool.clone()).expect("an engine");
    (database, engine)
}

#[tokio::test]
async fn every_list_of_every_type_prepares() {
    let (database, engine) = engine().await;
    let catalog = lienthong::catalog::load_embedded().expect("a catalog");
    let mut prepared = 0;
    for entity in catalog.entities.values() {
        let scalars: Vec<_> = entity.columns.keys().map(String::as_str).collect();
        let links: String = entity.links.values().map(|l| link(&catalog, l)).collect();
        let query = format!(
            "{{ {}(last: 3) {{ totalCount edges {{ cursor node {{ id {} {links} }} }} }} }}",
            entity.plural,
            scalars.join(" ")
        );
        let request = Request { query, ..crate::harness::asked() };
        let statements = engine.explain(&request).unwrap_or_else(|| panic!("{}", request.query));
        for sql in statements {
            let text = sql.to_string();
            let outcome = (&database.pool).prepare(AssertSqlSafe(sql).into_sql_str()).await;
            assert!(outcome.is_ok(), "{text}: {:?}", outcome.err());
            prepared += 1;
        }
    }
    assert!(prepared > 30, "{prepared} statements");
}

/// Every condition, order, measure and group of every type is SQL that the database takes.
#[tokio::test]
async fn every_word_of_the_grammar_prepares() {
    let (database, engine) = engine().await;
    let schema = engine.sdl().to_owned();
    let catalog = lienthong::catalog::load_embedded().expect("a catalog");
    let mut prepared = 0;
    for entity in catalog.entities.values() {
        let plural = &entity.plural;
        let names: Vec<String> =
            entity.columns.values().filter(|c| c.is_comparable()).map(|c| c.name.clone()).collect();
        let counts = entity.links.values().filter(|l| matches!(l.kind, LinkKind::ToMany { .. }));
        let counts: Vec<String> = counts.map(|l| format!("{}Count", l.name)).collect();
        let mut queries = Vec::new();
        for name in names.iter().chain(&counts) {
            queries.push(format!("{{ {plural}(first: 2, orderBy: [{{{name}: ASC_NULLS_FIRST}}, {{id: DESC}}]) {{ edges {{ cursor }} }} }}"));
        }
        for name in &counts {
            queries.push(format!("{{ {plural}(where: {{{name}: {{gte: 1}}}}) {{ totalCount }} }}"));
        }
        for dimension in fields_of(&schema, &format!("enum {}Field {{", entity.name)) {
            queries.push(format!("{{ {plural} {{ groups(by: [{{field: {dimension}}}]) {{ count }} }} }}"));
        }
        let mut measures = String::new();
        for (measure, ty) in [
            ("countDistinct", "Distinct"),
            ("sum", "Numbers"),
            ("avg", "Numbers"),
            ("min", "Extremes"),
            ("max", "Extremes"),
        ] {
            let of = fields_of(&schema, &format!("type {}{ty} {{", entity.name));
            if !of.is_empty() {
                measures.push_str(&format!("{measure} {{ {} }} ", of.join(" ")));
            }
        }
        queries.push(format!("{{ {plural} {{ aggregate {{ count {measures} }} }} }}"));
        for field in fields_of(&schema, &format!("input {}Where {{", entity.name)) {
            let list = entity.links.get(&field).is_some_and(|l| matches!(l.kind, LinkKind::ToMany { .. }));
            let condition = match field.as_str() {
                "and" | "or" => "[]",
                "not" => "{}",
                "within" => "\"Huế\"",
                "inForceOn" => "\"2025-01-01\"",
                "onDay" => "{day: \"2025-01-01\", where: {not: {id: {isNull: true}}}}",
                _ if list => "{some: {}, every: {id: {isNull: true}}, none: {id: {isNull: true}}}",
                _ if entity.links.contains_key(&field) => "{id: {isNull: false}, not: {id: {isNull: true}}}",
                name if name.ends_with("Count") && counts.iter().any(|c| c == name) => {
                    "{between: {from: 1, to: 2}}"
                }
                _ => "{isNull: false}",
            };
            queries.push(format!("{{ {plural}(where: {{{field}: {condition}}}) {{ totalCount }} }}"));
        }
        for query in queries {
            let request = Request { query, ..crate::harness::asked() };
            let statements = engine.explain(&request).unwrap_or_else(|| panic!("{}", request.query));
            for sql in statements {
                let outcome = (&database.pool).prepare(AssertSqlSafe(Arc::clone(&sql)).into_sql_str()).await;
                assert!(outcome.is_ok(), "{}\n{sql}\n{:?}", request.query, outcome.err());
                prepared += 1;
            }
        }
    }
    assert!(prepared > 1_000, "{prepared} statements");
}

/// The fields of the type that begins with this line of the published schema.
fn fields_of(schema: &str, opening: &str) -> Vec<String> {
    let Some((_, body)) = schema.split_once(&format!("\n{opening}\n")) else { return Vec::new() };
    let body = body.split("\n}").next().unwrap_or_default();
    // What stands between three quotes is a description, in lines of its own.
    let body: String = body.split("\"\"\"").step_by(2).collect();
    let lines = body.lines().map(str::trim).filter(|l| !l.starts_with('"') && !l.is_empty());
    lines.map(|l| l.split([':', '(']).next().unwrap_or_default().to_owned()).collect()
}

fn link(catalog: &lienthong::catalog::Catalog, link: &lienthong::catalog::Link) -> String {
    let target = &catalog.entities[&link.target];
    let scalars: Vec<_> = target.columns.keys().map(String::as_str).collect();
    let scalars = scalars.join(" ");
    match &link.kind {
        LinkKind::ToMany { list: false, .. } => {
            format!(
                "{}(first: 2) {{ totalCount nodes {{ id {scalars} }} pageInfo {{ endCursor }} }} ",
                link.name
            )
        }
        _ => format!("{} {{ id {scalars} }} ", link.name),
    }
}

/// `benches/load/NAME.sql` notes behind `-- hub:` what the hub sends for `benches/load/NAME.graphql`, above the SQL
/// that pgbench runs for the same answer. With REWRITE_CASES the notes are written anew.
#[tokio::test]
async fn the_load_run_notes_what_the_hub_sends() {
    let (_database, engine) = engine().await;
    let product = "product_0000000000e008010000000001";
    for (name, variables) in [
        ("w1", serde_json::json!({ "id": product })),
        ("w2", serde_json::json!({ "ids": [product] })),
        ("w3", serde_json::json!({ "name": "gạo", "kind": "FARM", "year": 2010 })),
        (
            "w4",
            serde_json::json!({ "province": "admin_unit_0000000000e008000000000001", "day": "2024-06-01" }),
        ),
        ("w5", serde_json::json!({ "day": "2024-06-01" })),
    ] {
        let path = |ending: &str| format!("{}/benches/load/{name}.{ending}", env!("CARGO_MANIFEST_DIR"));
        let query = std::fs::read_to_string(path("graphql")).expect("a document of the load run");
        let variables = serde_json::from_value(variables).expect("variables");
        let request = Request { query, variables, ..crate::harness::asked() };
        let sent: Vec<String> =
            engine.explain(&request).expect("a plan").iter().map(|sql| format!("-- hub: {sql}")).collect();
        let file = std::fs::read_to_string(path("sql")).expect("SQL of the load run");
        let (noted, own): (Vec<_>, Vec<_>) = file.lines().partition(|line| line.starts_with("-- hub: "));
        if option_env!("REWRITE_CASES").is_some() {
            let lines = sent.iter().map(String::as_str).chain(own).map(|line| format!("{line}\n"));
            std::fs::write(path("sql"), lines.collect::<String>()).expect("written");
            continue;
        }
        assert_eq!(noted, sent, "{name}");
    }
}
