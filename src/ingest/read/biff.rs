//! What an .xls says of its sheets before they are read: how far their cells reach, which rows are hidden.
//! The reader of workbooks makes room for all between the first cell and the last.

use super::compound::{u16_at, u32_at, workbook_stream};
use super::{Limits, refusal};
use crate::error::Fault;

/// Sheets of one workbook.
pub(super) const SHEETS: usize = 512;
/// A whole sheet of this form; room for what a sheet declares is asked for, but not filled.
const WHOLE: u64 = 1 << 24;

/// Refuses a workbook whose cells reach too far; else the hidden rows of each sheet, in the file's order.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Vec<Vec<i32>>, Fault> {
    let stream = workbook_stream(bytes)?;
    let starts: Vec<usize> = Records { stream: &stream, at: 0 }
        .take_while(|r| r.kind != 0x000a)
        .filter(|r| r.kind == 0x0085)
        .filter_map(|r| Some(u32_at(r.data, 0)? as usize))
        .collect();
    if starts.len() > SHEETS {
        return Err(refusal::bomb("too many sheets", "quá nhiều trang"));
    }
    let mut left = limits.cells as u64;
    let mut out = Vec::new();
    for start in starts {
        let (area, declared, hidden) = sheet(stream.get(start..).unwrap_or_default());
        let sound = left.checked_sub(area).filter(|_| declared <= WHOLE);
        left = sound.ok_or_else(|| refusal::bomb("too many cells", "quá nhiều ô"))?;
        out.push(hidden);
    }
    Ok(out)
}

/// Cells that must be held, cells declared, hidden rows.
fn sheet(stream: &[u8]) -> (u64, u64, Vec<i32>) {
    let (mut declared, mut depth, mut begun) = (0u64, 0usize, false);
    let mut reach: Option<(u64, u64, u64, u64)> = None;
    let mut hidden = Vec::new();
    for record in (Records { stream, at: 0 }) {
        let first_bof = record.kind == 0x0809 && !std::mem::replace(&mut begun, true);
        match record.kind {
            0x0809 if !first_bof => depth += 1,
            0x000a if depth > 0 => depth -= 1,
            0x000a => break,
            _ if depth > 0 => {}
            0x0200 => declared = declared.max(claim(record.data)),
            0x0208 if u16_at(record.data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                hidden.extend(u16_at(record.data, 0).map(|row| i32::from(row) + 1));
            }
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006 | 0x00bd => {
                let (Some(row), Some(column)) = (u16_at(record.data, 0), u16_at(record.data, 2)) else {
                    continue;
                };
                let last = match record.kind {
                    0x00bd => u16_at(record.data, record.data.len().saturating_sub(2)).unwrap_or(column),
                    _ => column,
                };
                let (row, column, last) = (u64::from(row), u64::from(column), u64::from(last));
                let (top, left, bottom, right) = reach.unwrap_or((row, column, row, column));
                reach = Some((top.min(row), left.min(column), bottom.max(row), right.max(last).max(column)));
            }
            _ => {}
        }
    }
    let area = reach.map_or(0, |(top, left, bottom, right)| (bottom - top + 1) * (right - left + 1));
    (area, declared, hidden)
}

/// The cells that a record of dimensions speaks of; more than any file may have when it makes no sense.
fn claim(data: &[u8]) -> u64 {
    let wide = |at| u32_at(data, at).map(u64::from);
    let narrow = |at| u16_at(data, at).map(u64::from);
    let ends = match data.len() {
        10 => (narrow(0), narrow(2), narrow(4), narrow(6)),
        14 | 16 => (wide(0), wide(4), narrow(8), narrow(10)),
        _ => return 0,
    };
    match ends {
        (Some(top), Some(bottom), Some(left), Some(right)) if top <= bottom => {
            let left = if left > 0xff || right < left { 0 } else { left };
            (bottom - top).saturating_mul(right - left)
        }
        _ => u64::MAX,
    }
}

struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let data = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some(Record { kind, data })
    }
}
