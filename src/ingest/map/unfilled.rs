//! Columns that a file has and fills nowhere. A blank cell is an answer ("no circular model") only where the office
//! answers at all.

use std::collections::{BTreeSet, HashSet};

use super::prepare::Prepared;
use crate::ingest::layout::RowKind;

/// Of the columns whose blank cells have a meaning, those without any value in the whole file.
pub(super) fn columns(file: &Prepared<'_>) -> HashSet<String> {
    let targets = file.register.model.target.values();
    let rules = targets.flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    let mut open: BTreeSet<&str> =
        rules.filter(|r| r.blank.is_some() && !r.from.starts_with('@')).map(|r| r.from.as_str()).collect();
    for sheet in &file.sheets {
        let Some(analysis) = &sheet.analysis else { continue };
        for (kind, cells) in analysis.rows.iter().zip(&sheet.cells) {
            if open.is_empty() {
                return HashSet::new();
            }
            let RowKind::Data(table) = kind else { continue };
            let columns = &analysis.mappings[*table].columns;
            let fills = |name: &&str| {
                columns.get(*name).and_then(|(at, _)| cells.get(*at)).is_some_and(|cell| !cell.is_blank())
            };
            open.retain(|name| !fills(name));
        }
    }
    open.into_iter().map(str::to_owned).collect()
}
