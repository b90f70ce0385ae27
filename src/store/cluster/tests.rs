//! The cluster with real PostgreSQL programs; as root these tests show the change of user as well.

use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::*;
use crate::error::Fault;

/// Options for a throw-away cluster in `folder`.
pub(crate) fn scratch(folder: &Path) -> ClusterOptions {
    ClusterOptions::scratch(folder, crate::config::search_path())
}

async fn start(folder: &Path) -> Cluster {
    Cluster::start(&scratch(folder)).await.expect("a cluster")
}

async fn ask(cluster: &Cluster, question: &'static str) -> String {
    let mut connection =
        PgConnection::connect_with(&cluster.connect_options(DATABASE)).await.expect("a connection");
    sqlx::query_scalar(question).fetch_one(&mut connection).await.expect("an answer")
}

async fn keep_a_word(cluster: &Cluster) {
    let mut connection =
        PgConnection::connect_with(&cluster.connect_options(DATABASE)).await.expect("a connection");
    let sql = "create table kept as select 'giữ'::text as word";
    sqlx::raw_sql(sql).execute(&mut connection).await.expect("a table");
}

fn postmaster(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("cluster/postmaster.pid")).expect("a pid file");
    text.lines().next().expect("a pid").to_owned()
}

fn runs(pid: &str) -> bool {
    std::process::Command::new("kill").args(["-0", pid]).output().expect("kill").status.success()
}

async fn ends(pid: &str) -> bool {
    let begun = Instant::now();
    while runs(pid) && begun.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(10)).await;
    }
    !runs(pid)
}

fn code(error: &anyhow::Error) -> Option<&'static str> {
    error.downcast_ref::<Fault>().map(|fault| fault.code)
}

/// Creating a cluster costs a second, so what does not harm one is shown on the same.
#[tokio::test]
async fn starts_keeps_out_others_and_keeps_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = start(folder.path()).await;
    assert_eq!(ask(&cluster, "show server_encoding").await, "UTF8");
    assert_eq!(ask(&cluster, "show data_checksums").await, "on");
    nobody_else_gets_in(&cluster).await;
    a_second_hub_is_refused(folder.path()).await;
    keep_a_word(&cluster).await;
    let pid = postmaster(folder.path());
    cluster.stop().await.expect("it stops");
    assert!(!runs(&pid));

    let begun = Instant::now();
    let cluster = start(folder.path()).await;
    println!("restart on existing data: {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_millis(1500), "restart took {:?}", begun.elapsed());
    assert_eq!(ask(&cluster, "select word from kept").await, "giữ");
    cluster.stop().await.expect("it stops");
    a_pid_file_that_names_another_program_is_stale(folder.path()).await;
}

async fn nobody_else_gets_in(cluster: &Cluster) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    assert_eq!(ask(cluster, "show listen_addresses").await, "");
    for dir in [&cluster.layout.cluster_dir, &cluster.layout.socket_dir] {
        let found = std::fs::metadata(dir).expect("a directory");
        assert_eq!(found.permissions().mode() & 0o777, 0o700, "{}", dir.display());
        assert_ne!(found.uid(), 0, "PostgreSQL does not run as root");
    }
    assert_eq!(std::fs::metadata(cluster.data_dir()).expect("a directory").permissions().mode() & 0o066, 0);
}

async fn a_second_hub_is_refused(folder: &Path) {
    let error = Cluster::start(&scratch(folder)).await.expect_err("in use");
    assert_eq!(code(&error), Some("DATA_DIR_IN_USE"));
    assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
}

async fn a_pid_file_that_names_another_program_is_stale(folder: &Path) {
    let mut other = std::process::Command::new("sleep").arg("60").spawn().expect("another program");
    let text = format!("{}\n{}\n0\n5432\n\n\n\nready\n", other.id(), folder.join("cluster").display());
    std::fs::write(folder.join("cluster/postmaster.pid"), text).expect("a pid file");
    let cluster = start(folder).await;
    assert_ne!(postmaster(folder), other.id().to_string());
    assert!(runs(&other.id().to_string()), "the other program was harmed");
    cluster.stop().await.expect("it stops");
    other.kill().and_then(|()| other.wait().map(drop)).expect("ended");
}

