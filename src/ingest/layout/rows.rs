//! What kind a row under the headings is.

use crate::ingest::cell::{Cell, Form};
use crate::ingest::fold::flat;
use crate::ingest::register::Folded;

/// Kinds of row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKind {
    /// Above the headings.
    Title,
    /// Headings, also repeated ones and the numbers of the columns.
    Header,
    /// Speaks of the rows below: its numbering style and text.
    Section(Style, String),
    /// A row of the table of that position.
    Data(usize),
    /// Adds up.
    Total,
    /// Below or between: notes, signatures.
    Note,
}

impl RowKind {
    /// As the store writes it.
    pub fn word(&self) -> &'static str {
        match self {
            RowKind::Title => "title",
            RowKind::Header => "header",
            RowKind::Section(..) => "section",
            RowKind::Data(_) => "data",
            RowKind::Total => "total",
            RowKind::Note => "note",
        }
    }
}

/// How a section is numbered: a section ends the ones of its own style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// I, II, III
    Roman,
    /// A, B, C
    Letter,
    /// 1, 2, 3
    Number,
    /// Not at all.
    Bare,
}

pub(super) struct Context<'a> {
    pub verbatim: &'a [Cell],
    pub form: Form,
    pub words: &'a Folded,
    pub number: Option<usize>,
    pub is_place: &'a dyn Fn(&str) -> bool,
    /// Whether any row with one text is a section.
    pub sections: bool,
}

/// Whether most cells say what the headings above them say.
pub(super) fn repeats(row: &[Cell], headings: &[&[Cell]]) -> bool {
    let filled = row.iter().filter(|c| !c.is_blank()).count();
    // Asked of every row of data: one that differs too much is let go at once.
    let alike = |heading: &&[Cell]| {
        let mut same = 0;
        let mut left = filled;
        for (cell, above) in
            row.iter().enumerate().filter(|(_, c)| !c.is_blank()).map(|(i, c)| (c, heading.get(i)))
        {
            left -= 1;
            same += usize::from(above.is_some_and(|above| says_the_same(cell, above)));
            if (same + left) * 10 < filled * 7 {
                return false;
            }
        }
        true
    };
    filled >= 2 && headings.iter().any(alike)
}

fn says_the_same(cell: &Cell, heading: &Cell) -> bool {
    // No number is a heading but one written as text.
    let (Cell::Text(text), Cell::Text(above)) = (cell, heading) else {
        return cell == heading && !cell.is_blank();
    };
    let folded = flat(text);
    !folded.is_empty() && folded == flat(above)
}

/// `(1) (2) (3)` under the headings.
pub(super) fn numbers_columns(row: &[Cell], before: Option<&RowKind>) -> bool {
    if before != Some(&RowKind::Header) {
        return false;
    }
    let texts: Vec<String> = row.iter().filter(|c| !c.is_blank()).map(|c| flat(&c.text())).collect();
    let small = |t: &String| t.len() <= 2 && (t.parse::<u32>().is_ok() || t.len() == 1);
    let numbers: Vec<u32> = texts.iter().filter_map(|t| t.split(' ').next()?.parse().ok()).collect();
    texts.len() >= 3
        && texts.iter().filter(|t| small(t)).count() * 10 >= texts.len() * 8
        && numbers.len() * 2 >= texts.len()
        && numbers.windows(2).all(|w| w[1] == w[0] + 1)
}

/// The kind of a row that is no heading.
pub(super) fn kind(row: &[Cell], context: &Context<'_>, table: usize) -> RowKind {
    let filled: Vec<(usize, &Cell)> =
        context.verbatim.iter().enumerate().filter(|(_, c)| !c.is_blank()).collect();
    let numbered = context.number.and_then(|at| row.get(at)).is_some_and(|c| is_number(&c.text()));
    if numbered && filled.len() > 1 {
        return RowKind::Data(table);
    }
    // Of more than three texts it does not matter how many more.
    let texts: Vec<String> = filled
        .iter()
        .filter(|(_, c)| matches!(c, Cell::Text(t) if !is_number(t) && !c.is_error()))
        .map(|(_, c)| c.text())
        .take(4)
        .collect();
    if texts.is_empty() {
        return RowKind::Data(table);
    }
    if adds_up(&texts, filled.len(), context) {
        return RowKind::Total;
    }
    if texts.len() <= 3 && texts.iter().all(|t| context.words.is_note(t) || is_place_and_day(t)) {
        return RowKind::Note;
    }
    match section(&texts, filled.len(), context) {
        Some(kind) => kind,
        None => RowKind::Data(table),
    }
}

/// "Tổng cộng" and its numbers, also "Tổng | 12 chuỗi | 43 đơn vị"; not a place alone whose name begins so.
fn adds_up(texts: &[String], filled: usize, context: &Context<'_>) -> bool {
    let total = |text: &String| context.words.is_total(text);
    let counts = |text: &String| text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    match texts {
        [place] if filled == 1 && (context.is_place)(place) => false,
        [_] | [_, _] => texts.iter().any(total),
        [first, rest @ ..] => total(first) && rest.iter().all(counts),
        [] => false,
    }
}

fn section(texts: &[String], filled: usize, context: &Context<'_>) -> Option<RowKind> {
    // "I" | "Huyện Đại Lộc" in two cells, or all in one.
    let (mut style, mut text) = match texts {
        [mark, text] if filled <= 4 && marker(mark.trim_end_matches('.')) != Style::Bare => {
            (marker(mark.trim_end_matches('.')), text.clone())
        }
        [text] if filled <= 3 => (Style::Bare, text.clone()),
        _ => return None,
    };
    if let Some((mark, rest)) = text.split_once(['.', '/', ')', '-']).filter(|_| style == Style::Bare) {
        let found = marker(mark.trim().trim_start_matches('('));
        if found != Style::Bare && !rest.trim().is_empty() {
            (style, text) = (found, rest.trim().to_owned());
        }
    }
    let place = (context.is_place)(&text);
    let any = context.sections && filled == 1 && context.form == Form::Grid;
    if place || any || (style != Style::Bare && filled <= 2 && context.form == Form::Grid) {
        return Some(RowKind::Section(style, text));
    }
    // One word in a workbook's row is a caption or a name under a signature; in a text file it is a row cut off.
    (filled == 1 && context.form == Form::Grid).then_some(RowKind::Note)
}

fn marker(text: &str) -> Style {
    let text = text.trim();
    let roman =
        !text.is_empty() && text.len() <= 6 && text.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'));
    let letter = text.chars().count() == 1 && text.chars().all(|c| c.is_ascii_uppercase());
    if roman {
        Style::Roman
    } else if letter {
        Style::Letter
    } else if !text.is_empty() && text.len() <= 3 && text.chars().all(|c| c.is_ascii_digit()) {
        Style::Number
    } else {
        Style::Bare
    }
}

pub(super) fn is_number(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))
}

/// "Tam Kỳ, ngày 15 tháng 11 năm 2025", "Tam Kỳ, ngày 15/11/2025" above a signature.
pub(super) fn is_place_and_day(text: &str) -> bool {
    let text = format!(" {}", flat(text));
    let Some((_, day)) = text.split_once(" ngay ") else { return false };
    let written = day.split(' ').count() == 3 && day.chars().all(|c| c.is_ascii_digit() || c == ' ');
    text.len() < 60 && (written || format!(" {day}").contains(" thang "))
}
