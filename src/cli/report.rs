//! What became of imported files, as a table for people and as JSON for programs; pure.

use std::fmt::Write;

use serde::Serialize;
use unicode_normalization::char::is_combining_mark;

use crate::error::Fault;
use crate::ingest::map::{Issue, Severity};
use crate::ingest::stage::Report;
use crate::merge::Applied;

/// Reasons shown for one file.
const REASONS: usize = 5;

/// What became of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileReport {
    /// Name as given.
    pub(super) file: String,
    /// Register it was recognised as.
    pub(super) register: Option<String>,
    /// Whether this very file was imported before, so that nothing changed.
    pub(super) known: bool,
    /// Data rows; the sum of the four below.
    pub(super) read: u64,
    /// Rows that brought something.
    pub(super) accepted: u64,
    /// Rows that say what the hub knew.
    pub(super) unchanged: u64,
    /// Rows set aside.
    pub(super) quarantined: u64,
    /// Rows that repeat another of the same file.
    pub(super) duplicates: u64,
    /// Day the file speaks of.
    pub(super) as_of: Option<chrono::NaiveDate>,
    /// A later delivery of the same register is there already: this one is kept and does not count.
    pub(super) superseded: bool,
    /// It withdraws so much that a person must agree: records, by entity type.
    pub(super) held: Option<std::collections::BTreeMap<String, i64>>,
    /// The import it became, for `preview`, `apply` and `revert`.
    pub(super) import: String,
    /// Values that could not be used as they stand; their rows were taken.
    pub(super) warnings: u64,
    /// What was noticed of the file as a whole.
    pub(super) notes: Vec<String>,
    /// Why rows were set aside, the first ones.
    pub(super) reasons: Vec<String>,
    /// Why the whole file was refused.
    pub(super) fault: Option<Refused>,
    /// The import it became.
    #[serde(skip)]
    pub(super) import_id: uuid::Uuid,
}

impl From<Report> for FileReport {
    fn from(report: Report) -> Self {
        let count = |rows: i32| u64::try_from(rows).unwrap_or(0);
        let aside = report.issues.iter().filter(|issue| issue.severity == Severity::Quarantine);
        let of_file =
            report.issues.iter().filter(|issue| issue.severity == Severity::Warning && issue.row == 0);
        Self {
            file: report.file,
            register: Some(report.register),
            known: report.already,
            read: count(report.counts.read),
            accepted: count(report.counts.accepted),
            unchanged: count(report.counts.unchanged),
            quarantined: count(report.counts.quarantined),
            duplicates: count(report.counts.duplicate),
            as_of: Some(report.as_of),
            superseded: false,
            held: None,
            import: crate::store::id::encode("import", report.import_id),
            warnings: u64::try_from(report.warnings).unwrap_or(0),
            notes: of_file.map(reason).collect(),
            reasons: aside.map(reason).collect(),
            fault: None,
            import_id: report.import_id,
        }
    }
}

/// Where, which rule, what stands there and what was expected.
fn reason(issue: &Issue) -> String {
    let sheet = if issue.sheet.is_empty() { String::new() } else { format!("sheet {}, ", issue.sheet) };
    let row = if issue.row == 0 { "the file".to_owned() } else { format!("row {}", issue.row) };
    let column = issue.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
    let seen = issue.seen.as_ref().map(|seen| format!(" {seen:?};")).unwrap_or_default();
    format!("{sheet}{row}{column}: {}:{seen} {} / {}", issue.code, issue.expected_en, issue.expected_vi)
}

/// What the merge made of the files.
pub(super) fn merged(applied: Option<&Applied>) -> String {
    let Some(applied) = applied else { return String::new() };
    let mut out = String::from("\nEntities\n");
    for (entity, counts) in &applied.entities {
        let _ = writeln!(
            out,
            "  {entity}: {} ({} new, {} changed, {} gone)",
            counts.total, counts.inserted, counts.updated, counts.deleted
        );
    }
    if applied.doubtful > 0 {
        let _ = writeln!(
            out,
            "\n{} pairs may be the same and are kept apart until a person decides: doubtfulMatches lists them.",
            applied.doubtful
        );
    }
    if !applied.incomplete.is_empty() {
        let _ = writeln!(out, "{} entities lack what they cannot do without.", applied.incomplete.len());
    }
    out
}

/// A [`Fault`] in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Refused {
    code: &'static str,
    en: String,
    vi: String,
}

impl FileReport {
    /// A file that was refused as a whole.
    pub(super) fn refused(file: &str, error: &anyhow::Error) -> Self {
        let fault = match error.downcast_ref::<Fault>() {
            Some(Fault { code, en, vi }) => Refused { code, en: en.clone(), vi: vi.clone() },
            None => Refused {
                code: "INTERNAL",
                en: format!("{error:#}"),
                vi: "lỗi bên trong chương trình".to_owned(),
            },
        };
        Self { file: file.to_owned(), fault: Some(fault), ..Self::default() }
    }
}

/// One JSON array, a line.
pub(super) fn json(reports: &[FileReport]) -> anyhow::Result<String> {
    Ok(serde_json::to_string(reports)? + "\n")
}

