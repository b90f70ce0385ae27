//! PostgreSQL's programs on this machine: where they are and how new.

use std::path::{Path, PathBuf};

use super::install_hint::install_command;
use crate::error::Fault;

/// Oldest major version that will do.
pub(super) const OLDEST: u32 = 15;

/// Where packagers put the programs, outside of `PATH`; `*` stands for the rest of one name.
const CUSTOMARY: [&str; 11] = [
    "/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
    "/usr/pgsql-*/bin",                   // PGDG on Fedora and RHEL
    "/opt/homebrew/opt/postgresql@*/bin", // Homebrew, Apple silicon
    "/usr/local/opt/postgresql@*/bin",    // Homebrew, Intel
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/usr/libexec/postgresql*", // Alpine
    "/usr/lib/postgresql*/bin", // openSUSE
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin", // EDB's installer
    "/usr/local/pgsql/bin",      // built from source
    "/usr/bin",
];

/// One installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// Directory with `postgres` and `initdb`.
    pub(super) dir: PathBuf,
    /// Major version.
    pub(super) major: u32,
}

/// All installations that will do, newest first.
pub(super) async fn find(named: Option<&Path>, search_path: &[PathBuf]) -> Result<Vec<Binaries>, Fault> {
    let mut found: Vec<Binaries> = Vec::new();
    for dir in named.map_or_else(|| candidates(search_path), |named| vec![folder(named)]) {
        // /usr/bin/postgres is a link into the installation on some systems; it finds its files there.
        let Ok(program) = dir.join("postgres").canonicalize() else { continue };
        let Some(dir) = program.parent().filter(|dir| dir.join("initdb").exists()) else { continue };
        if found.iter().all(|other| other.dir != dir)
            && let Some(major) = version(&program).await
        {
            found.push(Binaries { dir: dir.to_owned(), major });
        }
    }
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    let newest = found.first().map(|binaries| binaries.major);
    found.retain(|binaries| binaries.major >= OLDEST);
    if found.is_empty() { Err(missing(named, newest)) } else { Ok(found) }
}

/// Of `found`, the newest; of an existing cluster made by `major`, those of that very version, since no
/// other reads it.
pub(super) fn choose(found: Vec<Binaries>, cluster: Option<u32>) -> Result<Binaries, Fault> {
    let newest = found.first().map_or(OLDEST, |binaries| binaries.major);
    let wanted = cluster.unwrap_or(newest);
    found.into_iter().find(|binaries| binaries.major == wanted).ok_or_else(|| {
        Fault::new(
            "CLUSTER_VERSION",
            format!(
                "the data directory was made by PostgreSQL {wanted}, which is not on this machine (PostgreSQL \
                 {newest} is). Install PostgreSQL {wanted}, or upgrade the directory with pg_upgrade"
            ),
            format!(
                "thư mục dữ liệu do PostgreSQL {wanted} tạo, nhưng máy này không có phiên bản đó (chỉ có \
                 PostgreSQL {newest}). Hãy cài PostgreSQL {wanted} hoặc nâng cấp thư mục bằng pg_upgrade"
            ),
        )
    })
}

fn folder(named: &Path) -> PathBuf {
    if named.is_file() { named.parent().unwrap_or(named).to_owned() } else { named.to_owned() }
}

fn candidates(search_path: &[PathBuf]) -> Vec<PathBuf> {
    search_path.iter().cloned().chain(CUSTOMARY.iter().flat_map(|pattern| expand(pattern))).collect()
}

/// The directories that `pattern` stands for.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .collect()
}

async fn version(program: &Path) -> Option<u32> {
    let output = tokio::process::Command::new(program).arg("--version").output().await.ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

/// 15 from `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major(line: &str) -> Option<u32> {
    let number = line.split_once("(PostgreSQL)")?.1.trim_start();
    number[..number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len())].parse().ok()
}

fn missing(named: Option<&Path>, newest: Option<u32>) -> Fault {
    let release = std::fs::read_to_string("/etc/os-release").ok();
    let command = install_command(std::env::consts::OS, release.as_deref());
    let (en, vi) = match (newest, named) {
        (Some(old), _) => (
            format!("PostgreSQL {old} is too old: {OLDEST} or newer is needed"),
            format!("PostgreSQL {old} quá cũ: cần phiên bản {OLDEST} trở lên"),
        ),
        (None, Some(named)) => (
            format!("there are no PostgreSQL programs (postgres, initdb) in {}", named.display()),
            format!("không có chương trình của PostgreSQL (postgres, initdb) trong {}", named.display()),
        ),
        (None, None) => (
            format!("PostgreSQL {OLDEST} or newer is not on this machine"),
            format!("máy này chưa có PostgreSQL {OLDEST} trở lên"),
        ),
    };
    Fault::new(
        "POSTGRES_NOT_FOUND",
        format!(
            "{en}. Install it: {command} (then run this again; its own service need not run). \
             Or name its directory with --postgres-bin, or a server with DATABASE_URL"
        ),
        format!(
            "{vi}. Cài đặt: {command} (rồi chạy lại lệnh này; không cần bật dịch vụ của nó). \
             Hoặc chỉ ra thư mục bằng --postgres-bin, hoặc một máy chủ bằng DATABASE_URL"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major("postgres (PostgreSQL) 17.2\n"), Some(17));
        assert_eq!(major("EnterpriseDB 9"), None);
    }

    #[test]
    fn takes_the_newest_unless_a_cluster_is_older() {
        let found = || [17, 16, 15].map(|major| Binaries { dir: PathBuf::from("/x"), major }).to_vec();
        assert_eq!(choose(found(), None).map(|binaries| binaries.major), Ok(17));
        assert_eq!(choose(found(), Some(15)).map(|binaries| binaries.major), Ok(15));
        assert_eq!(choose(found(), Some(14)).map_err(|fault| fault.code), Err("CLUSTER_VERSION"));
    }

    #[tokio::test]
    async fn finds_nothing_where_nothing_is_and_says_how_to_install() {
        let folder = tempfile::tempdir().expect("a folder");
        let fault = find(Some(folder.path()), &[]).await.expect_err("an empty folder");
        assert_eq!(fault.code, "POSTGRES_NOT_FOUND");
        assert!(fault.en.contains("Install it: "), "{}", fault.en);
    }

    #[tokio::test]
    async fn an_old_one_will_not_do() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        for program in ["postgres", "initdb"] {
            let path = folder.path().join(program);
            std::fs::write(&path, "#!/bin/sh\necho 'postgres (PostgreSQL) 14.3'\n").expect("a program");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        let fault = find(Some(folder.path()), &[]).await.expect_err("too old");
        assert!(fault.en.starts_with("PostgreSQL 14 is too old"), "{}", fault.en);
    }
}
