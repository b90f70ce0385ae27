//! The hub's database: a server named by its address, or the private cluster; two pools over it. Nothing
//! here knows what the tables hold.

mod revive;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use super::cluster::{Cluster, ClusterOptions, DATABASE};
use crate::error::Fault;

/// Oldest server that will do, as `server_version_num`.
const OLDEST: i32 = 150_000;
/// Connections for imports and migrations.
const WORK_CONNECTIONS: u32 = 4;
/// How long work waits for a connection. Where the server is away, tries lie at most a fifth of it apart.
const WORK_PATIENCE: Duration = Duration::from_secs(15);
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 500;

/// Which database, and how to use it.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// Where it is.
    pub source: Source,
    /// Connections of the serving pool.
    pub connections: u32,
    /// Longest time a statement of the serving pool may take.
    pub request_timeout: Duration,
    /// How long to wait for the server at start.
    pub patience: Duration,
}

/// Where the database is.
#[derive(Clone)]
pub enum Source {
    /// On a server, by its address with user and password.
    Server(String),
    /// In a private cluster.
    Private(ClusterOptions),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Server(_) => f.write_str("Server(secret)"),
            Source::Private(options) => f.debug_tuple("Private").field(options).finish(),
        }
    }
}

/// An open database. Connections are not tried before they are used, so the first statement after a loss
/// of the server fails: who reads, asks [`is_lost`] and tries once more; the pool has thrown that one away.
#[derive(Debug)]
pub struct Database {
    /// For requests: every statement ends at the request's deadline.
    pub pool: PgPool,
    /// For imports and migrations: no deadline.
    pub work_pool: PgPool,
    cluster: Mutex<Option<Cluster>>,
}

impl Database {
    /// Opens the database: starts the private cluster, or waits for the server.
    pub async fn open(options: &DatabaseOptions) -> anyhow::Result<Database> {
        match &options.source {
            Source::Server(url) => {
                let target = parse(url)?;
                let first = connect_patiently(&target, options.patience).await?;
                Database::over(&target, first, None, options).await
            }
            Source::Private(cluster) => {
                let cluster = Cluster::start(cluster).await?;
                let target = cluster.connect_options(DATABASE);
                let first = PgConnection::connect_with(&target).await?;
                Database::over(&target, first, Some(cluster), options).await
            }
        }
    }

    async fn over(
        target: &PgConnectOptions,
        mut first: PgConnection,
        cluster: Option<Cluster>,
        options: &DatabaseOptions,
    ) -> anyhow::Result<Database> {
        check(&mut first).await?;
        first.close().await?;
        // The hub logs requests; statements would only cost time, and hold what the log should not.
        let target = target.clone().statement_cache_capacity(STATEMENTS).disable_statement_logging();
        let deadline = options.request_timeout.as_millis().to_string();
        let serving = target.clone().application_name("lienthong").options([
            ("statement_timeout", deadline.as_str()),
            ("idle_in_transaction_session_timeout", deadline.as_str()),
        ]);
        let working = target.application_name("lienthong-work").options([("statement_timeout", "0")]);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.request_timeout)
            .test_before_acquire(false)
            .connect_lazy_with(serving);
        let work_pool = PgPoolOptions::new()
            .max_connections(WORK_CONNECTIONS)
            .acquire_timeout(WORK_PATIENCE)
            .connect_lazy_with(working);
        Ok(Database { pool, work_pool, cluster: Mutex::new(cluster) })
    }

    /// Directory of the private cluster; none, where there is none.
    pub async fn data_dir(&self) -> Option<PathBuf> {
        self.cluster.lock().await.as_ref().map(|cluster| cluster.data_dir().to_owned())
    }

    /// Ends when the private server has ended; never, where there is none.
    async fn lost(&self) {
        let ended = self.cluster.lock().await.as_ref().map(Cluster::ended);
        match ended {
            Some(ended) => ended.await,
            None => std::future::pending().await,
        }
    }

    /// Closes the pools and stops the private cluster. A second time does nothing.
    pub async fn close(&self) -> anyhow::Result<()> {
        // Connections still in use are cut by the server below, or end with the process.
        let _ = timeout(Duration::from_secs(2), async {
            tokio::join!(self.pool.close(), self.work_pool.close())
        })
        .await;
        match self.cluster.lock().await.take() {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}

/// Whether an error says that the connection is gone, so that a read may be tried once more.
pub fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // Class 57P: the server is shutting down, has crashed, or is starting.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

/// Whether the server takes no more connections, for now.
pub(super) fn is_full(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("53300"))
}

