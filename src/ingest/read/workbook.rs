//! Workbooks → sheets, by calamine: xlsx and xlsb as streams of cells (a sheet's declared size is never
//! believed), xls as ranges after their reach was looked at. A reader that gives up badly is one file's
//! misfortune.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, Reader, Sheet as Metadata, SheetVisible, Xls, Xlsb, Xlsx, XlsxError,
};
use chrono::{NaiveDate, NaiveDateTime};

use super::grid::{Budget, Grid, Trouble};
use super::xlsx::{Frame, Parts};
use super::{Limits, Workbook, biff, ods, refusal};
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

/// Cells without a value cost time, if not room: so many are looked at for each that may be kept.
const LOOKS: usize = 8;

/// Reads every sheet; one that cannot be read becomes a note.
pub(super) fn read(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Workbook, Fault> {
    let read = || match kind {
        Kind::Xlsx => xlsx(bytes, limits),
        Kind::Xlsb => xlsb(bytes, limits),
        Kind::Xls => xls(bytes, limits),
        Kind::Ods => ods::read(bytes, limits),
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(super::reader_failed()))
}

/// The sheets as they come, and what could not be read of them.
struct Book {
    out: Workbook,
    budget: Budget,
    last: String,
}

impl Book {
    fn new(sheets: &[Metadata], limits: &Limits) -> Result<Self, Fault> {
        if sheets.len() > biff::SHEETS {
            return Err(refusal::bomb("too many sheets", "quá nhiều trang"));
        }
        let budget = Budget { left: limits.cells, columns: limits.columns };
        Ok(Self { out: Workbook::default(), budget, last: "no sheet".to_owned() })
    }

    fn take(&mut self, meta: &Metadata, read: Result<Sheet, Trouble>) -> Result<(), Fault> {
        match read {
            Ok(mut sheet) => {
                sheet.hidden = meta.visible != SheetVisible::Visible;
                self.out.sheets.push(sheet);
            }
            Err(Trouble::Cells) => return Err(refusal::bomb("too many cells", "quá nhiều ô")),
            Err(Trouble::Cause(cause)) => {
                self.out.notes.push(refusal::sheet_unreadable(&meta.name, &cause));
                self.last = cause;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Workbook, Fault> {
        if self.out.sheets.is_empty() { Err(refusal::unreadable(&self.last)) } else { Ok(self.out) }
    }
}

fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    let mut parts = Parts::open(bytes)?;
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsxError::Password => refusal::encrypted(),
        e => refusal::unreadable(&e.to_string()),
    })?;
    let since_1904 = file.has_1904_epoch();
    let metadata = file.sheets_metadata().to_vec();
    let mut book = Book::new(&metadata, limits)?;
    for meta in &metadata {
        let Frame { merges, hidden_rows, uncomputed } = parts.frame(&meta.name);
        let mut cut_off = false;
        let rows = file.worksheet_cells_reader(&meta.name).map_err(Trouble::cause).and_then(|mut cells| {
            let mut grid = Grid::new(&mut book.budget);
            cut_off = stream(&mut grid, limits, || match cells.next_cell() {
                Ok(cell) => Ok(cell.map(|c| (c.get_position(), borrowed(c.get_value())))),
                Err(e) => Err(e.to_string()),
            })?;
            for (row, column, formula) in uncomputed {
                grid.put(row, column, Cell::uncomputed(&formula))?;
            }
            Ok(grid.finish())
        });
        if cut_off {
            book.out.notes.push(refusal::sheet_cut_off(&meta.name));
        }
        let plain =
            |rows| Sheet { merges, hidden_rows, since_1904, ..Sheet::plain(&meta.name, Form::Grid, rows) };
        book.take(meta, rows.map(plain))?;
    }
    book.finish()
}

fn xlsb(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    let mut file = Xlsb::new(Cursor::new(bytes)).map_err(|e| refusal::unreadable(&e.to_string()))?;
    let since_1904 = file.has_1904_epoch();
    let metadata = file.sheets_metadata().to_vec();
    let mut book = Book::new(&metadata, limits)?;
    for meta in &metadata {
        let rows = file.worksheet_cells_reader(&meta.name).map_err(Trouble::cause).and_then(|mut cells| {
            let mut grid = Grid::new(&mut book.budget);
            stream(&mut grid, limits, || match cells.next_cell() {
                Ok(cell) => Ok(cell.map(|c| (c.get_position(), borrowed(c.get_value())))),
                Err(e) => Err(e.to_string()),
            })?;
            Ok(grid.finish())
        });
        book.take(meta, rows.map(|rows| Sheet { since_1904, ..Sheet::plain(&meta.name, Form::Grid, rows) }))?;
    }
    book.finish()
}

fn xls(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    let hidden = biff::inspect(bytes, limits)?;
    let mut file = Xls::new(Cursor::new(bytes)).map_err(|e| match e {
        calamine::XlsError::Password => refusal::encrypted(),
        e if e.to_string().to_lowercase().contains("eof") => refusal::truncated(),
        e => refusal::unreadable(&e.to_string()),
    })?;
    let since_1904 = file.has_1904_epoch();
    let metadata = file.sheets_metadata().to_vec();
    let mut book = Book::new(&metadata, limits)?;
    for (i, meta) in metadata.iter().enumerate() {
        let rows = file.worksheet_range(&meta.name).map_err(Trouble::cause).and_then(|range| {
            let start = range.start().unwrap_or((0, 0));
            let mut grid = Grid::new(&mut book.budget);
            for (r, c, value) in range.used_cells() {
                grid.put(start.0 + r as u32, start.1 as usize + c, owned(value))?;
            }
            Ok(grid.finish())
        });
        let merges =
            file.merge_cells_by_sheet_name(&meta.name).unwrap_or_default().iter().map(merge).collect();
        let hidden_rows = hidden.get(i).cloned().unwrap_or_default();
        let sheet = |rows: Vec<Row>| Sheet {
            merges,
            hidden_rows,
            since_1904,
            ..Sheet::plain(&meta.name, Form::Grid, rows)
        };
        book.take(meta, rows.map(sheet))?;
    }
    book.finish()
}

/// Puts cells until there are no more; true when the sheet breaks off behind some rows.
fn stream(
    grid: &mut Grid<'_>,
    limits: &Limits,
    mut next: impl FnMut() -> Result<Option<((u32, u32), Cell)>, String>,
) -> Result<bool, Trouble> {
    for _ in 0..limits.cells.saturating_mul(LOOKS) {
        match next() {
            Ok(Some(((row, column), cell))) => grid.put(row, column as usize, cell)?,
            Ok(None) => return Ok(false),
            // Rows before the damage are kept: a sheet cut off still says something.
            Err(cause) if grid.is_empty() => return Err(Trouble::Cause(cause)),
            Err(_) => return Ok(true),
        }
    }
    Err(Trouble::Cells)
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

pub(super) fn iso(text: &str) -> Cell {
    NaiveDateTime::parse_from_str(text.get(..19).unwrap_or(text), "%Y-%m-%dT%H:%M:%S")
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .map_or_else(|| Cell::Text(text.to_owned()), Cell::Date)
}
