//! Bytes → sheets. What a file is, is found in its content, never by its name; a file that cannot be read
//! is refused with a code and with what to do. Nothing here knows a register.

mod biff;
mod compound;
pub mod delimited;
pub mod encoding;
mod grid;
#[cfg(test)]
mod hostile;
pub mod items;
pub mod legacy;
mod load;
mod nested;
mod ods;
mod records;
mod refusal;
mod sniff;
mod workbook;
mod xlsx;
mod zipped;

pub use load::{LoadError, load};

use std::collections::HashSet;

use super::cell::Sheet;
use crate::error::Fault;

/// What a file may cost: the one place where this stands.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of an archive once unpacked.
    pub unpacked_bytes: u64,
    /// Unpacked size over packed size, beyond the first 16 MiB.
    pub ratio: u64,
    /// Cells, empty ones before others counted, over all sheets.
    pub cells: usize,
    /// Columns.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 128 << 20, unpacked_bytes: 512 << 20, ratio: 200, cells: 8_000_000, columns: 1024 }
    }
}

/// A file read; `notes` say what could not be.
#[derive(Debug, Clone, Default)]
pub struct Workbook {
    /// Sheets in the file's order.
    pub sheets: Vec<Sheet>,
    /// Sheets that could not be read, characters that were replaced, an encoding that was converted.
    pub notes: Vec<Fault>,
}

/// What is said when a reader gave up in a way it should not.
pub fn reader_failed() -> Fault {
    refusal::unreadable("the reader gave up")
}

/// Reads a file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(refusal::too_large(bytes.len() as u64, limits.file_bytes));
    }
    let mut book = match sniff::sniff(bytes)? {
        sniff::Kind::Zip => {
            let kind = zipped::inspect(bytes, limits)?;
            workbook::read(bytes, kind, limits)
        }
        sniff::Kind::Ole => workbook::read(bytes, workbook::Kind::Xls, limits),
        sniff::Kind::Text => text(bytes, limits),
    }?;
    name_apart(&mut book.sheets);
    Ok(book)
}

/// Names of sheets as the store can hold and tell apart: no program makes others.
fn name_apart(sheets: &mut [Sheet]) {
    let mut taken = HashSet::new();
    for sheet in sheets {
        let name: String = sheet.name.chars().take(100).collect();
        let numbered = (2..).map(|n| format!("{name} ({n})"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|n| !taken.contains(n));
        sheet.name = free.unwrap_or(name);
        taken.insert(sheet.name.clone());
    }
}

fn text(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    let decoded = encoding::decode(bytes)?;
    let trimmed = decoded.text.trim_start_matches('\u{feff}').trim_start();
    if trimmed.is_empty() {
        return Err(refusal::empty());
    }
    sniff::refuse_markup(trimmed)?;
    let mut book = if trimmed.starts_with('{') || trimmed.starts_with('[') {
        items::read(trimmed, limits)?
    } else {
        delimited::read(&decoded.text, limits)?
    };
    book.notes.extend(decoded.note);
    Ok(book)
}
