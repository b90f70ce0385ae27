//! A new cluster: made beside its place and moved there whole, so that no half-made one is ever found.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::Context;

use super::account::Account;
use super::binaries::Binaries;
use super::layout::{Layout, give};
use super::{DATABASE, Durability, server, supervisor};
use crate::error::Fault;

/// UTF-8 whatever the locale; sorting by language is each database's own (ICU).
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

pub(super) async fn create(
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
    durability: Durability,
) -> anyhow::Result<()> {
    remove_leftovers(layout)?;
    // The number keeps apart what an initdb of a hub just killed may still be clearing away.
    let dir = layout.data_dir.join(format!("cluster-new-{}", std::process::id()));
    let mut succeeded = false;
    for locale in LOCALES {
        let _ = fs::remove_dir_all(&dir);
        DirBuilder::new().mode(0o700).create(&dir)?;
        give(&dir, account)?;
        succeeded = initdb(&dir, locale, layout, binaries, account, durability).await?;
        if succeeded {
            break;
        }
    }
    if !succeeded {
        let _ = fs::remove_dir_all(&dir);
        return Err(failed(layout).into());
    }
    fs::rename(&dir, &layout.cluster_dir).context("moving the new cluster to its place")?;
    File::open(&layout.data_dir)?.sync_all()?;
    Ok(())
}

async fn initdb(
    dir: &Path,
    locale: &str,
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
    durability: Durability,
) -> anyhow::Result<bool> {
    let log = OpenOptions::new().create(true).append(true).open(&layout.log)?;
    let mut arguments = vec![
        format!("--pgdata={}", dir.display()),
        format!("--username={DATABASE}"),
        format!("--locale={locale}"),
        "--encoding=UTF8".to_owned(),
        // The socket's directory is its owner's alone: who gets there may connect. TCP is never on.
        "--auth-local=trust".to_owned(),
        "--auth-host=reject".to_owned(),
        "--data-checksums".to_owned(),
        "--no-instructions".to_owned(),
    ];
    if durability == Durability::Scratch {
        arguments.push("--no-sync".to_owned());
    }
    let mut child = supervisor::run(&binaries.dir.join("initdb"), &arguments, account, &log)?;
    // The lifeline stays open until initdb is through.
    let status = child.shell.wait().await?;
    drop(child.lifeline);
    Ok(status.success())
}

fn remove_leftovers(layout: &Layout) -> anyhow::Result<()> {
    for entry in fs::read_dir(&layout.data_dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("cluster-new-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    // A directory without PG_VERSION cannot be a cluster; rmdir refuses if there is anything in it.
    if layout.cluster_dir.exists() {
        fs::remove_dir(&layout.cluster_dir).with_context(|| {
            format!("{} is there and is no PostgreSQL cluster", layout.cluster_dir.display())
        })?;
    }
    Ok(())
}

fn failed(layout: &Layout) -> Fault {
    let (log, last) = (layout.log.display(), server::last_lines(&layout.log));
    Fault::new(
        "CLUSTER_NOT_CREATED",
        format!("PostgreSQL could not create its data directory; {log} ends:\n{last}"),
        format!("PostgreSQL không tạo được thư mục dữ liệu; phần cuối của {log}:\n{last}"),
    )
}
