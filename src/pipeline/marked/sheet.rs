//! One sheet of an .xlsx workbook: a cell behind each marked row, a heading above, colours.

use super::splice::{Splices, spliced, walk};
use super::styles::Styles;
use super::{HEADING, Marks};

/// Columns a sheet can have.
const COLUMNS: usize = 16_384;
/// Width of the column, in letters.
const WIDTH: usize = 70;

/// What was found in the sheet.
#[derive(Default)]
struct Found {
    prefix: String,
    /// Greatest column of any cell, from 1.
    widest: usize,
    /// Rows to change: number, the opening tag anew, its place, where the cells end, style of the last cell.
    rows: Vec<Row>,
    /// Opening tags of cells in rows set aside: place, style, the tag with a gap for another.
    cells: Vec<(std::ops::Range<usize>, usize, String)>,
    dimension: Option<(std::ops::Range<usize>, String, String)>,
    /// Where column widths end, or could begin, and the greatest column they name.
    columns_end: Option<usize>,
    data: Option<usize>,
    widest_named: usize,
}

struct Row {
    no: i32,
    tag: (std::ops::Range<usize>, String),
    end: usize,
    style: usize,
}

/// The sheet with marks.
pub(super) fn mark(xml: &str, marks: &Marks, styles: &mut Styles) -> anyhow::Result<String> {
    let found = look(xml, marks)?;
    let column = found.widest + 1;
    let letters = letters(column);
    let message = styles.message();
    let p = &found.prefix;
    let mut splices: Splices = Vec::new();
    if let Some((place, tag, reference)) = &found.dimension {
        let new = widened(reference, &letters);
        splices.push((place.clone(), tag.replacen("ref=\"\"", &format!("ref=\"{new}\""), 1)));
    }
    if found.widest_named < column {
        let col = format!("<{p}col min=\"{column}\" max=\"{column}\" width=\"{WIDTH}\" customWidth=\"1\"/>");
        match (found.columns_end, found.data) {
            (Some(at), _) => splices.push((at..at, col)),
            (None, Some(at)) => splices.push((at..at, format!("<{p}cols>{col}</{p}cols>"))),
            (None, None) => {}
        }
    }
    for (place, style, tag) in &found.cells {
        if let Some(coloured) = styles.aside(*style) {
            splices.push((place.clone(), tag.replacen("s=\"\"", &format!("s=\"{coloured}\""), 1)));
        }
    }
    for row in &found.rows {
        let (text, style) = match marks.rows.get(&row.no) {
            Some(mark) => (mark.text(), message),
            None => (HEADING.to_owned(), Some(row.style)),
        };
        let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
        let text = quick_xml::escape::escape(clean(&text)).into_owned();
        let cell = format!(
            "<{p}c r=\"{letters}{}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{text}</{p}t>\
             </{p}is></{p}c>",
            row.no
        );
        splices.push(row.tag.clone());
        splices.push((row.end..row.end, cell));
    }
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    Ok(spliced(xml, &splices))
}

fn look(xml: &str, marks: &Marks) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let (mut no, mut column) = (0i32, 0usize);
    walk(xml, |tag| match (tag.name, tag.start.is_some()) {
        ("dimension", true) => {
            if let Some(reference) = tag.value("ref") {
                found.dimension = Some((tag.range.clone(), tag.with(&[("ref", Some(""))]), reference));
            }
        }
        ("col", true) => {
            let max = tag.value("max").and_then(|max| max.parse().ok()).unwrap_or(0);
            found.widest_named = found.widest_named.max(max);
        }
        ("cols", false) => found.columns_end = Some(tag.range.start),
        ("sheetData", true) => {
            found.data = Some(tag.range.start);
            found.prefix = tag.prefix.to_owned();
        }
        ("row", true) => {
            no = tag.value("r").and_then(|r| r.parse().ok()).unwrap_or(no + 1);
            column = 0;
            if !tag.empty && (marks.rows.contains_key(&no) || marks.headings.contains(&no)) {
                // Cells beyond the row's declared span would be a contradiction.
                let anew = (tag.range.clone(), tag.with(&[("spans", None)]));
                found.rows.push(Row { no, tag: anew, end: tag.range.end, style: 0 });
            }
        }
        ("row", false) => {
            if let Some(row) = found.rows.last_mut().filter(|row| row.no == no) {
                row.end = tag.range.start;
            }
        }
        ("c", true) => {
            column = tag.value("r").and_then(|r| column_of(&r)).unwrap_or(column + 1);
            found.widest = found.widest.max(column);
            let marked = found.rows.last_mut().filter(|row| row.no == no);
            if let Some(row) = marked {
                let style = tag.value("s").and_then(|s| s.parse().ok()).unwrap_or(0);
                row.style = style;
                if marks.rows.get(&no).is_some_and(|mark| mark.aside) {
                    found.cells.push((tag.range.clone(), style, tag.with(&[("s", Some(""))])));
                }
            }
        }
        _ => {}
    })?;
    Ok(found)
}

/// What XML 1.0 has no place for is left out.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// `A1:H20` reaching to the column `letters`.
fn widened(reference: &str, letters: &str) -> String {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    let row: String = last.chars().filter(char::is_ascii_digit).collect();
    format!("{first}:{letters}{row}")
}

/// `AB12` → 28.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0usize, |sum, letter| {
        sum.saturating_mul(26).saturating_add(usize::from(letter.to_ascii_uppercase() - b'A' + 1))
    });
    (1..=COLUMNS).contains(&column).then_some(column)
}

/// 28 → `AB`.
pub(super) fn letters(column: usize) -> String {
    let mut rest = column;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (28, "AB"), (702, "ZZ"), (703, "AAA")] {
            assert_eq!(letters(column), name);
            assert_eq!(column_of(&format!("{name}12")), Some(column));
        }
        assert_eq!(widened("A1:H20", "J"), "A1:J20");
        assert_eq!(widened("A1", "B"), "A1:B1");
    }
}
