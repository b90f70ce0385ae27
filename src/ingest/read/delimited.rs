//! Text files with delimiters → one sheet. The delimiter is the one that parts most lines alike.

use super::records::{Record, Records, ends};
use super::{Limits, Workbook, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Row, Sheet};

/// Reads the file; refuses a text that no delimiter parts.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Workbook, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let Some(delimiter) = sniff(text) else {
        return Err(refusal::unknown("text without columns"));
    };
    let mut rows = Vec::new();
    let (mut cells, mut strays) = (0, Vec::new());
    for (line, record) in numbered(text, delimiter) {
        cells += record.cells.len();
        if cells > limits.cells || record.cells.len() > limits.columns {
            return Err(refusal::bomb("too many cells", "quá nhiều ô"));
        }
        strays.extend(record.stray.then_some(line));
        let values = record.cells.into_iter().map(|v| if v.is_empty() { Cell::Empty } else { Cell::Text(v) });
        let row = Row::new(line, values.collect());
        if !row.is_blank() {
            rows.push(row);
        }
    }
    let notes = strays.first().map(|first| refusal::stray(*first, strays.len()));
    Ok(Workbook { sheets: vec![Sheet::plain("", Form::Delimited, rows)], notes: notes.into_iter().collect() })
}

/// The delimiter that parts most lines alike; none parts a text without columns.
pub fn sniff(text: &str) -> Option<u8> {
    let end = text.char_indices().filter(|(_, c)| *c == '\n').nth(60).map_or(text.len(), |(at, _)| at);
    let alike = |delimiter: u8| {
        let widths = Records::of_any_width(&text[..end], delimiter).map(|record| record.cells.len());
        super::records::common(widths).map(|(score, _)| (score, delimiter))
    };
    [b',', b';', b'\t', b'|'].into_iter().filter_map(alike).max_by_key(|(score, _)| *score).map(|(_, d)| d)
}

/// The records with the numbers of their lines; each has one of its own, whatever ends its lines.
pub fn numbered(text: &str, delimiter: u8) -> impl Iterator<Item = (i32, Record)> {
    let (mut counted, mut line, mut last) = (0, 1, 0);
    Records::new(text, delimiter).map(move |record| {
        line += ends(&text.as_bytes()[counted..record.start]);
        counted = record.start;
        line = line.max(last + 1);
        last = line;
        (i32::try_from(line).unwrap_or(i32::MAX), record)
    })
}
