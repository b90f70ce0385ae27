//! The program as people run it: what it prints, how it exits, what it costs and what it leaves behind.

mod bombs;
mod hostile;
mod kill;
mod kills;
mod noted;
mod refused;
mod registers;
mod revived;
mod words;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use lienthong::store::cluster::{Cluster, ClusterOptions, DATABASE};
use sqlx::PgPool;

/// A program whose end is awaited for longer than this hangs: far beyond what any test asks for on a busy machine.
const HANGS: Duration = Duration::from_secs(240);

/// A folder with a data directory in it, which the program is run on.
struct Place {
    folder: tempfile::TempDir,
}

/// What came of one run.
struct Seen {
    /// None, when it was killed.
    code: Option<i32>,
    out: String,
    err: String,
    took: Duration,
    /// Most memory it held at a time, MiB; 0 where the system does not tell.
    peak: u64,
}

/// A program that runs, its words being collected.
struct Running {
    child: Child,
    begun: Instant,
    out: JoinHandle<String>,
    err: JoinHandle<String>,
}

impl Place {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL refuses to run as root: another user must be able to pass.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    /// Starts the program with this folder's data directory.
    fn start(&self, command: &str, arguments: &[&str]) -> Running {
        let data_dir = self.path("data");
        let data_dir = ["--data-dir", data_dir.to_str().unwrap()];
        self.start_plain(&[&[command], arguments, &data_dir].concat())
    }

    /// Starts it with these arguments alone, and nothing of our own environment that concerns it.
    fn start_plain(&self, arguments: &[&str]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lienthong"));
        // The program must not see our own settings.
        for (name, _) in std::env::vars_os() {
            let own = name.to_string_lossy();
            if own.starts_with("LIENTHONG_") || own.starts_with("OTEL_") || own == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
        Running { child, begun: Instant::now(), out, err }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Seen {
        self.start(command, arguments).end()
    }

    /// Looks into the database, while no program runs on it.
    async fn look<T>(&self, work: impl AsyncFnOnce(&PgPool) -> T) -> T {
        let options = ClusterOptions::scratch(&self.path("data"), lienthong::config::search_path());
        let cluster = Cluster::start(&options).await.unwrap();
        let pool = PgPool::connect_with(cluster.connect_options(DATABASE)).await.unwrap();
        let seen = work(&pool).await;
        pool.close().await;
        cluster.stop().await.unwrap();
        seen
    }
}

impl Running {
    /// Waits for its end.
    fn end(mut self) -> Seen {
        let mut peak = 0;
        let awaited = Instant::now();
        let status = loop {
            peak = memory(self.child.id()).unwrap_or(0).max(peak);
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if awaited.elapsed() > HANGS => self.give_up(),
                None => sleep(Duration::from_millis(5)),
            }
        };
        Seen {
            code: status.code(),
            took: self.begun.elapsed(),
            out: self.out.join().unwrap(),
            err: self.err.join().unwrap(),
            peak,
        }
    }

    /// Ends a program that does not end, with what it said: a hanging test would tell nobody anything.
    fn give_up(mut self) -> ! {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let (out, err) = (self.out.join().unwrap_or_default(), self.err.join().unwrap_or_default());
        panic!("the program still ran after {HANGS:?}\n{out}\n{err}");
    }

    /// Ends it as a power cut would; says whether it ran until then.
    fn kill(mut self) -> bool {
        let ran = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        ran
    }

    /// Asks it to stop, as service managers do.
    fn ask_to_stop(self) -> Seen {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.end()
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

/// The most memory a process has held, MiB.
fn memory(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Whether both lines of a fault are there, English and Vietnamese.
fn tells(text: &str, code: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(&format!("{code}: "))).collect();
    lines.len() >= 2 && lines.iter().any(|line| line.is_ascii()) && lines.iter().any(|line| !line.is_ascii())
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/files").join(name)
}
