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
    /// What each index begins with.
    pub indexed: Vec<Beginning>,
}

/// The first column of an index.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The column.
    pub column: String,
    /// Name of its collation, where it is not the column's own.
    pub collation: String,
    /// Descending.
    pub descending: bool,
    /// Nulls come first.
    pub nulls_first: bool,
}

const SIZES: &str = "
    select c.relname::text, greatest(c.reltuples, 0)::int8, a.attname::text,
           case when i.indcollation[0] <> a.attcollation then l.collname else '' end::text,
           i.indoption[0]::int4
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
        let options = row::cell(one, 4)?.map_or(Ok(0), |cell| cell.integer())?;
        let (descending, nulls_first) = (options & 1 == 1, options & 2 == 2);
        let collation = text(3)?.unwrap_or_default();
        size.indexed.push(Beginning { column, collation, descending, nulls_first });
    }
    Ok(())
}
