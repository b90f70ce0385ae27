//! The shape of a register file. `schema/registers/README.md` explains it to those who write one.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::about::{AsOf, Mode, SheetFilter, Title};
use super::form::{Condition, Further, Layout, Reject};
use super::shape::Shape;

/// A register file, the common words already in it. Keys that are none of these are told by `structure`.
#[derive(Debug, Clone, Deserialize)]
pub struct Model {
    /// Stable name: `ocop_products`.
    pub code: String,
    /// What people call it.
    pub title: Title,
    /// `OfficeKind` of the office that keeps it.
    pub office: String,
    /// Whether a later delivery replaces the earlier one.
    pub mode: Mode,
    /// Where the day a file speaks of is found when no title says it.
    #[serde(default)]
    pub as_of: AsOf,
    /// Sheets to read or not, as regular expressions on the folded name; none: all whose headings fit.
    #[serde(default)]
    pub sheets: SheetFilter,
    /// Words in headings that betray another register.
    #[serde(default)]
    pub foreign: Vec<String>,
    /// Words that tell rows apart.
    #[serde(default)]
    pub words: Words,
    /// Columns by logical name.
    pub column: BTreeMap<String, Column>,
    /// Keys of nested JSON by logical name.
    #[serde(default)]
    pub nested: BTreeMap<String, Vec<String>>,
    /// Value → its spellings.
    #[serde(default)]
    pub vocabulary: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// What a row says of which entity.
    pub target: BTreeMap<String, Target>,
    /// Forms a sheet can have.
    pub layout: Vec<Layout>,
    /// Rows that are no data.
    #[serde(default)]
    pub reject: Vec<Reject>,
    /// Columns whose values must stand in another sheet of the file.
    #[serde(default)]
    pub reference: Vec<Reference>,
    /// How columns are made of others.
    #[serde(flatten)]
    pub shape: Shape,
}

/// Words that tell rows apart; compared folded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// A total begins with one of these.
    pub total: Vec<String>,
    /// A note or a signature begins with one of these.
    pub note: Vec<String>,
    /// A cell that means nothing.
    pub blank: Vec<String>,
    /// Stands before a former name.
    pub former: Vec<String>,
    /// Stands in a note on a certificate withdrawn.
    pub revoked: Vec<String>,
    /// Stands before the year in which something stopped.
    pub stopped: Vec<String>,
    /// A name that begins with one of these is no person's.
    pub bodies: Vec<String>,
    /// Stands in headings of another thing than the known one beside it.
    pub aside: Vec<String>,
    /// Stands in headings and changes nothing.
    pub filler: Vec<String>,
    /// Stands in brackets behind a heading and is no unit.
    pub remark: Vec<String>,
    /// Words of headings, shortened or in English, and what they stand for: only for drafting.
    pub means: BTreeMap<String, String>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Headings it has been seen under; none for one that is made of others.
    #[serde(default)]
    pub headers: Vec<String>,
    /// Of nested JSON: keys that hold lists or objects; any of them before any of `fields` is a heading too.
    #[serde(default)]
    pub within: Vec<String>,
    /// Keys inside those.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Path of nested lists (`[nested]`) in whose elements `fields` stand.
    pub of: Option<String>,
    /// Numbers the rows: does not count in comparing them.
    #[serde(default)]
    pub index: bool,
    /// Stands on the first row of a block only: a blank cell means what stands above it.
    #[serde(default)]
    pub fill_down: bool,
    /// Holds personal data: never shown in messages.
    #[serde(default)]
    pub personal: bool,
    /// Unit of its numbers where neither cell nor heading names one.
    pub unit: Option<String>,
}

