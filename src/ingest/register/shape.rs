//! Columns made of others: cells split by a pattern, columns joined, values that a file leaves out, headings
//! that hold a value (one column a year), rows marked for removal. As a file says it, and its patterns; the
//! work is done in `layout::shape`.

use std::collections::{BTreeMap, BTreeSet};

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::headers::Heading;
use crate::ingest::fold::flat;

/// All of it, as a register file says it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Shape {
    /// Cells of one column that hold several.
    #[serde(default)]
    pub split: Vec<Split>,
    /// Columns that are one value together.
    #[serde(default)]
    pub join: Vec<Join>,
    /// Column → value where the file gives none.
    #[serde(default)]
    pub default: BTreeMap<String, String>,
    /// Headings that hold a value: each is a row of its own.
    #[serde(default)]
    pub unpivot: Vec<Unpivot>,
    /// Deliveries of changes alone.
    #[serde(default)]
    pub delta: Delta,
    /// Unit in cells and headings → what a number in it is multiplied with to be VND, hectares or pieces.
    #[serde(default)]
    pub units: BTreeMap<String, f64>,
}

/// A cell parted by a pattern.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Column, or `@sheet`, `@title`, `@file`.
    pub column: String,
    /// Regular expression without regard to case; its named groups are columns.
    pub pattern: String,
}

/// Columns put together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// Column that comes of it.
    pub column: String,
    /// Columns, in order.
    pub from: Vec<String>,
    /// What stands between.
    #[serde(default = "comma")]
    pub with: String,
}

fn comma() -> String {
    ", ".to_owned()
}

/// Headings with a value in them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpivot {
    /// Regular expression on the folded heading; its named groups are columns.
    pub headings: String,
    /// Column that the cells are.
    pub value: String,
}

/// Deliveries of changes alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delta {
    /// Column that says what became of the row.
    pub column: String,
    /// Words for "no longer".
    pub withdrawn: Vec<String>,
    /// Words for "new" and "changed".
    pub kept: Vec<String>,
}

/// Names of the tables above: they stand at the top of a register file.
pub const TABLES: [&str; 6] = ["split", "join", "default", "unpivot", "delta", "units"];

/// The shape with its patterns ready.
#[derive(Debug, Clone, Default)]
pub struct Shaping {
    /// With `Shape::split`, in order.
    pub splits: Vec<Regex>,
    /// With `Shape::unpivot`, in order.
    pub unpivots: Vec<Regex>,
}

impl Shaping {
    /// With the key of a pattern that is none.
    pub(super) fn new(shape: &Shape) -> Result<Self, (String, regex::Error)> {
        let mut out = Self::default();
        for (i, rule) in shape.split.iter().enumerate() {
            out.splits.push(pattern(&rule.pattern).map_err(|e| (format!("split[{i}].pattern"), e))?);
        }
        for (i, rule) in shape.unpivot.iter().enumerate() {
            out.unpivots.push(pattern(&rule.headings).map_err(|e| (format!("unpivot[{i}].headings"), e))?);
        }
        Ok(out)
    }

    /// The first rule that takes a heading, and what its groups hold.
    pub fn unpivot(&self, heading: &Heading) -> Option<(usize, BTreeMap<String, String>)> {
        self.unpivots.iter().enumerate().find_map(|(i, regex)| {
            heading.readings.iter().find_map(|reading| {
                let folded = flat(reading);
                let captures = regex.captures(&folded)?;
                Some((i, groups(regex, &captures)))
            })
        })
    }
}

fn pattern(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).case_insensitive(true).build()
}

/// What the named groups hold; none that is empty.
pub fn groups(regex: &Regex, captures: &regex::Captures<'_>) -> BTreeMap<String, String> {
    regex
        .capture_names()
        .flatten()
        .filter_map(|name| Some((name.to_owned(), captures.name(name)?.as_str().trim().to_owned())))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Names of a pattern's groups.
pub fn group_names(regex: &Regex) -> impl Iterator<Item = &str> {
    regex.capture_names().flatten()
}

impl Shape {
    /// Columns that a table has once those of `found` are read under `headings`.
    pub fn made(&self, shaping: &Shaping, found: &BTreeSet<&str>, headings: &[Heading]) -> BTreeSet<String> {
        let mut all: BTreeSet<String> = self.default.keys().cloned().collect();
        for (rule, regex) in self.split.iter().zip(&shaping.splits) {
            if rule.column.starts_with('@')
                || found.contains(rule.column.as_str())
                || all.contains(&rule.column)
            {
                all.extend(group_names(regex).map(str::to_owned));
            }
        }
        for rule in &self.join {
            if rule.from.iter().any(|c| found.contains(c.as_str()) || all.contains(c)) {
                all.insert(rule.column.clone());
            }
        }
        for heading in headings.iter().filter(|_| !self.unpivot.is_empty()) {
            if let Some((at, values)) = shaping.unpivot(heading) {
                all.insert(self.unpivot[at].value.clone());
                all.extend(values.into_keys());
            }
        }
        all
    }
}
