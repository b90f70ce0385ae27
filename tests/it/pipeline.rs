//! The way of a file through reading, staging and merging, with all files of the demo: nothing is lost,
//! nothing changes without cause, everything can be traced to its row. Knows no name or count of those files.

mod origins;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use lienthong::access::Audit;
use lienthong::catalog::Catalog;
use lienthong::clock::Clock;
use lienthong::ingest::place::Places;
use lienthong::ingest::register::Registers;
use lienthong::ingest::stage::{Receipt, Report, stage};
use lienthong::ingest::{Input, Options};
use lienthong::merge::Applied;
use lienthong::pipeline::{By, Pipeline};
use sqlx::PgPool;
use uuid::Uuid;

use crate::harness::TestDatabase;
use crate::tables;

/// What importing needs beside a database.
struct Bench {
    catalog: Arc<Catalog>,
    registers: Arc<Registers>,
    places: Arc<Places>,
}

impl Bench {
    fn new() -> Self {
        let catalog = Arc::new(lienthong::catalog::load_embedded().unwrap());
        let registers = Arc::new(Registers::load(&catalog, None).unwrap());
        Self { catalog, registers, places: Arc::new(Places::load()) }
    }

    fn pipeline(&self, pool: &PgPool) -> Pipeline {
        Pipeline {
            pool: pool.clone(),
            catalog: Arc::clone(&self.catalog),
            registers: Arc::clone(&self.registers),
            places: Arc::clone(&self.places),
            clock: Clock::Fixed(noon()),
            audit: Audit::new(pool, Clock::Fixed(noon())),
        }
    }

    /// Stages files one after the other, then merges once, as `lienthong import` does.
    async fn import(&self, pool: &PgPool, files: &[Input]) -> (Vec<Report>, Option<Applied>) {
        let mut reports = Vec::new();
        for (minute, file) in files.iter().enumerate() {
            let now = noon() + chrono::TimeDelta::minutes(minute as i64);
            let receipt = Receipt { at: now, by: "a test".into(), wanted: true, permit: &|_, _| Ok(()) };
            let (options, file) = (Options::default(), file.clone());
            let name = file.name.clone();
            let staged = stage(
                pool,
                &self.catalog,
                &self.registers,
                &self.places,
                file,
                &options,
                &receipt,
                &|_, _| (),
            );
            reports.push(staged.await.unwrap_or_else(|error| panic!("{name}: {error}")));
        }
        let ids: Vec<Uuid> = reports.iter().map(|report| report.import_id).collect();
        let all = self.pipeline(pool).apply_all(&By::operator(), &ids, false).await.unwrap();
        assert!(all.held.is_empty(), "{:?}", all.held);
        (reports, all.applied)
    }
}

fn noon() -> DateTime<Utc> {
    "2026-01-15T05:00:00Z".parse().unwrap()
}

/// The files of the demo below `folder`, in the order of their names.
pub fn demo_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("demo").join(folder)];
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|is| is != "md" && is != "gitkeep") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no file in demo/{folder}");
    found
}

/// The first folder of the demo.
pub fn a_province() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let first = folders.filter(|path| path.is_dir()).min().unwrap();
    first.file_name().unwrap().to_str().unwrap().to_owned()
}

fn inputs(folder: &str) -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let input = |path: PathBuf| Input {
        name: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(),
        bytes: std::fs::read(&path).unwrap(),
    };
    demo_files(folder).into_iter().map(input).collect()
}

