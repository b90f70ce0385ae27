//! What lies where in a data directory, and who may enter it.
//!
//! ```text
//! DATA_DIR/          the hub's; closed to others, passable when the server runs as another user
//!   hub.lock         taken by the one hub of this directory
//!   cluster/         PostgreSQL's data, its user's alone
//!   socket/          the unix socket; in the temp directory when this path is too long for one
//!   postgres.log     the server's log of this run; .1 of the run before
//!   demo_keys.json   keys of `lienthong demo`, for the hub's own user alone
//! ```

use std::fs::{self, DirBuilder, Permissions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::account::{self, Account};
use crate::error::Fault;

/// Longest path of a socket: 104 bytes with the closing zero on macOS, 108 on Linux.
const LONGEST_SOCKET_PATH: usize = 103;
const SOCKET: &str = ".s.PGSQL.5432";

/// Where everything of one data directory is.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) data_dir: PathBuf,
    pub(super) cluster_dir: PathBuf,
    pub(super) socket_dir: PathBuf,
    pub(super) log: PathBuf,
}

/// The data directory by the platform's convention; `suffix` tells several hubs of one user apart.
pub async fn default_data_dir(suffix: &str) -> anyhow::Result<PathBuf> {
    let name = format!("lienthong{suffix}");
    if account::is_root().await? {
        // Below /root no other user may pass, and the server runs as one.
        return Ok(Path::new("/var/lib").join(name));
    }
    let dirs = directories::ProjectDirs::from("vn", "", &name).ok_or_else(|| {
        Fault::new(
            "NO_HOME",
            "this user has no home directory; name a data directory with --data-dir",
            "người dùng này không có thư mục riêng; hãy chỉ ra thư mục dữ liệu bằng --data-dir",
        )
    })?;
    Ok(dirs.data_local_dir().to_owned())
}

pub(super) fn cluster_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("cluster")
}

impl Layout {
    /// The layout of `data_dir`, with the directories made that the server does not make itself.
    pub(super) fn prepare(data_dir: &Path, temp_dir: &Path, account: &Account) -> anyhow::Result<Layout> {
        make_data_dir(data_dir, account).map_err(|error| match error.downcast_ref::<std::io::Error>() {
            Some(cause) if !error.is::<Fault>() => forbidden(data_dir, cause).into(),
            _ => error,
        })?;
        let socket_dir = make_socket_dir(data_dir, temp_dir, account)?;
        Ok(Layout {
            cluster_dir: cluster_dir(data_dir),
            socket_dir,
            log: data_dir.join("postgres.log"),
            data_dir: data_dir.to_owned(),
        })
    }

    /// Major version of the PostgreSQL that made the cluster; none where there is no cluster yet.
    pub(super) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.cluster_dir.join("PG_VERSION")).ok()?.trim().parse().ok()
    }
}

fn make_data_dir(dir: &Path, account: &Account) -> anyhow::Result<()> {
    let is_new = !dir.exists();
    if is_new {
        fs::create_dir_all(dir)?;
    } else {
        refuse_foreign(dir)?;
    }
    let mode = if account.other { 0o711 } else { 0o700 };
    if fs::metadata(dir)?.permissions().mode() & 0o777 != mode {
        fs::set_permissions(dir, Permissions::from_mode(mode))?;
    }
    for above in dir.ancestors().filter(|_| account.other) {
        if !passable(&fs::metadata(above)?, account) {
            return Err(unreachable_for_the_server(dir, above).into());
        }
    }
    Ok(())
}

/// A directory with somebody's files in it is not taken for a data directory: it would be closed to others.
fn refuse_foreign(dir: &Path) -> anyhow::Result<()> {
    if !dir.is_dir() {
        return Err(not_ours(dir).into());
    }
    let known = |name: &str| {
        ["cluster", "hub.lock", "socket", "postgres.log", "demo_keys.json", "lost+found"]
            .iter()
            .any(|ours| name.starts_with(ours))
    };
    for entry in fs::read_dir(dir)? {
        if !known(&entry?.file_name().to_string_lossy()) {
            return Err(not_ours(dir).into());
        }
    }
    Ok(())
}

fn passable(dir: &fs::Metadata, account: &Account) -> bool {
    let bit = match (dir.uid() == account.uid, dir.gid() == account.gid) {
        (true, _) => 0o100,
        (_, true) => 0o010,
        _ => 0o001,
    };
    dir.permissions().mode() & bit != 0
}

/// The socket's directory, below the first of these places whose path is short enough.
fn make_socket_dir(data_dir: &Path, temp_dir: &Path, account: &Account) -> anyhow::Result<PathBuf> {
    let hash = Sha256::digest(data_dir.as_os_str().as_bytes());
    let short =
        format!("lienthong-{:016x}", hash[..8].iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)));
    let fits = |dir: &PathBuf| dir.as_os_str().len() + 1 + SOCKET.len() <= LONGEST_SOCKET_PATH;
    let dir = [data_dir.join("socket"), temp_dir.join(&short), Path::new("/tmp").join(&short)]
        .into_iter()
        .find(fits)
        .context("no path is short enough for a socket")?;
    match DirBuilder::new().mode(0o700).create(&dir) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        made => made.with_context(|| format!("making {}", dir.display()))?,
    }
    let found = fs::symlink_metadata(&dir)?;
    // In a directory that all may write to, somebody else may have been there first.
    if !found.is_dir() || (found.uid() != account.uid && !(account.other && found.uid() == 0)) {
        anyhow::bail!("{} belongs to somebody else", dir.display());
    }
    fs::set_permissions(&dir, Permissions::from_mode(0o700))?;
    give(&dir, account)?;
    Ok(dir)
}

/// Gives a file or directory to the server's user.
pub(super) fn give(path: &Path, account: &Account) -> std::io::Result<()> {
    if account.other {
        std::os::unix::fs::chown(path, Some(account.uid), Some(account.gid))?;
    }
    Ok(())
}

fn forbidden(dir: &Path, cause: &std::io::Error) -> Fault {
    let dir = dir.display();
    Fault::new(
        "DATA_DIR_FORBIDDEN",
        format!("cannot use {dir} as data directory: {cause}. Choose another with --data-dir"),
        format!("không dùng được {dir} làm thư mục dữ liệu: {cause}. Hãy chọn thư mục khác bằng --data-dir"),
    )
}

fn not_ours(dir: &Path) -> Fault {
    let dir = dir.display();
    Fault::new(
        "DATA_DIR_NOT_EMPTY",
        format!("{dir} holds other files; a data directory must be new, empty or the hub's own"),
        format!("{dir} đang chứa tệp khác; thư mục dữ liệu phải mới, rỗng hoặc do chương trình này tạo"),
    )
}

fn unreachable_for_the_server(dir: &Path, above: &Path) -> Fault {
    let (dir, above) = (dir.display(), above.display());
    Fault::new(
        "DATA_DIR_UNREACHABLE",
        format!(
            "as root the hub runs PostgreSQL as an unprivileged user, and that user may not pass {above} on the \
             way to {dir}. Choose a directory such as /var/lib/lienthong with --data-dir"
        ),
        format!(
            "khi chạy bằng root, PostgreSQL được giao cho một người dùng thường, mà người dùng đó không qua được \
             {above} để đến {dir}. Hãy chọn thư mục như /var/lib/lienthong bằng --data-dir"
        ),
    )
}
