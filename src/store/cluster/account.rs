//! Whom PostgreSQL runs as: PostgreSQL refuses root, so root hands the child to an unprivileged user.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::Context;

use crate::error::Fault;

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Not the hub's own user: the child has to change to it, and its files have to be given to it.
    pub(super) other: bool,
}

/// The owner of an existing cluster; else, for root, an unprivileged user; else the hub's own user.
pub(super) async fn of_the_cluster(cluster_dir: &Path) -> anyhow::Result<Account> {
    let (uid, gid) = (ask("-u").await?, ask("-g").await?);
    if uid != 0 {
        return Ok(Account { uid, gid, other: false });
    }
    if let Ok(owner) = std::fs::metadata(cluster_dir)
        && owner.uid() != 0
    {
        return Ok(Account { uid: owner.uid(), gid: owner.gid(), other: true });
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    unprivileged(&users).ok_or_else(|| {
        Fault::new(
            "NO_UNPRIVILEGED_USER",
            "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as. Run the \
             hub as a normal user",
            "PostgreSQL không chạy được bằng tài khoản root, mà máy này không có người dùng 'postgres' hay \
             'nobody'. Hãy chạy bằng một người dùng thường",
        )
        .into()
    })
}

/// Whether the hub itself is root.
pub(super) async fn is_root() -> anyhow::Result<bool> {
    Ok(ask("-u").await? == 0)
}

/// The standard library does not tell whom we run as; `id` does, on every unix.
async fn ask(what: &str) -> anyhow::Result<u32> {
    let output = tokio::process::Command::new("id").arg(what).output().await.context("running `id`")?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("reading what `id` says")
}

fn unprivileged(passwd: &str) -> Option<Account> {
    ["postgres", "_postgres", "nobody"].iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        // macOS writes nobody's ids as -2.
        let mut id = || fields.next().and_then(|id| id.parse::<i64>().ok()).map(|id| id as u32);
        let (uid, gid) = (id()?, id()?);
        (uid != 0).then_some(Account { uid, gid, other: true })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_before_nobody_and_never_root() {
        let nobody = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/sbin/nologin\n";
        assert_eq!(unprivileged(nobody), Some(Account { uid: 65534, gid: 65533, other: true }));
        let both = format!("{nobody}postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n");
        assert_eq!(unprivileged(&both), Some(Account { uid: 101, gid: 104, other: true }));
        assert_eq!(unprivileged("nobody:*:-2:-2:x:/:/x\n").map(|account| account.uid), Some(u32::MAX - 1));
        assert_eq!(unprivileged("postgres:x:0:0::/:/bin/sh\n"), None);
    }
}
