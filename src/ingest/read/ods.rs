//! OpenDocument sheets: `content.xml` as a stream, so that repeated cells and rows cost what they hold and no
//! more, joined and hidden cells are known, and a file cut off ends.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::grid::{Budget, Grid, Trouble};
use super::workbook::iso;
use super::{Limits, Workbook, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Merge, Sheet};

/// Blanks that one `text:s` may stand for.
const BLANKS: usize = 200;
/// Joined and hidden rows kept of a sheet.
const KEPT: usize = 100_000;

/// Reads every table of the document.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Fault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| refusal::truncated())?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let mut text = Vec::new();
        let _ = manifest.take(1 << 20).read_to_end(&mut text);
        if String::from_utf8_lossy(&text).contains("manifest:encryption-data") {
            return Err(refusal::encrypted());
        }
    }
    let content = archive.by_name("content.xml").map_err(|_| refusal::truncated())?;
    let mut xml = Reader::from_reader(BufReader::with_capacity(1 << 16, content));
    let config = xml.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    let mut document = Document {
        xml,
        buffer: Vec::new(),
        hidden: HashMap::new(),
        budget: Budget { left: limits.cells, columns: limits.columns },
    };
    document.tables()
}

struct Document<R: BufRead> {
    xml: Reader<R>,
    buffer: Vec<u8>,
    /// Styles of tables that are not displayed.
    hidden: HashMap<String, bool>,
    budget: Budget,
}

/// A table while it is read.
#[derive(Default)]
struct Table {
    row: u64,
    column: u64,
    repeat: u64,
    merges: Vec<Merge>,
    hidden_rows: Vec<i32>,
    /// Cells of the row that is being read, with their columns.
    cells: Vec<(u64, u64, Cell)>,
}

