//! Orders that no index gives, over tables too large to be sorted for a page: they are refused, and the log says which
//! index is missing. Smaller ones are sorted: 100,000 rows take a tenth of a second.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard, RwLock};

use super::answer::Coded;
use super::limits;
use super::plan::Sort;
use super::run::store_error;
use crate::store::connections::Connections;
use crate::store::sizes::{self, Beginning, Size};

/// After how long the sizes are read again: tables grow, and indexes are made.
const FRESH: Duration = Duration::from_secs(20);

/// Knows the sizes of tables.
#[derive(Clone)]
pub(super) struct Sorting {
    database: Connections,
    kept: Arc<RwLock<Option<(Instant, Sizes)>>>,
    /// Held by whoever reads them.
    reading: Arc<Mutex<()>>,
}

/// Tables by name.
pub(super) type Sizes = Arc<HashMap<String, Size>>;

impl Sorting {
    pub fn new(database: Connections) -> Self {
        Self { database, kept: Arc::default(), reading: Arc::default() }
    }

    /// Refuses an order that would sort too much.
    pub async fn check(&self, sorts: &[Sort]) -> Result<(), Coded> {
        if sorts.is_empty() {
            return Ok(());
        }
        let sizes = self.sizes().await?;
        sorts.iter().try_for_each(|sort| allowed(&sizes, sort))
    }

    /// How large tables are, as lately read. Nobody waits for them to be read again.
    pub async fn sizes(&self) -> Result<Sizes, Coded> {
        // Let go of before they are written.
        let kept = self.kept.read().await.clone();
        match kept {
            Some((read, sizes)) if read.elapsed() < FRESH => Ok(sizes),
            Some((_, sizes)) => {
                if let Ok(reading) = Arc::clone(&self.reading).try_lock_owned() {
                    let own = self.clone();
                    tokio::spawn(async move { own.read(reading).await });
                }
                Ok(sizes)
            }
            None => {
                let reading = Arc::clone(&self.reading).lock_owned().await;
                let kept = self.kept.read().await.clone();
                match kept {
                    Some((_, sizes)) => Ok(sizes),
                    None => self.read(reading).await,
                }
            }
        }
    }

    async fn read(&self, _reading: OwnedMutexGuard<()>) -> Result<Sizes, Coded> {
        let read = sizes::read(&self.database).await.map_err(|error| store_error(&error))?;
        let read = Arc::new(read.map_err(|error| Coded::internal(error.to_string()))?);
        *self.kept.write().await = Some((Instant::now(), Arc::clone(&read)));
        Ok(read)
    }
}

/// Whether an index gives the order.
pub(super) fn is_given(size: &Size, sort: &Sort) -> bool {
    let collation = sort.collation.trim_matches('"');
    // An index can be read backwards: then nulls stand at its other end.
    let runs = |index: &Beginning| {
        let turned = index.descending != sort.descending;
        !sort.nullable || turned == (index.nulls_first != sort.nulls_first)
    };
    let given = |index: &Beginning| {
        let column = Some(&index.column) == sort.column.as_ref();
        column && (index.collation == collation || collation.is_empty()) && runs(index)
    };
    size.indexed.iter().any(given)
}

fn allowed(sizes: &HashMap<String, Size>, sort: &Sort) -> Result<(), Coded> {
    let Some(size) = sizes.get(&sort.table) else { return Ok(()) };
    // What is expected of a view is a guess; its orders are paid for.
    if size.view || size.rows <= limits::SORTED || is_given(size, sort) {
        return Ok(());
    }
    let (rows, most) = (size.rows, limits::SORTED);
    if let Some(index) = missing(sort) {
        tracing::warn!(index, rows, "an order was refused that this index would give");
    }
    Err(Coded::fault(
        "ORDER_NEEDS_INDEX",
        format!(
            "no index gives this order, and it would sort {rows} rows, over {most}: add where, or order by another \
             field of the list's own; the hub's log names the index that would do"
        ),
        format!(
            "không chỉ mục nào cho thứ tự này, phải sắp {rows} dòng, quá {most}: hãy thêm where hoặc sắp theo trường \
             khác của chính danh sách; nhật ký của hệ thống ghi chỉ mục còn thiếu"
        ),
    ))
}

/// The index that would give an order; none: no index can.
fn missing(sort: &Sort) -> Option<String> {
    let column = sort.column.as_ref()?;
    let collate =
        if sort.collation.is_empty() { String::new() } else { format!(" collate {}", sort.collation) };
    let nulls = match (sort.nullable, sort.descending, sort.nulls_first) {
        (_, false, false) | (false, _, _) => "",
        (true, true, false) => " desc nulls last",
        (true, false, true) => " nulls first",
        (true, true, true) => " desc",
    };
    Some(format!("create index on {} ({column}{collate}{nulls}, id)", sort.table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_index_is_named() {
        let sort = |collation: &str, descending, nulls_first| Sort {
            table: "product".to_owned(),
            column: Some("packing".to_owned()),
            collation: collation.to_owned(),
            nullable: true,
            descending,
            nulls_first,
        };
        for (sort, ending) in [
            (sort("vietnamese", false, false), "(packing collate vietnamese, id)"),
            (sort("vietnamese", false, true), "(packing collate vietnamese nulls first, id)"),
            (sort("", true, false), "(packing desc nulls last, id)"),
            (sort("", true, true), "(packing desc, id)"),
        ] {
            assert_eq!(missing(&sort), Some(format!("create index on product {ending}")));
        }
        assert_eq!(missing(&Sort { column: None, ..sort("", false, false) }), None);
    }
}
