//! Files that cannot be what they say, beside good ones: each is refused with its reason, none costs much,
//! and the good ones come through.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::{Place, bombs, case, tells};
use crate::pipeline;

/// Longest time for all of them, and most memory, MiB.
const LONGEST: Duration = Duration::from_secs(60);
const MOST: u64 = 600;

/// Good files, and what must be found of them afterwards.
const GOOD: [(&str, &str); 5] = [
    ("good.csv", "HTX Nông nghiệp Đường Mây Thật"),
    // Another of the same commune, which is not the same.
    ("good.csv", "HTX Rau củ quả Giếng Ước Thật"),
    ("half_good.csv", "HTX Dịch vụ Nửa Thật"),
    ("tcvn3.csv", "HTX Nông nghiệp Đường Mây Thử"),
    ("nul.csv", "Tổ hợp tác Khuyết Thật"),
];

const REFUSED: [(&str, &str); 8] = [
    ("other_register.csv", "REGISTER_UNKNOWN"),
    ("wrong_sheet.xlsx", "REGISTER_UNKNOWN"),
    ("empty.csv", "FILE_EMPTY"),
    ("blank.csv", "FILE_EMPTY"),
    ("password.xlsx", "WORKBOOK_ENCRYPTED"),
    ("page.xls", "WORKBOOK_IS_HTML"),
    ("garbage.json", "REGISTER_UNKNOWN"),
    ("not_there.csv", "FILE_UNREADABLE"),
];

#[tokio::test(flavor = "multi_thread")]
async fn bad_files_do_not_hinder_good_ones() {
    let place = Place::new();
    let mut bad: Vec<(PathBuf, &str)> = REFUSED.iter().map(|(name, code)| (case(name), *code)).collect();
    bad.push((place.write("cut.xlsx", &cut_workbook()), "WORKBOOK_TRUNCATED"));
    bad.extend(bombs::write(&place));
    // Between bad ones, so that neither the first nor the last file is special.
    let mut order: Vec<&str> = bad.iter().map(|(path, _)| path.to_str().unwrap()).collect();
    let good: Vec<PathBuf> = good().into_iter().map(case).collect();
    for (at, path) in good.iter().enumerate() {
        order.insert(1 + at * 2, path.to_str().unwrap());
    }
    order.push("--json");

    let seen = place.run("import", &order);
    eprintln!("bad files: {:?}, {} MiB", seen.took, seen.peak);
    assert_eq!(seen.code, Some(1), "{}", seen.err);
    assert!(tells(&seen.err, "IMPORT_INCOMPLETE") && !seen.err.contains("panicked"), "{}", seen.err);
    let reports: Value = serde_json::from_str(&seen.out).unwrap();
    for (path, code) in &bad {
        let report = report_on(&reports, path);
        let fault = &report["fault"];
        assert_eq!(fault["code"], *code, "{report}");
        let (en, vi) = (fault["en"].as_str().unwrap(), fault["vi"].as_str().unwrap());
        assert!(en.len() > 10 && en != vi && !vi.is_ascii() && !vi.contains("cannot be"), "{report}");
    }
    for path in &good {
        let report = report_on(&reports, path);
        assert!(report["fault"].is_null() && report["accepted"].as_u64() > Some(0), "{report}");
    }
    assert_eq!(report_on(&reports, &case("half_good.csv"))["quarantined"], 1);
    nothing_else_is_kept(&place).await;
    assert!(seen.took < LONGEST && seen.peak < MOST, "{:?}, {} MiB", seen.took, seen.peak);
}

#[test]
fn people_are_told_in_both_languages() {
    let place = Place::new();
    let (bad, good) = (case("page.xls"), case("good.csv"));
    let seen = place.run("import", &[bad.to_str().unwrap(), good.to_str().unwrap()]);
    assert_eq!(seen.code, Some(1));
    assert!(tells(&seen.out, "WORKBOOK_IS_HTML"), "{}", seen.out);
    assert!(tells(&seen.err, "IMPORT_INCOMPLETE"), "{}", seen.err);
    let alone = place.run("import", &[good.to_str().unwrap()]);
    assert_eq!(alone.code, Some(0), "{}", alone.err);
    assert!(alone.out.contains("(known)"), "{}", alone.out);
}

/// The import table holds the good files and no other, all of them merged; their names are right.
async fn nothing_else_is_kept(place: &Place) {
    type Pairs = Vec<(String, String)>;
    let (mut files, origins): (Pairs, Pairs) = place
        .look(async |pool| {
            let files = sqlx::query_as("select file_name, state from import").fetch_all(pool);
            let origins = sqlx::query_as("select file, value from origin where chosen and value is not null");
            (files.await.unwrap(), origins.fetch_all(pool).await.unwrap())
        })
        .await;
    files.sort();
    let ends = |file: &str, name: &str| file.ends_with(&format!("/{name}"));
    let names = good();
    assert_eq!(files.len(), names.len(), "{files:?}");
    for ((file, state), name) in files.iter().zip(names) {
        assert!(ends(file, name) && state == "APPLIED", "{file}: {state}");
    }
    for (name, value) in GOOD {
        let said = origins.iter().any(|(file, said)| ends(file, name) && said == value);
        assert!(said, "{name}: {value} is not among {origins:?}");
    }
    assert!(!origins.iter().any(|(_, value)| value.contains('\0')));
}

/// Names of the good files, in order.
fn good() -> Vec<&'static str> {
    let mut names: Vec<&str> = GOOD.iter().map(|(name, _)| *name).collect();
    names.sort();
    names.dedup();
    names
}

fn report_on<'r>(reports: &'r Value, path: &std::path::Path) -> &'r Value {
    let name = path.file_name().unwrap().to_str().unwrap();
    let named = |report: &&Value| {
        let file = report["file"].as_str().unwrap();
        file == name || file.ends_with(&format!("/{name}"))
    };
    reports.as_array().unwrap().iter().find(named).unwrap_or_else(|| panic!("{name}: {reports}"))
}

/// The first half of a sound workbook.
fn cut_workbook() -> Vec<u8> {
    let files = pipeline::demo_files("");
    let workbook = files.iter().find(|file| file.extension().is_some_and(|is| is == "xlsx")).unwrap();
    let bytes = std::fs::read(workbook).unwrap();
    bytes[..bytes.len() / 2].to_vec()
}
