//! Names of people, organisations, products.

use super::{Complaint, identifiers, says_nothing, stars};
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tidy};

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
