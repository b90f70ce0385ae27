//! The office's own file back, with a column that says what is wrong in which row. A workbook (.xlsx) stays
//! as it is but for that column; text keeps its delimiter and encoding, JSON gets a field; what cannot be
//! changed in place (.xls, .ods, .xlsb) comes back as .xlsx. Nothing here judges rows: issues are read.

mod delimited;
mod items;
mod sheet;
mod splice;
mod styles;
mod text;
mod workbook;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Failure, Pipeline, unknown};

/// Heading of the column.
pub const HEADING: &str = "Lỗi / Errors";
/// Field of a JSON item.
pub const FIELD: &str = "_errors";

/// A file with its errors in it.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Name to save it under.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What to write into one sheet.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// Rows that hold headings; of several together the last.
    headings: BTreeSet<i32>,
    /// What is wrong, by row.
    rows: BTreeMap<i32, Mark>,
}

/// What is wrong in a row.
#[derive(Debug, Clone, Default)]
struct Mark {
    /// A message an issue: Vietnamese, English.
    messages: Vec<(String, String)>,
    /// Whether the row was set aside.
    aside: bool,
}

impl Mark {
    /// All messages, one a line.
    fn text(&self) -> String {
        let lines: Vec<String> = self.messages.iter().map(|(vi, en)| format!("{vi} / {en}")).collect();
        lines.join("\n")
    }
}

/// Marks by sheet; files without sheets have one without a name.
type AllMarks = BTreeMap<String, Marks>;

impl Pipeline {
    /// The file of an import, with its errors in it.
    pub async fn marked(&self, import: Uuid) -> Result<Marked, Failure> {
        let found: Option<(String, Vec<u8>)> =
            sqlx::query_as("select file_name, bytes from import where id = $1")
                .bind(import)
                .fetch_optional(&self.pool)
                .await?;
        let Some((name, bytes)) = found else { return Err(unknown("import", "lần nhập", import).into()) };
        let marks = self.marks(import).await?;
        let marked = tokio::task::spawn_blocking(move || mark(&name, bytes, &marks)).await;
        Ok(marked.map_err(anyhow::Error::from)??)
    }

    async fn marks(&self, import: Uuid) -> Result<AllMarks, Failure> {
        let issues: Vec<(String, i32, String, String, String)> = sqlx::query_as(
            "select sheet, row, severity, message_vi, message_en
             from issue_entry
             where import_id = $1 and row > 0
             order by sheet, row, position",
        )
        .bind(import)
        .fetch_all(&self.pool)
        .await?;
        let mut all = AllMarks::new();
        for (sheet, row, severity, vi, en) in issues {
            let mark = all.entry(sheet).or_default().rows.entry(row).or_default();
            mark.messages.push((vi, en));
            mark.aside |= severity == "QUARANTINE";
        }
        let headings: Vec<(String, i32)> = sqlx::query_as(
            "select h.sheet, h.row_no from raw_row h
             where h.import_id = $1 and h.kind = 'header'
               and not exists (select from raw_row n where n.import_id = h.import_id and n.sheet = h.sheet
                                 and n.row_no = h.row_no + 1 and n.kind = 'header')",
        )
        .bind(import)
        .fetch_all(&self.pool)
        .await?;
        for (sheet, row) in headings {
            if let Some(marks) = all.get_mut(&sheet) {
                marks.headings.insert(row);
            }
        }
        Ok(all)
    }
}

/// Writes the marks into the file.
fn mark(name: &str, bytes: Vec<u8>, all: &AllMarks) -> anyhow::Result<Marked> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let named = |ending: Option<&str>| name_with(name, ending);
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        if workbook::is_xlsx(&bytes) {
            let bytes = workbook::mark(&bytes, all)?;
            return Ok(Marked { name: named(Some("xlsx")), media_type: XLSX, bytes });
        }
        let bytes = workbook::mark(&written::xlsx(&bytes)?, all)?;
        return Ok(Marked { name: named(Some("xlsx")), media_type: XLSX, bytes });
    }
    let nothing = Marks::default();
    let marks = all.get("").unwrap_or(&nothing);
    let (text, encoding) = text::decode(&bytes);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with('{') || start.starts_with('[') {
        let marked = items::mark(&text, marks);
        let bytes = encoding.encode(&marked);
        let lines = name.ends_with(".ndjson") || name.ends_with(".jsonl");
        let media_type = if lines { "application/x-ndjson" } else { "application/json" };
        return Ok(Marked { name: named(None), media_type, bytes });
    }
    let bytes = encoding.encode(&delimited::mark(&text, marks, encoding));
    Ok(Marked { name: named(None), media_type: encoding.csv(), bytes })
}

/// `a/b/list.csv` → `list.errors.csv`.
fn name_with(name: &str, ending: Option<&str>) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((stem, own)) => format!("{stem}.errors.{}", ending.unwrap_or(own)),
        None => format!("{last}.errors{}", ending.map(|ending| format!(".{ending}")).unwrap_or_default()),
    }
}
