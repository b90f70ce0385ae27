//! A file read, recognised and understood, before any row is mapped: register, province, day, layouts.

use chrono::{NaiveDate, TimeDelta};

use super::mend::{Mend, Mended, mend, mend_own, put};
use super::surplus::{self, Surplus};
use crate::error::Fault;
use crate::ingest::about::{self, Table};
use crate::ingest::cell::{Cell, Form, Sheet};
use crate::ingest::layout::{self, Analysis, RowKind};
use crate::ingest::place::{Level, Places};
use crate::ingest::read::{self, Limits, Workbook};
use crate::ingest::recognise;
use crate::ingest::register::{Mode, Register, Registers};
use crate::ingest::{Input, Options};

/// Code of what is said of a file of which no row was read.
pub const NO_ROWS: &str = "NO_ROWS_READ";

/// A sheet with what was made of it.
#[derive(Debug, Clone)]
pub struct SheetRead {
    /// As in the file.
    pub sheet: Sheet,
    /// Cells with merges filled, for reading.
    pub cells: Vec<Vec<Cell>>,
    /// None when the sheet is kept but not read.
    pub analysis: Option<Analysis>,
    /// Cells that people gave new words.
    pub mended: Mended,
    /// Rows with more cells than there are headings.
    pub surplus: Surplus,
}

impl SheetRead {
    /// The kind of a row; rows of sheets not read are notes.
    pub fn kind(&self, row: usize) -> &RowKind {
        self.analysis.as_ref().map_or(&RowKind::Note, |a| &a.rows[row])
    }
}

/// A file ready to be mapped.
#[derive(Debug, Clone)]
pub struct Prepared<'r> {
    /// The register it is of.
    pub register: &'r Register,
    /// Its sheets.
    pub sheets: Vec<SheetRead>,
    /// Code of the old province whose office sent it.
    pub province: String,
    /// `register/OFFICE/province`.
    pub scope: String,
    /// Day it speaks of.
    pub as_of: NaiveDate,
    /// Whether no text said which day.
    pub as_of_guessed: bool,
    /// What is worth a warning for the file as a whole.
    pub notes: Vec<Fault>,
    /// Whether it holds changes alone: a column says of each row what became of it.
    pub delta: bool,
}

impl Prepared<'_> {
    /// What it does to earlier deliveries: changes alone replace nothing.
    pub fn mode(&self) -> Mode {
        if self.delta { Mode::Append } else { self.register.model.mode }
    }
}

/// Reads `input` and finds out what it is. `today` is the day in Vietnam on which it is received.
pub fn prepare<'r>(
    input: &Input,
    registers: &'r Registers,
    places: &Places,
    options: &Options,
    today: NaiveDate,
    limits: &Limits,
) -> Result<Prepared<'r>, Fault> {
    prepare_book(read::read(&input.bytes, limits)?, &input.name, registers, places, options, today)
}

/// As [`prepare`], of a file read already.
pub fn prepare_book<'r>(
    book: Workbook,
    name: &str,
    registers: &'r Registers,
    places: &Places,
    options: &Options,
    today: NaiveDate,
) -> Result<Prepared<'r>, Fault> {
    prepare_mended(book, name, registers, places, options, today, &[])
}

/// As [`prepare_book`], with what people mended in it.
pub fn prepare_mended<'r>(
    book: Workbook,
    name: &str,
    registers: &'r Registers,
    places: &Places,
    options: &Options,
    today: NaiveDate,
    mends: &[Mend],
) -> Result<Prepared<'r>, Fault> {
    let register = recognise::recognise(&book, registers, options.register.as_deref())?;
    let mut notes = book.notes.clone();
    let around = around(&book.sheets);
    // Lists within items that no form reads are in the items already.
    let wanted = |s: &Sheet| s.path.is_empty() || recognise::is_read(s, register);
    let sheets: Vec<SheetRead> = book
        .sheets
        .into_iter()
        .filter(wanted)
        .map(|sheet| understand(sheet, register, places, name, &mut notes, mends))
        .collect();
    notes.extend(no_rows(&sheets));
    let tables: Vec<Table<'_>> = sheets
        .iter()
        .filter_map(|s| {
            let since_1904 = s.sheet.since_1904;
            Some(Table { analysis: s.analysis.as_ref()?, cells: &s.cells, since_1904 })
        })
        .collect();
    let names: Vec<&str> = sheets.iter().map(|s| s.sheet.name.as_str()).collect();
    let (as_of, warning) = match options.as_of {
        Some(day) if day > today + TimeDelta::days(AHEAD) => return Err(far_ahead(day, today)),
        Some(day) => (day, None),
        None => about::as_of(&tables, name, &names, register, today),
    };
    let province = match &options.province {
        Some(text) => places.province_of_list(text, as_of).ok_or_else(|| no_province(text))?,
        None => about::province(&tables, &around, name, register, places)?,
    };
    drop(tables);
    let as_of_guessed = warning.is_some();
    notes.extend(warning);
    let scope = format!("{}/{}/{province}", register.model.code, register.model.office);
    let delta = sheets.iter().filter_map(|s| s.analysis.as_ref()).any(|a| is_delta(a, register));
    let mut file = Prepared { register, sheets, province, scope, as_of, as_of_guessed, notes, delta };
    mend(&mut file, mends)?;
    Ok(file)
}

