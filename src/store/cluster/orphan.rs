//! What a hub that was killed left behind: a server still shutting down, or a pid file of one long gone.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::layout::Layout;
use crate::error::Fault;

/// The supervisor stops an orphan by itself; past this we do.
const OWN_WAY: Duration = Duration::from_secs(10);
const AT_MOST: Duration = Duration::from_secs(60);

/// Returns when no server runs on the cluster any more and no pid file says so. Only called with the lock
/// held, so that any such server has lost its hub.
pub(super) async fn settle(layout: &Layout) -> anyhow::Result<()> {
    let pid_file = layout.cluster_dir.join("postmaster.pid");
    let begun = Instant::now();
    let mut told = false;
    while let Some(pid) = postmaster(&pid_file) {
        if !runs(&pid, &layout.cluster_dir).await {
            // After a restart of the machine (or container) the number may be another program's by now, and
            // PostgreSQL would refuse to start for it. We know better: remove the file.
            std::fs::remove_file(&pid_file)?;
            tracing::info!("recovered from a server that did not stop in order");
            break;
        }
        if begun.elapsed() > AT_MOST {
            return Err(busy(layout, &pid).into());
        }
        if begun.elapsed() > OWN_WAY && !told {
            told = true;
            tracing::warn!(pid, "stopping a PostgreSQL that lost its hub");
            let _ = Command::new("kill").args(["-INT", &pid]).status().await;
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn postmaster(pid_file: &Path) -> Option<String> {
    let text = std::fs::read_to_string(pid_file).ok()?;
    Some(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// Whether that process is a server of this cluster.
async fn runs(pid: &str, cluster_dir: &Path) -> bool {
    if pid.is_empty() || !pid.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let dir = cluster_dir.to_string_lossy();
    if Path::new("/proc/self/cmdline").exists() {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        return line.split(|byte| *byte == 0).any(|argument| argument == dir.as_bytes());
    }
    let asked = Command::new("ps").args(["-o", "command=", "-p", pid]).output().await;
    asked.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*dir))
}

fn busy(layout: &Layout, pid: &str) -> Fault {
    let dir = layout.data_dir.display();
    Fault::new(
        "CLUSTER_BUSY",
        format!(
            "a PostgreSQL without a hub (process {pid}) still runs in {dir} and does not stop; end it by hand"
        ),
        format!(
            "một tiến trình PostgreSQL không còn chương trình chủ (số {pid}) vẫn chạy trong {dir} và không chịu \
             dừng; hãy kết thúc nó bằng tay"
        ),
    )
}
