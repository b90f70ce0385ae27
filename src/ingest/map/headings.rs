//! What is doubtful about the headings of a sheet: longer ones than those known, units that nobody knows. Told once
//! for a heading, for else wrong numbers would come in silence.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use super::{further, units};
use crate::ingest::cell::Cell;
use crate::ingest::clean::masked;
use crate::ingest::clean::numbers::{self, Wanted};
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
        let all = kinds(register, mapping);
        for (column, (at, unit)) in &mapping.columns {
            let filled = || rows().any(|(_, row)| row.get(*at).is_some_and(|c| !c.is_blank()));
            let Some(heading) = mapping.headings.get(*at).map(|h| tidy(h)) else { continue };
            let kinds = all.get(column.as_str()).map(Vec::as_slice).unwrap_or_default();
            let known = mapping.unsure.get(column);
            let about = known.map(|known| unsure(known)).into_iter();
            let own = || register.model.column.get(column).is_some_and(|c| c.unit.is_some());
            let bare = unit.is_none() && !own() && kinds.contains(&Kind::Money);
            let least = bare.then(|| least(register, mapping, column)).flatten();
            let little =
                |least: &f64| rows().all(|(_, row)| row.get(*at).is_none_or(|c| is_little(c, *least)));
            let beside = least.filter(little).and_then(|_| beside(sheet, mapping, &all, column));
            let lacks = beside.map(|(heading, unit)| no_unit(&heading, &unit));
            let of_unit = unit_of(sheet, register, column, unit.as_ref(), kinds);
            for (code, seen, en, vi) in about.chain(of_unit).chain(lacks) {
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

/// The least amount that a column can hold, where the register says one.
fn least(register: &Register, mapping: &Mapping, column: &str) -> Option<f64> {
    let targets = register.model.layout[mapping.layout].targets.iter();
    let rules = targets.filter_map(|t| register.model.target.get(t)).flat_map(|t| t.fields.values());
    let mut own =
        rules.flat_map(|r| r.all()).filter(|r| r.from == column && Kind::of(&r.kind) == Kind::Money);
    own.find_map(|r| r.least.or(r.min).filter(|least| *least > 0.0))
}

/// Whether a cell says no amount, or a number that is too small for one in đồng.
fn is_little(cell: &Cell, least: f64) -> bool {
    match cell {
        Cell::Number(n) => n.abs() < least,
        Cell::Text(text) if is_lettered(text) => false,
        Cell::Text(_) => {
            let number = numbers::number(cell, Wanted::Money, None).ok().flatten().and_then(|n| n.to_f64());
            number.is_none_or(|n| n.abs() < least)
        }
        _ => true,
    }
}

fn is_lettered(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Another heading of money in the same table, and the unit it names.
fn beside(
    sheet: &SheetRead,
    mapping: &Mapping,
    kinds: &BTreeMap<&str, Vec<Kind>>,
    own: &str,
) -> Option<(String, String)> {
    if further::money_unit(sheet, None).is_some() {
        return None;
    }
    let money = |column: &String| kinds.get(column.as_str()).is_some_and(|k| k.contains(&Kind::Money));
    let scaled = |unit: &&String| matches!(Kind::Money.named(unit), Named::Times(n) if n > Decimal::ONE);
    let mut others = mapping.columns.iter().filter(|(column, _)| *column != own && money(column));
    others.find_map(|(_, (at, unit))| {
        Some((tidy(mapping.headings.get(*at)?), unit.as_ref().filter(scaled)?.clone()))
    })
}

fn no_unit(heading: &str, unit: &str) -> Told {
    (
        "HEADING_UNIT_MISSING",
        None,
        format!(
            "a unit as in \"{heading}\": the numbers are too small to be đồng. Put the unit into the heading, or set \
             unit = \"{unit}\" for the column in the register file"
        ),
        format!(
            "đơn vị tính như ở \"{heading}\": các số quá nhỏ nếu tính bằng đồng. Hãy ghi đơn vị vào tiêu đề, hoặc đặt \
             unit = \"{unit}\" cho cột trong tệp khai báo sổ"
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
