//! What reading and staging a file costs: rows and cells a second, peak memory. `run.sh` runs it; each measured
//! file gets a process of its own, for a process's peak memory never falls.
//!
//! ```text
//! ingest generate cooperatives.csv|listings.csv|cooperatives.xlsx ROWS FILE
//! ingest read FILE
//! ingest stage FILE
//! ```

#![expect(clippy::expect_used, reason = "a bench that cannot be set up may end so")]

mod generate;
mod xlsx;

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use lienthong::catalog::load_embedded;
use lienthong::config::search_path;
use lienthong::ingest::place::Places;
use lienthong::ingest::read::{self, Limits};
use lienthong::ingest::register::Registers;
use lienthong::ingest::stage::{Receipt, stage};
use lienthong::ingest::{Options, read_and_map};
use lienthong::store::cluster::{ClusterOptions, Durability};
use lienthong::store::database::{Database, DatabaseOptions, Source};
use lienthong::store::migrate::migrate;

/// As the hub has it: what is measured must be what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generate", kind, rows, file] => {
            let rows = rows.parse().expect("a number of rows");
            std::fs::write(file, generate::file(kind, rows)).expect("the file written");
        }
        ["read", file] => reading(Path::new(file)),
        ["map", file] => mapping(Path::new(file)),
        ["stage", file] => staging(Path::new(file)),
        _ => println!("say: generate KIND ROWS FILE | read FILE | map FILE | stage FILE (see run.sh)"),
    }
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Peak memory of this process in MB, where the system tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kib = line.and_then(|l| l.trim().split(' ').next()?.parse::<u64>().ok());
    kib.map_or_else(|| "?".into(), |kib| format!("{}", kib / 1024))
}

fn reading(file: &Path) {
    let bytes = std::fs::read(file).expect("the file");
    let started = Instant::now();
    let book = read::read(&bytes, &Limits::default()).expect("a table");
    let took = started.elapsed();
    let rows: usize = book.sheets.iter().map(|s| s.rows.len()).sum();
    let cells: usize = book.sheets.iter().flat_map(|s| &s.rows).map(|r| r.cells.len()).sum();
    println!(
        "read  {:>8} rows {:>9} cells {:>7.2} s {:>9.0} rows/s {:>9.0} cells/s {:>5} MB",
        rows,
        cells,
        took.as_secs_f64(),
        rate(rows, took),
        rate(cells, took),
        peak()
    );
}

fn mapping(file: &Path) {
    let input = read::load(file, &Limits::default()).expect("the file");
    let (registers, places) = (Registers::read(None).expect("registers"), Places::load());
    let today = Utc.with_ymd_and_hms(2026, 1, 15, 0, 0, 0).single().expect("a day").date_naive();
    let started = Instant::now();
    let (_, staged) = read_and_map(&registers, &places, &input, &Options::default(), today).expect("mapped");
    let took = started.elapsed();
    let rows = staged.rows.len();
    println!(
        "map   {rows:>8} rows {:>7.2} s {:>9.0} rows/s {:>5} MB {:?}",
        took.as_secs_f64(),
        rate(rows, took),
        peak(),
        staged.counts
    );
}

fn staging(file: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::open(&private(folder.path())).await.expect("a database");
        migrate(&database.work_pool).await.expect("tables");
        let catalog = load_embedded().expect("the catalog");
        let (registers, places) = (Registers::load(&catalog, None).expect("registers"), Places::load());
        let now = Utc.with_ymd_and_hms(2026, 1, 15, 0, 0, 0).single().expect("a day");
        let started = Instant::now();
        let input = read::load(file, &Limits::default()).expect("the file");
        let options = Options::default();
        let pool = &database.work_pool;
        let receipt = Receipt { at: now, by: "a bench".into(), wanted: true, permit: &|_, _| Ok(()) };
        let report = stage(pool, &catalog, &registers, &places, input, &options, &receipt, &|_, _| ()).await;
        let took = started.elapsed();
        let report = report.expect("staged");
        let kept: i64 =
            sqlx::query_scalar("select count(*) from raw_row").fetch_one(pool).await.expect("a count");
        let rows = usize::try_from(kept).expect("a count");
        println!(
            "stage {rows:>8} rows {:>7.2} s {:>9.0} rows/s {:>5} MB {:?}",
            took.as_secs_f64(),
            rate(rows, took),
            peak(),
            report.counts
        );
        database.close().await.expect("closed");
    });
}

fn private(folder: &Path) -> DatabaseOptions {
    DatabaseOptions {
        source: Source::Private(ClusterOptions {
            data_dir: folder.join("data"),
            postgres_bin: None,
            search_path: search_path(),
            temp_dir: std::env::temp_dir(),
            durability: Durability::Full,
        }),
        connections: 2,
        request_timeout: Duration::from_secs(30),
        patience: Duration::from_secs(30),
    }
}
