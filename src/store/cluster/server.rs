//! The server process: started with the settings that must hold, awaited, stopped.

use std::fs::{self, File};
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::ChildStdin;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::account::Account;
use super::binaries::Binaries;
use super::layout::Layout;
use super::{Durability, PORT, supervisor};
use crate::error::Fault;

/// Replaying the log of a crash may take this long.
const START: Duration = Duration::from_secs(300);
/// Writing everything out may take this long.
const STOP: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    lifeline: ChildStdin,
    ended: watch::Receiver<Option<ExitStatus>>,
}

impl Server {
    pub(super) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ended = self.ended.clone();
        async move {
            // An error means that the watching task is gone, and the server with it.
            let _ = ended.wait_for(Option::is_some).await;
        }
    }

    pub(super) async fn stop(self) -> anyhow::Result<()> {
        let ended = self.ended();
        drop(self.lifeline);
        if timeout(STOP, ended).await.is_err() {
            anyhow::bail!("PostgreSQL is still writing its data out after {STOP:?}; it will stop by itself");
        }
        Ok(())
    }
}

pub(super) async fn start(
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
    durability: Durability,
) -> anyhow::Result<Server> {
    // Where a server was killed outright, its backends may take a moment to notice, and until then they
    // hold the shared memory that a new one must have for itself.
    for _ in 0..20 {
        let server = launch(layout, binaries, account, durability)?;
        if wait_until_ready(&server, layout).await? {
            return Ok(server);
        }
        if !last_lines(&layout.log).contains("shared memory block") {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let (log, last) = (layout.log.display(), last_lines(&layout.log));
    let fault = Fault::new(
        "CLUSTER_NOT_STARTED",
        format!("PostgreSQL does not start; {log} ends:\n{last}"),
        format!("PostgreSQL không khởi động được; phần cuối của {log}:\n{last}"),
    );
    Err(fault.into())
}

fn launch(
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
    durability: Durability,
) -> anyhow::Result<Server> {
    let _ = fs::rename(&layout.log, layout.log.with_extension("log.1"));
    let log = File::create(&layout.log)?;
    let mut arguments = vec!["-D".to_owned(), layout.cluster_dir.display().to_string()];
    for setting in settings(layout, durability) {
        arguments.extend(["-c".to_owned(), setting]);
    }
    let child = supervisor::run(&binaries.dir.join("postgres"), &arguments, account, &log)?;
    let (tell, ended) = watch::channel(None);
    let mut shell = child.shell;
    tokio::spawn(async move {
        let status = shell.wait().await.unwrap_or_default();
        let _ = tell.send(Some(status));
    });
    Ok(Server { lifeline: child.lifeline, ended })
}

/// What must hold whatever `postgresql.conf` says, and modest memory. `postgresql.conf` may set the rest.
fn settings(layout: &Layout, durability: Durability) -> Vec<String> {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", layout.socket_dir.display()),
        "unix_socket_permissions=0700".to_owned(),
        format!("port={PORT}"),
        "max_connections=100".to_owned(),
        "shared_buffers=128MB".to_owned(),
        "effective_cache_size=512MB".to_owned(),
        "work_mem=16MB".to_owned(),
        "maintenance_work_mem=64MB".to_owned(),
        "random_page_cost=1.1".to_owned(),
        "jit=off".to_owned(),
        "logging_collector=off".to_owned(),
        "log_destination=stderr".to_owned(),
        "log_line_prefix=%m [%p] ".to_owned(),
        "log_timezone=UTC".to_owned(),
        "timezone=UTC".to_owned(),
    ];
    settings.extend(
        match durability {
            Durability::Full => ["fsync=on", "full_page_writes=on", "synchronous_commit=on"],
            Durability::Scratch => ["fsync=off", "full_page_writes=off", "synchronous_commit=off"],
        }
        .map(str::to_owned),
    );
    settings
}

/// Whether the server came up; false when it ended.
async fn wait_until_ready(server: &Server, layout: &Layout) -> anyhow::Result<bool> {
    let pid_file = layout.cluster_dir.join("postmaster.pid");
    let begun = Instant::now();
    let mut said = false;
    loop {
        if server.ended.borrow().is_some() {
            return Ok(false);
        }
        // Line 8 is the server's state; the file is new, since `orphan::settle` removed what was old.
        let state = fs::read_to_string(&pid_file).unwrap_or_default();
        if state.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(true);
        }
        if begun.elapsed() > START {
            anyhow::bail!("PostgreSQL is not ready after {START:?}");
        }
        if begun.elapsed() > Duration::from_secs(3) && !said {
            said = true;
            tracing::info!("waiting for PostgreSQL to recover");
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// The end of the server's log, for messages.
pub(super) fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(6)..].join("\n")
}
