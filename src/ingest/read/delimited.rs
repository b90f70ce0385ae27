//! Text files with delimiters → one sheet. The delimiter is the one that parts most lines alike.

use super::{Limits, Workbook, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Row, Sheet};

/// Reads the file; refuses a text that no delimiter parts.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Workbook, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let Some(delimiter) = sniff(text) else {
        return Err(refusal::unknown("text without columns"));
    };
    let mut rows = records(text, delimiter, true, limits)?;
    // A stray quote swallows the lines behind it: read such a file without quotes.
    let lines = text.lines().filter(|l| !l.trim().is_empty()).count();
    if rows.len() * 2 < lines {
        rows = records(text, delimiter, false, limits)?;
    }
    Ok(Workbook { sheets: vec![Sheet::plain("", Form::Delimited, rows)], notes: Vec::new() })
}

fn sniff(text: &str) -> Option<u8> {
    let head: String = text.lines().take(60).collect::<Vec<_>>().join("\n");
    let alike = |delimiter: u8| {
        let widths: Vec<usize> =
            reader(&head, delimiter, true).records().flatten().map(|r| r.len()).collect();
        let widest = widths.iter().copied().max().unwrap_or(0);
        let most = (2..=widest).max_by_key(|w| widths.iter().filter(|n| *n == w).count() * *w)?;
        let count = widths.iter().filter(|n| **n == most).count();
        Some((count * most, delimiter))
    };
    [b',', b';', b'\t', b'|'].into_iter().filter_map(alike).max_by_key(|(score, _)| *score).map(|(_, d)| d)
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes())
}

fn records(text: &str, delimiter: u8, quoting: bool, limits: &Limits) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    let mut cells = 0;
    for record in reader(text, delimiter, quoting).records() {
        let record = record.map_err(|e| refusal::unreadable(&e.to_string()))?;
        cells += record.len();
        if cells > limits.cells || record.len() > limits.columns {
            return Err(refusal::bomb("too many cells", "quá nhiều ô"));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let values = record.iter().map(|v| if v.is_empty() { Cell::Empty } else { Cell::Text(v.to_owned()) });
        let row = Row::new(i32::try_from(line).unwrap_or(i32::MAX), values.collect());
        if !row.is_blank() {
            rows.push(row);
        }
    }
    Ok(rows)
}
