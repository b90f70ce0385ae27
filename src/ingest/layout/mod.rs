//! A sheet and a register → which rows are headings, sections, data, totals, notes, and which column is
//! which. Headings are found by their words, wherever they stand. No value is cleaned here.

mod beside;
mod down;
mod foot;
mod header;
mod old_fonts;
mod rows;
mod shape;
mod under;

use std::collections::BTreeMap;

pub use beside::place_beside;
pub use down::fill_down;
pub use header::{Candidate, best_candidate};
pub(crate) use header::{belongs, headings};
pub use rows::{RowKind, Style};
pub(crate) use shape::apply as shape;

use super::cell::{Cell, Form, Merge, Sheet};
use super::register::Register;

/// Where the columns of a table stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Form of the sheet, by its position in the register file.
    pub layout: usize,
    /// Logical column → position and unit in brackets.
    pub columns: BTreeMap<String, (usize, Option<String>)>,
    /// Headings as they stand in the file, by position.
    pub headings: Vec<String>,
    /// Logical column → the known heading taken for a longer one, for people to look at.
    pub unsure: BTreeMap<String, String>,
}

/// A sheet understood.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// One for each row of the sheet.
    pub rows: Vec<RowKind>,
    /// Tables of the sheet, in order; `RowKind::Data` names its own.
    pub mappings: Vec<Mapping>,
    /// The text above the first headings.
    pub title: String,
    /// Table → the tables as which each of its rows is read instead, one for each heading that holds a value.
    pub repeats: BTreeMap<usize, Vec<usize>>,
}

/// Cells with the value of a merge in all its rows and old font encodings converted; for reading only.
pub fn filled(sheet: &Sheet) -> Vec<Vec<Cell>> {
    fill(sheet, sheet.rows.len())
}

/// As [`filled`], of the rows among which headings are looked for.
pub fn head(sheet: &Sheet) -> Vec<Vec<Cell>> {
    fill(sheet, sheet.rows.len().min(header::DEPTH + 4))
}

fn fill(sheet: &Sheet, count: usize) -> Vec<Vec<Cell>> {
    let mut rows = old_fonts::converted(&sheet.rows[..count]);
    let at = |row: usize| {
        let no = i32::try_from(row + 1).ok()?;
        sheet.rows[..count].binary_search_by_key(&no, |r| r.no).ok()
    };
    for Merge { top, left, bottom, .. } in sheet.merges.iter().filter(|m| m.bottom > m.top) {
        let Some(value) = at(*top).and_then(|r| rows[r].get(*left).cloned()).filter(|c| !c.is_blank()) else {
            continue;
        };
        for row in (top + 1..=(*bottom).min(top + 5000)).filter_map(at) {
            let cells = &mut rows[row];
            if cells.len() <= *left {
                cells.resize(left + 1, Cell::Empty);
            }
            if cells[*left].is_blank() {
                cells[*left] = value.clone();
            }
        }
    }
    rows
}

/// Reads a sheet as `register` says; none when no form of it fits. `is_place` tells a section that names
/// a place from a stray word.
pub fn analyse(
    sheet: &Sheet,
    cells: &[Vec<Cell>],
    register: &Register,
    is_place: &dyn Fn(&str) -> bool,
) -> Option<Analysis> {
    let first = best_candidate(sheet, cells, register).complete()?;
    let mut mappings = vec![first.mapping.clone()];
    let mut rows = Vec::with_capacity(cells.len());
    let mut headings: Vec<&[Cell]> = Vec::new();
    let title = cells[..first.start].iter().flatten().map(Cell::text).collect::<Vec<_>>().join("\n");
    for (i, row) in cells.iter().enumerate() {
        let kind = if i < first.start {
            RowKind::Title
        } else if i < first.start + first.span {
            headings.push(row);
            RowKind::Header
        } else if sheet.form == Form::Items {
            RowKind::Data(mappings.len() - 1)
        } else if rows::repeats(row, &headings) || rows::numbers_columns(row, rows.last()) {
            RowKind::Header
        } else if let Some(mapping) = header::another(row, register) {
            headings = vec![row];
            mappings.push(mapping);
            RowKind::Header
        } else {
            let context = rows::Context {
                verbatim: &sheet.rows[i].cells,
                form: sheet.form,
                words: register.words(),
                number: mappings.last().and_then(|m| m.columns.get("number")).map(|(at, _)| *at),
                is_place,
                sections: mappings.last().is_some_and(|m| register.model.layout[m.layout].sections),
            };
            rows::kind(row, &context, mappings.len() - 1)
        };
        rows.push(kind);
    }
    foot::mark(sheet, cells, &mut rows, &mappings, register.words());
    // Without rows below it, a bare text is no section but a note at the end.
    for kind in rows.iter_mut().rev().take_while(|k| !matches!(k, RowKind::Data(_))) {
        if matches!(kind, RowKind::Section(Style::Bare, text) if !is_place(text)) {
            *kind = RowKind::Note;
        }
    }
    Some(Analysis { rows, mappings, title, repeats: BTreeMap::new() })
}
