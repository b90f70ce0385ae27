//! Where a source stands, in the store.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

/// Where a source stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Fingerprint of what came last.
    pub etag: Option<String>,
    /// Its day, in the words of the other side.
    pub last_modified: Option<String>,
    /// Newest value seen.
    pub watermark: Option<String>,
    /// Failures in a row.
    pub failures: i32,
    /// Not before.
    pub next_at: Option<DateTime<Utc>>,
    /// When it was last tried.
    pub pulled_at: Option<DateTime<Utc>>,
    /// What came of it.
    pub outcome: Option<String>,
    /// The import it last became.
    pub import_id: Option<Uuid>,
}

/// The state; a new source has none yet.
pub async fn read(pool: &PgPool, source: &str) -> sqlx::Result<State> {
    let found: Option<PgRow> = sqlx::query(
        "select etag, last_modified, watermark, failures, next_at, pulled_at, outcome, import_id
         from pull_state where source = $1",
    )
    .bind(source)
    .fetch_optional(pool)
    .await?;
    let Some(row) = found else { return Ok(State::default()) };
    Ok(State {
        etag: row.try_get("etag")?,
        last_modified: row.try_get("last_modified")?,
        watermark: row.try_get("watermark")?,
        failures: row.try_get("failures")?,
        next_at: row.try_get("next_at")?,
        pulled_at: row.try_get("pulled_at")?,
        outcome: row.try_get("outcome")?,
        import_id: row.try_get("import_id")?,
    })
}

/// Keeps the state.
pub(super) async fn write(db: &mut PgConnection, source: &str, state: &State) -> sqlx::Result<()> {
    sqlx::query(
        "insert into pull_state (source, etag, last_modified, watermark, failures, next_at, pulled_at, outcome,
                                 import_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (source) do update
         set etag = excluded.etag, last_modified = excluded.last_modified, watermark = excluded.watermark,
             failures = excluded.failures, next_at = excluded.next_at, pulled_at = excluded.pulled_at,
             outcome = excluded.outcome, import_id = excluded.import_id",
    )
    .bind(source)
    .bind(&state.etag)
    .bind(&state.last_modified)
    .bind(&state.watermark)
    .bind(state.failures)
    .bind(state.next_at)
    .bind(state.pulled_at)
    .bind(&state.outcome)
    .bind(state.import_id)
    .execute(db)
    .await?;
    Ok(())
}

/// One hub at a time for a source, until the transaction ends.
pub(super) async fn lock(db: &mut PgConnection, source: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("select pg_try_advisory_xact_lock(hashtextextended('pull ' || $1, 0))")
        .bind(source)
        .fetch_one(db)
        .await
}
