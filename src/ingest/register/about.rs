//! What a register file says of the register as a whole: title, mode, where its day and its sheets are found.

use serde::Deserialize;

/// A title in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// What a later delivery does to an earlier one of the same scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Replaces it.
    Snapshot,
    /// Stands beside it.
    Append,
}

impl Mode {
    /// As the store writes it.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Snapshot => "snapshot",
            Mode::Append => "append",
        }
    }
}

/// Where the day is found.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AsOf {
    /// The latest day in these columns; `@sheet`: the end of the latest year that names a sheet.
    pub latest_of: Vec<String>,
    /// Words before the day in titles and file names ("tính đến").
    pub cues: Vec<String>,
}

/// Which sheets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SheetFilter {
    /// Only these.
    pub only: Vec<String>,
    /// Never these.
    pub skip: Vec<String>,
}