/// What a row says of one entity.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Entity type.
    pub entity: String,
    /// What makes it the same in every delivery: columns, `@place`, or `@target`; the first alternative whose
    /// first part is there.
    pub key: Vec<Vec<String>>,
    /// Fields without which the row is set aside; `a | b`: one of them.
    #[serde(default)]
    pub required: Vec<String>,
    /// Whether the register has one row for each.
    #[serde(default)]
    pub distinct: bool,
    /// Columns that say where it is.
    pub place: Option<PlaceRule>,
    /// Columns in which former or other names stand.
    #[serde(default)]
    pub former_names: Vec<String>,
    /// Columns that are other names, parted by semicolons.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// Field → where from and how; of several rules the first that gives a value.
    #[serde(default)]
    pub fields: BTreeMap<String, Rules>,
    /// Link → target of the same row.
    #[serde(default)]
    pub refs: BTreeMap<String, String>,
    /// Column whose cell is a list: one record for each of its parts, which stand in the place of the cell.
    pub each: Option<String>,
    /// Whether commas belong to the parts of that list.
    #[serde(default)]
    pub whole: bool,
    /// What must be there, else it is left out: columns that say something, `@target` that was made.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Whether it is left out, rather than the row set aside, when a required field is missing.
    #[serde(default)]
    pub optional: bool,
    /// Whether it only names what other registers keep: it is matched, and then says nothing and makes nothing.
    #[serde(default)]
    pub mention: bool,
}

/// One rule or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Rules {
    /// One.
    One(Box<FieldRule>),
    /// In order of trust.
    Many(Vec<FieldRule>),
}

impl Rules {
    /// All of them.
    pub fn all(&self) -> &[FieldRule] {
        match self {
            Rules::One(rule) => std::slice::from_ref(rule.as_ref()),
            Rules::Many(rules) => rules,
        }
    }
}

/// Where a value comes from and how it is cleaned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Column, `@sheet`, `@title` (the rows above the headings), `@section`, `@province` (the office's).
    pub from: String,
    /// Cleaner, or the name of a vocabulary.
    #[serde(rename = "as")]
    pub kind: String,
    /// How a vocabulary is compared.
    #[serde(default)]
    pub by: Match,
    /// What becomes of a word the vocabulary does not have.
    #[serde(default)]
    pub other: Other,
    /// Least value that can be.
    pub min: Option<f64>,
    /// Greatest value that can be.
    pub max: Option<f64>,
    /// Least amount that can be, owed or earned, where it is not nothing.
    pub least: Option<f64>,
    /// Months to add to a date.
    pub plus_months: Option<u32>,
    /// Whether a day after the file's own may stand here.
    #[serde(default)]
    pub future: bool,
    /// Sets the row aside when the value cannot be (not when it is missing).
    #[serde(default)]
    pub strict: bool,
    /// Parts to cut off, as regular expressions without regard to case.
    #[serde(default)]
    pub strip: Vec<String>,
    /// Whether a blank cell says that the field is empty now; else the last word on it stands.
    #[serde(default)]
    pub clears: bool,
    /// Words that a year in a title, or the day of `day_after`, must stand behind ("công nhận … năm 2021").
    #[serde(default)]
    pub after: Vec<String>,
    /// Keeps what the first group of this regular expression finds; nothing when it finds nothing.
    pub pick: Option<String>,
    /// Value for words that the vocabulary does not have.
    pub unknown: Option<String>,
    /// Value of an empty cell, where the file fills the column elsewhere.
    pub blank: Option<String>,
    /// Replacements before anything else: regular expression and text.
    #[serde(default)]
    pub replace: Vec<(String, String)>,
    /// Where the year stands that the text leaves out: columns, `@sheet`, `@title`, `@section`.
    #[serde(default)]
    pub year_of: Vec<String>,
    /// Column with the unit of a quantity.
    pub unit: Option<String>,
    /// Column with a quantity that this one cannot exceed.
    pub most: Option<String>,
    /// Value where the table has no such column, or nobody fills it.
    pub absent: Option<String>,
    /// Only where this holds.
    pub only: Option<Condition>,
    /// Not where this holds.
    pub unless: Option<Condition>,
    /// Of a unit: the field of the same target with the year in which it is meant.
    pub on: Option<String>,
    /// Of a percentage: the columns whose quotient it is, which tell 1.2 from 120.
    #[serde(default)]
    pub ratio: Vec<String>,
}

