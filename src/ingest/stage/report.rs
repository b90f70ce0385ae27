//! What is told of an import: counts and the first issues, for tables and JSON.

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

use crate::ingest::map::{Counts, Issue, Outcome, Prepared, Severity};

/// Issues shown at most.
const SHOWN: usize = 20;

/// What came of importing a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Import.
    pub import_id: Uuid,
    /// Name of the file.
    pub file: String,
    /// Register it was recognised as.
    pub register: String,
    /// `register/OFFICE/province`.
    pub scope: String,
    /// `OfficeKind` of the office.
    pub agency_kind: String,
    /// Code of the old province.
    pub province: String,
    /// Day the file speaks of.
    pub as_of: NaiveDate,
    /// Whether the same file was imported before, so that nothing changed.
    pub already: bool,
    /// Data rows by outcome.
    pub counts: Counts,
    /// How many warnings there are.
    pub warnings: i64,
    /// The first issues: those of the whole file, then those that set rows aside.
    pub issues: Vec<Issue>,
}

/// What is told of the rows while they are written.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub counts: Counts,
    warnings: usize,
    issues: Vec<Issue>,
}

impl Told {
    /// Takes in a batch: the counts of all rows so far, and its issues.
    pub(super) fn add(&mut self, counts: Counts, issues: Vec<Issue>) {
        self.counts = counts;
        self.warnings += issues.iter().filter(|i| i.severity == Severity::Warning).count();
        self.issues.extend(issues);
        self.issues.sort_by_key(|i| (i.row != 0, std::cmp::Reverse(i.severity)));
        self.issues.truncate(SHOWN);
    }
}

pub(super) fn fresh(name: &str, file: &Prepared<'_>, import_id: Uuid, told: Told) -> Report {
    Report {
        import_id,
        file: name.to_owned(),
        register: file.register.model.code.clone(),
        scope: file.scope.clone(),
        agency_kind: file.register.model.office.clone(),
        province: file.province.clone(),
        as_of: file.as_of,
        already: false,
        counts: told.counts,
        warnings: i64::try_from(told.warnings).unwrap_or(i64::MAX),
        issues: told.issues,
    }
}

/// The report of an import staged before: its rows say nothing new.
pub(super) async fn earlier(pool: &PgPool, file: &Prepared<'_>, import_id: Uuid) -> sqlx::Result<Report> {
    let (name, read, quarantined, duplicate): (String, i32, i32, i32) = sqlx::query_as(
        "select file_name, rows_read, rows_quarantined, rows_duplicate from import where id = $1",
    )
    .bind(import_id)
    .fetch_one(pool)
    .await?;
    let warnings: i64 =
        sqlx::query_scalar("select count(*) from row_issue where import_id = $1 and severity = 'warning'")
            .bind(import_id)
            .fetch_one(pool)
            .await?;
    let mut counts = Counts { read, quarantined, duplicate, ..Counts::default() };
    counts.unchanged = read - quarantined - duplicate;
    Ok(Report {
        import_id,
        file: name,
        register: file.register.model.code.clone(),
        scope: file.scope.clone(),
        agency_kind: file.register.model.office.clone(),
        province: file.province.clone(),
        as_of: file.as_of,
        already: true,
        counts,
        warnings,
        issues: issues(pool, import_id).await?,
    })
}

type IssueRow = (String, i32, Option<String>, String, String, Option<String>, String, String);

async fn issues(pool: &PgPool, import_id: Uuid) -> sqlx::Result<Vec<Issue>> {
    let rows: Vec<IssueRow> = sqlx::query_as(
        "select i.sheet, i.row_no, i.column_name, i.code, i.severity, i.seen, i.expected_en, i.expected_vi
         from row_issue i
         where i.import_id = $1
         order by i.severity, i.sheet, i.row_no, i.position
         limit 20",
    )
    .bind(import_id)
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(sheet, row, column, code, severity, seen, expected_en, expected_vi)| Issue {
            sheet,
            row,
            column,
            code,
            severity: if severity == Severity::Quarantine.word() {
                Severity::Quarantine
            } else {
                Severity::Warning
            },
            seen,
            expected_en,
            expected_vi,
        })
        .collect())
}

impl Report {
    /// Rows of one outcome, for tables.
    pub fn rows(&self, outcome: Outcome) -> i32 {
        match outcome {
            Outcome::Accepted => self.counts.accepted,
            Outcome::Unchanged => self.counts.unchanged,
            Outcome::Quarantined => self.counts.quarantined,
            Outcome::Duplicate => self.counts.duplicate,
        }
    }
}
