//! Files in, source records and issues out: read → recognise → map → check → stage. Nothing here decides
//! what is the same thing (matching) or whose word counts (merge).

mod about;
mod agencies;
#[cfg(test)]
mod cases;
pub mod cell;
pub mod clean;
pub mod fold;
pub mod groups;
pub mod layout;
pub mod map;
pub mod place;
pub mod read;
pub mod recognise;
pub mod register;
pub mod stage;

use chrono::NaiveDate;

/// A file to import.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name as the office gave it; its folders too, when known, for words about the office.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What the person importing knows better than the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Register, when not to be recognised.
    pub register: Option<String>,
    /// Statistical code of the province of before July 2025 (or of today) whose office sends it.
    pub province: Option<String>,
    /// Day the file speaks of.
    pub as_of: Option<NaiveDate>,
}

/// Reads and maps a file without a store: what [`stage::stage`] would write into an empty one.
pub fn read_and_map(
    registers: &register::Registers,
    places: &place::Places,
    input: &Input,
    options: &Options,
    today: NaiveDate,
) -> Result<(String, map::Staged), crate::error::Fault> {
    let file = map::prepare(input, registers, places, options, today, &read::Limits::default())?;
    let nobody = std::collections::HashSet::new();
    let staged = map::map(&file, places, uuid::Uuid::nil(), &nobody, &|_, _| {});
    Ok((file.scope, staged))
}
