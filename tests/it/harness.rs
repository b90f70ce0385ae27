//! All infrastructure of the tests: one PostgreSQL for the run, a migrated template in it, and a database of
//! its own for each test, cloned from the template.
//!
//! With `DATABASE_URL` set the databases are made on that server. Else a private cluster is started in the
//! temp directory: one for each process that runs tests (`cargo test` has one, `nextest` several at a time),
//! kept between runs, with its template, for as long as migrations and reference data stay the same.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lienthong::access::{Caller, Identity, Role};
use lienthong::config::search_path;
use lienthong::error::Fault;
use lienthong::graph::Request;
use lienthong::store::cluster::{Cluster, ClusterOptions, Durability};
use lienthong::store::migrate::migrate;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

/// Begins the name of every database made here.
const PREFIX: &str = "lienthong_test_";
/// Clusters side by side, one for each process that runs tests at the same time.
const SLOTS: usize = 64;
/// Key of the lock under which the template is made.
const TEMPLATE_LOCK: i64 = 0x6c_7465_7374;

/// A database of one test's own; dropped with this value.
pub struct TestDatabase {
    /// Connections to it.
    pub pool: PgPool,
    name: String,
}

impl TestDatabase {
    /// A migrated database with the reference data and nothing else.
    pub async fn create() -> Self {
        let template = &server().template;
        let database = Self::from(&format!("template \"{template}\"")).await;
        let catalog = lienthong::catalog::load_embedded().expect("a catalog");
        let mut connection = database.pool.acquire().await.expect("a connection");
        lienthong::merge::publish_masks(&mut connection, &catalog).await.expect("masks");
        drop(connection);
        database
    }

    /// A database without a table.
    pub async fn create_empty() -> Self {
        Self::from("template template0").await
    }

    async fn from(template: &str) -> Self {
        let name = format!("{PREFIX}{}", unique());
        let server = server();
        let mut connection = PgConnection::connect_with(&server.home).await.expect("a connection");
        execute(&mut connection, format!("create database \"{name}\" {template}")).await.expect("a database");
        connection.close().await.expect("closed");
        let options = PgPoolOptions::new().max_connections(5).acquire_timeout(Duration::from_secs(20));
        let pool = options.connect_lazy_with(server.home.clone().database(&name));
        Self { pool, name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (done, is_done) = channel();
        if server().drops.send((self.name.clone(), done)).is_ok() {
            // Kept waiting: the process may end with this test, and with it the thread that drops.
            let _ = is_done.recv_timeout(Duration::from_secs(10));
        }
    }
}

type Drops = (String, Sender<()>);

/// The PostgreSQL of this process.
struct Server {
    /// Where databases are made from.
    home: PgConnectOptions,
    template: String,
    drops: Sender<Drops>,
}

/// Started by the first test that asks; lives on a thread of its own, since each test has its own runtime.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let (ready, is_ready) = channel();
        let (drops, to_drop) = channel();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run(&ready, &to_drop));
        });
        let (home, template) = is_ready.recv().expect("no PostgreSQL for the tests; see the message above");
        Server { home, template, drops }
    })
}

async fn run(ready: &Sender<(PgConnectOptions, String)>, to_drop: &Receiver<Drops>) {
    // Held to the end of the process: the cluster stops with it.
    let (home, _cluster) = match given_address() {
        Some(url) => (url.parse().expect("DATABASE_URL is no address of PostgreSQL"), None),
        None => {
            let cluster = start_cluster().await;
            (cluster.connect_options("postgres"), Some(cluster))
        }
    };
    let template = format!("{PREFIX}template_{}", fingerprint());
    let mut connection = PgConnection::connect_with(&home).await.expect("a connection");
    if _cluster.is_some() {
        sweep(&mut connection, &template).await.expect("old databases dropped");
    }
    make_template(&mut connection, &home, &template).await.expect("a template");
    ready.send((home, template)).expect("a test waits");
    while let Ok((name, done)) = to_drop.recv() {
        let dropped =
            execute(&mut connection, format!("drop database if exists \"{name}\" with (force)")).await;
        if let Err(error) = dropped {
            eprintln!("dropping {name}: {error}");
        }
        let _ = done.send(());
    }
}

