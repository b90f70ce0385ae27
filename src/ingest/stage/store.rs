//! The statements around an import: receive, lock, what is known, finish.

use std::collections::HashSet;

use chrono::NaiveDate;
use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Identity, Receipt};
use crate::ingest::map::{Counts, Prepared, content_hash_of};
use crate::ingest::place::Places;

/// The day taken when the same file came before and did not say it, whichever words it was read with.
pub(super) async fn day_taken_before(
    pool: &PgPool,
    file: &Prepared<'_>,
    sha256: &[u8],
) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar(
        "select as_of from import
         where sha256 = $1 and scope = $2
         order by received_at
         limit 1",
    )
    .bind(sha256)
    .bind(&file.scope)
    .fetch_optional(pool)
    .await
}

/// Whether a scope has an import that was read.
pub(super) async fn has_delivery(pool: &PgPool, scope: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (select from import where scope = $1 and state in ('STAGED', 'HELD', 'APPLIED'))",
    )
    .bind(scope)
    .fetch_one(pool)
    .await
}

/// Keeps the bytes; nothing when they are kept already.
pub(super) async fn receive(
    pool: &PgPool,
    file: &Prepared<'_>,
    places: &Places,
    identity: &Identity,
    name: &str,
    bytes: &[u8],
    receipt: &Receipt<'_>,
) -> sqlx::Result<()> {
    let model = &file.register.model;
    let agency = agency(pool, file, places).await?;
    sqlx::query(
        "insert into import (id, sha256, file_name, bytes, register, register_version, scope, mode, office,
                             agency_id, as_of, received_at, state, wanted, received_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'RECEIVED', $13, $14)
         on conflict do nothing",
    )
    .bind(identity.id)
    .bind(&identity.sha256)
    .bind(name.replace('\0', "\u{fffd}"))
    .bind(bytes)
    .bind(&model.code)
    .bind(&file.register.version)
    .bind(&file.scope)
    .bind(file.mode().word())
    .bind(&model.office)
    .bind(agency)
    .bind(identity.as_of)
    .bind(receipt.at)
    .bind(receipt.wanted)
    .bind(&receipt.by)
    .execute(pool)
    .await?;
    Ok(())
}

/// The office under its name of that day, else under the last one before, else the first.
async fn agency(pool: &PgPool, file: &Prepared<'_>, places: &Places) -> sqlx::Result<Option<Uuid>> {
    let province = places.province(&file.province).map(|u| u.name.clone()).unwrap_or_default();
    sqlx::query_scalar(
        "select a.id
         from agency a
         join admin_unit u on u.id = a.province_id
         where a.kind = $1 and u.level = 'PROVINCE' and u.code = $2 and u.name = $3
         order by coalesce(a.valid_from, '-infinity') <= $4 desc,
                  case when coalesce(a.valid_from, '-infinity') <= $4 then a.valid_from end desc nulls last,
                  a.valid_from nulls first
         limit 1",
    )
    .bind(&file.register.model.office)
    .bind(&file.province)
    .bind(province)
    .bind(file.as_of)
    .fetch_optional(pool)
    .await
}

/// One import of a scope at a time, over all hubs, until the transaction ends.
pub(super) async fn lock(connection: &mut PgConnection, scope: &str) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('import ' || $1, 0))")
        .bind(scope)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn is_staged(connection: &mut PgConnection, import: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select state <> 'RECEIVED' from import where id = $1 for update")
        .bind(import)
        .fetch_one(connection)
        .await
}

/// What the delivery before this one says, as hashes: the newest of the scope that counts or shall count.
pub(super) async fn known(
    connection: &mut PgConnection,
    scope: &str,
    import: Uuid,
) -> sqlx::Result<HashSet<u64>> {
    // Asked for first: within one statement PostgreSQL would read all records there are.
    let counting: Vec<Uuid> = sqlx::query_scalar(
        "with counting as (
             select i.id, i.mode,
                    row_number() over (order by i.as_of desc, i.received_at desc, i.id desc) as rank
             from import i
             where i.scope = $1 and i.id <> $2 and (i.state = 'APPLIED' or i.state = 'STAGED' and i.wanted)
         )
         select c.id from counting c where c.mode = 'append' or c.rank = 1",
    )
    .bind(scope)
    .bind(import)
    .fetch_all(&mut *connection)
    .await?;
    let mut rows = sqlx::query_as::<_, (String, String, Value, Value)>(
        "select entity, key, fields, evidence from source_record where import_id = any($1)",
    )
    .bind(&counting)
    .fetch(connection);
    let mut known = HashSet::new();
    while let Some((entity, key, fields, evidence)) = rows.try_next().await? {
        known.insert(content_hash_of(&entity, &key, &fields, &evidence));
    }
    Ok(known)
}

/// Marks an import as read, with its counts.
pub(super) async fn finish(connection: &mut PgConnection, import: Uuid, of: &Counts) -> sqlx::Result<()> {
    counts(connection, import, of).await?;
    sqlx::query("update import set state = 'STAGED' where id = $1")
        .bind(import)
        .execute(connection)
        .await
        .map(drop)
}

/// Writes the counts.
pub(super) async fn counts(connection: &mut PgConnection, import: Uuid, counts: &Counts) -> sqlx::Result<()> {
    sqlx::query(
        "update import
         set rows_read = $2, rows_accepted = $3, rows_unchanged = $4, rows_quarantined = $5, rows_duplicate = $6
         where id = $1",
    )
    .bind(import)
    .bind(counts.read)
    .bind(counts.accepted)
    .bind(counts.unchanged)
    .bind(counts.quarantined)
    .bind(counts.duplicate)
    .execute(connection)
    .await
    .map(drop)
}
