//! Deliveries and their records, written as staging writes them.

use chrono::NaiveDate;
use lienthong::store::id::stable;
use lienthong::store::record::node_id;
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// A delivery with no rows yet.
pub async fn announce(
    pool: &PgPool,
    import: Uuid,
    scope: &str,
    mode: &str,
    office: &str,
    as_of: NaiveDate,
    hour: u32,
) {
    sqlx::query(
        "insert into import (id, sha256, file_name, bytes, register, register_version, scope, mode, office,
                             as_of, received_at, state)
         values ($1, $2, 'f', '', 'r', '1', $3, $4, $5, $6, $7, 'STAGED')",
    )
    .bind(import)
    .bind(import.as_bytes().as_slice())
    .bind(scope)
    .bind(mode)
    .bind(office)
    .bind(as_of)
    .bind(as_of.and_hms_opt(hour, 0, 0).unwrap().and_utc())
    .execute(pool)
    .await
    .unwrap();
}

/// A record of a row of it.
pub async fn record(
    pool: &PgPool,
    (import, scope, day, row): (Uuid, &str, NaiveDate, i32),
    entity: &str,
    key: &str,
    fields: Value,
    refs: Value,
    evidence: Value,
) -> Uuid {
    let id = stable(day, &format!("record|{import}|{row}|{entity}"));
    sqlx::query(
        "insert into source_record (id, import_id, sheet, row_no, entity, key, node_id, observed_on, fields, refs,
                                    evidence)
         values ($1, $2, '', $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id)
    .bind(import)
    .bind(row + 1)
    .bind(entity)
    .bind(key)
    .bind(node_id(entity, scope, key))
    .bind(day)
    .bind(Json(fields))
    .bind(Json(refs))
    .bind(Json(evidence))
    .execute(pool)
    .await
    .unwrap();
    id
}
