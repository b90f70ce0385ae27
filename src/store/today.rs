//! The day that is today, as the functions of the database see it.

use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;

use super::connections::Connections;
use super::row;
use super::run::{StoreError, fetch};

static TODAY: LazyLock<Arc<str>> =
    LazyLock::new(|| Arc::from("select (now() at time zone 'Asia/Ho_Chi_Minh')::date"));

/// Today in Vietnam.
pub async fn read(database: &Connections) -> Result<NaiveDate, StoreError> {
    let rows = fetch(database, &TODAY, &[]).await?;
    let day = rows.first().and_then(|row| row::cell(row, 0).ok()?.map(|cell| cell.date()));
    match day {
        Some(Ok(day)) => Ok(day),
        _ => Err(StoreError::Failed(sqlx::Error::RowNotFound)),
    }
}