fn parse(url: &str) -> Result<PgConnectOptions, Fault> {
    // The parser's own words may repeat parts of the address, the password among them.
    url.parse().map_err(|_: sqlx::Error| {
        Fault::new(
            "DATABASE_URL_INVALID",
            "DATABASE_URL is no address of a PostgreSQL server; expected postgres://user:password@host:port/database",
            "DATABASE_URL không phải là địa chỉ máy chủ PostgreSQL; cần dạng \
             postgres://người_dùng:mật_khẩu@máy:cổng/cơ_sở_dữ_liệu",
        )
    })
}

/// Connects; where the server is not there yet, again and again, less and less often.
async fn connect_patiently(target: &PgConnectOptions, patience: Duration) -> anyhow::Result<PgConnection> {
    let place = place(target);
    let begun = Instant::now();
    let mut pause = Duration::from_millis(100);
    loop {
        let attempt = timeout(Duration::from_secs(10), PgConnection::connect_with(target)).await;
        let why = match attempt {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) if may_pass(&error) => words(&error),
            Ok(Err(error)) => return Err(refused(&place, &error).into()),
            Err(_) => "no answer".to_owned(),
        };
        if begun.elapsed() + pause > patience {
            return Err(unreachable(&place, &why, begun.elapsed()).into());
        }
        tracing::warn!(server = place, why, "waiting for the database");
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(3));
    }
}

/// Host, port and database: what may be said of an address.
fn place(target: &PgConnectOptions) -> String {
    let host =
        target.get_socket().map_or(target.get_host().to_owned(), |socket| socket.display().to_string());
    format!("{host}:{}/{}", target.get_port(), target.get_database().unwrap_or_default())
}

fn may_pass(error: &sqlx::Error) -> bool {
    is_full(error) || is_lost(error)
}

/// What the server says, or what stands between us and it.
fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn refused(place: &str, error: &sqlx::Error) -> Fault {
    let error = words(error);
    Fault::new(
        "DATABASE_REFUSED",
        format!("the database server at {place} refuses: {error}"),
        format!("máy chủ cơ sở dữ liệu tại {place} từ chối: {error}"),
    )
}

fn unreachable(place: &str, why: &str, waited: Duration) -> Fault {
    let waited = waited.as_secs();
    Fault::new(
        "DATABASE_UNREACHABLE",
        format!("no database server at {place} after {waited} s: {why}"),
        format!("không kết nối được cơ sở dữ liệu tại {place} sau {waited} giây: {why}"),
    )
}

async fn check(connection: &mut PgConnection) -> anyhow::Result<()> {
    let (version, encoding): (i32, String) = sqlx::query_as(
        "select current_setting('server_version_num')::int, current_setting('server_encoding')",
    )
    .fetch_one(connection)
    .await?;
    Ok(suitable(version, &encoding)?)
}

fn suitable(version: i32, encoding: &str) -> Result<(), Fault> {
    let (major, oldest) = (version / 10_000, OLDEST / 10_000);
    if version < OLDEST {
        return Err(Fault::new(
            "DATABASE_TOO_OLD",
            format!("the database server is PostgreSQL {major}; {oldest} or newer is needed"),
            format!("máy chủ cơ sở dữ liệu là PostgreSQL {major}; cần phiên bản {oldest} trở lên"),
        ));
    }
    if encoding != "UTF8" {
        return Err(Fault::new(
            "DATABASE_NOT_UTF8",
            format!("the database keeps text as {encoding}; create it with encoding 'UTF8'"),
            format!("cơ sở dữ liệu lưu chữ theo {encoding}; hãy tạo lại với mã hoá 'UTF8'"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
