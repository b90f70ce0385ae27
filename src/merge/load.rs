//! Source records out of the database: those whose word counts now. Reads, never writes.

use std::collections::{BTreeMap, HashMap};

use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::matching::FirstSeen;
use crate::store::record::{Evidence, SourceRecord};

/// Everything that the entities are computed from.
#[derive(Debug, Default)]
pub struct Sources {
    /// Records of the deliveries that count.
    pub records: Vec<SourceRecord>,
    /// Deliveries that count, by id.
    pub imports: HashMap<Uuid, ImportFacts>,
    /// First day each key was seen, in replaced deliveries too.
    pub first_seen: FirstSeen,
}

/// What origins say of a delivery.
#[derive(Debug)]
pub struct ImportFacts {
    /// Name of the file.
    pub file: String,
    /// Office that delivered it.
    pub agency: Option<Uuid>,
}

/// Loads all of it, records in a fixed order.
pub async fn load(db: &mut PgConnection) -> sqlx::Result<Sources> {
    let mut sources = Sources::default();
    let mut scopes: HashMap<Uuid, (String, String)> = HashMap::new();
    let rows =
        sqlx::query("select id, scope, office, file_name, agency_id from current_import").fetch_all(&mut *db);
    for row in rows.await? {
        let id: Uuid = row.try_get(0)?;
        scopes.insert(id, (row.try_get(1)?, row.try_get(2)?));
        sources.imports.insert(id, ImportFacts { file: row.try_get(3)?, agency: row.try_get(4)? });
    }
    let ids: Vec<Uuid> = sources.imports.keys().copied().collect();
    let mut rows = sqlx::query(
        "select id, import_id, entity, key, observed_on, fields, refs, evidence, sheet, row_no
         from source_record
         where import_id = any($1)
         order by id",
    )
    .bind(&ids)
    .fetch(&mut *db);
    while let Some(row) = rows.try_next().await? {
        let import_id: Uuid = row.try_get(1)?;
        let (scope, office) = scopes.get(&import_id).cloned().unwrap_or_default();
        sources.records.push(SourceRecord {
            id: row.try_get(0)?,
            import_id,
            scope,
            entity: row.try_get(2)?,
            key: row.try_get(3)?,
            office,
            observed_on: row.try_get(4)?,
            fields: row.try_get::<Json<BTreeMap<String, Value>>, _>(5)?.0,
            refs: row.try_get::<Json<BTreeMap<String, Uuid>>, _>(6)?.0,
            evidence: row.try_get::<Json<Evidence>, _>(7)?.0,
            sheet: row.try_get(8)?,
            row: row.try_get(9)?,
        });
    }
    drop(rows);
    sources.first_seen = first_seen(db).await?;
    Ok(sources)
}

/// Only keys that some replaced delivery holds need a look.
async fn first_seen(db: &mut PgConnection) -> sqlx::Result<FirstSeen> {
    let mut out = FirstSeen::new();
    let mut rows = sqlx::query(
        "select r.entity, i.scope, r.key, min(r.observed_on)
         from source_record r
         join import i on i.id = r.import_id
         where i.state in ('STAGED', 'APPLIED')
           and i.id not in (select id from current_import)
         group by 1, 2, 3",
    )
    .fetch(db);
    while let Some(row) = rows.try_next().await? {
        out.insert((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?), row.try_get(3)?);
    }
    Ok(out)
}
