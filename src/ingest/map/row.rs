//! One data row → its records and issues.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use super::{Shared, field, key};
use crate::ingest::cell::Cell;
use crate::ingest::clean::{Complaint, dates, identifiers, masked, notes};
use crate::ingest::fold::{flat, tidy};
use crate::ingest::layout::{Mapping, Style};
use crate::ingest::place::{Doubt, Place, Question, section_text};
use crate::ingest::register::{FieldRule, Layout, PlaceRule, Target};
use crate::store::id;
use crate::store::record::{Evidence, SourceRecord};

/// The place the rows below a section belong to.
#[derive(Debug, Default)]
pub(super) struct Sections {
    district: Option<(Style, String)>,
    commune: Option<(Style, String)>,
    /// The data row before: its own cells, and its number.
    pub last: Option<(String, i32)>,
}

impl Sections {
    /// A new section: a district, a commune, or the end of the ones of its style.
    pub(super) fn enter(&mut self, shared: &Shared<'_>, style: Style, text: &str) {
        let text = section_text(text);
        if shared.places.is_district(shared.province, &text) {
            self.district = Some((style, text));
            self.commune = None;
        } else if shared.places.is_place(shared.province, &text) {
            self.commune = Some((style, text));
            if self.district.as_ref().is_some_and(|(s, _)| *s == style) {
                self.district = None;
            }
        } else {
            self.district.take_if(|(s, _)| *s == style);
            self.commune.take_if(|(s, _)| *s == style);
        }
    }
}

/// A row with all that stands around it.
pub(super) struct RowContext<'a> {
    pub shared: &'a Shared<'a>,
    pub sheet: &'a SheetRead,
    pub index: usize,
    pub table: usize,
    pub sections: &'a Sections,
}

impl<'a> RowContext<'a> {
    fn mapping(&self) -> Option<&'a Mapping> {
        self.sheet.analysis.as_ref().and_then(|a| a.mappings.get(self.table))
    }

    /// The form of the table the row is in.
    pub(super) fn layout(&self) -> &'a Layout {
        &self.shared.register.model.layout[self.mapping().map_or(0, |m| m.layout)]
    }

    /// The cell of a column; `@sheet` and `@title` are texts of the sheet.
    pub(super) fn source(&self, column: &str) -> Cell {
        match column {
            "@sheet" => Cell::Text(self.sheet.sheet.name.clone()),
            "@title" => Cell::Text(self.sheet.analysis.as_ref().map(|a| a.title.clone()).unwrap_or_default()),
            column => self.cell(column).cloned().unwrap_or_default(),
        }
    }

    fn cell(&self, column: &str) -> Option<&'a Cell> {
        let (at, _) = self.mapping()?.columns.get(column)?;
        self.sheet.cells[self.index].get(*at)
    }

    /// The text of a column, when it says something.
    fn text(&self, column: &str) -> Option<String> {
        let text = tidy(&self.cell(column)?.text());
        let says = text.chars().any(char::is_alphanumeric) && !self.shared.register.words().is_blank(&text);
        says.then_some(text)
    }

    /// What the heading has in brackets.
    pub(super) fn unit(&self, column: &str) -> Option<String> {
        self.mapping()?.columns.get(column)?.1.clone()
    }

    /// "Đơn vị tính: triệu đồng" above the table.
    pub(super) fn money_unit(&self) -> Option<String> {
        let title = &self.sheet.analysis.as_ref()?.title;
        let line = title.lines().find(|l| {
            let l = flat(l);
            l.contains("dvt") || l.contains("don vi tinh")
        })?;
        line.split(':').nth(1).map(|u| u.trim_matches([' ', ')', '.']).to_owned())
    }

    fn heading(&self, column: &str) -> Option<String> {
        let mapping = self.mapping()?;
        let (at, _) = mapping.columns.get(column)?;
        mapping.headings.get(*at).map(|h| tidy(h))
    }

    fn issue(&self, column: &str, complaint: &Complaint, severity: Severity) -> Issue {
        let personal = self.shared.register.model.column.get(column).is_some_and(|c| c.personal);
        let seen = self.cell(column).map(Cell::text).filter(|t| !t.trim().is_empty());
        let shown =
            seen.map(|t| if personal && !t.starts_with('#') { hidden(&t) } else { masked(&tidy(&t)) });
        Issue {
            sheet: self.sheet.sheet.name.clone(),
            row: self.sheet.sheet.rows[self.index].no,
            column: self.heading(column),
            code: complaint.code.to_owned(),
            severity,
            seen: shown,
            expected_en: complaint.en.clone(),
            expected_vi: complaint.vi.clone(),
        }
    }
}

