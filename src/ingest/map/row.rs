//! One data row → its records and issues.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::context::RowContext;
use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use super::reference::refer;
use super::reject::reject;
use super::whereabouts::{place, put_place};
use super::{change, field, further, goods, key};
use crate::ingest::cell::Cell;
use crate::ingest::clean::{Complaint, dates, identifiers, lists, notes};
use crate::ingest::fold::tone;
use crate::ingest::register::{At, FieldRule, Kind, Layout, Target};
use crate::store::id;
use crate::store::record::{Evidence, SourceRecord};

/// What came of a row.
#[derive(Default)]
pub(super) struct Mapped {
    pub records: Vec<SourceRecord>,
    pub issues: Vec<Issue>,
    pub quarantined: bool,
    /// Equal for rows typed twice.
    pub content: u128,
}

impl Mapped {
    /// Says where the row was typed first.
    pub(super) fn repeats(&mut self, sheet: &SheetRead, no: i32, first_sheet: &str, first: i32) {
        self.issues.clear();
        let at = if first_sheet.is_empty() { first.to_string() } else { format!("{first_sheet}!{first}") };
        self.issues.push(Issue {
            sheet: sheet.sheet.name.clone(),
            row: no,
            column: None,
            code: "ROW_REPEATED".to_owned(),
            severity: Severity::Warning,
            seen: None,
            expected_en: format!("no second copy of row {at}"),
            expected_vi: format!("không lặp lại dòng {at}"),
        });
    }
}

/// Maps a row.
pub(super) fn map(context: &RowContext<'_>) -> Mapped {
    let mut out =
        Mapped { records: Vec::new(), issues: Vec::new(), quarantined: false, content: content(context) };
    reject(context, &mut out);
    refer(context, &mut out);
    let layout = context.layout();
    let day = observed_on(context, layout);
    let mut made = Made::default();
    let targets =
        || layout.targets.iter().filter_map(|n| Some((n, context.shared.register.model.target.get(n)?)));
    for (name, target) in targets().filter(|(_, t)| t.each.is_none()) {
        record(context, name, target, day, &mut made, &mut out);
    }
    let lists: BTreeSet<&String> = targets().filter_map(|(_, t)| t.each.as_ref()).collect();
    for list in lists {
        let whole = targets().any(|(_, t)| t.whole && t.each.as_ref() == Some(list));
        for (i, part) in lists::parts(&context.text(list).unwrap_or_default(), whole).into_iter().enumerate()
        {
            let cell = Cell::Text(part);
            let context = RowContext { part: Some((list, &cell)), ..*context };
            let mut made = Made { part: i + 1, ..made.clone() };
            for (name, target) in targets().filter(|(_, t)| t.each.as_ref() == Some(list)) {
                record(&context, name, target, day, &mut made, &mut out);
            }
        }
    }
    goods::tell_owners(&context.shared.register.owned, &mut out.records);
    change::apply(context, &mut out);
    out.quarantined = out.issues.iter().any(|i| i.severity == Severity::Quarantine);
    if out.quarantined {
        out.records.clear();
    }
    out
}

/// What the row has made so far, by target.
#[derive(Clone, Default)]
struct Made<'n> {
    keys: BTreeMap<&'n str, String>,
    ids: BTreeMap<&'n str, Uuid>,
    /// Which part of a list, from 1.
    part: usize,
}

