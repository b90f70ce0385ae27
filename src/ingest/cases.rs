//! Golden cases: every file of `tests/cases/ingest` read, mapped and compared with the `.expected.json`
//! beside it. A new case needs no Rust.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::place::Places;
use super::register::Registers;
use super::{Input, Options, map, read_and_map};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ingest")
}

/// What a case shows: counts, kinds of rows, issues, and records with units named in words.
fn shown(file: &Path, registers: &Registers, places: &Places) -> Value {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let input = Input { name, bytes: std::fs::read(file).expect("the case") };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let (scope, staged) = match read_and_map(registers, places, &input, &Options::default(), today) {
        Ok(done) => done,
        Err(fault) => return json!({"refused": fault.code}),
    };
    let rows: Vec<String> = staged.rows.iter().map(row).collect();
    let issues: Vec<String> = staged.issues.iter().map(issue).collect();
    let records: Vec<Value> = staged.records.iter().map(|r| record(r, places)).collect();
    json!({"scope": scope, "counts": staged.counts, "rows": rows, "issues": issues, "records": records})
}

fn row(row: &map::RawRow) -> String {
    let outcome = row.outcome.map(map::Outcome::word).unwrap_or_default();
    format!("{}!{} {} {outcome}", row.sheet, row.no, row.kind).trim().to_owned()
}

fn issue(i: &map::Issue) -> String {
    let (column, seen) = (i.column.as_deref().unwrap_or("-"), i.seen.as_deref().unwrap_or("-"));
    format!("{}!{} {} {} [{column}] {seen}", i.sheet, i.row, i.severity.word(), i.code)
}

fn record(record: &crate::store::record::SourceRecord, places: &Places) -> Value {
    let fields: Map<String, Value> = record
        .fields
        .iter()
        .filter(|(name, _)| *name != "group")
        .map(|(name, value)| {
            (
                name.clone(),
                value.as_str().and_then(|v| places.in_words(v)).map_or(value.clone(), Value::String),
            )
        })
        .collect();
    let refs: Vec<&String> = record.refs.keys().collect();
    json!({
        "entity": record.entity, "row": record.row, "on": record.observed_on, "fields": fields, "refs": refs,
        "evidence": record.evidence,
    })
}

#[test]
fn every_case_reads_as_expected() {
    let (registers, places) = (Registers::read(None).expect("the registers"), Places::load());
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the cases")
        .map(|e| e.expect("a case").path())
        .filter(|p| !p.to_string_lossy().contains(".expected.json"))
        .collect();
    files.sort();
    assert!(files.len() >= 6, "the cases are gone");
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    for file in files {
        let expected = PathBuf::from(format!("{}.expected.json", file.display()));
        let found = serde_json::to_string_pretty(&shown(&file, &registers, &places)).expect("JSON") + "\n";
        if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            // What was found lies beside the expectation, to be compared and, when right, renamed.
            let beside = PathBuf::from(format!("{}.found", expected.display()));
            std::fs::write(&beside, &found).expect("the finding");
            wrong.insert(file.display().to_string(), beside.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "cases that read otherwise, and what was found: {wrong:#?}");
}
