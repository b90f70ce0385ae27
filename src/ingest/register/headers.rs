//! Headings → columns: whole match first, then without the unit in brackets, then as part of a longer one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::heading_units::{is_known, split_unit};
use super::model::{Column, Kind, Model};
use crate::ingest::clean::units::{Named, is_foreign};
use crate::ingest::fold::flat;

/// A heading as it may be read: the innermost words and, with two rows of headings, those above too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// Readings, most complete first.
    pub readings: Vec<String>,
}

/// A column found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Logical name.
    pub column: String,
    /// Position of the heading, from 0.
    pub at: usize,
    /// What stood in brackets: `triệu đồng`.
    pub unit: Option<String>,
    /// Whether the heading matched as a whole.
    pub exact: bool,
    /// The known heading taken for it, where the file's says more, so that a person is to look.
    pub unsure: Option<String>,
}

/// The headings of a register, folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers {
    /// Headings and their columns, sorted: there may be very many.
    exact: Vec<(Box<str>, Arc<str>)>,
    /// Columns within lists.
    nested: Vec<Nested>,
    /// Words that make another thing of a heading they stand in.
    aside: Vec<String>,
    /// Words that change nothing.
    filler: HashSet<String>,
    /// How columns are read of which a unit matters.
    measured: BTreeMap<String, Vec<Kind>>,
    /// Units that the register brings along, folded.
    own: Vec<String>,
}

/// The headings of a column within lists: a name of each list, then one of the column's. They are no texts of
/// their own, for there are names times names of them.
#[derive(Debug, Clone)]
struct Nested {
    column: Arc<str>,
    /// Folded names, of the outermost list first.
    names: Vec<HashSet<String>>,
}

impl Nested {
    /// A column under all names of the lists it stands in.
    fn new(name: Arc<str>, column: &Column, lists: &BTreeMap<String, Vec<String>>) -> Option<Self> {
        let keys = |name: &str| lists.get(name).map(Vec::as_slice).unwrap_or_default();
        let all = column.of.as_ref()?.split('.').map(keys).chain([column.fields.as_slice()]);
        let folded = |names: &[String]| names.iter().flat_map(|n| [signed(n), flat(n)]).collect();
        Some(Self { column: name, names: all.map(folded).collect() })
    }

    fn is(&self, heading: &str) -> bool {
        is_path(heading, &self.names)
    }
}

/// Whether a heading is a name of each, in order.
fn is_path(heading: &str, names: &[HashSet<String>]) -> bool {
    match names {
        [] => false,
        [last] => last.contains(heading),
        [first, rest @ ..] => heading
            .match_indices(' ')
            .any(|(at, _)| first.contains(&heading[..at]) && is_path(&heading[at + 1..], rest)),
    }
}

impl Headers {
    pub(super) fn new(model: &Model) -> Self {
        let mut out = Self::default();
        for (name, column) in &model.column {
            let column_name: Arc<str> = name.as_str().into();
            let nested =
                column.within.iter().flat_map(|o| column.fields.iter().map(move |f| format!("{o}.{f}")));
            let nested: Vec<String> = nested.collect();
            let all: BTreeSet<String> = column.headers.iter().chain(&nested).flat_map(|h| keys(h)).collect();
            out.nested.extend(Nested::new(Arc::clone(&column_name), column, &model.nested));
            for folded in all.into_iter().filter(|h| !h.is_empty()) {
                out.exact.push((folded.into(), Arc::clone(&column_name)));
            }
        }
        out.exact.sort();
        out.exact.shrink_to_fit();
        out.aside = model.words.aside.iter().map(|w| format!(" {} ", signed(w))).collect();
        out.filler = model.words.filler.iter().map(|w| flat(w)).collect();
        let rules = model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
        for (rule, kind) in rules.map(|r| (r, Kind::of(&r.kind))).filter(|(_, kind)| kind.is_measured()) {
            out.measured.entry(rule.from.clone()).or_default().push(kind);
        }
        out.own = model.shape.units.keys().map(|unit| flat(unit)).collect();
        out
    }

    /// The columns of a heading.
    fn columns<'a>(&'a self, heading: &'a str) -> impl Iterator<Item = &'a str> {
        let start = self.exact.partition_point(|(other, _)| **other < *heading);
        self.exact[start..]
            .iter()
            .take_while(move |(other, _)| **other == *heading)
            .map(|(_, column)| &**column)
            .chain(self.nested.iter().filter(move |nested| nested.is(heading)).map(|nested| &*nested.column))
    }

    fn has(&self, heading: &str) -> bool {
        self.columns(heading).next().is_some()
    }

    pub(super) fn knows(&self, text: &str) -> bool {
        let bare = split_unit(text).0;
        [signed(text), flat(text), flat(&bare)].iter().any(|t| self.has(t))
    }

