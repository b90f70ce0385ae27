//! What is doubtful about the headings of a sheet: longer ones than those known, units that nobody knows. Told once
//! for a heading, for else wrong numbers would come in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use super::{further, units};
use crate::ingest::clean::masked;
use crate::ingest::clean::units::Named;
use crate::ingest::fold::tidy;
use crate::ingest::layout::{Mapping, RowKind};
use crate::ingest::register::{Kind, Register};

/// A warning for each heading of a sheet with data under it that somebody is to look at.
pub(super) fn doubtful(sheet: &SheetRead, register: &Register) -> Vec<Issue> {
    let Some(analysis) = &sheet.analysis else { return Vec::new() };
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for (table, mapping) in analysis.mappings.iter().enumerate() {
        let rows = || sheet.cells.iter().enumerate().filter(|(i, _)| *sheet.kind(*i) == RowKind::Data(table));
        let kinds = kinds(register, mapping);
        for (column, (at, unit)) in &mapping.columns {
            let filled = || rows().any(|(_, row)| row.get(*at).is_some_and(|c| !c.is_blank()));
            let Some(heading) = mapping.headings.get(*at).map(|h| tidy(h)) else { continue };
            let kinds = kinds.get(column.as_str()).map(Vec::as_slice).unwrap_or_default();
            let known = mapping.unsure.get(column);
            let about = known.map(|known| unsure(known)).into_iter();
            for (code, seen, en, vi) in about.chain(unit_of(sheet, register, column, unit.as_ref(), kinds)) {
                if told.insert((code, heading.clone())) && filled() {
                    out.push(issue(&sheet.sheet.name, &heading, code, seen, (en, vi)));
                }
            }
        }
    }
    out
}

/// How the columns of a table are read.
fn kinds<'r>(register: &'r Register, mapping: &Mapping) -> BTreeMap<&'r str, Vec<Kind>> {
    let targets = register.model.layout[mapping.layout].targets.iter();
    let targets = targets.filter_map(|name| register.model.target.get(name));
    let mut out: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    for rule in targets.flat_map(|t| t.fields.values()).flat_map(|r| r.all()) {
        out.entry(&rule.from).or_default().push(Kind::of(&rule.kind));
    }
    out
}

/// Code, what is seen, and the words for it.
type Told = (&'static str, Option<String>, String, String);

fn unsure(known: &str) -> Told {
    (
        "HEADING_UNSURE",
        None,
        format!(
            "a heading the register file knows; it was read as \"{known}\" that stands in it. If it is that, add it \
             there as a synonym; if not, as [column.unread]"
        ),
        format!(
            "tiêu đề có trong tệp khai báo sổ; đã đọc như \"{known}\" nằm trong đó. Nếu đúng, hãy thêm vào tệp như \
             từ đồng nghĩa; nếu không, thêm vào [column.unread]"
        ),
    )
}

fn unit_of(
    sheet: &SheetRead,
    register: &Register,
    column: &str,
    unit: Option<&String>,
    kinds: &[Kind],
) -> Option<Told> {
    let own = || register.model.column.get(column)?.unit.clone();
    let unit = unit.cloned().or_else(own);
    let judged = |kind: &Kind| {
        let unit = match kind {
            Kind::Money => further::money_unit(sheet, unit.clone())?,
            _ => unit.clone()?,
        };
        let known = units::of_register(register, &unit).is_some();
        let named = if known { Named::Plain } else { kind.named(&unit) };
        matches!(named, Named::Unknown | Named::Remark).then_some((named, unit))
    };
    let (named, unit) = kinds.iter().find_map(judged)?;
    let (en, vi) = match named {
        Named::Unknown => (
            format!(
                "a unit that is known; numbers under \"{unit}\" were left out, save where a cell names its own. Add it \
                 to [units] of the register file"
            ),
            format!(
                "đơn vị tính đã biết; các số dưới \"{unit}\" bị bỏ qua, trừ ô ghi rõ đơn vị. Hãy thêm vào [units] của \
                 tệp khai báo sổ"
            ),
        ),
        _ => (
            format!(
                "a unit in brackets, or none; \"{unit}\" was taken for a remark and the numbers as they stand"
            ),
            format!("đơn vị tính trong ngoặc hoặc không ghi; \"{unit}\" được coi là ghi chú, số giữ nguyên"),
        ),
    };
    Some(("HEADING_UNIT_UNKNOWN", Some(masked(&unit)), en, vi))
}

fn issue(sheet: &str, heading: &str, code: &str, seen: Option<String>, (en, vi): (String, String)) -> Issue {
    let heading = masked(heading);
    Issue {
        sheet: sheet.to_owned(),
        row: 0,
        column: Some(heading.clone()),
        code: code.to_owned(),
        severity: Severity::Warning,
        seen: seen.or(Some(heading)),
        expected_en: en,
        expected_vi: vi,
    }
}