/// How a vocabulary is compared, always folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// The whole text.
    #[default]
    Exact,
    /// Its first words.
    Start,
    /// Some of its words.
    Contains,
}

/// What becomes of an unknown word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Other {
    /// A warning.
    #[default]
    Warn,
    /// It stays as it is.
    Keep,
    /// Nothing.
    Ignore,
}

/// Columns that say where something is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceRule {
    /// Commune.
    pub commune: String,
    /// District; else the section above.
    pub district: String,
    /// All in one text.
    pub address: String,
    /// Province, where rows differ.
    pub province: String,
    /// A name behind which the district may stand.
    pub name: String,
}

/// A column whose values must stand in another sheet, where the file has that sheet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Column.
    pub column: String,
    /// Layout in whose rows every value of it must stand.
    pub layout: String,
}

/// A cleaner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tidied text.
    Text,
    /// A name: must have letters and not look like a number, phone or rating.
    Name,
    /// A name of an organisation: a district behind it is cut off.
    Organisation,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// An amount in VND.
    Money,
    /// Hectares.
    Area,
    /// A year.
    Year,
    /// A day.
    Date,
    /// 3 to 5.
    Stars,
    /// Whether put forward for five stars.
    PotentialFiveStar,
    /// Tax code.
    TaxCode,
    /// Phone.
    Phone,
    /// Number of a decision.
    Decision,
    /// Day of a withdrawal in a note.
    RevokedOn,
    /// The note on it.
    RevokedNote,
    /// Year after words such as "đã dừng từ năm".
    StoppedYear,
    /// A product group of the scheme of the row's day.
    ProductGroup,
    /// The unit that signed the decision of that number.
    Issuer,
    /// A code of letters and digits, its groups joined by hyphens.
    Code,
    /// Tonnes.
    Tonnes,
    /// Tidied text, signs alone too ("%").
    Signs,
    /// Whether a unit is a percentage, a multiple or a count.
    UnitKind,
    /// What a plan asks: at least, exactly, a range.
    Operator,
    /// The number of a plan; of a range the lower one.
    Lower,
    /// The upper number of a range.
    Upper,
    /// Percent.
    Percent,
    /// The administrative unit that a scope names: the province itself or one of its districts.
    Unit,
    /// The day behind some words.
    DayAfter,
    /// One of the further cleaners.
    Further(Further),
    /// A word of a vocabulary.
    Vocabulary,
}

impl Kind {
    /// The cleaner of that name; any other name is a vocabulary's.
    pub fn of(name: &str) -> Self {
        match name {
            "text" => Kind::Text,
            "name" => Kind::Name,
            "organisation" => Kind::Organisation,
            "integer" => Kind::Integer,
            "decimal" => Kind::Decimal,
            "money" => Kind::Money,
            "area" => Kind::Area,
            "year" => Kind::Year,
            "date" => Kind::Date,
            "stars" => Kind::Stars,
            "potential_five_star" => Kind::PotentialFiveStar,
            "tax_code" => Kind::TaxCode,
            "phone" => Kind::Phone,
            "decision" => Kind::Decision,
            "revoked_on" => Kind::RevokedOn,
            "revoked_note" => Kind::RevokedNote,
            "stopped_year" => Kind::StoppedYear,
            "group" => Kind::ProductGroup,
            "issuer" => Kind::Issuer,
            "code" => Kind::Code,
            "tonnes" => Kind::Tonnes,
            "signs" => Kind::Signs,
            "unit_kind" => Kind::UnitKind,
            "operator" => Kind::Operator,
            "lower" => Kind::Lower,
            "upper" => Kind::Upper,
            "percent" => Kind::Percent,
            "unit" => Kind::Unit,
            "day_after" => Kind::DayAfter,
            name => Further::of(name).map_or(Kind::Vocabulary, Kind::Further),
        }
    }
}
