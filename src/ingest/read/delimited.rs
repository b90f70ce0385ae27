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

/// A reader of records of any width.
pub fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes())
}

/// Ends of lines: LF, CR LF, or CR alone as old Macintoshes wrote it.
fn ends(bytes: &[u8]) -> usize {
    let lone = |i: usize| bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|i| bytes[*i] == b'\n' || lone(*i)).count()
}

fn records(text: &str, delimiter: u8, quoting: bool, limits: &Limits) -> Result<Vec<Row>, Fault> {
    let mut rows = Vec::new();
    let mut cells = 0;
    let (mut counted, mut line, mut last) = (0, 1, 0);
    for record in reader(text, delimiter, quoting).records() {
        let record = record.map_err(|e| refusal::unreadable(&e.to_string()))?;
        cells += record.len();
        if cells > limits.cells || record.len() > limits.columns {
            return Err(refusal::bomb("too many cells", "quá nhiều ô"));
        }
        // The reader gives where it began to look; the record begins behind the line ends it skipped.
        let began = record.position().map_or(counted, |p| p.byte() as usize).min(text.len());
        let skipped = text.as_bytes()[began..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        line += ends(&text.as_bytes()[counted..began + skipped]);
        counted = began + skipped;
        // Each row has a number of its own, whatever ends its lines.
        line = line.max(last + 1);
        last = line;
        let values = record.iter().map(|v| if v.is_empty() { Cell::Empty } else { Cell::Text(v.to_owned()) });
        let row = Row::new(i32::try_from(line).unwrap_or(i32::MAX), values.collect());
        if !row.is_blank() {
            rows.push(row);
        }
    }
    Ok(rows)
}
