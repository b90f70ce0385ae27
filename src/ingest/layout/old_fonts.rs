//! Cells typed in the fonts of before Unicode → Unicode, for reading. A cell that does not look so by itself, since its
//! letters could be Vietnamese or its words are foreign names, goes with its column.

use std::collections::BTreeMap;

use crate::ingest::cell::{Cell, Row};
use crate::ingest::read::legacy;

/// So many cells tell what a column is typed in.
const ENOUGH: usize = 3;

/// The cells of rows, converted.
pub(super) fn converted(rows: &[Row]) -> Vec<Vec<Cell>> {
    let mut schemes: BTreeMap<usize, BTreeMap<&'static str, usize>> = BTreeMap::new();
    let mut repaired = |at: usize, cell: &Cell| match cell {
        Cell::Text(text) => match legacy::repair(text) {
            Some((scheme, text)) => {
                *schemes.entry(at).or_default().entry(scheme).or_default() += 1;
                Cell::Text(text)
            }
            None => cell.clone(),
        },
        cell => cell.clone(),
    };
    let mut out: Vec<Vec<Cell>> = Vec::with_capacity(rows.len());
    for row in rows {
        out.push(row.cells.iter().enumerate().map(|(at, cell)| repaired(at, cell)).collect());
    }
    for (at, found) in schemes {
        let scheme = match found.into_iter().collect::<Vec<_>>()[..] {
            [(scheme, count)] if count >= ENOUGH => scheme,
            _ => continue,
        };
        let own = || rows.iter().map(|row| row.cells.get(at));
        let is_unicode = |cell: &Cell| matches!(cell, Cell::Text(text) if legacy::is_of_unicode(text));
        if own().flatten().any(is_unicode) {
            continue;
        }
        for (cells, before) in out.iter_mut().zip(own()) {
            if let (Some(cell), Some(Cell::Text(text))) = (cells.get_mut(at), before)
                && matches!(&*cell, Cell::Text(now) if now == text && !text.is_ascii())
            {
                *cell = Cell::Text(legacy::converted(scheme, text));
            }
        }
    }
    out
}
