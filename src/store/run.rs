//! Runs statements built from the catalog and tells what went wrong in three words a caller can act on.

use std::sync::Arc;

use sqlx::postgres::PgRow;

use super::connections::Connections;
use super::database::is_lost;
use super::select::Param;
use crate::error::Fault;

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

/// Code of what passes by itself: the database is away, or has no room.
pub const UNAVAILABLE: &str = "UNAVAILABLE";

/// Codes of PostgreSQL, or their first two letters, for what passes by itself: a connection gone; no room on the
/// disk, in memory or for connections; a server that goes or comes; a disk that fails; a server that only reads,
/// since another took over; two transactions in each other's way.
const PASSING: [&str; 8] = ["08", "53", "57P", "58030", "25006", "25P03", "40001", "40P01"];
/// A statement that took too long.
pub const QUERY_CANCELED: &str = "57014";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code());
        if code.as_deref() == Some(QUERY_CANCELED) {
            return StoreError::Timeout(error);
        }
        if passes(&error) { StoreError::Unavailable(error) } else { StoreError::Failed(error) }
    }
}

/// Whether what went wrong passes by itself.
pub fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| PASSING.iter().any(|passing| code.starts_with(passing)))
        }
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Whether work failed since the database was away or had no room, and may be asked for again.
pub fn is_unavailable(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<sqlx::Error>().is_some_and(passes)
            || cause.downcast_ref::<Fault>().is_some_and(|fault| fault.code == UNAVAILABLE)
    })
}

/// What a caller is told then.
pub fn unavailable() -> Fault {
    Fault::new(
        UNAVAILABLE,
        "the database does not answer now; try again shortly, under the same idempotency key if something was to \
         be done",
        "cơ sở dữ liệu tạm thời không trả lời; hãy thử lại sau, nếu là thao tác ghi thì dùng lại khóa chống lặp cũ",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        let io = || sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into());
        assert!(matches!(StoreError::from(io()), StoreError::Unavailable(_)));
        assert!(matches!(StoreError::from(sqlx::Error::RowNotFound), StoreError::Failed(_)));
        let wrapped = anyhow::Error::from(StoreError::from(io())).context("while reading");
        assert!(is_unavailable(&wrapped));
        assert!(is_unavailable(&anyhow::Error::from(unavailable()).context("a place")));
        assert!(!is_unavailable(&anyhow::Error::from(sqlx::Error::RowNotFound)));
        assert!(!is_unavailable(&anyhow::anyhow!("the database does not answer")));
    }
}
