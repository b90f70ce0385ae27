//! Runs statements built from the catalog and tells what went wrong in three words a caller can act on.

use std::sync::Arc;

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgPool, PgRow};

use super::select::{Param, arguments};

/// Why a statement gave no rows.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It took longer than a request may.
    #[error("the statement took too long")]
    Timeout(#[source] sqlx::Error),
    /// The database cannot be reached, or not now.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// Anything else: a fault of ours.
    #[error("the statement failed")]
    Failed(#[source] sqlx::Error),
}

/// The rows of `sql` under `params`.
///
/// A connection that broke is replaced and the statement sent once more: reading twice does no harm.
pub async fn fetch(pool: &PgPool, sql: &Arc<str>, params: &[Param]) -> Result<Vec<PgRow>, StoreError> {
    let outcome = match attempt(pool, sql, params).await {
        Err(error) if connection_lost(&error) => attempt(pool, sql, params).await,
        outcome => outcome,
    };
    outcome.map_err(StoreError::from)
}

async fn attempt(pool: &PgPool, sql: &Arc<str>, params: &[Param]) -> Result<Vec<PgRow>, sqlx::Error> {
    let arguments = arguments(params).map_err(sqlx::Error::Encode)?;
    sqlx::query_with(AssertSqlSafe(Arc::clone(sql)), arguments).fetch_all(pool).await
}

/// Codes of PostgreSQL for a server that goes, comes or has no room.
const UNAVAILABLE: [&str; 6] = ["57P01", "57P02", "57P03", "53300", "08006", "08003"];
const QUERY_CANCELED: &str = "57014";

fn connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(e) => e.code().is_some_and(|c| c.starts_with("57P0")),
        _ => false,
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).map(|c| c.into_owned());
        match code.as_deref() {
            Some(QUERY_CANCELED) => return StoreError::Timeout(error),
            Some(code) if UNAVAILABLE.contains(&code) => return StoreError::Unavailable(error),
            _ => {}
        }
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => StoreError::Unavailable(error),
            other => StoreError::Failed(other),
        }
    }
}