fn given_address() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told by it where to run")]
    std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty())
}

async fn start_cluster() -> Cluster {
    let mut refused = String::new();
    for home in [std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp")] {
        for slot in 0..SLOTS {
            let of_this_target = short_hash(env!("CARGO_TARGET_TMPDIR").as_bytes());
            let data_dir = home.join(format!("lienthong-tests-{of_this_target}-{slot}"));
            match start_in(&data_dir).await {
                Ok(cluster) => return cluster,
                // Another process has this one, or it belongs to another user.
                Err(error) if code(&error).starts_with("DATA_DIR_") => refused = error.to_string(),
                Err(error) if error.is::<Fault>() => panic!("{error}"),
                Err(error) => {
                    // Nothing in it survives a power cut, by design: begin anew.
                    eprintln!("{}: {error:#}; making a new one", data_dir.display());
                    std::fs::remove_dir_all(&data_dir).expect("removed");
                    return start_in(&data_dir).await.expect("a cluster");
                }
            }
        }
    }
    panic!("no place for the tests' database: {refused}");
}

async fn start_in(data_dir: &Path) -> anyhow::Result<Cluster> {
    let options = ClusterOptions {
        data_dir: data_dir.to_owned(),
        postgres_bin: None,
        search_path: search_path(),
        temp_dir: std::env::temp_dir(),
        durability: Durability::Scratch,
    };
    Cluster::start(&options).await
}

fn code(error: &anyhow::Error) -> &'static str {
    error.downcast_ref::<Fault>().map(|fault| fault.code).unwrap_or_default()
}

/// Drops what an earlier run left behind: databases of tests that were killed, templates out of date.
async fn sweep(connection: &mut PgConnection, template: &str) -> sqlx::Result<()> {
    let old: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where starts_with(datname, $1) and datname <> $2",
    )
    .bind(PREFIX)
    .bind(template)
    .fetch_all(&mut *connection)
    .await?;
    for name in old {
        execute(connection, format!("drop database \"{name}\" with (force)")).await?;
    }
    Ok(())
}

/// Makes the template where it is not there yet; under a lock, since other processes may want it too.
async fn make_template(
    connection: &mut PgConnection,
    home: &PgConnectOptions,
    name: &str,
) -> anyhow::Result<()> {
    sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        // Under another name until it is whole.
        let growing = format!("{name}_growing");
        execute(connection, format!("drop database if exists \"{growing}\" with (force)")).await?;
        create(connection, &growing).await?;
        let pool = PgPool::connect_with(home.clone().database(&growing)).await?;
        migrate(&pool).await?;
        pool.close().await;
        execute(connection, format!("alter database \"{growing}\" rename to \"{name}\"")).await?;
    }
    sqlx::query("select pg_advisory_unlock($1)").bind(TEMPLATE_LOCK).execute(&mut *connection).await?;
    Ok(())
}

/// As the hub makes its own: sorted the Vietnamese way where this PostgreSQL can.
async fn create(connection: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    let plain = format!("create database \"{name}\" template template0 encoding 'UTF8'");
    match execute(connection, format!("{plain} locale_provider icu icu_locale 'vi'")).await {
        Ok(()) => Ok(()),
        Err(_) => execute(connection, plain).await,
    }
}

async fn execute(connection: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
}

/// Of all that makes a template: migrations, reference data, and the code that loads them.
fn fingerprint() -> String {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = ["migrations", "schema/reference", "src/store"]
        .map(|dir| Path::new(env!("CARGO_MANIFEST_DIR")).join(dir))
        .into();
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut all = Sha256::new();
    for file in files {
        all.update(Sha256::digest(std::fs::read(file).expect("a file")));
    }
    short_hash(&all.finalize())
}

fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Different in every call and every process.
fn unique() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// A request of an administrator who states no purpose: everything is there, and personal data stay masked.
pub fn asked() -> Request {
    Request { caller: Arc::new(Caller::of(Identity::OpenDesk, Role::Admin)), ..Request::default() }
}
