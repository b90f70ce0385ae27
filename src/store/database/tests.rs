use super::*;
use crate::store::cluster::tests::scratch;

#[test]
fn old_servers_and_other_encodings_are_refused() {
    assert_eq!(suitable(150_014, "UTF8"), Ok(()));
    assert_eq!(suitable(140_019, "UTF8").map_err(|fault| fault.code), Err("DATABASE_TOO_OLD"));
    assert_eq!(suitable(170_000, "SQL_ASCII").map_err(|fault| fault.code), Err("DATABASE_NOT_UTF8"));
}

fn at(url: &str, patience: Duration) -> DatabaseOptions {
    let source = Source::Server(url.to_owned());
    DatabaseOptions { source, connections: 1, request_timeout: Duration::from_secs(1), patience }
}

#[tokio::test]
async fn waits_for_a_server_and_gives_up_without_a_word_of_the_password() {
    let options = at("postgres://hub:swordfish@127.0.0.1:1/hub", Duration::from_millis(400));
    assert!(!format!("{options:?}").contains("swordfish"));
    let begun = Instant::now();
    let error = Database::open(&options).await.expect_err("nobody listens on port 1");
    let fault = error.downcast_ref::<Fault>().expect("a fault");
    assert_eq!(fault.code, "DATABASE_UNREACHABLE");
    assert!(!fault.en.contains("swordfish") && fault.en.contains("127.0.0.1:1/hub"), "{}", fault.en);
    assert!(begun.elapsed() > Duration::from_millis(250), "it did not try again");
}

#[tokio::test]
async fn an_address_that_is_none_is_not_repeated() {
    let error = Database::open(&at("swordfish@@:x", Duration::ZERO)).await.expect_err("no address");
    assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.code), Some("DATABASE_URL_INVALID"));
    assert!(!error.to_string().contains("swordfish"));
}

#[tokio::test]
async fn serves_with_a_deadline_and_works_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = at("", Duration::ZERO);
    options.source = Source::Private(scratch(folder.path()));
    options.request_timeout = Duration::from_millis(200);
    options.connections = 1;
    let database = Database::open(&options).await.expect("a database");
    let slow = || sqlx::query("select pg_sleep(0.3)");
    let cut = slow().execute(&database.pool).await.expect_err("past the deadline");
    assert_eq!(cut.as_database_error().and_then(|error| error.code()).as_deref(), Some("57014"));
    assert!(!is_lost(&cut));
    slow().execute(&database.work_pool).await.expect("no deadline");
    let zone: String = sqlx::query_scalar("show timezone").fetch_one(&database.pool).await.expect("a zone");
    assert_eq!(zone, "UTC");
    a_lost_connection_is_known_as_one_and_the_next_is_new(&database).await;
    database.close().await.expect("it stops");
}

/// The connection is held while it is ended: one given back could be replaced before anybody sees it broken.
async fn a_lost_connection_is_known_as_one_and_the_next_is_new(database: &Database) {
    let mut held = database.pool.acquire().await.expect("a connection");
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *held).await.expect("a pid");
    sqlx::query("select pg_terminate_backend($1, 10000)")
        .bind(pid)
        .execute(&database.work_pool)
        .await
        .expect("ended");
    let read = sqlx::query_scalar::<_, i32>("select 1");
    let error = read.fetch_one(&mut *held).await.expect_err("the connection is gone");
    assert!(is_lost(&error), "{error:?}");
    drop(held);
    let read = sqlx::query_scalar::<_, i32>("select 1").fetch_one(&database.pool);
    assert_eq!(read.await.expect("a new connection"), 1);
}
