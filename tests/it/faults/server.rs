//! A database server of one test's own, which may be harmed.

use std::path::{Path, PathBuf};
use std::process::Command;

use lienthong::store::cluster::{Cluster, ClusterOptions, DATABASE, Durability};
use sqlx::postgres::PgConnectOptions;

/// The server; ends with this value.
pub struct Server {
    options: ClusterOptions,
    cluster: Option<Cluster>,
    _folder: tempfile::TempDir,
}

impl Server {
    /// A new one. What was committed stays, also when it is killed.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        Self::start_in(folder, data_dir).await
    }

    /// A new one, its data in a directory that lies in `folder`.
    pub async fn start_in(folder: tempfile::TempDir, data_dir: PathBuf) -> Self {
        use std::os::unix::fs::PermissionsExt;
        // PostgreSQL refuses to run as root: another user must be able to pass.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let scratch = ClusterOptions::scratch(&data_dir, lienthong::config::search_path());
        let options = ClusterOptions { durability: Durability::Full, ..scratch };
        let cluster = Cluster::start(&options).await.unwrap();
        Self { options, cluster: Some(cluster), _folder: folder }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("postgres://{DATABASE}@localhost/{DATABASE}?host={}", self.socket_dir().display())
    }

    /// The socket in the file system that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.socket_dir().join(".s.PGSQL.5432")
    }

    fn socket_dir(&self) -> PathBuf {
        let options = self.connect_options();
        options.get_socket().expect("a socket").to_path_buf()
    }

    pub fn connect_options(&self) -> PgConnectOptions {
        self.cluster.as_ref().expect("a server").connect_options(DATABASE)
    }

    /// Stops it in order: what runs is ended.
    pub async fn stop(&mut self) {
        self.cluster.take().expect("a server").stop().await.unwrap();
    }

    /// Starts it again after whatever happened to it.
    pub async fn again(&mut self) {
        drop(self.cluster.take());
        self.cluster = Some(Cluster::start(&self.options).await.unwrap());
    }

    /// Whether it ended by itself.
    pub async fn has_ended(&self) -> bool {
        let cluster = self.cluster.as_ref().expect("a server");
        tokio::time::timeout(std::time::Duration::from_millis(1), cluster.ended()).await.is_ok()
    }

    /// Ends it as a power cut would: no process of it runs any more.
    pub async fn kill(&self) {
        let all = self.processes();
        signal("KILL", &all);
        self.cluster.as_ref().expect("a server").ended().await;
    }

    /// Kills one process that serves a connection: the server ends all others, too, and recovers.
    pub fn kill_a_backend(&self) -> bool {
        let backend = self.processes().into_iter().find(|pid| command_line(pid).contains("[local]"));
        backend.iter().for_each(|pid| signal("KILL", std::slice::from_ref(pid)));
        backend.is_some()
    }

    /// Stands still: it takes connections and answers nothing.
    pub fn freeze(&self) {
        signal("STOP", &self.processes());
    }

    /// Goes on.
    pub fn thaw(&self) {
        signal("CONT", &self.processes());
    }

    /// The server's processes, the first of them before its children.
    fn processes(&self) -> Vec<String> {
        let pid_file = self.options.data_dir.join("cluster/postmaster.pid");
        let Ok(text) = std::fs::read_to_string(pid_file) else { return vec![] };
        let first = text.lines().next().unwrap_or_default().trim().to_owned();
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"));
        let children = children.unwrap_or_default();
        std::iter::once(first).chain(children.split_whitespace().map(str::to_owned)).collect()
    }
}

fn signal(name: &str, pids: &[String]) {
    if !pids.is_empty() {
        // One that has ended meanwhile is no failure.
        let _ = Command::new("kill").arg(format!("-{name}")).args(pids).output();
    }
}

/// What a process calls itself.
fn command_line(pid: &str) -> String {
    let line = std::fs::read(Path::new("/proc").join(pid).join("cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).into_owned()
}
