//! How large tables are and what their indexes begin with, as PostgreSQL's own catalog says.

use std::collections::HashMap;
use std::sync::Arc;

use super::connections::Connections;
use super::row::{self, Unreadable};
use super::run::{StoreError, fetch};

/// A table, or a view.
#[derive(Debug, Clone, Default)]
pub struct Size {
    /// Rows, as last counted by PostgreSQL; of a view, as many as it expects.
    pub rows: i64,
    /// Whether it is a view, which has no indexes of its own.
    pub view: bool,
    /// What each index begins with.
    pub indexed: Vec<Beginning>,
}

impl Size {
    /// Rows that agree in the column, on average.
    pub fn rows_of_one(&self, column: &str) -> i64 {
        let index = self.indexed.iter().find(|index| index.column == column);
        // As PostgreSQL keeps it: less than none is a share of the rows.
        let distinct = index.map_or(0.0, |index| index.distinct);
        let distinct = if distinct < 0.0 { -distinct * self.rows as f64 } else { distinct };
        if distinct < 1.0 { 0 } else { (self.rows as f64 / distinct) as i64 }
    }

    /// Whether the column alone tells rows apart.
    pub fn is_unique(&self, column: &str) -> bool {
        self.indexed.iter().any(|index| index.unique && index.column == column)
    }
}

/// The first column of an index.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Whether there is no other, and no two rows agree in it.
    pub unique: bool,
    /// The column.
    pub column: String,
    /// How many values it has; less than none: as a share of the rows; none: nobody knows.
    pub distinct: f64,
    /// Name of its collation, where it is not the column's own.
    pub collation: String,
    /// Descending.
    pub descending: bool,
    /// Nulls come first.
    pub nulls_first: bool,
}

const SIZES: &str = "
    select c.relname::text, case c.relkind when 'v' then rows_expected(c.oid) else greatest(c.reltuples, 0)::int8 end,
           a.attname::text, case when i.indcollation[0] <> a.attcollation then l.collname else '' end::text,
           i.indoption[0]::int4, i.indisunique and i.indnkeyatts = 1, c.relkind = 'v',
           s.n_distinct::float8
    from pg_class c
    left join pg_index i on i.indrelid = c.oid and i.indpred is null
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    left join pg_stats s on s.schemaname = current_schema() and s.tablename = c.relname and s.attname = a.attname
    left join pg_collation l on l.oid = i.indcollation[0]
    where c.relkind in ('r', 'v') and c.relnamespace = current_schema()::regnamespace";

/// Tables and views by name.
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
    size.view = row::cell(one, 6)?.map_or(Ok(false), |cell| cell.boolean())?;
    if let Some(column) = text(2)? {
        let options = row::cell(one, 4)?.map_or(Ok(0), |cell| cell.integer())?;
        let (descending, nulls_first) = (options & 1 == 1, options & 2 == 2);
        let collation = text(3)?.unwrap_or_default();
        let unique = row::cell(one, 5)?.map_or(Ok(false), |cell| cell.boolean())?;
        let distinct = row::cell(one, 7)?.map_or(Ok(0.0), |cell| cell.float())?;
        size.indexed.push(Beginning { unique, column, distinct, collation, descending, nulls_first });
    }
    Ok(())
}