fn record<'n>(
    context: &RowContext<'_>,
    name: &'n str,
    target: &Target,
    day: NaiveDate,
    made: &mut Made<'n>,
    out: &mut Mapped,
) {
    let there = |need: &String| match need.strip_prefix('@') {
        Some(to) => made.ids.contains_key(to),
        None => context.text(need).is_some(),
    };
    if !target.needs.iter().all(there) {
        return;
    }
    let shared = context.shared;
    let place = target.place.as_ref().map(|rule| place(context, rule, day, out));
    let mut fields = BTreeMap::new();
    for (name, rules) in &target.fields {
        match value(context, rules.all(), day, out) {
            Some(value) => drop(fields.insert(name.clone(), value)),
            None if clears(context, rules.all()) => drop(fields.insert(name.clone(), Value::Null)),
            None => {}
        }
    }
    let told = |r: &&String| r.split('|').any(|field| fields.contains_key(field.trim()));
    let lacks = |r: &&String| !told(r) && !change::forgives(context, name, target, r);
    for required in target.required.iter().filter(lacks) {
        if target.optional {
            return;
        }
        let first = required.split('|').next().unwrap_or_default().trim();
        missing(context, target, first, out);
    }
    if let Some(place) = &place {
        put_place(&mut fields, place);
    }
    let row = context.sheet.sheet.rows[context.index].no;
    let sheet = &context.sheet.sheet.name;
    let mut key = key::key(context, target, place.as_ref(), &made.keys, &fields);
    if !shared.twins.is_empty() {
        let of = (sheet.clone(), row, name.to_owned());
        key.extend(shared.twins.get(&of).map(|ending| format!("|={ending}")));
    }
    let part = if made.part == 0 { String::new() } else { format!("|{}", made.part) };
    let id = id::stable(shared.as_of, &format!("record|{}|{sheet}|{row}|{name}{part}", shared.import_id));
    let to = |(link, to): (&String, &String)| Some((link.clone(), *made.ids.get(to.as_str())?));
    let refs = target.refs.iter().filter_map(to).collect();
    made.keys.insert(name, key.clone());
    made.ids.insert(name, id);
    out.records.push(SourceRecord {
        id,
        import_id: shared.import_id,
        scope: shared.scope.into(),
        entity: target.entity.as_str().into(),
        key,
        office: shared.register.model.office.as_str().into(),
        observed_on: day,
        fields: fields.into(),
        refs,
        evidence: Evidence {
            names: other_names(context, target),
            places: place.map(|p| p.now).unwrap_or_default(),
            mistyped: mistyped(context, target),
            goods: Vec::new(),
            distinct: target.distinct,
            mention: target.mention,
            withdrawn: false,
        },
        sheet: sheet.clone(),
        row,
    });
}

/// Tax codes of a target that only lack a right check digit.
fn mistyped(context: &RowContext<'_>, target: &Target) -> Vec<String> {
    let codes = target.fields.values().flat_map(|r| r.all()).filter(|r| Kind::of(&r.kind) == Kind::TaxCode);
    codes.filter_map(|rule| identifiers::mistyped(&context.source(&rule.from))).collect()
}

/// Whether a column whose blank says that the field is empty is there.
fn clears(context: &RowContext<'_>, rules: &[FieldRule]) -> bool {
    rules.iter().any(|r| r.clears && context.heading(&r.from).is_some())
}

/// The first rule that gives a value; the first complaint when none does.
fn value(context: &RowContext<'_>, rules: &[FieldRule], day: NaiveDate, out: &mut Mapped) -> Option<Value> {
    let mut complaint = None;
    for rule in rules {
        let cleaned = field::clean(context, rule, day);
        if let (Some(found), Some(_)) = (&cleaned.complaint, &cleaned.value) {
            put(context, &rule.from, found, Severity::Warning, out);
        } else if let Some(found) = cleaned.complaint {
            let strict = rule.strict && !matches!(found.code, "DATE_NOT_IN_CALENDAR" | "DATE_UNREADABLE");
            let severity = if strict { Severity::Quarantine } else { Severity::Warning };
            complaint.get_or_insert((rule.from.clone(), found, severity));
        }
        if cleaned.value.is_some() {
            if let Some((column, found, Severity::Quarantine)) = &complaint {
                put(context, column, found, Severity::Quarantine, out);
            }
            return cleaned.value;
        }
    }
    if let Some((column, found, severity)) = complaint {
        put(context, &column, &found, severity, out);
    }
    None
}

/// An issue, once for a column and code, with the graver severity.
pub(super) fn put(
    context: &RowContext<'_>,
    column: &str,
    complaint: &Complaint,
    severity: Severity,
    out: &mut Mapped,
) {
    let issue = context.issue(column, complaint, severity);
    let known = out.issues.iter_mut().find(|i| i.column == issue.column && i.code == issue.code);
    match known {
        Some(known) => known.severity = known.severity.max(severity),
        None => out.issues.push(issue),
    }
}

