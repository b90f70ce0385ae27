//! Headings → columns: whole match first, then without the unit in brackets, then as part of a longer one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::model::Column;
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
}

/// The headings of a register, folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Headers {
    /// Headings and their columns, sorted: there may be very many.
    exact: Vec<(Box<str>, Arc<str>)>,
}

impl Headers {
    pub(super) fn new(columns: &BTreeMap<String, Column>, lists: &BTreeMap<String, Vec<String>>) -> Self {
        let mut out = Self::default();
        for (name, column) in columns {
            let column_name: Arc<str> = name.as_str().into();
            let nested =
                column.within.iter().flat_map(|o| column.fields.iter().map(move |f| format!("{o}.{f}")));
            let nested: Vec<String> = nested.chain(paths(column, lists)).collect();
            let all: BTreeSet<String> = column.headers.iter().chain(&nested).map(|h| flat(h)).collect();
            for folded in all.into_iter().filter(|h| !h.is_empty()) {
                out.exact.push((folded.into(), Arc::clone(&column_name)));
            }
        }
        out.exact.sort();
        out.exact.shrink_to_fit();
        out
    }

    /// The columns of a heading.
    fn columns(&self, heading: &str) -> impl Iterator<Item = &str> {
        let start = self.exact.partition_point(|(other, _)| **other < *heading);
        self.exact[start..]
            .iter()
            .take_while(move |(other, _)| **other == *heading)
            .map(|(_, column)| &**column)
    }

    pub(super) fn knows(&self, text: &str) -> bool {
        [flat(text), flat(&split_unit(text).0)].iter().any(|heading| self.columns(heading).next().is_some())
    }

    pub(super) fn assign(&self, headings: &[Heading]) -> Vec<Assigned> {
        let mut candidates: Vec<(usize, Assigned)> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            for (depth, reading) in heading.readings.iter().enumerate() {
                self.candidates(at, reading, depth, &mut candidates);
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
        out
    }

    fn candidates(&self, at: usize, reading: &str, depth: usize, out: &mut Vec<(usize, Assigned)>) {
        if reading.is_empty() || reading.len() > 200 {
            return;
        }
        let whole = flat(reading);
        let (bare, unit) = split_unit(reading);
        let mut put = |score: usize, column: &str, exact: bool| {
            out.push((score, Assigned { column: column.to_owned(), at, unit: unit.clone(), exact }));
        };
        let mut found = false;
        for (text, score) in [(&whole, 1000), (&flat(&bare), 900)] {
            for column in self.columns(text) {
                put(score - depth, column, true);
                found = true;
            }
        }
        let words: Vec<&str> = whole.split(' ').collect();
        if found || words.len() < 3 {
            return;
        }
        for length in words.len().saturating_sub(4).max(2)..words.len() {
            for part in words.windows(length) {
                for column in self.columns(&part.join(" ")) {
                    put(100 + length * 10 - depth, column, false);
                }
            }
        }
    }
}

/// The unit that a heading names: in brackets, or as its last words ("Vốn điều lệ - tỷ đồng", "Giá, nghìn đồng").
pub fn unit_of(heading: &str) -> Option<String> {
    split_unit(heading).1
}

/// Units of more than one word, so that the last word of a name is not taken for one.
const UNITS: [&str; 12] = [
    "ty dong",
    "ti dong",
    "trieu dong",
    "tr dong",
    "nghin dong",
    "ngan dong",
    "1000 dong",
    "trieu vnd",
    "ty vnd",
    "nghin vnd",
    "met vuong",
    "hec ta",
];

fn trailing_unit(bare: &str) -> Option<String> {
    let folded = format!(" {}", flat(bare));
    let long = UNITS.iter().find(|unit| folded.ends_with(&format!(" {unit}")));
    // Short ones only behind a mark.
    let short = || {
        let last = flat(bare.rsplit_once([',', '-', '–', ':', '/'])?.1);
        ["ha", "m2", "km2", "trd", "trieu", "ty", "dong", "vnd", "nghin"]
            .contains(&last.as_str())
            .then_some(last)
    };
    long.map(|unit| (*unit).to_owned()).or_else(short)
}

/// The fields of a column under all names of the lists they stand in.
fn paths(column: &Column, lists: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let Some(of) = &column.of else { return Vec::new() };
    let keys = |name: &str| lists.get(name).map(Vec::as_slice).unwrap_or_default();
    of.split('.').chain([""]).fold(vec![String::new()], |before, name| {
        let next = if name.is_empty() { column.fields.as_slice() } else { keys(name) };
        before.iter().flat_map(|b| next.iter().map(move |n| format!("{b} {n}"))).collect()
    })
}

/// The heading without brackets, and what stood in the last ones.
fn split_unit(text: &str) -> (String, Option<String>) {
    let (mut bare, mut unit, mut inside) = (String::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '(' | '[' => {
                inside = true;
                unit.clear();
            }
            ')' | ']' => inside = false,
            c if inside => unit.push(c),
            c => bare.push(c),
        }
    }
    let unit = unit.trim().to_owned();
    let unit = (!unit.is_empty()).then_some(unit).or_else(|| trailing_unit(&bare));
    (bare, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_stands_in_brackets_or_at_the_end() {
        for (heading, unit) in [
            ("Vốn điều lệ (triệu đồng)", Some("triệu đồng")),
            ("Vốn điều lệ - tỷ đồng", Some("ty dong")),
            ("Vốn điều lệ triệu đồng", Some("trieu dong")),
            ("Diện tích, m2", Some("m2")),
            ("Diện tích/ha", Some("ha")),
            ("Giá bán", None),
            ("Cánh đồng", None),
            ("Hợp đồng", None),
        ] {
            assert_eq!(unit_of(heading).as_deref(), unit, "{heading}");
        }
    }
}
