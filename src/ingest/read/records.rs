//! Records of a delimited text (RFC 4180), quotes and line breaks within them included. A quote that only
//! stands there, because a person typed it and nothing closes it, is a letter like others: it must not swallow
//! the rows behind it. What tells the two apart is how a cell ends and whether the lines in it are rows.

use std::collections::BTreeMap;

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, before the end of its line.
    pub end: usize,
    /// Its cells, without their quotes.
    pub cells: Vec<String>,
    /// Whether a quote opens one of them that nothing closes.
    pub stray: bool,
}

/// The records of a text, blank lines left out.
pub struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    /// Cells that the rows commonly have; 0 where that is not asked.
    common: usize,
    at: usize,
    /// Begin of the line.
    line: usize,
    /// Whether a badly closed quote of this line was weighed: one a line, so that none costs more than its length.
    weighed: bool,
}

/// How a quoted cell ended.
struct Closed {
    value: String,
    /// Behind it.
    next: usize,
    /// The closing quote.
    quote: usize,
    /// Whether a delimiter or the end of the line follows, as it must.
    well: bool,
}

impl<'t> Records<'t> {
    /// Reads with what the rows of this text commonly have.
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        let widths = Self::of_any_width(text, delimiter).map(|record| record.cells.len());
        let common = common(widths).map_or(0, |(_, width)| width);
        Self { common, ..Self::of_any_width(text, delimiter) }
    }

    /// Takes every quote that is closed somewhere for one.
    pub fn of_any_width(text: &'t str, delimiter: u8) -> Self {
        Self { text, delimiter, common: 0, at: 0, line: 0, weighed: false }
    }

    /// A cell, where it ends, and whether it begins with a stray quote.
    fn cell(&mut self, at: usize, before: usize) -> (String, usize, bool) {
        let quoted = self.text.as_bytes().get(at) == Some(&b'"');
        if quoted
            && let Some(closed) = self.closed(at)
            && !self.is_stray(at, before, &closed)
        {
            return (closed.value, closed.next, false);
        }
        let next = self.next_end(at);
        (self.text[at..next].to_owned(), next, quoted)
    }

    /// The next delimiter or end of line.
    fn next_end(&self, at: usize) -> usize {
        let end = |b: &u8| *b == self.delimiter || matches!(b, b'\r' | b'\n');
        self.text.as_bytes()[at..].iter().position(end).map_or(self.text.len(), |more| at + more)
    }

    /// The quoted cell that begins here; nothing when nothing closes it.
    fn closed(&self, open: usize) -> Option<Closed> {
        let bytes = self.text.as_bytes();
        let (mut value, mut from) = (String::new(), open + 1);
        loop {
            let quote = from + self.text[from..].find('"')?;
            if bytes.get(quote + 1) == Some(&b'"') {
                value.push_str(&self.text[from..=quote]);
                from = quote + 2;
                continue;
            }
            value.push_str(&self.text[from..quote]);
            let next = self.next_end(quote + 1);
            let rest = &self.text[quote + 1..next];
            value.push_str(rest);
            return Some(Closed { value, next, quote, well: rest.trim().is_empty() });
        }
    }

    /// Whether an opening quote is none: what it would hold are cells of this row, or rows.
    fn is_stray(&mut self, open: usize, before: usize, closed: &Closed) -> bool {
        if self.common < 2 {
            return false;
        }
        let held = &self.text[open..closed.quote];
        let Some(broken) = held.find(['\r', '\n']) else {
            // Without a delimiter in it, both readings part the row alike.
            let parts = held.as_bytes().contains(&self.delimiter);
            if closed.well || !parts || std::mem::replace(&mut self.weighed, true) {
                return false;
            }
            return before + self.width(&self.text[open + 1..line_end(self.text, open)]) == self.common;
        };
        let first = &self.text[self.line..open + broken];
        let rows = &self.text[open + broken..line_end(self.text, closed.quote)];
        let mut rows = rows.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
        if !closed.well {
            return rows.any(|line| self.width(line) >= (self.common / 2).max(2));
        }
        // A closed one holds a note as a rule, also one with commas; rows have no blank behind each delimiter.
        self.common > 2
            && self.width(first) == self.common
            && rows.all(|line| self.width(line) == self.common && self.blanks(line) <= self.blanks(first))
    }

    /// Cells of a line by itself.
    fn width(&self, line: &str) -> usize {
        Records::of_any_width(line, self.delimiter).next().map_or(0, |record| record.cells.len())
    }

    /// Delimiters with a blank behind them.
    fn blanks(&self, line: &str) -> usize {
        line.as_bytes().windows(2).filter(|pair| pair[0] == self.delimiter && pair[1] == b' ').count()
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let bytes = self.text.as_bytes();
        self.at += bytes[self.at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let start = self.at;
        if start >= bytes.len() {
            return None;
        }
        (self.line, self.weighed) = (start, false);
        let (mut cells, mut stray) = (Vec::new(), false);
        let mut at = start;
        loop {
            let (cell, next, begins_astray) = self.cell(at, cells.len());
            stray |= begins_astray;
            if let Some(end) = self.text[at..next].rfind(['\r', '\n']) {
                (self.line, self.weighed) = (at + end + 1, false);
            }
            cells.push(cell);
            if bytes.get(next) != Some(&self.delimiter) {
                self.at = next;
                return Some(Record { start, end: next, cells, stray });
            }
            at = next + 1;
        }
    }
}