/// The form of a personal value: digits and letters hidden but the first three.
fn hidden(text: &str) -> String {
    let mut kept = 0;
    text.chars()
        .take(40)
        .map(|c| {
            kept += usize::from(c.is_alphanumeric());
            if c.is_alphanumeric() && kept > 3 { '•' } else { c }
        })
        .collect()
}

/// What came of a row.
pub(super) struct Mapped {
    pub records: Vec<SourceRecord>,
    pub issues: Vec<Issue>,
    pub quarantined: bool,
    /// Equal for rows typed twice.
    pub content: String,
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
    let layout = context.layout();
    let day = observed_on(context, layout);
    let mut keys: BTreeMap<&str, String> = BTreeMap::new();
    let mut ids: BTreeMap<&str, Uuid> = BTreeMap::new();
    for name in &layout.targets {
        let Some(target) = context.shared.register.model.target.get(name) else { continue };
        let record = record(context, name, target, day, (&mut keys, &mut ids), &mut out);
        out.records.push(record);
    }
    out.quarantined = out.issues.iter().any(|i| i.severity == Severity::Quarantine);
    if out.quarantined {
        out.records.clear();
    }
    out
}

type Made<'m, 'n> = (&'m mut BTreeMap<&'n str, String>, &'m mut BTreeMap<&'n str, Uuid>);

fn record<'n>(
    context: &RowContext<'_>,
    name: &'n str,
    target: &Target,
    day: NaiveDate,
    (keys, ids): Made<'_, 'n>,
    out: &mut Mapped,
) -> SourceRecord {
    let shared = context.shared;
    let place = target.place.as_ref().map(|rule| place(context, rule, day, out));
    let mut fields = BTreeMap::new();
    for (name, rules) in &target.fields {
        if let Some(value) = value(context, rules.all(), day, out) {
            fields.insert(name.clone(), value);
        }
    }
    for required in target.required.iter().filter(|r| !fields.contains_key(*r)) {
        missing(context, target, required, out);
    }
    if let Some(place) = &place {
        put_place(&mut fields, place);
    }
    let key = key::key(context, target, place.as_ref(), keys);
    let row = context.sheet.sheet.rows[context.index].no;
    let sheet = &context.sheet.sheet.name;
    let id = id::stable(shared.as_of, &format!("record|{}|{sheet}|{row}|{name}", shared.import_id));
    let refs =
        target.refs.iter().filter_map(|(link, to)| Some((link.clone(), *ids.get(to.as_str())?))).collect();
    keys.insert(name, key.clone());
    ids.insert(name, id);
    SourceRecord {
        id,
        import_id: shared.import_id,
        scope: shared.scope.to_owned(),
        entity: target.entity.clone(),
        key,
        office: shared.register.model.office.clone(),
        observed_on: day,
        fields,
        refs,
        evidence: Evidence {
            names: other_names(context, target),
            places: place.map(|p| p.now).unwrap_or_default(),
            distinct: target.distinct,
        },
        sheet: sheet.clone(),
        row,
    }
}