    pub(super) fn assign(&self, headings: &[Heading]) -> Vec<Assigned> {
        let mut candidates: Vec<(usize, Assigned)> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            for depth in 0..heading.readings.len() {
                self.candidates(at, heading, depth, &mut candidates);
            }
        }
        // Ties go to the column further left, so that the same file is always read alike.
        candidates.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.at.cmp(&b.1.at)).then(a.1.column.cmp(&b.1.column)));
        let mut out: Vec<Assigned> = Vec::new();
        for (_, found) in candidates {
            if !out.iter().any(|o| o.at == found.at || o.column == found.column) {
                out.push(found);
            }
        }
        for found in &mut out {
            self.put_unit(found, &headings[found.at]);
        }
        out
    }

    /// Of several rows of headings the lowest that names a unit gives it: its own, or one that stands over several
    /// columns and is one that the column's numbers can have.
    fn put_unit(&self, found: &mut Assigned, heading: &Heading) {
        let parts = heading.readings.get(1..).unwrap_or_default();
        let named = |part: &String| split_unit(part).1;
        let Some(lowest) = parts.first().filter(|_| parts.len() > 1) else { return };
        let above = || parts[1..].iter().filter_map(named).find(|unit| self.counts(&found.column, unit));
        let counted =
            || self.measured.get(&found.column).is_some_and(|k| k.iter().all(|k| *k == Kind::Integer));
        if let Some(unit) = named(lowest).or_else(above) {
            found.unit = Some(unit);
        } else if counted() {
            // "Kết quả (tr.đ)" over "Số lao động".
            found.unit = None;
        }
    }

    /// Whether a unit is one of what a column holds, though it stand over other columns too.
    fn counts(&self, column: &str, unit: &str) -> bool {
        let kinds = self.measured.get(column).map(Vec::as_slice).unwrap_or_default();
        let fits = |kind: &Kind| match kind.named(unit) {
            Named::Times(_) => true,
            Named::Unknown => *kind == Kind::Money && is_foreign(unit) || self.own.contains(&flat(unit)),
            _ => *kind == Kind::Tonnes,
        };
        kinds.iter().any(fits)
    }

    fn candidates(&self, at: usize, heading: &Heading, depth: usize, out: &mut Vec<(usize, Assigned)>) {
        let reading = &heading.readings[depth];
        if reading.is_empty() || reading.len() > 200 {
            return;
        }
        let full = signed(
            heading.readings.first().map_or(reading, |all| if all.len() > 400 { reading } else { all }),
        );
        let (bare, unit) = split_unit(reading);
        let whole = signed(reading);
        let mut put = |score: usize, known: &str, exact: bool, above: bool| {
            let more = self.more(&full, known, unit.as_deref());
            // A heading above ("Kế hoạch" over "Doanh thu") stands over many: it makes unsure, no more.
            if more == More::Other && !above {
                return false;
            }
            let unsure =
                (more == More::Other || (more == More::Some && !(exact && above))).then(|| known.to_owned());
            let score = if more == More::Other { score / 2 } else { score };
            // "Diện tích (ha)" before "Diện tích (sào)", wherever it stands.
            let score = score - usize::from(unit.as_ref().is_some_and(|unit| !is_known(unit)));
            for column in self.columns(known) {
                let unit = unit.clone();
                let found = Assigned { column: column.to_owned(), at, unit, exact, unsure: unsure.clone() };
                out.push((score - depth, found));
            }
            true
        };
        // Of several rows of headings the lowest names the column, those above what it belongs to.
        let above = depth == 1 && heading.readings.len() > 1;
        let mut found = false;
        for (text, score) in [(&whole, 1000), (&flat(&bare), 900), (&flat(reading), 880)] {
            found |= self.has(text) && put(score, text, true, above);
        }
        let words: Vec<&str> = whole.split(' ').collect();
        if found || words.len() < 3 {
            return;
        }
        for length in words.len().saturating_sub(4).max(2)..words.len() {
            for part in words.windows(length).map(|part| part.join(" ")) {
                if self.has(&part) {
                    put(100 + length * 10, &part, false, false);
                }
            }
        }
    }

    /// What a heading says beyond the known one that stands in it; nothing where it does not.
    pub(super) fn beyond(&self, heading: &str, known: &str) -> More {
        let (bare, unit) = split_unit(heading);
        let bare = if flat(&bare).is_empty() { heading } else { &bare };
        let (full, known) = (signed(bare), signed(&split_unit(known).0));
        match known.split(' ').all(|w| full.split(' ').any(|f| f == w)) {
            true => self.more(&signed(heading), &known, unit.as_deref()),
            false => More::Nothing,
        }
    }

    fn more(&self, full: &str, known: &str, unit: Option<&str>) -> More {
        let (full, padded) = (format!(" {full} "), format!(" {known} "));
        // What announces a unit says nothing more.
        let full = UNIT_MARKS.iter().fold(full, |full, mark| full.replace(mark, " "));
        if self.aside.iter().any(|w| full.contains(w) && !padded.contains(w)) {
            return More::Other;
        }
        let unit = unit.map(signed).unwrap_or_default();
        let mut known: Vec<&str> = known.split(' ').chain(unit.split(' ')).collect();
        let mut left = full.split(' ').filter(|w| match known.iter().position(|k| k == w) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        });
        let number = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
        let says = |w: &str| w.chars().count() > 1 && !number(w) && !self.filler.contains(w);
        if left.any(says) { More::Some } else { More::Nothing }
    }
}

const UNIT_MARKS: [&str; 3] = [" dvt ", " don vi tinh ", " dv tinh "];

/// What a heading says beyond a known one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// Words that change nothing.
    Nothing,
    /// Words that may.
    Some,
    /// Words that make it another thing.
    Other,
}

/// Folded, with the sign for percent as words: "Đạt (%)" is not "Đạt".
fn signed(text: &str) -> String {
    if text.contains('%') { flat(&text.replace('%', " phần trăm ")) } else { flat(text) }
}

/// How a known heading may be written: without the sign for percent only where it says enough without.
fn keys(heading: &str) -> Vec<String> {
    let (signed, plain) = (signed(heading), flat(heading));
    if signed != plain && plain.contains(' ') { vec![signed, plain] } else { vec![signed] }
}
