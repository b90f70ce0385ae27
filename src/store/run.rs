//! Runs statements built from the catalog and tells what went wrong in three words a caller can act on.

use std::sync::Arc;

use sqlx::postgres::PgRow;

use super::connections::Connections;
use super::database::is_lost;
use super::select::Param;

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
pub async fn fetch(
    database: &Connections,
    sql: &Arc<str>,
    params: &[Param],
) -> Result<Vec<PgRow>, StoreError> {
    let outcome = match database.rows(sql, params).await {
        Err(error) if is_lost(&error) => {
            // When one broke, so did the others: the server was stopped or restarted.
            database.forget_idle();
            database.rows(sql, params).await
        }
        outcome => outcome,
    };
    outcome.map_err(StoreError::from)
}

/// Codes of PostgreSQL for a server that goes, comes or has no room.
const UNAVAILABLE: [&str; 6] = ["57P01", "57P02", "57P03", "53300", "08006", "08003"];
const QUERY_CANCELED: &str = "57014";

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
