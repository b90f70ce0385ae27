//! How a file would be read, as text for the person who writes its register file; pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Value, json};

use super::masks;
use super::words::{letter, short};
use crate::catalog::Catalog;
use crate::ingest::clean::masked;
use crate::ingest::fold::{flat, tidy};
use crate::ingest::layout::RowKind;
use crate::ingest::map::{Issue, Outcome, Prepared, RawRow, Severity, SheetRead, Staged};
use crate::ingest::place::Places;
use crate::ingest::register::{Kind, Match};
use crate::store::record::SourceRecord;

/// A file read, and what it is to be shown with.
pub(super) struct Preview<'a> {
    pub file: &'a Prepared<'a>,
    pub staged: &'a Staged,
    pub catalog: &'a Catalog,
    pub places: &'a Places,
}

impl Preview<'_> {
    pub(super) fn text(&self, name: &str, rows: usize) -> String {
        let mut out = String::new();
        let file = self.file;
        let province = self.places.province(&file.province).map(|u| u.name.clone()).unwrap_or_default();
        let _ = writeln!(out, "\n{name}");
        let _ = writeln!(
            out,
            "Register {}, office of {province} ({}), as of {}{}{}",
            file.register.model.code,
            file.province,
            file.as_of,
            if file.as_of_guessed { " (no day found: today's)" } else { "" },
            if file.delta { ", changes only" } else { "" },
        );
        file.sheets.iter().for_each(|sheet| self.sheet(&mut out, sheet));
        self.rows(&mut out, rows);
        self.counts(&mut out);
        self.issues(&mut out);
        self.coverage(&mut out);
        out
    }

    /// The same for programs.
    pub(super) fn json(&self, name: &str, rows: usize) -> Value {
        let data: Vec<&RawRow> = self.staged.rows.iter().filter(|r| r.outcome.is_some()).collect();
        let rows = self.chosen(&data, rows).into_iter().map(|row| {
            let own = self.staged.records.iter().filter(|r| r.sheet == row.sheet && r.row == row.no);
            let records: Vec<Value> = own
                .map(|r| {
                    let fields: BTreeMap<&str, String> = self.fields(r).collect();
                    json!({"entity": r.entity, "on": r.observed_on, "fields": fields, "withdrawn": r.evidence.withdrawn})
                })
                .collect();
            json!({"sheet": row.sheet, "row": row.no, "outcome": row.outcome, "records": records})
        });
        let issues: Vec<Issue> =
            self.staged.issues.iter().map(|i| Issue { seen: self.seen(i), ..i.clone() }).collect();
        let file = self.file;
        json!({
            "file": name, "register": file.register.model.code, "province": file.province, "asOf": file.as_of,
            "delta": file.delta, "counts": self.staged.counts, "issues": issues,
            "rows": rows.collect::<Vec<_>>(),
        })
    }

    fn fields<'r>(&'r self, record: &'r SourceRecord) -> impl Iterator<Item = (&'r str, String)> {
        record.fields.iter().map(|(field, value)| {
            let text = match value {
                Value::String(text) => self.places.in_words(text).unwrap_or_else(|| text.clone()),
                other => other.to_string(),
            };
            (field, masks::of_field(self.catalog, self.file.register, &record.entity, field, &text))
        })
    }

    fn sheet(&self, out: &mut String, sheet: &SheetRead) {
        let name = if sheet.sheet.name.is_empty() { "The table" } else { &sheet.sheet.name };
        let Some(analysis) = &sheet.analysis else {
            let _ = writeln!(out, "\nSheet {name}: kept, not read");
            return;
        };
        let many: BTreeSet<usize> = analysis.repeats.values().flatten().copied().collect();
        for (table, mapping) in analysis.mappings.iter().enumerate().filter(|(t, _)| !many.contains(t)) {
            let rows = analysis.rows.iter().filter(|k| **k == RowKind::Data(table)).count();
            let form = self.file.register.model.layout.get(mapping.layout).map_or("", |l| l.name.as_str());
            let times = analysis.repeats.get(&table).map(|r| format!(", each read {} times", r.len()));
            let _ = writeln!(out, "\nSheet {name}: {rows} rows of \"{form}\"{}", times.unwrap_or_default());
            let width = sheet.sheet.rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
            for (at, heading) in mapping.headings.iter().enumerate().take(width) {
                let read: Vec<&str> =
                    mapping.columns.iter().filter(|(_, (a, _))| *a == at).map(|(c, _)| c.as_str()).collect();
                if flat(heading).is_empty() && read.is_empty() {
                    continue;
                }
                let unit = mapping.columns.values().find(|(a, _)| *a == at).and_then(|(_, u)| u.clone());
                let unit = unit.map(|u| format!(" [{u}]")).unwrap_or_default();
                let what = if read.is_empty() { "not read".to_owned() } else { read.join(", ") + &unit };
                let _ = writeln!(out, "  {:>2}  {:<40} → {what}", letter(at), short(&masked(heading), 40));
            }
            for (column, (at, _)) in mapping.columns.iter().filter(|(_, (at, _))| *at >= width) {
                let from = mapping.headings.get(*at).map(|h| short(&masked(h), 40)).unwrap_or_default();
                let _ = writeln!(out, "   +  {from:<40} → {column} (made)");
            }
        }
    }

    fn rows(&self, out: &mut String, most: usize) {
        let data: Vec<&RawRow> = self.staged.rows.iter().filter(|r| r.outcome.is_some()).collect();
        let shown = self.chosen(&data, most);
        let _ = writeln!(out, "\nRows, {} of {}", shown.len(), data.len());
        for row in shown {
            let _ =
                writeln!(out, "  {} {}", place(&row.sheet, row.no), row.outcome.map_or("", Outcome::word));
            let own = |sheet: &str, no: i32| sheet == row.sheet && no == row.no;
            let mut before: Vec<&SourceRecord> = Vec::new();
            for record in self.staged.records.iter().filter(|r| own(&r.sheet, r.row)) {
                let like = before.iter().rev().find(|b| b.entity == record.entity).copied();
                let _ = writeln!(out, "    {}: {}", record.entity, self.record(record, like));
                before.push(record);
            }
            for issue in self.staged.issues.iter().filter(|i| own(&i.sheet, i.row)) {
                let _ = writeln!(out, "    ! {}", self.issue(issue));
            }
        }
    }

    /// The first rows, and of those with issues one for each kind of issue before others.
    fn chosen<'r>(&self, data: &[&'r RawRow], most: usize) -> Vec<&'r RawRow> {
        let mut kinds = BTreeSet::new();
        let mut wanted: BTreeSet<(&str, i32)> = BTreeSet::new();
        for issue in self.staged.issues.iter().filter(|i| i.row > 0) {
            if wanted.len() < most * 2 / 5 && kinds.insert((issue.code.as_str(), issue.column.as_deref())) {
                wanted.insert((&issue.sheet, issue.row));
            }
        }
        for row in data {
            if wanted.len() >= most {
                break;
            }
            wanted.insert((&row.sheet, row.no));
        }
        data.iter().filter(|r| wanted.contains(&(r.sheet.as_str(), r.no))).take(most).copied().collect()
    }

    /// What a record says; of several alike in a row the later ones say what differs.
    fn record(&self, record: &SourceRecord, like: Option<&SourceRecord>) -> String {
        let mut parts: Vec<String> = self
            .fields(record)
            .filter(|(field, _)| like.is_none_or(|l| l.fields.get(field) != record.fields.get(field)))
            .map(|(field, shown)| format!("{field} = {}", short(&shown, 60)))
            .collect();
        if !record.evidence.names.is_empty() {
            let names = record.evidence.names.iter().map(|n| masks::name(self.file.register, n));
            parts.push(format!("other names = {}", names.collect::<Vec<_>>().join("; ")));
        }
        if like.is_some() {
            parts.insert(0, "again".to_owned());
        }
        if record.observed_on != self.file.as_of {
            parts.push(format!("on {}", record.observed_on));
        }
        if record.evidence.withdrawn {
            parts.insert(0, "withdrawn".to_owned());
        }
        parts.join(" · ")
    }

    fn issue(&self, issue: &Issue) -> String {
        issue_words(issue, self.seen(issue).as_deref())
    }

    /// What stands there; a name that may be a person's is shortened.
    fn seen(&self, issue: &Issue) -> Option<String> {
        let personal = issue.column.as_ref().is_some_and(|heading| self.names_people(heading));
        let seen = issue.seen.as_deref()?;
        Some(if personal { masks::name(self.file.register, seen) } else { seen.to_owned() })
    }

    /// Whether a heading is that of a column from which a personal field is read.
    fn names_people(&self, heading: &str) -> bool {
        let analyses = self.file.sheets.iter().filter_map(|s| s.analysis.as_ref());
        let mut mappings = analyses.flat_map(|a| &a.mappings);
        mappings.any(|m| {
            let at = |column: &str| m.columns.get(column).and_then(|(at, _)| m.headings.get(*at));
            let is = |column: &str| at(column).is_some_and(|h| tidy(h) == heading);
            self.file.register.model.target.values().any(|target| {
                let entity = self.catalog.entities.get(&target.entity);
                target.fields.iter().any(|(field, rules)| {
                    let column = entity.and_then(|e| e.columns.get(field));
                    column.is_some_and(|c| c.personal.is_some()) && rules.all().iter().any(|r| is(&r.from))
                })
            })
        })
    }

    fn counts(&self, out: &mut String) {
        let c = &self.staged.counts;
        let share = |n: i32| if c.read == 0 { 0.0 } else { f64::from(n) * 100.0 / f64::from(c.read) };
        let _ = writeln!(
            out,
            "\nCounts: {} rows read = {} accepted ({:.1} %) + {} quarantined ({:.1} %) + {} duplicate",
            c.read,
            c.accepted + c.unchanged,
            share(c.accepted + c.unchanged),
            c.quarantined,
            share(c.quarantined),
            c.duplicate
        );
        let withdrawn = self.staged.records.iter().filter(|r| r.evidence.withdrawn).count();
        if withdrawn > 0 {
            let _ = writeln!(out, "  {withdrawn} records are marked as withdrawn");
        }
        let mut by_entity: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
        for record in &self.staged.records {
            let entry = by_entity.entry(&record.entity).or_default();
            entry.0 += 1;
            entry.1.insert(&record.key);
        }
        for (entity, (records, keys)) in by_entity {
            let _ = writeln!(out, "  {entity}: {records} records, {} different", keys.len());
        }
    }

    fn issues(&self, out: &mut String) {
        let mut by_kind: BTreeMap<(Severity, &str, &str), (usize, &Issue)> = BTreeMap::new();
        for issue in self.staged.issues.iter().filter(|i| i.row > 0) {
            let key = (issue.severity, issue.code.as_str(), issue.column.as_deref().unwrap_or(""));
            by_kind.entry(key).or_insert((0, issue)).0 += 1;
        }
        if !by_kind.is_empty() {
            let _ = writeln!(out, "\nIssues");
        }
        for ((severity, code, column), (count, first)) in by_kind.iter().rev() {
            let column =
                if column.is_empty() { String::new() } else { format!(" [{}]", short(&masked(column), 40)) };
            let first = place(&first.sheet, first.row);
            let _ = writeln!(out, "  {count} × {} {code}{column}, first at {first}", severity.word());
        }
        for issue in self.staged.issues.iter().filter(|i| i.row == 0) {
            let _ = writeln!(out, "  {}", self.issue(issue));
        }
    }

    /// Words that no vocabulary and no table of places has, and how many cells each column has.
    fn coverage(&self, out: &mut String) {
        let mut unknown: BTreeMap<(&str, &str), BTreeMap<String, usize>> = BTreeMap::new();
        let codes =
            ["WORD_UNKNOWN", "PRODUCT_GROUP_UNKNOWN", "PLACE_UNKNOWN", "DISTRICT_UNKNOWN", "CHANGE_UNKNOWN"];
        for issue in self.staged.issues.iter().filter(|i| codes.contains(&i.code.as_str())) {
            let words = unknown.entry((issue.column.as_deref().unwrap_or(""), &issue.code)).or_default();
            *words.entry(issue.seen.clone().unwrap_or_default()).or_default() += 1;
        }
        let cells = self.cells_by_heading();
        if !cells.is_empty() {
            let _ = writeln!(out, "\nVocabularies");
        }
        for ((heading, vocabulary), count) in &cells {
            let missed: usize = (unknown.iter())
                .filter(|((h, code), _)| h == heading && *code == "WORD_UNKNOWN")
                .map(|(_, words)| words.values().sum::<usize>())
                .sum();
            let known = count.saturating_sub(missed);
            let _ =
                writeln!(out, "  [{}] {vocabulary}: {known} of {count} cells understood", short(heading, 40));
        }
        for ((heading, code), words) in &unknown {
            let mut words: Vec<(&String, &usize)> = words.iter().collect();
            words.sort_by_key(|(word, count)| (std::cmp::Reverse(**count), word.as_str().to_owned()));
            let shown: Vec<String> = words
                .iter()
                .take(12)
                .map(|(word, count)| format!("\"{}\" × {count}", short(word, 40)))
                .collect();
            let more = words.len().saturating_sub(12);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let _ = writeln!(out, "  [{}] {code}: {}{more}", short(heading, 40), shown.join(", "));
        }
    }

    /// Cells that say something, by heading and vocabulary.
    fn cells_by_heading(&self) -> BTreeMap<(String, String), usize> {
        let register = self.file.register;
        let mut out = BTreeMap::new();
        let rules = register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
        let vocabularies: BTreeSet<(&str, &str)> = rules
            .filter(|r| {
                Kind::of(&r.kind) == Kind::Vocabulary && r.by == Match::Exact && !r.from.starts_with('@')
            })
            .map(|r| (r.from.as_str(), r.kind.as_str()))
            .collect();
        for sheet in &self.file.sheets {
            let Some(analysis) = &sheet.analysis else { continue };
            for (kind, row) in analysis.rows.iter().zip(&sheet.cells) {
                let RowKind::Data(table) = kind else { continue };
                let mapping = &analysis.mappings[*table];
                for (column, vocabulary) in &vocabularies {
                    let Some((at, _)) = mapping.columns.get(*column) else { continue };
                    let text = row.get(*at).map(|c| c.text()).unwrap_or_default();
                    if !flat(&text).is_empty() && !register.words().is_blank(&text) {
                        let heading = mapping.headings.get(*at).map(|h| tidy(h)).unwrap_or_default();
                        *out.entry((heading, (*vocabulary).to_owned())).or_default() += 1;
                    }
                }
            }
        }
        out
    }
}

fn place(sheet: &str, row: i32) -> String {
    if sheet.is_empty() { format!("row {row}") } else { format!("{sheet}!{row}") }
}

fn issue_words(issue: &Issue, seen: Option<&str>) -> String {
    let column = issue.column.as_ref().map(|c| format!(" [{}]", short(&masked(c), 40))).unwrap_or_default();
    let seen = seen.map(|s| format!(" \"{}\"", short(s, 60))).unwrap_or_default();
    let (en, vi) = (short(&issue.expected_en, 160), short(&issue.expected_vi, 160));
    format!("{} {}{column}{seen}: {en} / {vi}", issue.severity.word(), issue.code)
}
