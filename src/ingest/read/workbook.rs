//! Workbooks → sheets, by calamine: xlsx as a stream of cells (a sheet's declared size is never believed),
//! the older forms as ranges.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Dimensions, Ods, Reader, SheetVisible, Sheets, Xls, Xlsb, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};

use super::{Limits, Workbook, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Merge, Row, Sheet};

/// Kinds of workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

type Bytes<'a> = Cursor<&'a [u8]>;

/// Reads every sheet; one that cannot be read becomes a note.
pub(super) fn read(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Workbook, Fault> {
    let mut book = open(bytes, kind)?;
    let metadata: Vec<_> = book.sheets_metadata().to_vec();
    let mut out = Workbook::default();
    let mut left = limits.cells;
    let mut last = "no sheet".to_owned();
    for meta in metadata {
        let mut budget = Budget { left: &mut left, columns: limits.columns };
        match sheet(&mut book, &meta.name, &mut budget) {
            Ok(mut sheet) => {
                sheet.hidden = meta.visible != SheetVisible::Visible;
                out.sheets.push(sheet);
            }
            Err(Trouble::Cells) => {
                return Err(refusal::bomb("too many cells", "quá nhiều ô"));
            }
            Err(Trouble::Cause(cause)) => {
                out.notes.push(refusal::sheet_unreadable(&meta.name, &cause));
                last = cause;
            }
        }
    }
    if out.sheets.is_empty() { Err(refusal::unreadable(&last)) } else { Ok(out) }
}

fn open(bytes: &[u8], kind: Kind) -> Result<Sheets<Bytes<'_>>, Fault> {
    let cursor = Cursor::new(bytes);
    match kind {
        Kind::Xlsx => Xlsx::new(cursor).map(Sheets::Xlsx).map_err(|e| match e {
            calamine::XlsxError::Password => refusal::encrypted(),
            e => refusal::unreadable(&e.to_string()),
        }),
        Kind::Xlsb => Xlsb::new(cursor).map(Sheets::Xlsb).map_err(|e| refusal::unreadable(&e.to_string())),
        Kind::Ods => Ods::new(cursor).map(Sheets::Ods).map_err(|e| match e {
            calamine::OdsError::Password => refusal::encrypted(),
            e => refusal::unreadable(&e.to_string()),
        }),
        Kind::Xls => Xls::new(cursor).map(Sheets::Xls).map_err(|e| match e {
            calamine::XlsError::Password => refusal::encrypted(),
            e if e.to_string().to_lowercase().contains("eof") => refusal::truncated(),
            e => refusal::unreadable(&e.to_string()),
        }),
    }
}

struct Budget<'a> {
    left: &'a mut usize,
    columns: usize,
}

enum Trouble {
    Cells,
    Cause(String),
}

impl Budget<'_> {
    /// Puts a cell into its row. What counts is what must be held: the empty cells before it, too.
    fn put(
        &mut self,
        rows: &mut BTreeMap<u32, Vec<Cell>>,
        row: u32,
        column: usize,
        cell: Cell,
    ) -> Result<(), Trouble> {
        if column >= self.columns {
            return Err(Trouble::Cells);
        }
        let cells = rows.entry(row).or_default();
        let more = (column + 1).saturating_sub(cells.len());
        *self.left = self.left.checked_sub(more).ok_or(Trouble::Cells)?;
        if more > 0 {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
        Ok(())
    }
}

fn sheet(book: &mut Sheets<Bytes<'_>>, name: &str, budget: &mut Budget<'_>) -> Result<Sheet, Trouble> {
    let cause = |e: &dyn std::fmt::Display| Trouble::Cause(e.to_string());
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut since_1904 = false;
    let merges = match book {
        Sheets::Xlsx(xlsx) => {
            since_1904 = xlsx.has_1904_epoch();
            stream(xlsx, name, budget, &mut rows)?;
            xlsx.merge_cells_by_sheet_name(name).unwrap_or_default()
        }
        book => {
            let range = book.worksheet_range(name).map_err(|e| cause(&e))?;
            let start = range.start().unwrap_or((0, 0));
            for (r, c, value) in range.used_cells() {
                budget.put(&mut rows, start.0 + r as u32, start.1 as usize + c, owned(value))?;
            }
            match book {
                Sheets::Xls(xls) => xls.merge_cells_by_sheet_name(name).unwrap_or_default(),
                _ => Vec::new(),
            }
        }
    };
    let rows = rows.into_iter().map(|(no, cells)| Row::new(no as i32 + 1, cells)).filter(|r| !r.is_blank());
    let merges = merges.iter().map(merge).collect();
    Ok(Sheet { merges, since_1904, ..Sheet::plain(name, Form::Grid, rows.collect()) })
}

fn stream(
    xlsx: &mut Xlsx<Bytes<'_>>,
    name: &str,
    budget: &mut Budget<'_>,
    rows: &mut BTreeMap<u32, Vec<Cell>>,
) -> Result<(), Trouble> {
    let mut reader = xlsx.worksheet_cells_reader(name).map_err(|e| Trouble::Cause(e.to_string()))?;
    loop {
        match reader.next_cell() {
            Ok(Some(cell)) => {
                let (row, column) = cell.get_position();
                let value = borrowed(cell.get_value());
                if !value.is_blank() {
                    budget.put(rows, row, column as usize, value)?;
                }
            }
            Ok(None) => return Ok(()),
            // Rows before the damage are kept: a sheet cut off still says something.
            Err(e) if rows.is_empty() => return Err(Trouble::Cause(e.to_string())),
            Err(_) => return Ok(()),
        }
    }
}

fn merge(d: &Dimensions) -> Merge {
    Merge {
        top: d.start.0 as usize,
        left: d.start.1 as usize,
        bottom: d.end.0 as usize,
        right: d.end.1 as usize,
    }
}

fn borrowed(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(b) => Cell::Bool(*b),
        DataRef::DateTime(at) => date(at),
        DataRef::DateTimeIso(text) => iso(text),
        DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(e) => Cell::Error(e.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

fn owned(value: &Data) -> Cell {
    match value {
        Data::String(text) | Data::DurationIso(text) => Cell::Text(text.clone()),
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::Bool(b) => Cell::Bool(*b),
        Data::DateTime(at) => date(at),
        Data::DateTimeIso(text) => iso(text),
        Data::Error(e) => Cell::Error(e.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn date(at: &calamine::ExcelDateTime) -> Cell {
    // A huge serial is no day.
    if at.is_duration() || !(0.0..2_958_466.0).contains(&at.as_f64()) {
        return Cell::Number(at.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
        .and_then(|d| d.and_hms_opt(u32::from(hour), u32::from(minute), u32::from(second)))
        .map_or(Cell::Number(at.as_f64()), Cell::Date)
}

fn iso(text: &str) -> Cell {
    NaiveDateTime::parse_from_str(text.get(..19).unwrap_or(text), "%Y-%m-%dT%H:%M:%S")
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .map_or_else(|| Cell::Text(text.to_owned()), Cell::Date)
}
