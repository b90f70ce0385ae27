//! A file that no register knows → a draft of the register file that would read it, with what is unsure of it.
//! Headings by the words of all registers, values by their looks. A person decides; nothing is imported here.

mod assign;
mod draft;
mod find;
mod likeness;
mod looks;
mod shapes;
mod titles;

pub use assign::{Guess, Meaning};
pub use looks::Looks;

use std::collections::BTreeMap;

use super::{Register, Registers};
use crate::ingest::place::Places;
use crate::ingest::read::Workbook;
use likeness::Vocabulary;
pub use likeness::without_year;

/// A column of the file.
#[derive(Debug, Clone)]
pub struct FileColumn {
    /// Position, from 0.
    pub at: usize,
    /// Heading, all its rows joined.
    pub heading: String,
    /// How its values look.
    pub looks: Looks,
    /// What it may be, best first; the first is the one proposed unless none is good enough.
    pub guesses: Vec<Guess>,
    /// The one proposed.
    pub meaning: Meaning,
}

/// A sheet of the file.
#[derive(Debug, Clone)]
pub struct FileSheet {
    /// Name; empty where a file has none.
    pub name: String,
    /// Rows of headings, numbers as in the file; none when none were found.
    pub headings: Option<(i32, i32)>,
    /// Rows below.
    pub rows: usize,
    /// Its columns.
    pub columns: Vec<FileColumn>,
    /// Form of the register that fits best.
    pub layout: Option<String>,
    /// Columns that form needs and nothing gives, each with its alternatives.
    pub missing: Vec<String>,
    /// Words in headings by which the register takes a list for another.
    pub foreign: Vec<String>,
}

/// A draft.
#[derive(Debug, Clone)]
pub struct Suggestion<'r> {
    /// The register it resembles most.
    pub register: &'r Register,
    /// How well it fits, and the others that may: code and points.
    pub rivals: Vec<(String, usize)>,
    /// The sheets.
    pub sheets: Vec<FileSheet>,
    /// Tables such as `[[split]]` that seem to be needed, as TOML, each with its reason.
    pub shapes: Vec<(String, String)>,
    /// Vocabulary → word that it does not have → times and the nearest value.
    pub words: BTreeMap<String, BTreeMap<String, (usize, Option<String>)>>,
}

impl Suggestion<'_> {
    /// The register file.
    pub fn toml(&self, file: &str) -> String {
        draft::toml(self, file)
    }
}

/// Drafts; `wanted` is the register a person named. None when the file has no table.
pub fn suggest<'r>(
    book: &Workbook,
    registers: &'r Registers,
    places: &Places,
    wanted: Option<&str>,
) -> Option<Suggestion<'r>> {
    let vocabulary = Vocabulary::new(registers);
    let tables: Vec<find::Table<'_>> = (book.sheets.iter())
        .filter(|s| !s.hidden && !s.rows.is_empty())
        .map(|s| find::table(s, &vocabulary, places, registers))
        .collect();
    let titles = titles::points(&tables, registers);
    let mut rated: Vec<(i64, &Register, Vec<FileSheet>)> = (registers.all().iter())
        .filter(|r| wanted.is_none_or(|w| r.model.code == w))
        .map(|register| {
            let sheets: Vec<FileSheet> =
                tables.iter().map(|t| assign::sheet(t, register, &vocabulary, places)).collect();
            let by_title = titles.get(&register.model.code).copied().unwrap_or(0);
            (sheets.iter().map(assign::points).sum::<i64>() + by_title, register, sheets)
        })
        .collect();
    rated.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.model.code.cmp(&b.1.model.code)));
    let rivals =
        rated.iter().map(|(p, r, _)| (r.model.code.clone(), usize::try_from(*p).unwrap_or(0))).collect();
    let (_, register, mut sheets) = rated.into_iter().next()?;
    if tables.iter().all(|t| t.lines.is_none()) {
        return None;
    }
    let shapes = shapes::shapes(&tables, &mut sheets, register, &vocabulary, places);
    let words = looks::unknown_words(&tables, &sheets, register);
    Some(Suggestion { register, rivals, sheets, shapes, words })
}
