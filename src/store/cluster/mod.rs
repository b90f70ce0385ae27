//! The hub's private PostgreSQL cluster: a data directory, a server on a unix socket in it, no TCP port.
//! Nothing here knows what the database holds.

mod account;
mod binaries;
mod initdb;
mod install_hint;
mod layout;
mod lock;
mod orphan;
mod server;
mod supervisor;

use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use account::Account;
use binaries::Binaries;
use layout::Layout;
pub use layout::default_data_dir;
use server::Server;

/// Name of the hub's database, and of the cluster's only role.
pub const DATABASE: &str = "lienthong";
/// Not a TCP port: the number in the socket's file name.
const PORT: u16 = 5432;

/// Where and how to run the cluster.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Directory that holds the cluster, its log and its lock; made when absent.
    pub data_dir: PathBuf,
    /// Directory with PostgreSQL's programs (or one of them); none: searched for.
    pub postgres_bin: Option<PathBuf>,
    /// Directories of `PATH`.
    pub search_path: Vec<PathBuf>,
    /// Holds the socket when the path of the data directory is too long for one.
    pub temp_dir: PathBuf,
    /// What survives a power cut.
    pub durability: Durability,
}

/// What survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Everything committed.
    Full,
    /// Nothing; for tests.
    Scratch,
}

impl ClusterOptions {
    /// For tests: fast, and nothing of it survives a power cut.
    pub fn scratch(data_dir: &Path, search_path: Vec<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            postgres_bin: None,
            search_path,
            temp_dir: std::env::temp_dir(),
            durability: Durability::Scratch,
        }
    }
}

/// A running cluster. Dropping it stops the server as well, without waiting for it.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    server: Server,
    binaries: Binaries,
    account: Account,
    durability: Durability,
    _lock: std::fs::File,
}

impl Cluster {
    /// Starts the cluster of the data directory, creating it first where there is none.
    pub async fn start(options: &ClusterOptions) -> anyhow::Result<Cluster> {
        let data_dir = std::path::absolute(&options.data_dir).context("data directory")?;
        // First, so that nothing is made where nothing can run.
        let found = binaries::find(options.postgres_bin.as_deref(), &options.search_path).await?;
        let account = account::of_the_cluster(&layout::cluster_dir(&data_dir)).await?;
        let layout = Layout::prepare(&data_dir, &options.temp_dir, &account)?;
        let lock = lock::take(&layout)?;
        let binaries = binaries::choose(found, layout.version())?;
        if layout.version().is_none() {
            tracing::info!(data_dir = %data_dir.display(), postgres = binaries.major, "creating the database");
            initdb::create(&layout, &binaries, &account, options.durability).await?;
        }
        orphan::settle(&layout).await?;
        let durability = options.durability;
        let server = server::start(&layout, &binaries, &account, durability).await?;
        let cluster = Cluster { layout, server, binaries, account, durability, _lock: lock };
        cluster.create_database(DATABASE).await?;
        Ok(cluster)
    }

    /// How to connect to one of its databases.
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.layout.socket_dir)
            .port(PORT)
            .username(DATABASE)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Creates a database, sorted the Vietnamese way where this PostgreSQL can; one that exists is left
    /// as it is. The name must be our own, never a stranger's.
    pub async fn create_database(&self, name: &str) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&self.connect_options("postgres")).await?;
        let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await?;
        if !there {
            let plain = format!(r#"create database "{name}" template template0 encoding 'UTF8'"#);
            let sorted = format!("{plain} locale_provider icu icu_locale 'vi'");
            if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sorted)).execute(&mut connection).await {
                tracing::debug!(%error, "this PostgreSQL has no ICU");
                sqlx::raw_sql(AssertSqlSafe(plain)).execute(&mut connection).await?;
            }
        }
        connection.close().await?;
        Ok(())
    }

    /// The directory that holds everything of it.
    pub fn data_dir(&self) -> &Path {
        &self.layout.data_dir
    }

    /// Ends when the server has ended, whoever ended it.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        self.server.ended()
    }

    /// Starts the server again that ended by itself.
    pub async fn revive(&mut self) -> anyhow::Result<()> {
        orphan::settle(&self.layout).await?;
        self.server = server::start(&self.layout, &self.binaries, &self.account, self.durability).await?;
        Ok(())
    }

    /// Stops the server and waits for it.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await?;
        if !self.layout.socket_dir.starts_with(&self.layout.data_dir) {
            let _ = std::fs::remove_dir(&self.layout.socket_dir);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
