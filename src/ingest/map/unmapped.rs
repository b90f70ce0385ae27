//! Columns with data that no heading of the register names: told once, for else they would be lost in silence.

use std::collections::BTreeSet;

use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use crate::ingest::clean::masked;
use crate::ingest::fold::{flat, tidy};
use crate::ingest::layout::RowKind;

/// A warning for each heading of a sheet that nothing reads though data stand under it.
pub(super) fn columns(sheet: &SheetRead, all: &[SheetRead]) -> Vec<Issue> {
    let Some(analysis) = &sheet.analysis else { return Vec::new() };
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for (table, mapping) in analysis.mappings.iter().enumerate() {
        let taken: BTreeSet<usize> = mapping.columns.values().map(|(at, _)| *at).collect();
        let rows = || sheet.cells.iter().enumerate().filter(|(i, _)| *sheet.kind(*i) == RowKind::Data(table));
        for (at, heading) in mapping.headings.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            let has_data = || rows().any(|(_, row)| row.get(at).is_some_and(|c| !c.is_blank()));
            if !flat(heading).is_empty()
                && own(sheet, heading, all)
                && has_data()
                && told.insert(flat(heading))
            {
                out.push(issue(&sheet.sheet.name, &tidy(heading)));
            }
        }
    }
    out
}

/// Whether a field stands at the level of nesting that the sheet holds; those around it and the lists within are
/// told by theirs.
fn own(sheet: &SheetRead, heading: &str, all: &[SheetRead]) -> bool {
    let within =
        |s: &SheetRead| heading.strip_prefix(s.sheet.name.as_str()).is_some_and(|r| r.starts_with('.'));
    let deeper = all.iter().filter(|s| s.sheet.path.len() > sheet.sheet.path.len() && s.analysis.is_some());
    (sheet.sheet.path.is_empty() || within(sheet)) && !deeper.into_iter().any(within)
}

fn issue(sheet: &str, heading: &str) -> Issue {
    let heading = masked(heading);
    Issue {
        sheet: sheet.to_owned(),
        row: 0,
        column: None,
        code: "COLUMN_UNMAPPED".to_owned(),
        severity: Severity::Warning,
        seen: Some(heading),
        expected_en: "a heading the register file knows; the column was not read. Add it there as a synonym"
            .to_owned(),
        expected_vi: "tiêu đề có trong tệp khai báo sổ; cột này chưa được đọc. Hãy thêm tiêu đề vào tệp đó"
            .to_owned(),
    }
}