/// A hub of its own for the next test: the data directory is where it stands.
#[tokio::test]
#[ignore = "run and killed by the next test"]
async fn holds_a_cluster() {
    let folder = std::env::current_dir().expect("a folder");
    if std::fs::read_dir(&folder).expect("a folder").next().is_some() {
        return; // run by itself, in the project's folder
    }
    let _cluster = start(&folder).await;
    println!("started");
    sleep(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn the_server_ends_with_a_hub_that_is_killed_and_the_next_hub_waits_for_that() {
    use std::io::BufRead;
    let folder = tempfile::tempdir().expect("a folder");
    let mut hub = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["store::cluster::tests::holds_a_cluster", "--exact", "--ignored", "--nocapture"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a hub");
    let said = std::io::BufReader::new(hub.stdout.take().expect("its output"));
    assert!(said.lines().map_while(Result::ok).any(|line| line.contains("started")), "it did not start");
    let pid = postmaster(folder.path());
    // A connection that is busy must not keep the server up.
    let there = PgConnectOptions::new_without_pgpass().socket(folder.path().join("socket")).port(PORT);
    let mut busy =
        PgConnection::connect_with(&there.username(DATABASE).database(DATABASE)).await.expect("a connection");
    let busy =
        tokio::spawn(async move { sqlx::query("select pg_sleep(60)").execute(&mut busy).await.is_err() });
    hub.kill().and_then(|()| hub.wait()).expect("killed");
    let cluster = start(folder.path()).await;
    assert!(ends(&pid).await, "the old server still runs");
    assert!(busy.await.expect("no panic"), "the connection was not cut");
    assert_ne!(postmaster(folder.path()), pid);
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_server_killed_outright_is_noticed_and_nothing_committed_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ClusterOptions { durability: Durability::Full, ..scratch(folder.path()) };
    let cluster = Cluster::start(&options).await.expect("a cluster");
    for setting in ["show fsync", "show full_page_writes", "show synchronous_commit"] {
        assert_eq!(ask(&cluster, setting).await, "on", "{setting}");
    }
    let _open = PgConnection::connect_with(&cluster.connect_options(DATABASE)).await.expect("a connection");
    keep_a_word(&cluster).await;
    let status = std::process::Command::new("kill").args(["-KILL", &postmaster(folder.path())]).status();
    assert!(status.expect("kill").success());
    tokio::time::timeout(Duration::from_secs(5), cluster.ended()).await.expect("noticed");
    drop(cluster);
    let cluster = Cluster::start(&options).await.expect("recovered");
    assert_eq!(ask(&cluster, "select word from kept").await, "giữ");
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_creation_interrupted_is_begun_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let starting = tokio::time::timeout(Duration::from_millis(250), start(folder.path())).await;
    drop(starting);
    std::fs::create_dir_all(folder.path().join("cluster-new-1/base")).expect("a leftover");
    std::fs::create_dir_all(folder.path().join("cluster")).expect("an empty one");
    let cluster = start(folder.path()).await;
    assert!(!folder.path().join("cluster-new-1").exists());
    cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_long_path_has_its_socket_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = folder.path().join("d".repeat(120));
    // As root the folder above is closed to the server's user; tempdir makes it private.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))
        .expect("a mode");
    let cluster = start(&long).await;
    assert!(!cluster.layout.socket_dir.starts_with(&long), "{}", cluster.layout.socket_dir.display());
    assert_eq!(ask(&cluster, "select 'x'").await, "x");
    let socket_dir = cluster.layout.socket_dir.clone();
    cluster.stop().await.expect("it stops");
    assert!(!socket_dir.exists(), "left behind");
}

#[tokio::test]
async fn a_directory_with_other_files_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("letter.txt"), "Kính gửi").expect("a file");
    let error = Cluster::start(&scratch(folder.path())).await.expect_err("not ours");
    assert_eq!(code(&error), Some("DATA_DIR_NOT_EMPTY"));
    let names: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1);
}

#[tokio::test]
async fn root_is_told_where_the_server_cannot_go() {
    if !account::is_root().await.expect("id") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let closed = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(folder.path(), closed).expect("a mode");
    let error = Cluster::start(&scratch(&folder.path().join("data"))).await.expect_err("closed to others");
    assert_eq!(code(&error), Some("DATA_DIR_UNREACHABLE"));
}
