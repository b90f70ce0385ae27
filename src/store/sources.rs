//! Which deliveries' records speak of some entities.

use std::sync::{Arc, LazyLock};

use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::connections::Connections;
use super::row::{self, Unreadable};
use super::run::{StoreError, fetch};
use super::select::Param;

/// A delivery, and how many of its records speak of the entities.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The import.
    pub import: Uuid,
    /// The office that delivered it.
    pub agency: Option<Uuid>,
    /// The file.
    pub file: String,
    /// Its records.
    pub records: i64,
}

static STATEMENT: LazyLock<Arc<str>> = LazyLock::new(|| {
    Arc::from(
        "select i.id, i.agency_id, i.file_name, count(distinct r.id)
         from entity_member m
         join source_record r on r.id = m.record_id
         join import i on i.id = r.import_id
         where m.entity_id = any($1)
         group by i.id
         order by 4 desc, i.id",
    )
});

/// The deliveries that speak of entities, most records first.
pub async fn of(
    database: &Connections,
    entities: Vec<Uuid>,
) -> Result<Result<Vec<Delivery>, Unreadable>, StoreError> {
    let rows = fetch(database, &STATEMENT, &[Param::Uuids(entities)]).await?;
    Ok(rows.iter().map(delivery).collect())
}

fn delivery(from: &PgRow) -> Result<Delivery, Unreadable> {
    let there = |column| row::cell(from, column)?.ok_or(Unreadable(column));
    Ok(Delivery {
        import: there(0)?.uuid()?,
        agency: row::cell(from, 1)?.map(|cell| cell.uuid()).transpose()?,
        file: there(2)?.text()?.to_owned(),
        records: there(3)?.integer()?,
    })
}
