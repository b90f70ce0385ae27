//! Columns whose values must stand in another sheet of the file: members of a chain that no sheet lists.

use std::collections::{HashMap, HashSet};

use super::context::RowContext;
use super::outcome::Severity;
use super::prepare::Prepared;
use super::row::{Mapped, put};
use crate::ingest::clean::Complaint;
use crate::ingest::fold::tone;
use crate::ingest::layout::RowKind;

/// For each rule whose sheet the file has, the values that stand there.
pub(super) type Known = HashMap<usize, HashSet<String>>;

/// Looks through the sheets that others refer to.
pub(super) fn known(file: &Prepared<'_>) -> Known {
    let model = &file.register.model;
    let mut out = Known::new();
    for (rule, reference) in model.reference.iter().enumerate() {
        for sheet in &file.sheets {
            let Some(analysis) = &sheet.analysis else { continue };
            for (kind, cells) in analysis.rows.iter().zip(&sheet.cells) {
                let RowKind::Data(table) = kind else { continue };
                let mapping = &analysis.mappings[*table];
                if model.layout[mapping.layout].name != reference.layout {
                    continue;
                }
                let values = out.entry(rule).or_default();
                if let Some((at, _)) = mapping.columns.get(&reference.column) {
                    values.extend(cells.get(*at).map(|c| tone(&c.text())).filter(|v| !v.is_empty()));
                }
            }
        }
    }
    out
}

/// Sets a row aside that refers to nothing.
pub(super) fn refer(context: &RowContext<'_>, out: &mut Mapped) {
    for (rule, reference) in context.shared.register.model.reference.iter().enumerate() {
        let Some(known) = context.shared.known.get(&rule) else { continue };
        let Some(text) = context.text(&reference.column) else { continue };
        if context.layout().name != reference.layout && !known.contains(&tone(&text)) {
            let complaint = Complaint::new(
                "REFERENCE_UNKNOWN",
                format!("a value that stands in the table of {} of the same file", reference.layout),
                "một giá trị có trong bảng tương ứng của cùng tệp",
            );
            put(context, &reference.column, &complaint, Severity::Quarantine, out);
        }
    }
}
