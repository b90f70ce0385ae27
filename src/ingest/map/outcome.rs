//! What comes of a file: rows with their outcome, issues, records, counts.

use serde::Serialize;

use crate::error::Fault;
use crate::ingest::clean::masked;
use crate::store::record::SourceRecord;

/// What became of a data row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Its records are new or changed.
    Accepted,
    /// It says what the delivery before said.
    Unchanged,
    /// Set aside, with a reason.
    Quarantined,
    /// Typed twice in the file.
    Duplicate,
}

impl Outcome {
    /// As the store writes it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Unchanged => "unchanged",
            Outcome::Quarantined => "quarantined",
            Outcome::Duplicate => "duplicate",
        }
    }
}

/// Data rows by outcome; `read` is always their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All data rows.
    pub read: i32,
    /// New or changed.
    pub accepted: i32,
    /// As in the delivery before.
    pub unchanged: i32,
    /// Set aside.
    pub quarantined: i32,
    /// Typed twice.
    pub duplicate: i32,
}

impl Counts {
    /// Counts a row.
    pub fn add(&mut self, outcome: Outcome) {
        self.read += 1;
        match outcome {
            Outcome::Accepted => self.accepted += 1,
            Outcome::Unchanged => self.unchanged += 1,
            Outcome::Quarantined => self.quarantined += 1,
            Outcome::Duplicate => self.duplicate += 1,
        }
    }
}

/// How much an issue matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is used; a value may be missing.
    Warning,
    /// The row is set aside.
    Quarantine,
}

impl Severity {
    /// As the store writes it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Quarantine => "quarantine",
        }
    }
}

/// Something wrong, for the office to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Sheet; empty where a file has none.
    pub sheet: String,
    /// Row, 0 for the file as a whole.
    pub row: i32,
    /// Heading of the column.
    pub column: Option<String>,
    /// Stable code.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What stands there, personal data shortened.
    pub seen: Option<String>,
    /// What was expected, in English.
    pub expected_en: String,
    /// What was expected, in Vietnamese.
    pub expected_vi: String,
}

impl Issue {
    /// A note on the whole file.
    pub fn of_file(fault: &Fault) -> Self {
        Self {
            sheet: String::new(),
            row: 0,
            column: None,
            code: fault.code.to_owned(),
            severity: Severity::Warning,
            seen: None,
            expected_en: masked(&fault.en),
            expected_vi: masked(&fault.vi),
        }
    }
}

/// A row to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    /// Sheet.
    pub sheet: String,
    /// Row in the file.
    pub no: i32,
    /// title, header, section, data, total, note
    pub kind: &'static str,
    /// For data rows.
    pub outcome: Option<Outcome>,
    /// Verbatim: a JSON array.
    pub cells: String,
}

/// All that comes of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Staged {
    /// Every row that is not blank.
    pub rows: Vec<RawRow>,
    /// Issues in the order of the rows.
    pub issues: Vec<Issue>,
    /// Records of accepted and unchanged rows.
    pub records: Vec<SourceRecord>,
    /// Data rows by outcome.
    pub counts: Counts,
}
