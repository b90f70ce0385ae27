//! Orders that no index gives, over tables too large to be sorted for a page: they are refused, and told which
//! index is missing. Smaller ones are sorted: 100,000 rows take a tenth of a second.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::RwLock;

use super::answer::Coded;
use super::limits;
use super::plan::Sort;
use super::run::store_error;
use crate::store::connections::Connections;
use crate::store::sizes::{self, Beginning, Size};

/// Questions after which the sizes are read again: tables grow, and indexes are made.
const FRESH: u64 = 1_000;

/// Knows the sizes of tables.
pub(super) struct Sorting {
    database: Connections,
    sizes: RwLock<Option<Arc<HashMap<String, Size>>>>,
    asked: AtomicU64,
}

impl Sorting {
    pub fn new(database: Connections) -> Self {
        Self { database, sizes: RwLock::default(), asked: AtomicU64::new(0) }
    }

    /// Refuses an order that would sort too much.
    pub async fn check(&self, sorts: &[Sort]) -> Result<(), Coded> {
        if sorts.is_empty() {
            return Ok(());
        }
        let sizes = self.sizes().await?;
        sorts.iter().try_for_each(|sort| allowed(&sizes, sort))
    }

    /// How large tables are, as lately read.
    pub async fn sizes(&self) -> Result<Arc<HashMap<String, Size>>, Coded> {
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(FRESH) {
            self.sizes.write().await.take();
        }
        if let Some(sizes) = self.sizes.read().await.as_ref() {
            return Ok(Arc::clone(sizes));
        }
        let read = sizes::read(&self.database).await.map_err(|error| store_error(&error))?;
        let read = read.map_err(|error| Coded::internal(error.to_string()))?;
        let read = Arc::new(read);
        *self.sizes.write().await = Some(Arc::clone(&read));
        Ok(read)
    }
}

fn allowed(sizes: &HashMap<String, Size>, sort: &Sort) -> Result<(), Coded> {
    let Some(size) = sizes.get(&sort.table) else { return Ok(()) };
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
    if size.rows <= limits::SORTED || size.indexed.iter().any(given) {
        return Ok(());
    }
    let (rows, most) = (size.rows, limits::SORTED);
    let collate = if collation.is_empty() { String::new() } else { format!(" collate {}", sort.collation) };
    let (en, vi) = match &sort.column {
        Some(column) => {
            let nulls = match (sort.nullable, sort.descending, sort.nulls_first) {
                (_, false, false) | (false, _, _) => "",
                (true, true, false) => " desc nulls last",
                (true, false, true) => " nulls first",
                (true, true, true) => " desc",
            };
            let index = format!("create index on {} ({column}{collate}{nulls}, id)", sort.table);
            (format!("the missing index is: {index}"), format!("chỉ mục còn thiếu: {index}"))
        }
        None => (
            "no index can give this order; add where, or order by a field of the list's own".to_owned(),
            "không chỉ mục nào cho thứ tự này; hãy thêm where hoặc sắp theo trường của chính danh sách"
                .to_owned(),
        ),
    };
    Err(Coded::fault(
        "ORDER_NEEDS_INDEX",
        format!("this order would sort {rows} rows, over {most}, without an index; {en}"),
        format!("thứ tự này phải sắp {rows} dòng, quá {most}, mà không có chỉ mục; {vi}"),
    ))
}
