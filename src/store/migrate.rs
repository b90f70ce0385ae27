//! The migrations that ship in the binary, run under a lock; what they hold is no business of this file.

use std::borrow::Cow;

use anyhow::Context;
use include_dir::{Dir, include_dir};
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, SqlSafeStr};

use super::reference;
use crate::error::Fault;

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// What a run of migrations did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// Number of the newest migration in the database.
    pub version: i64,
    /// Migrations that this run applied, number and name.
    pub applied: Vec<(i64, String)>,
}

/// Brings the database to the state this binary knows. Several hubs may do so at once: one does the work,
/// the others wait for it. Wants the pool without a deadline.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<MigrationReport> {
    // A connection of its own: the lock is the session's, and after an error it goes with the session.
    let mut connection = pool.acquire().await?.detach();
    let report = run(&mut connection, embedded()?).await?;
    connection.close().await?;
    // Reference data follow the migrations; loading them again changes nothing.
    reference::load(pool).await?;
    Ok(report)
}

async fn run(connection: &mut PgConnection, migrations: Vec<Migration>) -> anyhow::Result<MigrationReport> {
    let version = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    // Taken here already, so that what others apply while we wait does not count as ours. The lock counts
    // how often a session took it.
    connection.lock().await?;
    let before = applied(connection).await?;
    let named: Vec<_> = migrations.iter().map(|m| (m.version, m.description.clone().into_owned())).collect();
    Migrator::with_migrations(migrations).run_direct(None, connection, false).await.map_err(|error| {
        match fault(&error, version) {
            Some(fault) => fault.into(),
            None => anyhow::Error::from(error),
        }
    })?;
    connection.unlock().await?;
    let applied = named.into_iter().filter(|(version, _)| !before.contains(version)).collect();
    Ok(MigrationReport { version, applied })
}

async fn applied(connection: &mut PgConnection) -> anyhow::Result<Vec<i64>> {
    let any: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !any {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_scalar("select version from _sqlx_migrations").fetch_all(connection).await?)
}

/// The migrations of the binary, in order.
fn embedded() -> anyhow::Result<Vec<Migration>> {
    let mut migrations = Vec::new();
    for file in FILES.files() {
        let name = file.path().to_str().context("a migration's name is not UTF-8")?;
        let Some(stem) = name.strip_suffix(".sql") else { continue };
        let sql = file.contents_utf8().with_context(|| format!("migrations/{name} is not UTF-8"))?;
        migrations
            .push(migration(stem, sql).with_context(|| format!("migrations/{name}: not NNNN_name.sql"))?);
    }
    migrations.sort();
    Ok(migrations)
}

fn migration(stem: &str, sql: &'static str) -> Option<Migration> {
    let (number, name) = stem.split_once('_')?;
    let version = number.parse().ok().filter(|version| *version > 0)?;
    // `create index concurrently` and its like cannot run in a transaction; such a file begins by saying so.
    let no_tx = sql.starts_with("-- no-transaction");
    let name = Cow::Owned(name.replace('_', " "));
    Some(Migration::new(version, name, MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), no_tx))
}

fn fault(error: &MigrateError, newest: i64) -> Option<Fault> {
    match error {
        MigrateError::VersionMissing(version) if *version > newest => Some(Fault::new(
            "DATABASE_NEWER",
            format!(
                "a newer version of this program has migrated the database (to {version}; this one knows {newest}). \
                 Run the newer version"
            ),
            format!(
                "cơ sở dữ liệu đã được một phiên bản mới hơn của chương trình nâng cấp (đến {version}; phiên bản này \
                 chỉ biết {newest}). Hãy chạy phiên bản mới hơn"
            ),
        )),
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => Some(Fault::new(
            "DATABASE_DIFFERENT",
            format!(
                "migration {version} of the database is not the one this program knows; it is another program's"
            ),
            format!("bước nâng cấp {version} của cơ sở dữ liệu không phải là bước mà chương trình này biết"),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::cluster::tests::scratch;
    use crate::store::cluster::{Cluster, DATABASE};

    async fn connect(cluster: &Cluster) -> PgConnection {
        cluster.create_database("migrated").await.expect("a database");
        PgConnection::connect_with(&cluster.connect_options("migrated")).await.expect("a connection")
    }

    fn made(stem: &str, sql: &'static str) -> Migration {
        migration(stem, sql).expect("a migration")
    }

    #[test]
    fn names_are_numbered() {
        let migration = made("0012_two_words", "select 1");
        assert_eq!((migration.version, &*migration.description, migration.no_tx), (12, "two words", false));
        assert!(super::migration("words", "").is_none() && super::migration("0000_x", "").is_none());
        assert!(made("2_x", "-- no-transaction\ncreate index concurrently").no_tx);
    }

    #[tokio::test]
    async fn hubs_at_once_migrate_once_and_an_older_one_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Cluster::start(&scratch(folder.path())).await.expect("a cluster");
        let (mut one, mut other) = (connect(&cluster).await, connect(&cluster).await);
        let all =
            || vec![made("1_a", "create table a ()"), made("2_b", "select pg_sleep(0.1); create table b ()")];
        let (first, second) = tokio::join!(run(&mut one, all()), run(&mut other, all()));
        let (first, second) = (first.expect("migrated"), second.expect("migrated"));
        assert_eq!((first.version, second.version), (2, 2));
        assert_eq!(first.applied.len() + second.applied.len(), 2, "one does the work");
        let again = run(&mut one, all()).await.expect("nothing to do");
        assert_eq!(again, MigrationReport { version: 2, applied: vec![] });

        let mut older = connect(&cluster).await;
        let error =
            run(&mut older, vec![made("1_a", "create table a ()")]).await.expect_err("an older binary");
        assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.code), Some("DATABASE_NEWER"));
        older.close().await.expect("closed");
        let mut changed = all();
        changed[0] = made("1_a", "create table a (id int)");
        let error = run(&mut other, changed).await.expect_err("a changed migration");
        assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.code), Some("DATABASE_DIFFERENT"));
        the_migrations_of_this_binary_run(&cluster).await;
        cluster.stop().await.expect("it stops");
    }

    async fn the_migrations_of_this_binary_run(cluster: &Cluster) {
        let pool = PgPool::connect_with(cluster.connect_options(DATABASE)).await.expect("a pool");
        let first = migrate(&pool).await.expect("migrated");
        assert_eq!(first.applied.len(), embedded().expect("files").len());
        assert_eq!(migrate(&pool).await.expect("nothing to do").applied, []);
        pool.close().await;
    }
}
