//! Names, and words of a vocabulary.

use std::collections::BTreeMap;

use super::{Complaint, identifiers, says_nothing, stars};
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tidy};
use crate::ingest::register::Match;

/// A name: text with letters that is no number, phone or rating in the wrong column.
pub fn name(cell: &Cell) -> Result<Option<String>, Complaint> {
    let text = tidy(&cell.text());
    if says_nothing(&text) && !cell.is_error() {
        return Ok(None);
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let rating = flat(&text).ends_with(" sao") && stars::stars(cell).is_ok() && letters <= 6;
    if cell.is_error() {
        return Err(Complaint::new(
            "CELL_ERROR",
            "a name, not a formula's error",
            "tên, không phải lỗi công thức",
        ));
    }
    if !matches!(cell, Cell::Text(_)) || letters < 2 || identifiers::is_phone(&text) || rating {
        return Err(Complaint::new(
            "CELLS_SHIFTED",
            "a name; the cells of this row seem to be shifted",
            "tên; có vẻ các ô của dòng bị lệch cột",
        ));
    }
    Ok(Some(text.trim_matches([',', ';', '.']).trim().to_owned()))
}

/// The value of a vocabulary that a text names; the longest spelling wins.
pub fn word<'v>(text: &str, words: &'v BTreeMap<String, Vec<String>>, by: Match) -> Option<&'v str> {
    let text = flat(text);
    let padded = format!(" {text} ");
    let fits = |spelling: &str| match by {
        Match::Exact => text == spelling,
        Match::Start => padded.starts_with(&format!(" {spelling} ")),
        Match::Contains => padded.contains(&format!(" {spelling} ")),
    };
    words
        .iter()
        .flat_map(|(value, spellings)| {
            spellings
                .iter()
                .map(String::as_str)
                .chain([value.as_str()])
                .map(move |s| (value.as_str(), flat(s)))
        })
        .filter(|(_, spelling)| !spelling.is_empty() && fits(spelling))
        .max_by_key(|(_, spelling)| spelling.len())
        .map(|(value, _)| value)
}
