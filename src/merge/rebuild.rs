//! Computes all computed tables from nothing and says whether that changed anything: it must not.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use super::apply::{Applied, Change, apply_in, lock};
use super::log::Cause;
use super::sync;
use crate::catalog::Catalog;
use crate::matching::in_order;

/// What a rebuild gave.
#[derive(Debug)]
pub struct Rebuilt {
    /// What was written.
    pub applied: Applied,
    /// Hash of each computed table after it.
    pub hashes: BTreeMap<String, String>,
    /// Tables that held something else before.
    pub differences: Vec<String>,
}

/// Computes everything anew, in one transaction, and writes what differs.
pub async fn rebuild(pool: &PgPool, catalog: &Catalog, cause: Cause) -> anyhow::Result<Rebuilt> {
    let mut tx = pool.begin().await?;
    lock(&mut tx).await?;
    let tables = computed_tables(catalog);
    let before = hashes(&mut tx, &tables).await?;
    let change = Change { whole: true, ..Change::new(cause) };
    let applied = apply_in(&mut tx, catalog, &change).await?;
    let hashes = hashes(&mut tx, &tables).await?;
    tx.commit().await.context("rebuilding")?;
    let differs =
        |(table, hash): (&String, &String)| (before.get(table) != Some(hash)).then(|| table.clone());
    Ok(Rebuilt { applied, differences: hashes.iter().filter_map(differs).collect(), hashes })
}

/// Computed tables with their keys, each after those it points to.
fn computed_tables(catalog: &Catalog) -> Vec<(String, &'static str)> {
    let entities = in_order(catalog).into_iter().map(|e| (e.table.clone(), "id"));
    let beside = [
        ("entity_member", "record_id"),
        ("node", "id"),
        ("void_identifier", "id"),
        ("conflict", "id"),
        ("doubtful_match", "id"),
        ("search_document", "id"),
    ];
    entities.chain(beside.map(|(table, key)| (table.to_owned(), key))).collect()
}

async fn hashes(
    db: &mut PgConnection,
    tables: &[(String, &'static str)],
) -> sqlx::Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for (table, key) in tables {
        let sql = format!(
            "select md5(coalesce(string_agg(md5(t::text), '' order by t.{key}), '')) from {} t",
            sync::quoted(table)
        );
        let hash = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *db).await?;
        out.insert(table.clone(), hash);
    }
    Ok(out)
}
