//! Headings → columns: whole match first, then without the unit in brackets, then as part of a longer one.

use std::collections::BTreeMap;

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
    synonyms: Vec<(String, String)>,
}

impl Headers {
    pub(super) fn new(columns: &BTreeMap<String, Column>) -> Self {
        let synonyms = columns
            .iter()
            .flat_map(|(name, column)| column.headers.iter().map(move |h| (flat(h), name.clone())))
            .filter(|(h, _)| !h.is_empty())
            .collect();
        Self { synonyms }
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
        let whole = flat(reading);
        let (bare, unit) = split_unit(reading);
        let bare = flat(&bare);
        let words = whole.split(' ').count();
        if whole.is_empty() || whole.len() > 120 {
            return;
        }
        for (synonym, column) in &self.synonyms {
            let length = synonym.split(' ').count();
            let (score, exact) = if *synonym == whole {
                (1000 - depth, true)
            } else if *synonym == bare {
                (900 - depth, true)
            } else if length >= 2 && words <= length + 4 && contains(&whole, synonym) {
                (100 + length * 10 - depth, false)
            } else {
                continue;
            };
            out.push((score, Assigned { column: column.clone(), at, unit: unit.clone(), exact }));
        }
    }
}

fn contains(text: &str, part: &str) -> bool {
    format!(" {text} ").contains(&format!(" {part} "))
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
    (bare, (!unit.is_empty()).then_some(unit))
}