/// The table, and below it what was set aside and what was refused.
pub(super) fn table(reports: &[FileReport]) -> String {
    let mut rows = vec![
        ["File", "Register", "Read", "Accepted", "Unchanged", "Quarantined", "Duplicates"].map(str::to_owned),
    ];
    rows.extend(reports.iter().map(row));
    if reports.len() > 1 {
        rows.push(total(reports));
    }
    let widths = widths(&rows);
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        line(&mut out, row, &widths);
        if at == 0 {
            line(&mut out, &widths.map(|width| "─".repeat(width)), &widths);
        }
    }
    for report in reports {
        notes(&mut out, report);
    }
    out
}

fn row(report: &FileReport) -> [String; 7] {
    let register = match (&report.fault, report.known, &report.register) {
        (Some(_), _, _) => "refused".to_owned(),
        (None, true, Some(register)) => format!("{register} (known)"),
        (None, _, register) => register.clone().unwrap_or_default(),
    };
    let [read, accepted, unchanged, quarantined, duplicates] = counts(report).map(|count| count.to_string());
    [report.file.clone(), register, read, accepted, unchanged, quarantined, duplicates]
}

fn total(reports: &[FileReport]) -> [String; 7] {
    let sums =
        reports.iter().map(counts).fold([0; 5], |sums, counts| std::array::from_fn(|i| sums[i] + counts[i]));
    let [read, accepted, unchanged, quarantined, duplicates] = sums.map(|sum| sum.to_string());
    [format!("{} files", reports.len()), String::new(), read, accepted, unchanged, quarantined, duplicates]
}

fn counts(report: &FileReport) -> [u64; 5] {
    [report.read, report.accepted, report.unchanged, report.quarantined, report.duplicates]
}

fn widths(rows: &[[String; 7]]) -> [usize; 7] {
    std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0))
}

/// Places a text takes on a terminal: file names may hold decomposed Vietnamese.
fn width(text: &str) -> usize {
    text.chars().filter(|c| !is_combining_mark(*c)).count()
}

/// Text to the left, numbers to the right.
fn line(out: &mut String, row: &[String; 7], widths: &[usize; 7]) {
    let mut text = String::new();
    for (column, (cell, all)) in row.iter().zip(widths).enumerate() {
        let gap = " ".repeat(all - width(cell));
        let (before, after) = if column < 2 { ("", gap.as_str()) } else { (gap.as_str(), "") };
        let _ = write!(text, "{before}{cell}{after}  ");
    }
    let _ = writeln!(out, "{}", text.trim_end());
}

fn notes(out: &mut String, report: &FileReport) {
    if let Some(fault) = &report.fault {
        let _ = writeln!(
            out,
            "\n{}\n  {}: {}\n  {}: {}",
            report.file, fault.code, fault.en, fault.code, fault.vi
        );
    }
    let as_of = report.as_of.map(|day| format!(" (as of {day})")).unwrap_or_default();
    if let Some(held) = &report.held {
        let gone: Vec<String> = held.iter().map(|(entity, count)| format!("{count} {entity}")).collect();
        let (gone, import) = (gone.join(", "), &report.import);
        let _ = writeln!(
            out,
            "\n{}{as_of}: waits, for it withdraws {gone}; agree with: lienthong apply {import} --confirm\n  \
             chờ duyệt vì rút {gone}",
            report.file
        );
    } else if report.superseded {
        let _ = writeln!(
            out,
            "\n{}{as_of}: kept, but a later delivery counts / đã lưu, nhưng bản giao sau mới có giá trị",
            report.file
        );
    }
    if report.warnings > 0 || !report.notes.is_empty() {
        let _ = writeln!(out, "\n{}{as_of}: {} warnings", report.file, report.warnings);
        for note in report.notes.iter().take(REASONS) {
            let _ = writeln!(out, "  {note}");
        }
    }
    if !report.reasons.is_empty() {
        let _ = writeln!(out, "\n{}: set aside", report.file);
        for reason in report.reasons.iter().take(REASONS) {
            let _ = writeln!(out, "  {reason}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports() -> Vec<FileReport> {
        let mut good = FileReport { file: "Sản phẩm.xlsx".to_owned(), ..FileReport::default() };
        good.register = Some("some-register".to_owned());
        (good.read, good.accepted, good.quarantined) = (120, 118, 2);
        good.reasons = vec!["row 12: no name".to_owned()];
        let fault = anyhow::Error::from(Fault::new("FILE_EMPTY", "empty", "tệp rỗng"));
        vec![good, FileReport::refused("b.csv", &fault)]
    }

    #[test]
    fn the_table_lines_up_whatever_the_composition_of_letters() {
        let decomposed = reports().into_iter().map(|mut report| {
            report.file = unicode_normalization::UnicodeNormalization::nfd(report.file.as_str()).collect();
            report
        });
        let decomposed: Vec<_> = decomposed.collect();
        for table in [table(&reports()), table(&decomposed)] {
            let lines: Vec<&str> = table.lines().collect();
            assert!(lines[0].starts_with("File           Register       Read"), "{table}");
            assert!(
                lines[2].contains("some-register   120       118          0            2           0"),
                "{table}"
            );
            assert_eq!(width(lines[0]), width(lines[2]), "{table}");
            assert!(lines[4].starts_with("2 files"), "{table}");
            assert!(
                table.contains("  row 12: no name") && table.contains("  FILE_EMPTY: tệp rỗng"),
                "{table}"
            );
        }
    }

    #[test]
    fn programs_read_json() {
        let text = json(&reports()).expect("JSON");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value[0]["accepted"], 118);
        assert_eq!(value[1]["fault"]["code"], "FILE_EMPTY");
    }
}
