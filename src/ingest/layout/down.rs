//! Columns of which a register says, as a whole or of one form of sheet, that they stand on the first row of a block
//! only: joined cells, after an export that knows none. The sheet's own cells stay as they came.

use std::collections::BTreeMap;

use super::{Analysis, Mapping, RowKind};
use crate::ingest::cell::Cell;
use crate::ingest::register::Register;

/// Puts the value above into the blank cells of such columns. A section, total or note ends a block.
pub fn fill_down(cells: &mut [Vec<Cell>], analysis: &Analysis, register: &Register) {
    let always = |name: &String| register.model.column.get(name).is_some_and(|c| c.fill_down);
    let filled = |m: &Mapping| {
        let here = &register.model.layout[m.layout].fill_down;
        let of = m.columns.iter().filter(|(name, _)| always(name) || here.contains(name));
        of.map(|(_, (at, _))| *at).collect()
    };
    let columns: Vec<Vec<usize>> = analysis.mappings.iter().map(filled).collect();
    if columns.iter().all(Vec::is_empty) {
        return;
    }
    let mut above: BTreeMap<usize, Cell> = BTreeMap::new();
    for (row, kind) in cells.iter_mut().zip(&analysis.rows) {
        let RowKind::Data(table) = kind else {
            above.clear();
            continue;
        };
        for at in &columns[*table] {
            match row.get(*at).filter(|c| !c.is_blank()) {
                Some(own) => drop(above.insert(*at, own.clone())),
                None => {
                    if row.len() <= *at {
                        row.resize(at + 1, Cell::Empty);
                    }
                    row[*at] = above.get(at).cloned().unwrap_or_default();
                }
            }
        }
    }
}
