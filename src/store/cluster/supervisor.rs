//! A child that ends when we end, however we end. No code of ours runs after `kill -9`, so a shell stands
//! between: it holds one end of a pipe and interrupts the child when the other end, ours, goes away.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use anyhow::Context;
use tokio::process::{Child, ChildStdin, Command};

use super::account::Account;

/// `$@` is the child. Two wait: the shell for the child, the watcher for the end of the pipe on 3, whichever
/// comes first. Signals to the whole group (a terminal, a service manager) must not take the shell from
/// the child; the child sets its own handlers. SIGINT is PostgreSQL's fast shutdown.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
(read -r nothing <&3; kill -INT "$child") 2>/dev/null &
watcher=$!
exec 3<&-
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
"#;

/// A child under the shell.
#[derive(Debug)]
pub(super) struct Supervised {
    /// The shell; ends with the child's exit code.
    pub(super) shell: Child,
    /// Closing it interrupts the child.
    pub(super) lifeline: ChildStdin,
}

/// Runs `program` as `account`, its output going to `log`.
pub(super) fn run<S: AsRef<OsStr>>(
    program: &Path,
    arguments: impl IntoIterator<Item = S>,
    account: &Account,
    log: &File,
) -> anyhow::Result<Supervised> {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", SCRIPT, "lienthong-postgres"])
        .arg(program)
        .args(arguments)
        // Neither PGDATA, PGPORT, LANG and their like nor our secrets are the server's business.
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log.try_clone()?)
        // Ctrl-C at the terminal is for the hub; the server must outlive the requests it still finishes.
        .process_group(0);
    if account.other {
        command.uid(account.uid).gid(account.gid);
    }
    let mut shell = command.spawn().with_context(|| format!("running {}", program.display()))?;
    let lifeline = shell.stdin.take().context("the shell has no standard input")?;
    Ok(Supervised { shell, lifeline })
}
