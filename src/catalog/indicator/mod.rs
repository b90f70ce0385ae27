//! Indicators as data (chỉ tiêu): `schema/indicators/*.toml` → [`Indicators`], checked against the entity types;
//! pure. Their conditions are written in the query language, and the graph judges them as it judges a client's.

mod condition;
mod dimension;
mod file;
mod mistake;
mod read;
mod target;

use chrono::NaiveDate;
use indexmap::IndexMap;

pub use dimension::{Dimension, Last};
pub use mistake::{IndicatorMistake, fault};
pub(super) use read::embedded;
pub use read::{operators, read};
pub use target::{Said, TargetWords};

/// Words in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

/// All indicators the hub knows, and what they share.
#[derive(Debug, Clone, Default)]
pub struct Indicators {
    /// By code.
    pub all: IndexMap<String, Indicator>,
    /// Conditions that others name: `@district`.
    pub conditions: IndexMap<String, String>,
    /// Root list → name → path: short names for what groups go by.
    pub dimensions: IndexMap<String, IndexMap<String, String>>,
    /// When the programme began, the whole country's first.
    pub programmes: Vec<Beginning>,
    /// Targets that no data can answer yet.
    pub missing: Vec<MissingData>,
    /// What words of targets say.
    pub target_words: TargetWords,
}

impl Indicators {
    /// Whether some indicator counts entities of this type.
    pub fn counts(&self, entity: &str) -> bool {
        let parts = self.all.values().flat_map(Indicator::parts);
        let mut entities = parts.map(|part| part.entity.as_str());
        entities.any(|counted| counted == entity)
    }
}

/// One indicator.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// What it says, in a sentence.
    pub definition: Words,
    /// What its value is a number of: a value of the enum `IndicatorUnit`.
    pub unit: String,
    /// Whether more is better: a value of the enum `IndicatorDirection`.
    pub direction: String,
    /// The time it speaks of.
    pub period: Period,
    /// Days from the day asked for to `$until`.
    pub days: i64,
    /// Whether it means nothing without a place.
    pub needs_scope: bool,
    /// Decimals of a value that is a quotient.
    pub decimals: u32,
    /// What is counted.
    pub numerator: Part,
    /// What it is held against.
    pub denominator: Option<Part>,
    /// The rows behind the numerator, where they are others than those that are read for it.
    pub rows: Option<Part>,
    /// Kind of the office that its figures are of, where its rows are another's.
    pub office: Option<String>,
    /// When what it counts was abolished.
    pub ended: Option<Ended>,
    /// Targets of the programme that it answers.
    pub targets: Vec<TargetRule>,
    /// Indicators of a like meaning, by which a published figure may have been counted.
    pub compare: Vec<String>,
    /// Why rows come, in the order in which reasons count.
    pub came: Vec<Reason>,
    /// Why rows leave.
    pub left: Vec<Reason>,
    /// File it stands in.
    pub file: String,
}

impl Indicator {
    /// All lists it reads.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        [Some(&self.numerator), self.denominator.as_ref(), self.rows.as_ref()].into_iter().flatten()
    }

    /// The rows behind the number.
    pub fn shown(&self) -> &Part {
        self.rows.as_ref().unwrap_or(&self.numerator)
    }
}

/// Why an indicator says nothing of later days.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The last day of what it counts.
    #[serde(deserialize_with = "file::day")]
    pub last: NaiveDate,
    /// In words.
    pub reason: Words,
}

/// The time an indicator speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A day.
    Instant,
    /// From 1 January to the day.
    Year,
    /// The twelve months that end with the day.
    TwelveMonths,
}

impl Period {
    /// Its name in the enum `IndicatorPeriod`.
    pub fn word(self) -> &'static str {
        match self {
            Period::Instant => "INSTANT",
            Period::Year => "YEAR",
            Period::TwelveMonths => "TWELVE_MONTHS",
        }
    }
}

/// Rows of one list, and what is taken of them.
#[derive(Debug, Clone)]
pub struct Part {
    /// Root list of the graph.
    pub list: String,
    /// Type of its rows.
    pub entity: String,
    /// What is taken.
    pub take: Take,
    /// Conditions, in the query language; empty: none.
    pub condition: String,
    /// Line of the file on which they begin.
    pub line: usize,
    /// Whether the whole question is as of the day.
    pub as_of: bool,
    /// Whether the rows have a place, so that a scope can be asked for.
    pub placed: bool,
    /// Whether the rows have a validity of their own, which being as of a day goes by.
    pub valid: bool,
}

/// What is taken of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// How many.
    Count,
    /// Different values of a field.
    Distinct(String),
    /// Sum of a field.
    Sum(String),
    /// Mean of a field.
    Average(String),
}

/// Which targets an indicator answers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetRule {
    /// What the target is about: a value of the enum `TargetIndicator`.
    pub indicator: String,
    /// What its numbers are: a value of the enum `TargetMeasure`; none: any.
    pub measure: Option<String>,
    /// Words of which one must stand in the target's own; none: any.
    #[serde(default)]
    pub words: Vec<String>,
    /// Qualifiers that must stand in the target's words: the indicator has them.
    #[serde(default)]
    pub says: Vec<String>,
    /// Qualifiers that may: the indicator counts the same with them and without. With any other it is no answer.
    #[serde(default)]
    pub may: Vec<String>,
}

/// Why rows come or leave.
#[derive(Debug, Clone)]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// In words.
    pub name: Words,
    /// Conditions, in the query language, with `$before` and `$on`.
    pub condition: String,
    /// Line of the file on which they begin.
    pub line: usize,
    /// Whether they are as of the later day.
    pub as_of: bool,
}

/// When the programme began.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// First day.
    pub since: NaiveDate,
    /// Code of a province that began by itself; none: the country.
    pub province: Option<String>,
    /// What began.
    pub name: Words,
}

/// A kind of target that no data can answer yet.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingData {
    /// What the target is about; none: words that are not known.
    pub indicator: Option<String>,
    /// Which data are missing.
    pub data: Words,
    /// Kind of the office that would have them: a value of the enum `OfficeKind`.
    pub office: String,
}
