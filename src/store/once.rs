//! Operations that a caller may send twice: done once, answered twice. Nothing here knows what they do.
//!
//! A key is kept before its operation begins, with the moment, and the outcome after its end. A hub or a database
//! that dies in between leaves a key without an outcome: whoever sends it again has the operation done again *at the
//! moment of the first time*. What an operation makes has ids made of that moment, so it is found to be there.
//! After a month a key is forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// How long a key is known after its operation.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Old ones forgotten with each new one, at most.
const FORGOTTEN: i64 = 100;

/// What is known of a key.
#[derive(Debug)]
pub enum Earlier {
    /// No outcome: the operation is to be done, at the claim's moment, and then [`Claim::done`] to be called.
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
    /// When the key came first.
    pub begun: DateTime<Utc>,
}

/// Takes `key`, unless it was used before. `input` is a hash of what was sent.
pub async fn claim(
    pool: &PgPool,
    key: &str,
    operation: &str,
    input: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Earlier> {
    loop {
        begin(pool, key, operation, input, now).await?;
        let mut tx = pool.begin().await?;
        match known(&mut tx, key).await? {
            // Whoever had it meanwhile forgot it.
            None => {}
            Some((before, sent, ..)) if before != operation || sent != input => {
                return Ok(Earlier::Otherwise);
            }
            Some((.., Value::Null, begun)) => {
                return Ok(Earlier::Nothing(Claim { tx, key: key.to_owned(), begun }));
            }
            Some((.., outcome, _)) => return Ok(Earlier::Done(outcome)),
        }
    }
}

async fn begin(
    pool: &PgPool,
    key: &str,
    operation: &str,
    input: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into operation_once (key, operation, input, outcome, done_at)
         values ($1, $2, $3, 'null', $4)
         on conflict (key) do nothing",
    )
    .bind(key)
    .bind(operation)
    .bind(input)
    .bind(now)
    .execute(pool)
    .await?;
    // Those that another hub forgets are its own.
    sqlx::query(
        "delete from operation_once where key in
             (select key from operation_once where done_at < $1 order by done_at limit $2 for update skip locked)",
    )
    .bind(now - KEPT)
    .bind(FORGOTTEN)
    .execute(pool)
    .await
    .map(drop)
}

type Known = (String, Vec<u8>, Value, DateTime<Utc>);

async fn known(db: &mut PgConnection, key: &str) -> sqlx::Result<Option<Known>> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('once ' || $1, 0))")
        .bind(key)
        .execute(&mut *db)
        .await?;
    sqlx::query_as("select operation, input, outcome, done_at from operation_once where key = $1")
        .bind(key)
        .fetch_optional(db)
        .await
}

impl Claim {
    /// Keeps the outcome for whoever sends the same again.
    pub async fn done(mut self, outcome: &Value, at: DateTime<Utc>) -> sqlx::Result<()> {
        sqlx::query("update operation_once set outcome = $2, done_at = $3 where key = $1")
            .bind(&self.key)
            .bind(outcome)
            .bind(at)
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await
    }

    /// Forgets the key: nothing was done, and something else may be sent under it.
    pub async fn forget(mut self) -> sqlx::Result<()> {
        sqlx::query("delete from operation_once where key = $1")
            .bind(&self.key)
            .execute(&mut *self.tx)
            .await?;
        self.tx.commit().await
    }
}
