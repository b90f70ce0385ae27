//! Many rows into a table at once, in PostgreSQL's COPY text format.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ingest::map::{Issue, Outcome, RawRow};
use crate::store::record::SourceRecord;

/// Sent in pieces of about this size.
const PIECE: usize = 1 << 20;

pub(super) async fn rows(connection: &mut PgConnection, import: Uuid, rows: &[RawRow]) -> sqlx::Result<()> {
    let lines = rows.iter().map(|r| {
        let mut line = Line::default();
        line.put(import).text(&r.sheet).put(r.no).text(r.kind);
        line.maybe(r.outcome.map(Outcome::word)).text(&r.cells);
        line
    });
    copy(connection, "copy raw_row (import_id, sheet, row_no, kind, outcome, cells) from stdin", lines).await
}

/// Of sheets as a whole, how many issues were written; those of a row come in one piece.
pub(super) type Positions = BTreeMap<String, i32>;

pub(super) async fn issues(
    connection: &mut PgConnection,
    import: Uuid,
    issues: &[Issue],
    positions: &mut Positions,
) -> sqlx::Result<()> {
    if issues.is_empty() {
        return Ok(());
    }
    let mut before: Option<(&str, i32)> = None;
    let mut position = 0;
    let lines = issues.iter().map(|i| {
        position = if before == Some((&i.sheet, i.row)) { position + 1 } else { 1 };
        before = Some((&i.sheet, i.row));
        if i.row == 0 {
            let of_sheet = positions.entry(i.sheet.clone()).or_default();
            *of_sheet += 1;
            position = *of_sheet;
        }
        let mut line = Line::default();
        line.put(import).text(&i.sheet).put(i.row).put(position).maybe(i.column.as_deref()).text(&i.code);
        line.text(i.severity.word()).maybe(i.seen.as_deref()).text(&i.expected_en).text(&i.expected_vi);
        line
    });
    copy(
        connection,
        "copy row_issue (import_id, sheet, row_no, position, column_name, code, severity, seen,
                         expected_en, expected_vi) from stdin",
        lines,
    )
    .await
}

/// Records into a table with the columns of `source_record`.
pub(super) async fn records(
    connection: &mut PgConnection,
    table: &'static str,
    records: &[SourceRecord],
) -> sqlx::Result<()> {
    let lines = records.iter().map(|r| {
        // Maps of texts do not fail to be written.
        let fields = serde_json::to_string(&r.fields).unwrap_or_default();
        let refs = serde_json::to_string(&r.refs).unwrap_or_default();
        let evidence = serde_json::to_string(&r.evidence).unwrap_or_default();
        let mut line = Line::default();
        line.put(r.id)
            .put(r.import_id)
            .text(&r.sheet)
            .put(r.row)
            .text(&r.entity)
            .text(&r.key)
            .put(r.node_id());
        line.put(r.observed_on).text(&fields).text(&refs).text(&evidence);
        line
    });
    copy(
        connection,
        &format!(
            "copy {table} (id, import_id, sheet, row_no, entity, key, node_id, observed_on, fields, refs, evidence)
             from stdin"
        ),
        lines,
    )
    .await
}

async fn copy(
    connection: &mut PgConnection,
    statement: &str,
    lines: impl Iterator<Item = Line>,
) -> sqlx::Result<()> {
    let mut sink = connection.copy_in_raw(statement).await?;
    let mut piece = String::with_capacity(PIECE + 4096);
    for line in lines {
        piece.push_str(&line.0);
        piece.push('\n');
        if piece.len() >= PIECE {
            sink.send(piece.as_bytes()).await?;
            piece.clear();
        }
    }
    if !piece.is_empty() {
        sink.send(piece.as_bytes()).await?;
    }
    sink.finish().await?;
    Ok(())
}

/// One row of COPY text.
#[derive(Default)]
struct Line(String);

impl Line {
    fn gap(&mut self) {
        if !self.0.is_empty() {
            self.0.push('\t');
        }
    }

    /// A value that needs no escaping.
    fn put(&mut self, value: impl Display) -> &mut Self {
        self.gap();
        // Writing to a string does not fail.
        let _ = write!(self.0, "{value}");
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.gap();
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|b| matches!(b, b'\\' | b'\t' | b'\n' | b'\r' | 0)) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'\\' => "\\\\",
                b'\t' => "\\t",
                b'\n' => "\\n",
                b'\r' => "\\r",
                _ => "\u{fffd}",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
        self
    }

    fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.put("\\N"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_copy_would_misread() {
        let mut line = Line::default();
        line.put(1).text("a\tb\\N\r\n\0").maybe(None).text("");
        assert_eq!(line.0, "1\ta\\tb\\\\N\\r\\n\u{fffd}\t\\N\t");
    }
}
