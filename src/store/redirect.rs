//! Ids that were merged away lead to the entity of today: id → node → entity, for ever.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::row::{self, Unreadable};

static STATEMENT: LazyLock<Arc<str>> = LazyLock::new(|| {
    Arc::from(
        "select a.id, n.entity_id
         from address a
         join node n on n.id = a.node_id
         where a.id = any($1) and n.entity_id <> a.id
           and not exists (select from node s where s.entity_id = a.id)",
    )
});

/// The statement; its one parameter is the array of ids.
pub fn statement() -> Arc<str> {
    Arc::clone(&STATEMENT)
}

/// Its rows: id → id of today.
pub fn read(rows: &[PgRow]) -> Result<HashMap<Uuid, Uuid>, Unreadable> {
    let mut leads = HashMap::with_capacity(rows.len());
    for one in rows {
        if let (Some(from), Some(to)) = (row::cell(one, 0)?, row::cell(one, 1)?) {
            leads.insert(from.uuid()?, to.uuid()?);
        }
    }
    Ok(leads)
}
