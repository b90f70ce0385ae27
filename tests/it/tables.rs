//! What the computed tables hold, as hashes that two databases can be compared by.

use std::collections::BTreeMap;

use lienthong::catalog::Catalog;
use sqlx::{AssertSqlSafe, PgPool};

/// Rows and hash of each table that is computed from source records; ids count, the order of rows does not.
pub async fn computed(pool: &PgPool, catalog: &Catalog) -> BTreeMap<String, (i64, String)> {
    let merged = catalog.entities.values().filter(|entity| entity.is_merged());
    let tables = merged.map(|entity| entity.table.as_str()).chain([
        "entity_member",
        "node",
        "void_identifier",
        "conflict",
        "doubtful_match",
    ]);
    let mut found = BTreeMap::new();
    for table in tables {
        let sql = format!(
            "select count(*), md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) from \"{table}\" t"
        );
        let of_table = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap();
        found.insert(table.to_owned(), of_table);
    }
    assert!(found.len() > 3, "no merged entity type: {found:?}");
    found
}

/// How many rows a table has.
pub async fn rows(pool: &PgPool, table: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from \"{table}\"")))
        .fetch_one(pool)
        .await
        .unwrap()
}

/// The tables that two states do not have in common, with their numbers of rows.
pub fn differences(
    one: &BTreeMap<String, (i64, String)>,
    other: &BTreeMap<String, (i64, String)>,
) -> Vec<String> {
    let differs = |(table, here): (&String, &(i64, String))| {
        let there = other.get(table);
        (there != Some(here)).then(|| format!("{table}: {} rows, {:?}", here.0, there.map(|there| there.0)))
    };
    one.iter().filter_map(differs).collect()
}
