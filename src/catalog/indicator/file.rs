//! An indicator file as it is written; nothing is checked here but its form.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Ended, MissingData, TargetRule, Words};

/// Indicators of one file, by code.
pub(super) type Entries = BTreeMap<Spanned<String>, Entry>;

/// One indicator.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub name: Words,
    pub definition: Words,
    pub unit: Spanned<String>,
    pub direction: Option<Spanned<String>>,
    pub period: Option<Spanned<String>>,
    #[serde(default)]
    pub days: i64,
    pub office: Option<Spanned<String>>,
    #[serde(default)]
    pub needs_scope: bool,
    pub decimals: Option<u32>,
    pub ended: Option<Ended>,
    pub numerator: PartEntry,
    pub denominator: Option<PartEntry>,
    pub rows: Option<PartEntry>,
    #[serde(default)]
    pub target: Vec<Spanned<TargetRule>>,
    #[serde(default)]
    pub compare: Vec<Spanned<String>>,
    #[serde(default)]
    pub came: Vec<ReasonEntry>,
    #[serde(default)]
    pub left: Vec<ReasonEntry>,
}

/// Rows of a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartEntry {
    pub list: Spanned<String>,
    #[serde(rename = "where")]
    pub condition: Option<Spanned<String>>,
    #[serde(default)]
    pub as_of: bool,
    pub count_distinct: Option<Spanned<String>>,
    pub sum: Option<Spanned<String>>,
    pub avg: Option<Spanned<String>>,
}

/// Why rows come or leave.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonEntry {
    pub code: String,
    pub name: Words,
    #[serde(rename = "where")]
    pub condition: Spanned<String>,
    #[serde(default)]
    pub as_of: bool,
}

/// `programme.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Programme {
    #[serde(default)]
    pub programme: Vec<BeginningEntry>,
    #[serde(default)]
    pub missing: Vec<Spanned<MissingData>>,
}

/// When the programme began.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginningEntry {
    pub since: Spanned<String>,
    pub province: Option<String>,
    pub name: Words,
}

/// `conditions.toml`: name → condition.
pub(super) type Conditions = BTreeMap<Spanned<String>, Spanned<String>>;

/// `dimensions.toml`: list → name → path.
pub(super) type Dimensions = BTreeMap<Spanned<String>, toml::map::Map<String, toml::Value>>;

/// A day as text.
pub(super) fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<chrono::NaiveDate, D::Error> {
    let text = String::deserialize(from)?;
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("{text:?} is no day; expected one like 2018-05-07")))
}
