//! What a document costs the database: every statement the graph's cases compile to is prepared on the
//! migrated database, and those of the load run are the ones its reference figures are measured with.

use std::sync::Arc;

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
        let request = Request { query, ..Request::default() };
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

fn link(catalog: &lienthong::catalog::Catalog, link: &lienthong::catalog::Link) -> String {
    use lienthong::catalog::LinkKind;
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

/// `benches/load/NAME.sql` holds what the hub sends for `benches/load/NAME.graphql`, in a form that
/// pgbench runs; the line `-- hub:` gives the hub's own text.
#[tokio::test]
async fn the_load_run_compares_with_the_same_sql() {
    let (_database, engine) = engine().await;
    for name in ["lookup", "list"] {
        let read = |ending: &str| {
            let path = format!("{}/benches/load/{name}.{ending}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).expect("a file of the load run")
        };
        let variables = match name {
            "lookup" => serde_json::json!({ "id": "product_0000000000e008010000000001" }),
            _ => serde_json::json!({ "ids": ["product_0000000000e008010000000001"] }),
        };
        let request = Request {
            query: read("graphql"),
            variables: serde_json::from_value(variables).expect("variables"),
            ..Request::default()
        };
        let sent: Vec<String> =
            engine.explain(&request).expect("a plan").iter().map(|s| s.to_string()).collect();
        let file = read("sql");
        let noted: Vec<_> = file.lines().filter_map(|l| l.strip_prefix("-- hub: ")).collect();
        assert_eq!(noted, sent, "{name}");
    }
}
