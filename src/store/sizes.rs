//! How large tables are and what their indexes begin with, as PostgreSQL's own catalog says.

use std::collections::HashMap;
use std::sync::Arc;

use super::connections::Connections;
use super::row::{self, Unreadable};
use super::run::{StoreError, fetch};

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Size {
    /// Rows, as last counted by PostgreSQL.
    pub rows: i64,
    /// First column of each index, with the name of its collation where it has one of its own.
    pub indexed: Vec<(String, String)>,
}

const SIZES: &str = "
    select c.relname::text, greatest(c.reltuples, 0)::int8, a.attname::text,
           case when i.indcollation[0] <> a.attcollation then l.collname else '' end::text
    from pg_class c
    left join pg_index i on i.indrelid = c.oid and i.indpred is null
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    left join pg_collation l on l.oid = i.indcollation[0]
    where c.relkind = 'r' and pg_table_is_visible(c.oid)";

/// Tables by name.
pub async fn read(database: &Connections) -> Result<Result<HashMap<String, Size>, Unreadable>, StoreError> {
    let rows = fetch(database, &Arc::from(SIZES), &[]).await?;
    let mut sizes: HashMap<String, Size> = HashMap::new();
    for one in &rows {
        if let Err(unreadable) = add(&mut sizes, one) {
            return Ok(Err(unreadable));
        }
    }
    Ok(Ok(sizes))
}

fn add(sizes: &mut HashMap<String, Size>, one: &sqlx::postgres::PgRow) -> Result<(), Unreadable> {
    let text = |column| row::cell(one, column)?.map(|cell| cell.text().map(str::to_owned)).transpose();
    let size = sizes.entry(text(0)?.unwrap_or_default()).or_default();
    size.rows = row::cell(one, 1)?.map_or(Ok(0), |cell| cell.integer())?;
    if let Some(column) = text(2)? {
        size.indexed.push((column, text(3)?.unwrap_or_default()));
    }
    Ok(())
}
