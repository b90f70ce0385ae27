//! Operations that a caller may send twice: done once, answered twice. Nothing here knows what they do.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgPool, Postgres, Transaction};

/// What is known of a key.
#[derive(Debug)]
pub enum Earlier {
    /// Nothing: the operation is to be done, and then [`Claim::done`] to be called.
    Nothing(Claim),
    /// The same was sent before: its outcome.
    Done(Value),
    /// Something else was sent under the key.
    Otherwise,
}

/// A key that is taken for as long as this lives: whoever sends it meanwhile, to whichever hub, waits.
#[derive(Debug)]
pub struct Claim {
    tx: Transaction<'static, Postgres>,
    key: String,
    operation: String,
    input: Vec<u8>,
}

/// Takes `key`, unless it was used before. `input` is a hash of what was sent.
pub async fn claim(pool: &PgPool, key: &str, operation: &str, input: &[u8]) -> sqlx::Result<Earlier> {
    let mut tx = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('once ' || $1, 0))")
        .bind(key)
        .execute(&mut *tx)
        .await?;
    let known: Option<(String, Vec<u8>, Value)> =
        sqlx::query_as("select operation, input, outcome from operation_once where key = $1")
            .bind(key)
            .fetch_optional(&mut *tx)
            .await?;
    let (key, operation, input) = (key.to_owned(), operation.to_owned(), input.to_vec());
    match known {
        None => Ok(Earlier::Nothing(Claim { tx, key, operation, input })),
        Some((before, sent, outcome)) if before == operation && sent == input => Ok(Earlier::Done(outcome)),
        Some(_) => Ok(Earlier::Otherwise),
    }
}

impl Claim {
    /// Keeps the outcome for whoever sends the same again.
    pub async fn done(mut self, outcome: &Value, at: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query(
            "insert into operation_once (key, operation, input, outcome, done_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&self.key)
        .bind(&self.operation)
        .bind(&self.input)
        .bind(outcome)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await
    }
}