/// A required field without value: what was said of its column becomes the reason, else that it is missing.
fn missing(context: &RowContext<'_>, target: &Target, field: &str, out: &mut Mapped) {
    let from =
        target.fields.get(field).and_then(|r| r.all().first()).map(|r| r.from.as_str()).unwrap_or_default();
    let heading = context.heading(from);
    if let Some(issue) = out.issues.iter_mut().find(|i| i.column.is_some() && i.column == heading) {
        issue.severity = Severity::Quarantine;
        return;
    }
    let columns = &context.shared.register.model.column;
    let known = || columns.get(from).and_then(|c| c.headers.first()).cloned();
    let name = heading.or_else(known).unwrap_or_else(|| field.to_owned());
    let complaint = Complaint::new(
        "REQUIRED_MISSING",
        format!("a value under \"{name}\"; the row cannot be used without it"),
        format!("có giá trị ở cột \"{name}\"; thiếu thì không dùng được dòng"),
    );
    put(context, from, &complaint, Severity::Quarantine, out);
}

/// The day a row speaks of: the first day its form's columns give, or that year's first or last, never after the
/// file's own.
pub(super) fn observed_on(context: &RowContext<'_>, layout: &Layout) -> NaiveDate {
    let since_1904 = context.sheet.sheet.since_1904;
    let day = |source: &String| {
        let cell = context.source(source);
        if matches!(source.as_str(), "@sheet" | "@title") {
            let mut years = dates::plain_years(&cell.text());
            years.dedup();
            return NaiveDate::from_ymd_opt(*years.last().filter(|_| years.len() == 1)?, 12, 31);
        }
        further::last_day(context, source).or_else(|| dates::when(&cell, since_1904).ok()??.latest())
    };
    let first = layout.observed_on.iter().filter_map(day).find(|d| d.year() >= 2000);
    let of_year = |d: NaiveDate| match layout.observed_at {
        At::Day => Some(d),
        At::Start => NaiveDate::from_ymd_opt(d.year(), 1, 1),
        At::End => NaiveDate::from_ymd_opt(d.year(), 12, 31),
    };
    first.and_then(of_year).unwrap_or(context.shared.as_of).min(context.shared.as_of)
}

fn other_names(context: &RowContext<'_>, target: &Target) -> Vec<String> {
    let words = &context.shared.register.model.words;
    let mut names: Vec<String> = target
        .former_names
        .iter()
        .filter_map(|column| context.text(column))
        .flat_map(|text| notes::former_names(&text, words))
        .collect();
    for text in target.other_names.iter().filter_map(|column| context.text(column)) {
        names.extend(text.split(';').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()));
    }
    names.dedup();
    names
}

/// All cells but the row's number, folded, as a hash.
fn content(context: &RowContext<'_>) -> u128 {
    let columns = &context.shared.register.model.column;
    let Some(mapping) = context.mapping() else { return 0 };
    let skip: Vec<usize> = mapping
        .columns
        .iter()
        .filter(|(name, _)| columns.get(*name).is_some_and(|c| c.index))
        .map(|(_, (at, _))| *at)
        .collect();
    let cells = &context.sheet.cells[context.index];
    let mut hash = Sha256::new();
    hash.update(mapping.layout.to_le_bytes());
    for (at, cell) in cells.iter().enumerate().filter(|(at, c)| !c.is_blank() && !skip.contains(at)) {
        let text = tone(&cell.text());
        if !text.is_empty() {
            hash.update(at.to_le_bytes());
            hash.update(text.as_bytes());
            hash.update([1]);
        }
    }
    if let Some((_, district)) = &context.sections.district {
        hash.update([2]);
        hash.update(district.as_bytes());
    }
    if let Some(text) = context.sections.text.as_ref().filter(|_| context.layout().sections) {
        hash.update([3]);
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}
