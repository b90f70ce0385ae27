//! Forms of a sheet, conditions of a rule, rows to set aside: what a register file says of rows as a whole.

use serde::Deserialize;

use super::Match;

/// A form of sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Name, for messages.
    pub name: String,
    /// Columns without which it is not this form; `a | b`: one of them.
    pub required: Vec<String>,
    /// What its rows say; later ones may refer to earlier ones.
    pub targets: Vec<String>,
    /// Columns with the day a row speaks of, first first; else the file's day. Also `@sheet`, `@title`,
    /// `@section`.
    #[serde(default)]
    pub observed_on: Vec<String>,
    /// Whether the first or the last day of that day's year is meant.
    #[serde(default)]
    pub observed_at: At,
    /// Of nested JSON: the path of lists (`[nested]`) whose elements are its rows.
    pub each: Option<String>,
    /// Whether any row with one text is a section.
    #[serde(default)]
    pub sections: bool,
    /// Columns that stand on the first row of a block only, in sheets of this form.
    #[serde(default)]
    pub fill_down: Vec<String>,
}

/// Which day of a year is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum At {
    /// The day itself; of a month or year its last.
    #[default]
    Day,
    /// The first of the year: a plan.
    Start,
    /// The last of the year: a report.
    End,
}

/// What a cell says by a vocabulary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Column or other source.
    pub from: String,
    /// Vocabulary.
    #[serde(rename = "as")]
    pub vocabulary: String,
    /// How it is compared.
    #[serde(default)]
    pub by: Match,
    /// Values for which it holds.
    pub is: Vec<String>,
}

/// Rows that are no data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// Columns to look at.
    pub columns: Vec<String>,
    /// Regular expression on the lower-case text.
    pub pattern: String,
    /// What is said of it.
    pub en: String,
    /// What is said of it.
    pub vi: String,
}

/// Cleaners that look at more than one kind of cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Further {
    /// A quantity in its base unit.
    Quantity,
    /// That unit.
    QuantityUnit,
    /// The unit a price is for.
    PriceUnit,
    /// Days that something keeps.
    Days,
    /// Months of a season, as a list.
    Months,
    /// Whether they are all twelve.
    AllYear,
    /// First day of a time.
    From,
    /// Last day of a time.
    To,
    /// How exactly a time is known.
    Precision,
    /// The year that stands around the cell.
    YearOf,
    /// A province of before July 2025.
    Province,
    /// A provincial office, under its name at the beginning of the row's year.
    Agency,
}

impl Further {
    /// The cleaner of that name.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "quantity" => Further::Quantity,
            "quantity_unit" => Further::QuantityUnit,
            "price_unit" => Further::PriceUnit,
            "days" => Further::Days,
            "months" => Further::Months,
            "all_year" => Further::AllYear,
            "span_from" => Further::From,
            "span_to" => Further::To,
            "span_precision" => Further::Precision,
            "year_of" => Further::YearOf,
            "province" => Further::Province,
            "agency" => Further::Agency,
            _ => return None,
        })
    }

    /// Whether an empty cell says something too.
    pub fn reads_blank(self) -> bool {
        matches!(self, Further::Months | Further::AllYear | Further::YearOf)
    }

    /// Whether it gives the id of reference data.
    pub fn is_link(self) -> bool {
        matches!(self, Further::Province | Further::Agency)
    }
}