/// The number of cells that most records have, wide ones first, and how much of the text it parts.
pub fn common(widths: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    let mut many: BTreeMap<usize, usize> = BTreeMap::new();
    widths.filter(|width| *width > 1).for_each(|width| *many.entry(width).or_default() += 1);
    many.into_iter().map(|(width, count)| (width * count, width)).max()
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(['\r', '\n']).map_or(text.len(), |more| at + more)
}

/// Ends of lines: LF, CR LF, or CR alone as old Macintoshes wrote it.
pub fn ends(bytes: &[u8]) -> usize {
    let lone = |i: usize| bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|i| bytes[*i] == b'\n' || lone(*i)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        Records::new(text, b',').map(|record| record.cells).collect()
    }

    /// Rows of four cells around the ones of a test.
    fn among(rows: &str) -> Vec<Vec<String>> {
        let plain = |n: usize| format!("{n},HTX {n},Xã {n},{n}0\n");
        let text =
            format!("STT,Tên,Xã,Ghi chú\n{}{rows}{}", plain(1), (90..99).map(plain).collect::<String>());
        let read = read(&text);
        assert_eq!(read.iter().filter(|r| r[0].starts_with('9') && r.len() == 4).count(), 9, "{read:?}");
        read[2..read.len() - 9].to_vec()
    }

    #[test]
    fn line_breaks_and_quotes_within_quotes_are_text() {
        for rows in ["2,A,B,\"một\nhai, ba\r\n\"\"bốn\"\"\"\n", "2,\"A\n1\",B,x\n", "\"2\n3\",A,B,x\n"] {
            let read = among(&rows.repeat(30));
            assert_eq!(read.len(), 30, "{rows:?} {read:?}");
            assert!(read.iter().all(|row| row.len() == 4), "{read:?}");
        }
        assert_eq!(among("2,A,B,\"một\nhai, ba\r\n\"\"bốn\"\"\"\n")[0][3], "một\nhai, ba\r\n\"bốn\"");
        // Notes that are lists, at the end of a row.
        assert_eq!(among("2,A,B,\"gồm\ngạo, nếp, đỗ, lạc\"\n").len(), 1);
        assert_eq!(among("2,A,B,\"\"\n"), [["2", "A", "B", ""]]);
    }

    #[test]
    fn a_stray_quote_swallows_nothing() {
        for stray in ["2,\"A,B,x\n", "\"2,A,B,x\n", "2,A,B,\"x\n"] {
            let next = "3,C,D,y\n4,\"E, F\",G,z\n";
            let read = among(&format!("{stray}{next}"));
            assert_eq!(read.len(), 3, "{stray} {read:?}");
            assert_eq!(read[1..], [["3", "C", "D", "y"], ["4", "E, F", "G", "z"]], "{stray}");
            assert_eq!(among(stray).len(), 1);
            assert_eq!(among(stray)[0].len(), 4);
        }
        // Closed by another stray one.
        assert_eq!(among("2,\"A,B,x\n3,C,12\",y\n").len(), 2);
        // And on the same line.
        assert_eq!(among("2,\"A,B,\"x, y\"\n"), [["2", "\"A", "B", "x, y"]]);
        assert_eq!(among("2,\"A\" lớn,B,x\n"), [["2", "A lớn", "B", "x"]]);
    }

    #[test]
    fn no_text_costs_more_than_its_length() {
        for line in ["a\"b,\"c\n", "a\",b,\"c\n", "p\"\"q,\"\"\"r\n", "\"\"\"x\n", "\"x,\"y,\"z\n", "\"a,b\n"]
        {
            let text = format!("1,2,3\n{}", line.repeat(200_000));
            // Were each quote weighed against all of the text, this would not end within an hour.
            let many = Records::new(&text, b',').count();
            assert!(many > 1, "{line:?}");
        }
    }
}