/// The first rule that gives a value; the first complaint when none does.
fn value(context: &RowContext<'_>, rules: &[FieldRule], day: NaiveDate, out: &mut Mapped) -> Option<Value> {
    let mut complaint = None;
    for rule in rules {
        let cleaned = field::clean(context, rule, day);
        if let Some(found) = cleaned.complaint {
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
fn put(context: &RowContext<'_>, column: &str, complaint: &Complaint, severity: Severity, out: &mut Mapped) {
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
    let name = heading.unwrap_or_else(|| field.to_owned());
    let complaint = Complaint::new(
        "REQUIRED_MISSING",
        format!("a value under \"{name}\"; the row cannot be used without it"),
        format!("có giá trị ở cột \"{name}\"; thiếu thì không dùng được dòng"),
    );
    put(context, from, &complaint, Severity::Quarantine, out);
}

/// Rows that are no data: test rows, formulas that failed, cells shifted.
fn reject(context: &RowContext<'_>, out: &mut Mapped) {
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
    let Some(mapping) = context.mapping() else { return };
    let cells = &context.sheet.cells[context.index];
    let failed: Vec<&String> = mapping
        .columns
        .iter()
        .filter(|(_, (at, _))| cells.get(*at).is_some_and(Cell::is_error))
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
    if let Some(kind) = context.text("kind").filter(|k| identifiers::is_phone(k)) {
        let _ = kind;
        let complaint = Complaint::new(
            "CELLS_SHIFTED",
            "a kind of organisation; the cells of this row seem to be shifted",
            "loại hình; có vẻ các ô của dòng bị lệch cột",
        );
        put(context, "kind", &complaint, Severity::Quarantine, out);
    }
}

fn observed_on(context: &RowContext<'_>, layout: &Layout) -> NaiveDate {
    let since_1904 = context.sheet.sheet.since_1904;
    let days = layout
        .observed_on
        .iter()
        .filter_map(|column| dates::when(context.cell(column)?, since_1904).ok()??.latest());
    let first = days.filter(|d| d.format("%Y").to_string().as_str() >= "2000").next();
    first.unwrap_or(context.shared.as_of).min(context.shared.as_of)
}

fn place(context: &RowContext<'_>, rule: &PlaceRule, day: NaiveDate, out: &mut Mapped) -> Place {
    let places = context.shared.places;
    let name = context.text(&rule.name);
    let province = context.text(&rule.province).and_then(|p| places.province_of(&p));
    let province = province.as_deref().unwrap_or(context.shared.province);
    let (mut commune, mut district) = (context.text(&rule.commune), context.text(&rule.district));
    if commune.is_none() && district.is_none() {
        (commune, district) =
            context.text(&rule.address).map(|a| places.split_address(&a)).unwrap_or_default();
    }
    let behind = name.as_deref().and_then(|n| places.split_suffix(province, n).1);
    let section = context.sections.district.as_ref().map(|(_, t)| t.as_str()).or(behind);
    let above = context.sections.commune.as_ref().map(|(_, t)| t.clone());
    let commune = commune.or(above);
    let question =
        Question { province, commune: commune.as_deref(), district: district.as_deref(), section, day };
    let found = places.resolve(&question);
    if let Some(doubt) = found.doubt {
        let (column, complaint) = doubted(rule, doubt);
        put(context, column, &complaint, Severity::Warning, out);
    }
    found
}

fn doubted(rule: &PlaceRule, doubt: Doubt) -> (&str, Complaint) {
    let (code, en, vi) = match doubt {
        Doubt::CommuneUnknown => (
            "PLACE_UNKNOWN",
            "a commune of the district or province named",
            "một xã thuộc huyện hoặc tỉnh đã ghi",
        ),
        Doubt::CommuneAmbiguous => (
            "PLACE_AMBIGUOUS",
            "the district too: several communes bear the name",
            "thêm tên huyện: nhiều xã trùng tên",
        ),
        Doubt::DistrictUnknown => ("DISTRICT_UNKNOWN", "a district of the province", "một huyện thuộc tỉnh"),
        Doubt::RetiredName => (
            "PLACE_NAME_RETIRED",
            "a name in use; this one ended before July 2025",
            "tên đang dùng; tên này đã bỏ trước 7/2025",
        ),
        Doubt::Misspelt => (
            "PLACE_MISSPELT",
            "the commune's name; the nearest of the district was taken",
            "tên xã; đã lấy xã gần giống nhất của huyện",
        ),
    };
    let column = if doubt == Doubt::DistrictUnknown { &rule.district } else { &rule.commune };
    (column, Complaint::new(code, en, vi))
}

fn put_place(fields: &mut BTreeMap<String, Value>, place: &Place) {
    let ids = [
        ("communeThen", place.commune_then),
        ("communeNow", place.commune_now),
        ("districtThen", place.district_then),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            fields.insert(name.to_owned(), Value::String(id.to_string()));
        }
    }
    if let Some(resolution) = place.resolution {
        fields.insert("placeResolution".to_owned(), Value::String(resolution.word().to_owned()));
    }
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

/// All cells but the row's number, folded.
fn content(context: &RowContext<'_>) -> String {
    let columns = &context.shared.register.model.column;
    let Some(mapping) = context.mapping() else { return String::new() };
    let skip: Vec<usize> = mapping
        .columns
        .iter()
        .filter(|(name, _)| columns.get(*name).is_some_and(|c| c.index))
        .map(|(_, (at, _))| *at)
        .collect();
    let cells = context.sheet.cells[context.index].iter().enumerate().filter(|(at, _)| !skip.contains(at));
    let texts: Vec<String> = cells.map(|(_, c)| crate::ingest::fold::tone(&c.text())).collect();
    let sections = &context.sections.district;
    format!(
        "{}|{}|{:?}",
        mapping.layout,
        texts.join("\u{1}").trim_end_matches('\u{1}'),
        sections.as_ref().map(|s| &s.1)
    )
}