impl<R: BufRead> Document<R> {
    fn tables(&mut self) -> Result<Workbook, Fault> {
        let mut out = Workbook::default();
        let mut style = String::new();
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer) {
                Ok(Event::Start(e)) => match e.name().0 {
                    "style:style" => style = attribute(&e, "style:name").unwrap_or_default(),
                    "style:table-properties" => {
                        let off = attribute(&e, "table:display").is_some_and(|d| d == "false");
                        self.hidden.insert(style.clone(), off);
                    }
                    "table:tracked-changes" => {
                        let end = e.to_end().into_owned();
                        let _ = self.xml.read_to_end_into(end.name(), &mut Vec::new());
                    }
                    "table:table" => {
                        let name = attribute(&e, "table:name").unwrap_or_default();
                        let style = attribute(&e, "table:style-name").unwrap_or_default();
                        let hidden = self.hidden.get(&style).copied().unwrap_or(false);
                        if !self.table(&name, hidden, &mut out)? {
                            break;
                        }
                    }
                    _ => {}
                },
                Ok(Event::Eof) => break,
                Err(e) if out.sheets.is_empty() => return Err(refusal::unreadable(&e.to_string())),
                Err(_) => break,
                Ok(_) => {}
            }
        }
        if out.sheets.is_empty() { Err(refusal::unreadable("no sheet")) } else { Ok(out) }
    }

    /// One table; false when nothing can come after it.
    fn table(&mut self, name: &str, hidden: bool, out: &mut Workbook) -> Result<bool, Fault> {
        let mut budget = Budget { left: self.budget.left, columns: self.budget.columns };
        let mut grid = Grid::new(&mut budget);
        let mut table = Table::default();
        let trouble = self.rows(&mut table, &mut grid).err();
        let broken = grid.is_empty();
        let rows = grid.finish();
        self.budget.left = budget.left;
        match trouble {
            Some(Trouble::Cells) => return Err(refusal::bomb("too many cells", "quá nhiều ô")),
            Some(Trouble::Cause(cause)) if broken => {
                out.notes.push(refusal::sheet_unreadable(name, &cause));
                return Ok(false);
            }
            Some(Trouble::Cause(_)) => out.notes.push(refusal::sheet_cut_off(name)),
            None => {}
        }
        out.sheets.push(Sheet {
            hidden,
            merges: table.merges,
            hidden_rows: table.hidden_rows,
            ..Sheet::plain(name, Form::Grid, rows)
        });
        Ok(out.notes.is_empty())
    }

    fn rows(&mut self, table: &mut Table, grid: &mut Grid<'_>) -> Result<(), Trouble> {
        loop {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer).map_err(Trouble::cause)?;
            match event {
                Event::Start(e) => match e.name().0 {
                    "table:table-row" => {
                        table.repeat = count(&e, "table:number-rows-repeated");
                        table.column = 0;
                        let shown = attribute(&e, "table:visibility").is_none_or(|v| v == "visible");
                        let repeat = if shown { 0 } else { table.repeat.min(KEPT as u64) };
                        let from = table.row;
                        let room = KEPT.saturating_sub(table.hidden_rows.len());
                        let numbers = (from..from + repeat).filter_map(|r| i32::try_from(r + 1).ok());
                        table.hidden_rows.extend(numbers.take(room));
                    }
                    "table:table-cell" | "table:covered-table-cell" => {
                        let cell = Told::of(&e);
                        let end = e.name().0.to_owned();
                        let text = self.text(&end)?;
                        table.take(cell, text);
                    }
                    "table:shapes" | "office:forms" => {
                        let end = e.to_end().into_owned();
                        self.xml.read_to_end_into(end.name(), &mut Vec::new()).map_err(Trouble::cause)?;
                    }
                    _ => {}
                },
                Event::End(e) if e.name().0 == "table:table-row" => table.end_row(grid)?,
                Event::End(e) if e.name().0 == "table:table" => return Ok(()),
                Event::Eof => return Err(Trouble::Cause("the file is cut off".into())),
                _ => {}
            }
        }
    }

    /// The text of a cell up to its end: paragraphs as lines; notes and drawings on it left out.
    fn text(&mut self, cell: &str) -> Result<String, Trouble> {
        let (mut text, mut paragraphs, mut aside) = (String::new(), 0, 0u32);
        loop {
            self.buffer.clear();
            let event = self.xml.read_event_into(&mut self.buffer).map_err(Trouble::cause)?;
            match event {
                Event::Start(e) => match e.name().0 {
                    name if is_aside(name) => aside += 1,
                    _ if aside > 0 => {}
                    "text:p" => {
                        if paragraphs > 0 {
                            text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let blanks = usize::try_from(count(&e, "text:c")).unwrap_or(BLANKS).min(BLANKS);
                        text.extend(std::iter::repeat_n(' ', blanks));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                },
                Event::End(e) if is_aside(e.name().0) => aside = aside.saturating_sub(1),
                Event::End(e) if e.name().0 == cell => return Ok(text),
                Event::Text(t) if aside == 0 && paragraphs > 0 => text.push_str(&t.xml10_content()),
                Event::CData(t) if aside == 0 && paragraphs > 0 => text.push_str(&t.xml10_content()),
                Event::GeneralRef(r) if aside == 0 => text.push_str(&entity(&r)),
                Event::Eof => return Err(Trouble::Cause("the file is cut off".into())),
                _ => {}
            }
        }
    }
}

fn is_aside(name: &str) -> bool {
    name == "office:annotation" || name.starts_with("draw:")
}

impl Table {
    fn take(&mut self, told: Told, text: String) {
        let (at, repeat) = (self.column, told.repeat);
        self.column = self.column.saturating_add(repeat);
        if told.spans != (1, 1) && self.merges.len() < KEPT {
            let (top, left) = (self.row as usize, at as usize);
            let bottom = top.saturating_add(told.spans.0.saturating_sub(1) as usize);
            let right = left.saturating_add(told.spans.1.saturating_sub(1) as usize);
            self.merges.push(Merge { top, left, bottom, right });
        }
        let cell = told.cell(text);
        if !cell.is_blank() {
            self.cells.push((at, repeat, cell));
        }
    }

    /// A row is as many rows as it says it is repeated; an empty one only moves on.
    fn end_row(&mut self, grid: &mut Grid<'_>) -> Result<(), Trouble> {
        let cells = std::mem::take(&mut self.cells);
        let next = self.row.saturating_add(self.repeat.max(1));
        if !cells.is_empty() {
            for row in self.row..next {
                let row = u32::try_from(row).map_err(|_| Trouble::Cells)?;
                for (at, repeat, cell) in &cells {
                    for column in *at..at.saturating_add(*repeat) {
                        let column = usize::try_from(column).map_err(|_| Trouble::Cells)?;
                        grid.put(row, column, cell.clone())?;
                    }
                }
            }
        }
        (self.row, self.repeat) = (next, 1);
        Ok(())
    }
}

/// What the attributes of a cell say.
struct Told {
    repeat: u64,
    spans: (u64, u64),
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    error: bool,
}

impl Told {
    fn of(e: &BytesStart<'_>) -> Self {
        let mut told =
            Self { repeat: 1, spans: (1, 1), kind: String::new(), value: None, formula: None, error: false };
        for a in e.attributes().with_checks(false).flatten() {
            let value = || quick_xml::escape::unescape(&a.value).map(|v| v.into_owned()).unwrap_or_default();
            match a.key.0 {
                "table:number-columns-repeated" => told.repeat = value().parse().unwrap_or(1),
                "table:number-rows-spanned" => told.spans.0 = value().parse().unwrap_or(1),
                "table:number-columns-spanned" => told.spans.1 = value().parse().unwrap_or(1),
                "office:value-type" => told.kind = value(),
                "calcext:value-type" => told.error = value() == "error",
                "table:formula" => told.formula = Some(value()),
                "office:value"
                | "office:date-value"
                | "office:time-value"
                | "office:boolean-value"
                | "office:string-value" => told.value = Some(value()),
                _ => {}
            }
        }
        told
    }

    fn cell(self, text: String) -> Cell {
        let value = self.value.filter(|v| !v.is_empty());
        if self.error || (self.formula.is_some() && text.trim().starts_with("Err:")) {
            return Cell::Error(text);
        }
        match (self.kind.as_str(), value) {
            ("float" | "percentage" | "currency", Some(n)) => {
                n.parse().map_or_else(|_| Cell::Text(text), Cell::Number)
            }
            ("boolean", Some(b)) => Cell::Bool(b == "true" || b == "TRUE"),
            ("date", Some(day)) => iso(&day),
            ("string", Some(value)) if text.is_empty() => Cell::Text(value),
            ("", None) if text.is_empty() => match self.formula {
                Some(formula) => Cell::uncomputed(formula.trim_start_matches("of:").trim_start_matches('=')),
                None => Cell::Empty,
            },
            (_, Some(value)) if text.is_empty() => Cell::Text(value),
            _ => Cell::Text(text),
        }
    }
}

fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = e.attributes().with_checks(false).flatten().find(|a| a.key.0 == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(|v| v.into_owned())
}

fn count(e: &BytesStart<'_>, name: &str) -> u64 {
    attribute(e, name).and_then(|v| v.parse().ok()).unwrap_or(1)
}

fn entity(found: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = found.resolve_char_ref() {
        return c.to_string();
    }
    quick_xml::escape::resolve_xml_entity(&found.xml10_content()).unwrap_or_default().to_owned()
}
