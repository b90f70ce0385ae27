//! Rows of a text file with more filled cells than there are headings: a delimiter stood within a text without quotes,
//! and every cell behind it is one column too far. Many such rows are no slips but a column without a heading.

use std::collections::{BTreeMap, HashMap};

use super::context::RowContext;
use super::outcome::Severity;
use super::row::{Mapped, put};
use crate::ingest::cell::{Cell, Form, Sheet};
use crate::ingest::clean::Complaint;
use crate::ingest::layout::{Analysis, RowKind};

/// The first cell too many, by row; columns count from 1.
pub type Surplus = HashMap<usize, usize>;

/// Up to so many rows are slips, however short the file.
const SLIPS: usize = 2;
/// And one in so many.
const ONE_IN: usize = 10;

/// The rows of a sheet that have too many.
pub(super) fn rows(sheet: &Sheet, analysis: &Analysis) -> Surplus {
    if sheet.form != Form::Delimited {
        return Surplus::new();
    }
    let widths: Vec<usize> = analysis
        .mappings
        .iter()
        .map(|mapping| {
            mapping.headings.iter().rposition(|text| !text.trim().is_empty()).map_or(0, |at| at + 1)
        })
        .collect();
    let mut by_table: BTreeMap<usize, (usize, Vec<(usize, usize)>)> = BTreeMap::new();
    for (row, kind) in analysis.rows.iter().enumerate() {
        let RowKind::Data(table) = kind else { continue };
        let (count, found) = by_table.entry(*table).or_default();
        *count += 1;
        let width = widths.get(*table).copied().unwrap_or(0);
        let behind = sheet.rows[row].cells.iter().skip(width);
        found.extend(behind.enumerate().find(|(_, cell)| says(cell)).map(|(at, _)| (row, width + at + 1)));
    }
    let slips = by_table.into_values().filter(|(count, found)| found.len() <= SLIPS.max(count / ONE_IN));
    slips.flat_map(|(_, found)| found).collect()
}

fn says(cell: &Cell) -> bool {
    cell.text().chars().any(char::is_alphanumeric)
}

/// Sets such a row aside.
pub(super) fn reject(context: &RowContext<'_>, out: &mut Mapped) {
    let Some(column) = context.sheet.surplus.get(&context.index) else { return };
    let headings = context.mapping().map_or(0, |mapping| {
        let own = mapping.headings.iter().take(column - 1);
        own.filter(|text| !text.trim().is_empty()).count()
    });
    let complaint = Complaint::new(
        "CELLS_SHIFTED",
        format!(
            "no cell in column {column}: there are {headings} headings; put a text that holds the delimiter into quotes"
        ),
        format!(
            "không có ô ở cột {column}: bảng chỉ có {headings} tiêu đề; đặt trong ngoặc kép ô có chứa dấu phân cách"
        ),
    );
    put(context, "", &complaint, Severity::Quarantine, out);
}