fn understand(
    sheet: Sheet,
    register: &Register,
    places: &Places,
    file: &str,
    notes: &mut Vec<Fault>,
    mends: &[Mend],
) -> SheetRead {
    let mut mended = Mended::new();
    let mut cells = layout::filled(&sheet);
    if sheet.hidden && !sheet.rows.is_empty() {
        notes.push(not_read(&sheet.name, "it is hidden", "trang bị ẩn"));
    }
    if !sheet.hidden && !sheet.hidden_rows.is_empty() {
        notes.extend(hidden_rows(&sheet));
    }
    let is_place = |text: &str| {
        places.names_some(Level::District, text)
            || places.names_some(Level::Commune, text)
            || Places::is_like_commune(text)
    };
    let mut surplus = Surplus::new();
    let mut analysis = None;
    if recognise::is_read(&sheet, register) && !sheet.rows.is_empty() {
        let candidate = layout::best_candidate(&sheet, &cells, register);
        if !recognise::is_foreign(&candidate, register) {
            analysis = layout::analyse(&sheet, &cells, register, &is_place);
        }
        surplus = analysis.as_ref().map(|analysis| surplus::rows(&sheet, analysis)).unwrap_or_default();
        if let Some(analysis) = &mut analysis {
            mended = mend_own(&sheet, &mut cells, analysis, mends);
            layout::shape(&sheet, &mut cells, analysis, register, file);
        } else {
            let missing = recognise::missing_headings(register, Some(&candidate));
            notes.push(not_read(
                &sheet.name,
                &format!("its headings miss {missing}"),
                &format!("thiếu cột {missing}"),
            ));
        }
    }
    if let Some(analysis) = &analysis {
        layout::fill_down(&mut cells, analysis, register);
        layout::place_beside(&mut cells, analysis, register);
        put(&mut cells, &mended);
    }
    SheetRead { sheet, cells, analysis, mended, surplus }
}

/// Rows that people do not see are data all the same: a filter left on hides what is meant to be there. But they
/// may have been hidden to be left out, so somebody is to look.
fn hidden_rows(sheet: &Sheet) -> Option<Fault> {
    let kept = |no: &&i32| sheet.rows.binary_search_by_key(*no, |r| r.no).is_ok();
    let numbers: Vec<String> = sheet.hidden_rows.iter().filter(kept).map(i32::to_string).collect();
    let first = numbers.first()?;
    let shown = numbers.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    let (count, more) = (numbers.len(), if numbers.len() > 8 { ", …" } else { "" });
    let name = &sheet.name;
    Some(Fault::new(
        "ROWS_HIDDEN",
        format!(
            "Sheet \"{name}\" hides {count} rows ({shown}{more}); they were read like the others. Look from row {first} on."
        ),
        format!(
            "Trang \"{name}\" có {count} dòng bị ẩn ({shown}{more}); vẫn được đọc như các dòng khác. Xin kiểm tra từ dòng {first}."
        ),
    ))
}

fn is_delta(analysis: &Analysis, register: &Register) -> bool {
    analysis.mappings.iter().any(|m| m.columns.contains_key(&register.model.shape.delta.column))
}

/// Of a file of which no row was read somebody is to know: its list may be empty, or not be understood.
fn no_rows(sheets: &[SheetRead]) -> Option<Fault> {
    let read = sheets.iter().any(|s| (0..s.sheet.rows.len()).any(|i| matches!(s.kind(i), RowKind::Data(_))));
    let kept: usize = sheets.iter().map(|s| s.sheet.rows.len()).sum();
    (!read).then(|| {
        Fault::new(
            NO_ROWS,
            format!(
                "No row was read: all {kept} rows of the file were taken for titles, headings or notes. Look which rows \
                 the headings are."
            ),
            format!(
                "Không đọc được dòng nào: cả {kept} dòng của tệp đều bị coi là tên bảng, tiêu đề hoặc ghi chú. Hãy xem \
                 lại dòng tiêu đề."
            ),
        )
    })
}

fn not_read(sheet: &str, en: &str, vi: &str) -> Fault {
    Fault::new(
        "SHEET_UNUSABLE",
        format!("Sheet \"{sheet}\" was kept but not read: {en}."),
        format!("Trang \"{sheet}\" được lưu nhưng không đọc: {vi}."),
    )
}

/// Days a list may run ahead of the day it is handed in.
const AHEAD: i64 = 31;

fn far_ahead(day: NaiveDate, today: NaiveDate) -> Fault {
    Fault::new(
        "AS_OF_IN_FUTURE",
        format!(
            "the file cannot speak of {day}: today is {today}. A slip would outrank all later deliveries"
        ),
        format!(
            "thời điểm số liệu {day} còn ở tương lai (hôm nay {today}); nhập sai sẽ lấn át mọi bản giao sau"
        ),
    )
}

fn no_province(text: &str) -> Fault {
    Fault::new(
        "OFFICE_UNKNOWN",
        format!(
            "There is no province \"{text}\". Give its two-digit code (for a list of after June 2025 that of today) or its name."
        ),
        format!(
            "Không có tỉnh \"{text}\". Hãy ghi mã hai chữ số (danh sách sau tháng 6/2025: mã hiện nay) hoặc tên tỉnh."
        ),
    )
}

/// Texts in which an export without titles may name its office.
fn around(sheets: &[Sheet]) -> String {
    let items = sheets.iter().filter(|s| s.form == Form::Items && s.path.is_empty());
    let rows = items.flat_map(|s| s.rows.iter());
    rows.flat_map(|r| r.cells.iter()).map(Cell::text).collect::<Vec<_>>().join("\n")
}
