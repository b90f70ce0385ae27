//! Text with delimiters: one more column, written as the file is.

use super::text::Encoding;
use super::{HEADING, Marks};
use crate::ingest::read::delimited::{numbered, sniff};

/// The text with the column.
pub(super) fn mark(text: &str, marks: &Marks, encoding: Encoding) -> String {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (out, text) = text.split_at(mark);
    let delimiter = sniff(text).unwrap_or(b',');
    let mut records: Vec<_> = numbered(text, delimiter).collect();
    records.retain(|(_, record)| record.cells.iter().any(|value| !value.trim().is_empty()));
    let widest = records.iter().map(|(_, record)| record.cells.len()).max().unwrap_or(0);
    let mut out = out.to_owned();
    out.reserve(text.len() + text.len() / 8);
    let mut at = 0;
    for (line, record) in &records {
        out.push_str(&text[at..record.end]);
        at = record.end;
        let words = match marks.rows.get(line) {
            Some(mark) => mark.text().replace('\n', " | "),
            None if marks.headings.contains(line) => HEADING.to_owned(),
            None => String::new(),
        };
        let missing = widest.saturating_sub(record.cells.len()) + 1;
        out.extend(std::iter::repeat_n(char::from(delimiter), missing));
        out.push_str(&quoted(&encoding.words(&words), delimiter));
    }
    out.push_str(&text[at..]);
    out
}

fn quoted(words: &str, delimiter: u8) -> String {
    match words.contains([char::from(delimiter), '"', '\r']) {
        false => words.to_owned(),
        true => format!("\"{}\"", words.replace('"', "\"\"")),
    }
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

    #[test]
    fn each_message_stands_in_its_row_whatever_ends_the_lines_and_whatever_quote_is_stray() {
        let rows = ["Tên;Số;Ghi chú", "a;1;x", "\"b;2;y", "c;3;z", "d;4;t"];
        for end in ["\r", "\n", "\r\n"] {
            let mark = Mark { messages: vec![("sai; \"1\"".into(), "wrong".into())], aside: true };
            let marks =
                Marks { headings: BTreeSet::from([1]), rows: BTreeMap::from([(3, mark.clone()), (5, mark)]) };
            let marked = super::mark(&rows.map(|row| format!("{row}{end}")).concat(), &marks, Encoding::Utf8);
            let message = "\"sai; \"\"1\"\" / wrong\"";
            let expected = [
                "Tên;Số;Ghi chú;Lỗi / Errors".to_owned(),
                "a;1;x;".into(),
                format!("\"b;2;y;{message}"),
                "c;3;z;".into(),
                format!("d;4;t;{message}"),
            ];
            assert_eq!(marked, expected.map(|row| row + end).concat());
            let again: Vec<usize> = numbered(&marked, b';').map(|(_, record)| record.cells.len()).collect();
            assert_eq!(again, [4; 5], "{marked:?}");
        }
    }
}
