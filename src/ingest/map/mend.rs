//! New words for cells of a file that is about to be mapped: what a person mended. The rows as they came are
//! not touched; only what is read of them is.

use std::collections::BTreeMap;

use super::prepare::{Prepared, SheetRead};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Sheet};
use crate::ingest::fold::flat;
use crate::ingest::layout::{Analysis, Mapping, RowKind};

/// New text for cells of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mend {
    /// Sheet; empty where the file has none.
    pub sheet: String,
    /// Row in the file.
    pub row: i32,
    /// Heading, or the register's name of the column → text; blank empties the cell.
    pub cells: BTreeMap<String, String>,
}

/// A cell of the file's own that has new words: row and column.
pub type Mended = BTreeMap<(usize, String), (usize, Cell)>;

/// Puts new words into cells of the file's own, before columns are made of them.
pub fn mend_own(sheet: &Sheet, cells: &mut [Vec<Cell>], analysis: &Analysis, mends: &[Mend]) -> Mended {
    let mut mended = Mended::new();
    for mend in mends.iter().filter(|mend| mend.sheet == sheet.name) {
        let Some(at) = sheet.rows.iter().position(|row| row.no == mend.row) else { continue };
        let RowKind::Data(table) = analysis.rows[at] else { continue };
        for (column, text) in &mend.cells {
            if let Some(index) = analysis.mappings.get(table).and_then(|mapping| index_of(mapping, column)) {
                mended.insert((at, column.clone()), (index, cell_of(text)));
            }
        }
    }
    put(cells, &mended);
    mended
}

/// Puts them there once more: what stands above is not said of a cell that a person made blank.
pub fn put(cells: &mut [Vec<Cell>], mended: &Mended) {
    for ((at, _), (index, cell)) in mended {
        put_one(&mut cells[*at], *index, cell.clone());
    }
}

fn put_one(cells: &mut Vec<Cell>, index: usize, cell: Cell) {
    if cells.len() <= index {
        cells.resize(index + 1, Cell::default());
    }
    cells[index] = cell;
}

fn cell_of(text: &str) -> Cell {
    if text.trim().is_empty() { Cell::default() } else { Cell::Text(text.to_owned()) }
}

fn index_of(mapping: &Mapping, column: &str) -> Option<usize> {
    let by_heading = || mapping.headings.iter().position(|heading| flat(heading) == flat(column));
    mapping.columns.get(column).map(|(at, _)| *at).or_else(by_heading)
}

/// Puts new words into the cells that will be read and that are not the file's own.
pub fn mend(file: &mut Prepared<'_>, mends: &[Mend]) -> Result<(), Fault> {
    for mend in mends {
        let sheet = file.sheets.iter_mut().find(|s| s.sheet.name == mend.sheet);
        let sheet = sheet.ok_or_else(|| no_row(mend))?;
        let at = sheet.sheet.rows.iter().position(|row| row.no == mend.row).ok_or_else(|| no_row(mend))?;
        let RowKind::Data(table) = *sheet.kind(at) else { return Err(no_row(mend)) };
        for (column, text) in &mend.cells {
            if sheet.mended.contains_key(&(at, column.clone())) {
                continue;
            }
            let index = column_at(sheet, table, column).ok_or_else(|| no_column(sheet, table, column))?;
            put_one(&mut sheet.cells[at], index, cell_of(text));
        }
    }
    Ok(())
}

fn column_at(sheet: &SheetRead, table: usize, column: &str) -> Option<usize> {
    index_of(sheet.analysis.as_ref()?.mappings.get(table)?, column)
}

fn no_row(mend: &Mend) -> Fault {
    let Mend { sheet, row, .. } = mend;
    Fault::new(
        "ROW_UNKNOWN",
        format!("sheet \"{sheet}\" has no data row {row}"),
        format!("trang \"{sheet}\" không có dòng dữ liệu {row}"),
    )
}

fn no_column(sheet: &SheetRead, table: usize, column: &str) -> Fault {
    let mapping = sheet.analysis.as_ref().and_then(|a| a.mappings.get(table));
    let known: Vec<&str> = mapping.iter().flat_map(|m| m.headings.iter().map(String::as_str)).collect();
    let known: Vec<&str> = known.into_iter().filter(|heading| !heading.trim().is_empty()).collect();
    let known = known.join(", ");
    Fault::new(
        "COLUMN_UNKNOWN",
        format!("there is no column \"{column}\"; the columns are: {known}"),
        format!("không có cột \"{column}\"; các cột là: {known}"),
    )
}