/// One test, since importing everything takes its time: each step looks at the same database.
#[tokio::test(flavor = "multi_thread")]
async fn all_files_of_the_demo() {
    let (bench, files, database) = (Bench::new(), inputs(""), TestDatabase::create().await);
    let pool = &database.pool;
    let (reports, _) = bench.import(pool, &files).await;
    every_row_is_accounted_for(pool, &reports).await;
    what_is_set_aside_has_its_reason(pool, &reports).await;
    origins::lead_to_their_rows(pool, &bench.catalog).await;
    let first = tables::computed(pool, &bench.catalog).await;
    crate::answers::are_those_of_the_cases(pool, &bench.catalog).await;

    again(&bench, pool, &files, &reports).await;
    assert_eq!(tables::differences(&first, &tables::computed(pool, &bench.catalog).await), [""; 0], "again");

    let rebuilt = bench.pipeline(pool).rebuild(&By::operator()).await.unwrap();
    assert_eq!(rebuilt.differences, [""; 0], "rebuilt");
    let of_tables = tables::computed(pool, &bench.catalog).await;
    assert_eq!(tables::differences(&first, &of_tables), [""; 0], "rebuilt");
}

/// Every second file in reverse, then the others: later deliveries before earlier ones, among other things.
/// With the files of one province, since this imports everything twice.
#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_files_does_not_count() {
    let bench = Bench::new();
    let files = inputs(&a_province());
    let (forth, back) = (TestDatabase::create().await, TestDatabase::create().await);
    let mut turned: Vec<Input> = files.iter().rev().step_by(2).cloned().collect();
    turned.extend(files.iter().rev().skip(1).step_by(2).cloned());
    let (first, second) = turned.split_at(turned.len() / 2);
    bench.import(&forth.pool, &files).await;
    // Merged between as well: what stands in the tables meanwhile must not show in the end.
    bench.import(&back.pool, first).await;
    bench.import(&back.pool, second).await;
    let (forth, back) = (
        tables::computed(&forth.pool, &bench.catalog).await,
        tables::computed(&back.pool, &bench.catalog).await,
    );
    assert_eq!(tables::differences(&forth, &back), [""; 0]);
}

/// Killed between keeping the bytes and reading them: the next start does what is left.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_unread_is_read_at_the_next_start() {
    let bench = Bench::new();
    let mut files = inputs(&a_province());
    files.sort_by_key(|file| file.bytes.len());
    files.truncate(2);
    let (peace, war) = (TestDatabase::create().await, TestDatabase::create().await);
    bench.import(&peace.pool, &files).await;
    let (pipeline, by) = (bench.pipeline(&war.pool), By::operator());
    for file in &files {
        pipeline.stage(&by, file.clone(), &Options::default(), &|_| ()).await.unwrap();
    }
    for lost in [
        "delete from source_record",
        "delete from row_issue",
        "delete from raw_row",
        "update import set state = 'RECEIVED', rows_read = 0, rows_accepted = 0, rows_unchanged = 0,
                           rows_quarantined = 0, rows_duplicate = 0",
    ] {
        sqlx::query(lost).execute(&war.pool).await.unwrap();
    }
    assert!(pipeline.catch_up(&by).await.unwrap().is_some(), "something was waiting");
    let (peace, war) = (
        tables::computed(&peace.pool, &bench.catalog).await,
        tables::computed(&war.pool, &bench.catalog).await,
    );
    assert_eq!(tables::differences(&peace, &war), [""; 0]);
    assert!(pipeline.catch_up(&by).await.unwrap().is_none(), "nothing waits any more");
}

