//! New words for cells of a file that is about to be mapped: what a person mended. The rows as they came are
//! not touched; only what is read of them is.

use std::collections::BTreeMap;

use super::prepare::{Prepared, SheetRead};
use crate::error::Fault;
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;
use crate::ingest::layout::RowKind;

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

/// Puts new words into the cells that will be read.
pub fn mend(file: &mut Prepared<'_>, mends: &[Mend]) -> Result<(), Fault> {
    for mend in mends {
        let sheet = file.sheets.iter_mut().find(|s| s.sheet.name == mend.sheet);
        let sheet = sheet.ok_or_else(|| no_row(mend))?;
        let at = sheet.sheet.rows.iter().position(|row| row.no == mend.row).ok_or_else(|| no_row(mend))?;
        let RowKind::Data(table) = *sheet.kind(at) else { return Err(no_row(mend)) };
        for (column, text) in &mend.cells {
            let index = column_at(sheet, table, column).ok_or_else(|| no_column(sheet, table, column))?;
            let cells = &mut sheet.cells[at];
            if cells.len() <= index {
                cells.resize(index + 1, Cell::default());
            }
            cells[index] = if text.trim().is_empty() { Cell::default() } else { Cell::Text(text.clone()) };
        }
    }
    Ok(())
}

fn column_at(sheet: &SheetRead, table: usize, column: &str) -> Option<usize> {
    let mapping = sheet.analysis.as_ref()?.mappings.get(table)?;
    let by_heading = || mapping.headings.iter().position(|heading| flat(heading) == flat(column));
    mapping.columns.get(column).map(|(at, _)| *at).or_else(by_heading)
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
