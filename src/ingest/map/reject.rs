//! Rows that are no data although they look like it.

use super::context::RowContext;
use super::outcome::Severity;
use super::row::{Mapped, put};
use crate::ingest::cell::Cell;
use crate::ingest::clean::{Complaint, identifiers};
use crate::ingest::fold::tidy;

/// A formula never computed says nothing of its row; one that failed does.
fn failed_cell(cell: &Cell) -> bool {
    cell.is_error() && !cell.is_uncomputed()
}

/// Rows that are no data: test rows, formulas that failed, cells shifted.
pub(super) fn reject(context: &RowContext<'_>, out: &mut Mapped) {
    for rule in context.shared.register.rejects() {
        for column in &rule.columns {
            let text = context.cell(column).map(|c| tidy(&c.text()).to_lowercase()).unwrap_or_default();
            if rule.pattern.is_match(&text) {
                put(
                    context,
                    column,
                    &Complaint::new("TEST_ROW", &rule.en, &rule.vi),
                    Severity::Quarantine,
                    out,
                );
            }
        }
    }
    super::surplus::reject(context, out);
    let Some(mapping) = context.mapping() else { return };
    let cells = &context.sheet.cells[context.index];
    let index = |name: &String| context.shared.register.model.column.get(name).is_some_and(|c| c.index);
    let failed: Vec<&String> = mapping
        .columns
        .iter()
        .filter(|(name, (at, _))| cells.get(*at).is_some_and(failed_cell) && !index(name))
        .map(|(c, _)| c)
        .collect();
    if let [first, _, ..] = failed.as_slice() {
        let complaint = Complaint::new(
            "CELL_ERROR",
            "values, not formulas' errors",
            "các giá trị, không phải lỗi công thức",
        );
        put(context, first, &complaint, Severity::Quarantine, out);
    }
    if context.text("kind").is_some_and(|k| identifiers::is_phone(&k)) {
        let complaint = Complaint::new(
            "CELLS_SHIFTED",
            "a kind of organisation; the cells of this row seem to be shifted",
            "loại hình; có vẻ các ô của dòng bị lệch cột",
        );
        put(context, "kind", &complaint, Severity::Quarantine, out);
    }
}