/// read = accepted + unchanged + quarantined + duplicate, in the report, in the import and row by row.
async fn every_row_is_accounted_for(pool: &PgPool, reports: &[Report]) {
    for report in reports {
        let (file, counts) = (&report.file, report.counts);
        assert!(!report.already, "{file}");
        assert!(counts.read > 0 && counts.accepted + counts.unchanged > 0, "{file}: {counts:?}");
        let sum = counts.accepted + counts.unchanged + counts.quarantined + counts.duplicate;
        assert_eq!(counts.read, sum, "{file}");
        let by_outcome: Vec<(String, i64)> = sqlx::query_as(
            "select outcome, count(*) from raw_row where import_id = $1 and kind = 'data' group by 1",
        )
        .bind(report.import_id)
        .fetch_all(pool)
        .await
        .unwrap();
        let rows: BTreeMap<&str, i64> = by_outcome.iter().map(|(word, n)| (word.as_str(), *n)).collect();
        let told: BTreeMap<&str, i64> = [
            ("accepted", counts.accepted),
            ("unchanged", counts.unchanged),
            ("quarantined", counts.quarantined),
            ("duplicate", counts.duplicate),
        ]
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(word, n)| (word, i64::from(n)))
        .collect();
        assert_eq!(rows, told, "{file}");
    }
    let states: Vec<(String, i64)> =
        sqlx::query_as("select state, count(*) from import group by 1").fetch_all(pool).await.unwrap();
    assert_eq!(states, [("APPLIED".to_owned(), reports.len() as i64)]);
    let strays: i64 = sqlx::query_scalar(
        "select count(*) from source_record s
         left join raw_row r on (r.import_id, r.sheet, r.row_no) = (s.import_id, s.sheet, s.row_no)
         where r.outcome is null or r.outcome not in ('accepted', 'unchanged')",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(strays, 0, "source records of rows that were not taken");
}

/// Row, column, what stands there and what was expected, in two languages.
async fn what_is_set_aside_has_its_reason(pool: &PgPool, reports: &[Report]) {
    let aside: i64 = sqlx::query_scalar("select count(*) from raw_row where outcome = 'quarantined'")
        .fetch_one(pool)
        .await
        .unwrap();
    assert!(aside > 0, "no row of the demo is set aside: nothing to see here");
    let unexplained: Vec<(Uuid, String, i32)> = sqlx::query_as(
        "select r.import_id, r.sheet, r.row_no
         from raw_row r
         where r.outcome = 'quarantined'
           and not exists (
               select from row_issue i
               where (i.import_id, i.sheet, i.row_no) = (r.import_id, r.sheet, r.row_no)
                 and i.severity = 'quarantine' and i.column_name <> '' and i.code ~ '^[A-Z_]+$'
                 and length(i.expected_en) > 5 and length(i.expected_vi) > 5 and i.expected_en <> i.expected_vi
           )",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let name = |id: &Uuid| reports.iter().find(|report| report.import_id == *id).map(|report| &report.file);
    let unexplained: Vec<_> = unexplained.iter().map(|(id, sheet, row)| (name(id), sheet, row)).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    let pointless: i64 = sqlx::query_scalar(
        "select count(*) from row_issue i
         where i.severity = 'quarantine'
           and not exists (
               select from raw_row r
               where (r.import_id, r.sheet, r.row_no) = (i.import_id, i.sheet, i.row_no)
                 and r.outcome = 'quarantined'
           )",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(pointless, 0, "reasons for setting aside rows that were not set aside");
}

/// Some of the same files once more: known, the same numbers told, and no row written.
async fn again(bench: &Bench, pool: &PgPool, files: &[Input], before: &[Report]) {
    const KEPT: [&str; 4] = ["import", "raw_row", "row_issue", "source_record"];
    const STEP: usize = 3;
    let mut kept = Vec::new();
    for table in KEPT {
        kept.push(tables::rows(pool, table).await);
    }
    let some: Vec<Input> = files.iter().step_by(STEP).cloned().collect();
    let (reports, applied) = bench.import(pool, &some).await;
    for (report, before) in reports.iter().zip(before.iter().step_by(STEP)) {
        let file = &report.file;
        assert!(report.already, "{file} is not known");
        assert_eq!((report.import_id, report.as_of), (before.import_id, before.as_of), "{file}");
        let (now, then) = (report.counts, before.counts);
        assert_eq!((now.read, now.accepted, now.unchanged), (then.read, 0, then.accepted + then.unchanged));
        assert_eq!((now.quarantined, now.duplicate), (then.quarantined, then.duplicate), "{file}");
    }
    for (table, rows) in KEPT.iter().zip(kept) {
        assert_eq!(tables::rows(pool, table).await, rows, "{table}");
    }
    assert_eq!(applied, None, "nothing was waiting");
}
