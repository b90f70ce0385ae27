//! Text with delimiters: one more column, written as the file is.

use super::text::Encoding;
use super::{HEADING, Marks};
use crate::ingest::read::delimited::reader;

/// The text with the column.
pub(super) fn mark(text: &str, marks: &Marks, encoding: Encoding) -> String {
    let delimiter = delimiter(text);
    let mut records = records(text, delimiter, true);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    // A stray quote swallows the lines behind it; the rows were read without quotes then.
    let quoting = records.len() * 2 >= lines;
    if !quoting {
        records = self::records(text, delimiter, false);
    }
    let widest = records.iter().map(|record| record.columns).max().unwrap_or(0);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut at = 0;
    for record in &records {
        out.push_str(&text[at..record.end]);
        at = record.end;
        let words = match marks.rows.get(&record.line) {
            Some(mark) => mark.text().replace('\n', " | "),
            None if marks.headings.contains(&record.line) => HEADING.to_owned(),
            None => String::new(),
        };
        let missing = widest.saturating_sub(record.columns) + 1;
        out.extend(std::iter::repeat_n(char::from(delimiter), missing));
        out.push_str(&quoted(&encoding.words(&words), delimiter, quoting));
    }
    out.push_str(&text[at..]);
    out
}

struct Record {
    line: i32,
    columns: usize,
    /// Where it ends, before the line's end.
    end: usize,
}

fn quoted(words: &str, delimiter: u8, quoting: bool) -> String {
    let delimiter = char::from(delimiter);
    match (words.contains([delimiter, '"', '\r']), quoting) {
        (false, _) => words.to_owned(),
        (true, true) => format!("\"{}\"", words.replace('"', "\"\"")),
        (true, false) => words.replace([delimiter, '"'], " "),
    }
}

/// The delimiter that parts most lines alike.
fn delimiter(text: &str) -> u8 {
    let head: String = text.lines().take(60).collect::<Vec<_>>().join("\n");
    let score = |delimiter: &u8| {
        let widths: Vec<usize> =
            reader(&head, *delimiter, true).records().flatten().map(|record| record.len()).collect();
        let score = |width: &usize| widths.iter().filter(|one| *one == width).count() * *width;
        widths.iter().filter(|width| **width > 1).map(score).max().unwrap_or(0)
    };
    // Of several that part alike the first counts: max_by_key takes the last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(score).unwrap_or(b',')
}

fn records(text: &str, delimiter: u8, quoting: bool) -> Vec<Record> {
    let mut found = Vec::new();
    let mut reader = reader(text, delimiter, quoting);
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    while reader.read_record(&mut record).unwrap_or(false) {
        let place = |at: Option<u64>| at.and_then(|at| usize::try_from(at).ok()).unwrap_or(0).min(text.len());
        let began = place(record.position().map(csv::Position::byte));
        let ended = place(Some(reader.position().byte()));
        // The reader gives where it began to look; the record begins behind the line ends it skipped.
        let skipped = text.as_bytes()[began..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        line += text.as_bytes()[counted..began + skipped].iter().filter(|b| **b == b'\n').count();
        counted = began + skipped;
        let end = began + text[began..ended].trim_end_matches(['\r', '\n']).len();
        if record.iter().any(|value| !value.trim().is_empty()) {
            let columns = record.len();
            found.push(Record { line: i32::try_from(line).unwrap_or(i32::MAX), columns, end });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::Mark;
    use super::*;

    #[test]
    fn a_column_is_added_and_nothing_else_changes() {
        let text = "\u{feff}Danh sách;;\r\n\r\nTên;Số;Ghi chú\r\n\"a;b\";1;\"hai\r\ndòng\"\r\nc;x\r\n";
        let mark =
            Mark { messages: vec![("cần số; \"1\"".into(), "expected a number".into())], aside: true };
        let marks = Marks { headings: BTreeSet::from([3]), rows: BTreeMap::from([(6, mark)]) };
        let marked = super::mark(text, &marks, Encoding::Utf8);
        assert_eq!(
            marked,
            "\u{feff}Danh sách;;;\r\n\r\nTên;Số;Ghi chú;Lỗi / Errors\r\n\"a;b\";1;\"hai\r\ndòng\";\r\n\
             c;x;;\"cần số; \"\"1\"\" / expected a number\"\r\n"
        );
    }
}
