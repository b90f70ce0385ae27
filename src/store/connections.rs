//! Connections for reading, one statement at a time. sqlx's own pool pings the server after each use and
//! starts a task for it: a look-up would cost two round trips in the place of one.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{BuildError, Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgRow};
use sqlx::{AssertSqlSafe, Connection, Error};
use tokio::time::{Instant, sleep};

use super::database::{is_full, is_lost};
use super::deadline;
use super::select::{Param, arguments};
use super::turns;

/// How long opening a connection may take before a request is told that the database does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait where the server takes no more connections: one of ours may come free, or one of another's.
const ROOM: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

/// Left to itself PostgreSQL plans `= any($1)` anew for every array, since for few keys that looks cheaper:
/// measured, 0.15 ms of planning for 0.02 ms of work in a look-up by id.
const GENERIC_PLANS: (&str, &str) = ("plan_cache_mode", "force_generic_plan");
/// Beyond its request's deadline: who waits is told by the hub that it is too late, and not by a field that failed.
const GRACE: Duration = Duration::from_millis(100);
/// How soon the server sees that nobody waits for a statement any more: its caller left, or was told that it is
/// too late.
const LISTENS: (&str, &str) = ("client_connection_check_interval", "500");

/// A bounded set of connections.
#[derive(Debug, Clone)]
pub struct Connections {
    pool: Pool<Opener>,
    /// Longest a statement may take that has no other deadline.
    patience: Duration,
}

impl Connections {
    /// As many connections as `pool` may have, to the same database, with the same settings.
    pub fn beside(pool: &PgPool) -> Result<Self, BuildError> {
        let size = pool.options().get_max_connections().max(1) as usize;
        // A request waits its turn as long as it may take at all: under load the turn comes late, and not never.
        let turn = pool.options().get_acquire_timeout();
        let options = pool.connect_options().as_ref().clone().options([GENERIC_PLANS, LISTENS]);
        let builder = Pool::builder(Opener { options }).max_size(size);
        let builder = builder.wait_timeout(Some(turn)).create_timeout(Some(PATIENCE));
        Ok(Self { pool: builder.runtime(deadpool::Runtime::Tokio1).build()?, patience: turn })
    }

    /// How many there may be.
    pub(super) fn most(&self) -> usize {
        self.pool.status().max_size
    }

    /// Drops the connections that are not in use.
    pub(super) fn forget_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    /// The rows of one statement. When the caller gives up before they are there, the connection is not
    /// used again.
    pub(super) async fn rows(&self, sql: &Arc<str>, params: &[Param]) -> Result<Vec<PgRow>, Error> {
        let arguments = arguments(params).map_err(Error::Encode)?;
        let _turn = turns::turn().await;
        let mut reader = Borrowed(Some(self.reader().await?));
        let Some(reader) = reader.0.as_mut() else { return Err(Error::WorkerCrashed) };
        reader.fit = false;
        reader.hurry(self.patience).await?;
        let query = sqlx::query_with(AssertSqlSafe(Arc::clone(sql)), arguments);
        let outcome = query.fetch_all(&mut reader.connection).await;
        // An error of the statement leaves the connection fit; any other may not.
        reader.fit = match &outcome {
            Ok(_) => true,
            Err(error) => matches!(error, Error::Database(_)) && !is_lost(error),
        };
        outcome
    }

    async fn reader(&self) -> Result<Object<Opener>, Error> {
        let begun = Instant::now();
        loop {
            match self.pool.get().await {
                Ok(reader) => return Ok(reader),
                Err(PoolError::Backend(error)) if is_full(&error) && begun.elapsed() < ROOM => {
                    sleep(PAUSE).await;
                }
                Err(PoolError::Backend(error)) => return Err(error),
                Err(PoolError::Closed) => return Err(Error::PoolClosed),
                Err(_) => return Err(Error::PoolTimedOut),
            }
        }
    }
}

#[derive(Debug)]
struct Opener {
    options: PgConnectOptions,
}

/// A connection in use. One that is left in the middle of a statement is closed at once: so the server sees that
/// nobody waits any more.
struct Borrowed(Option<Object<Opener>>);

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(reader) = self.0.take_if(|reader| !reader.fit) {
            drop(Object::take(reader));
        }
    }
}

#[derive(Debug)]
struct Reader {
    connection: PgConnection,
    /// Between statements, with nothing left on the wire.
    fit: bool,
    /// What statements were last given to end; none: what the connection was opened with.
    hurried: Option<Duration>,
}

impl Reader {
    /// Gives the statement to come what is left of its request's deadline. Most begin at once and have nearly all
    /// of it; saying so each time would cost a round trip, so that only those are told that are late.
    async fn hurry(&mut self, patience: Duration) -> Result<(), Error> {
        let left = deadline::left().filter(|left| *left < patience / 2);
        let left = left.map(|left| left + GRACE);
        if left == self.hurried {
            return Ok(());
        }
        let sql = match left {
            Some(left) => format!("set statement_timeout = {}", left.as_millis()),
            None => "reset statement_timeout".to_owned(),
        };
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await?;
        self.hurried = left;
        Ok(())
    }
}

impl Manager for Opener {
    type Type = Reader;
    type Error = Error;

    async fn create(&self) -> Result<Reader, Error> {
        Ok(Reader { connection: PgConnection::connect_with(&self.options).await?, fit: true, hurried: None })
    }

    async fn recycle(&self, reader: &mut Reader, _: &Metrics) -> RecycleResult<Error> {
        if reader.fit { Ok(()) } else { Err(RecycleError::message("left in the middle of a statement")) }
    }
}
