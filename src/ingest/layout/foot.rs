//! The foot of a table: who drew it up, who signs, in two or three cells under the last row that is data. They look
//! like rows of it, the names of the signers most of all.

use super::Mapping;
use super::rows::{RowKind, Style, is_number, is_place_and_day};
use crate::ingest::cell::{Cell, Form, Sheet};
use crate::ingest::register::Folded;

/// Makes notes of such rows.
pub(super) fn mark(
    sheet: &Sheet,
    cells: &[Vec<Cell>],
    rows: &mut [RowKind],
    mappings: &[Mapping],
    words: &Folded,
) {
    if sheet.form == Form::Items {
        return;
    }
    for (table, mapping) in mappings.iter().enumerate() {
        let foot = Foot { sheet, cells, words, mapping, table };
        foot.mark(rows);
    }
}

struct Foot<'a> {
    sheet: &'a Sheet,
    cells: &'a [Vec<Cell>],
    words: &'a Folded,
    mapping: &'a Mapping,
    table: usize,
}

impl Foot<'_> {
    fn mark(&self, rows: &mut [RowKind]) {
        let data: Vec<usize> = (0..rows.len()).filter(|at| rows[*at] == RowKind::Data(self.table)).collect();
        let numbered = data.iter().filter(|at| self.is_numbered(**at)).count() * 2 > data.len();
        // What is surely data: in a table whose rows are numbered those, else those with many cells.
        let sure = |at: &&usize| if numbered { self.is_numbered(**at) } else { !self.is_thin(**at) };
        let Some(last) = data.iter().rfind(sure) else { return };
        let mut open = false;
        for (at, row) in rows.iter_mut().enumerate().skip(last + 1) {
            match row {
                RowKind::Note => open |= self.signs(at, 3),
                RowKind::Total => open |= numbered,
                RowKind::Data(_) if !self.is_thin(at) || self.names_a_body(at) => {}
                // Without running numbers only the first cell of a row is sure not to be some column's.
                RowKind::Data(_) if open || self.signs(at, if numbered { 3 } else { 1 }) => {
                    open = true;
                    *row = RowKind::Note;
                }
                RowKind::Section(style, _) if *style != Style::Bare => return,
                RowKind::Header => return,
                _ => {}
            }
        }
    }

    fn is_numbered(&self, at: usize) -> bool {
        let number = self.mapping.columns.get("number").and_then(|(column, _)| self.cells[at].get(*column));
        number.is_some_and(|cell| is_number(&cell.text()))
    }

    fn texts(&self, at: usize) -> impl Iterator<Item = &Cell> {
        self.sheet.rows[at].cells.iter().filter(|cell| !cell.is_blank())
    }

    /// Whether a row has a few cells with words and no number.
    fn is_thin(&self, at: usize) -> bool {
        let filled = self.texts(at).count();
        let wordy = |cell: &Cell| matches!(cell, Cell::Text(text) if !is_number(text));
        (1..=3).contains(&filled)
            && filled * 2 <= self.mapping.columns.len()
            && self.texts(at).all(wordy)
            && !self.is_numbered(at)
    }

    /// Whether one of a row's first texts is an office's, a signature's or a day's.
    fn signs(&self, at: usize, first: usize) -> bool {
        self.texts(at)
            .take(first)
            .any(|cell| self.words.is_note(&cell.text()) || is_place_and_day(&cell.text()))
    }

    fn names_a_body(&self, at: usize) -> bool {
        self.texts(at).any(|cell| self.words.is_body(&cell.text()))
    }
}
