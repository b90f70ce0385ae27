//! What stands in a file before anyone makes sense of it: cells, rows, sheets, and how a cell is kept
//! verbatim. No cleaning here.

use chrono::{NaiveDateTime, NaiveTime};
use serde_json::{Value, json};

/// One cell as the file has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, untouched.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A cell formatted as a date, or a date in ISO form.
    Date(NaiveDateTime),
    /// What a broken formula shows: `#REF!`.
    Error(String),
}

impl Cell {
    /// Whether nothing can be seen in it.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Whether a formula failed here, also when only its text was kept.
    pub fn is_error(&self) -> bool {
        match self {
            Cell::Error(_) => true,
            Cell::Text(text) if text.starts_with(['#', ' ', '\t']) => {
                matches!(
                    text.trim(),
                    "#REF!" | "#N/A" | "#VALUE!" | "#NAME?" | "#DIV/0!" | "#NUM!" | "#NULL!"
                )
            }
            _ => false,
        }
    }

    /// A formula whose result was never saved with the file: kept as the formula, read as an error.
    pub fn uncomputed(formula: &str) -> Self {
        Cell::Error(format!("={}", formula.chars().take(200).collect::<String>()))
    }

    /// Whether it is a formula whose result was never saved.
    pub fn is_uncomputed(&self) -> bool {
        matches!(self, Cell::Error(text) if text.starts_with('='))
    }

    /// As a person reads it.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Error(text) => text.clone(),
            Cell::Number(n) => number_text(*n),
            Cell::Bool(b) => b.to_string(),
            Cell::Date(at) => at.format("%d/%m/%Y").to_string(),
        }
    }

    /// The form kept in the store: text and numbers as themselves, `{"date":…}`, `{"error":…}`. NUL, which
    /// PostgreSQL cannot keep, becomes U+FFFD.
    pub fn json(&self) -> Value {
        match self {
            Cell::Empty => Value::Null,
            Cell::Text(text) => Value::String(text.replace('\0', "\u{fffd}")),
            Cell::Number(n) => json!(n),
            Cell::Bool(b) => Value::Bool(*b),
            Cell::Date(at) if at.time() == NaiveTime::MIN => {
                json!({"date": at.format("%Y-%m-%d").to_string()})
            }
            Cell::Date(at) => json!({"date": at.format("%Y-%m-%dT%H:%M:%S").to_string()}),
            Cell::Error(text) => json!({"error": text.replace('\0', "\u{fffd}")}),
        }
    }
}

/// A number without needless decimals: `2018`, `57.9`.
pub fn number_text(n: f64) -> String {
    if n.fract() == 0.0 && n.abs() < 1e15 { format!("{n:.0}") } else { format!("{n}") }
}

/// Whether JSON writes a text as it stands.
fn is_plain(text: &str) -> bool {
    !text.bytes().any(|b| b < 0x20 || matches!(b, b'"' | b'\\'))
}

/// A row with its number in the file, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Row in the sheet, line of a text file, item of a JSON file.
    pub no: i32,
    /// Cells from the first column on.
    pub cells: Vec<Cell>,
    /// What to keep in place of the cells: the item of a JSON file.
    pub verbatim: Option<Value>,
}

impl Row {
    /// A row of cells.
    pub fn new(no: i32, cells: Vec<Cell>) -> Self {
        Self { no, cells, verbatim: None }
    }

    /// The JSON array kept in the store.
    pub fn json(&self) -> Value {
        match &self.verbatim {
            Some(item) => Value::Array(vec![item.clone()]),
            None => Value::Array(self.cells.iter().map(Cell::json).collect()),
        }
    }

    /// As [`Row::json`], written out: this is done for every row there is.
    pub fn json_text(&self) -> String {
        if self.verbatim.is_some() {
            return self.json().to_string();
        }
        let mut out = String::with_capacity(16 + self.cells.len() * 16);
        out.push('[');
        for (at, cell) in self.cells.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            match cell {
                Cell::Empty => out.push_str("null"),
                Cell::Text(text) if is_plain(text) => {
                    out.push('"');
                    out.push_str(text);
                    out.push('"');
                }
                cell => out.push_str(&cell.json().to_string()),
            }
        }
        out.push(']');
        out
    }

    /// Whether nothing can be seen in it.
    pub fn is_blank(&self) -> bool {
        self.verbatim.is_none() && self.cells.iter().all(Cell::is_blank)
    }
}

/// Cells joined to one; rows and columns from 0, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First row.
    pub top: usize,
    /// First column.
    pub left: usize,
    /// Last row.
    pub bottom: usize,
    /// Last column.
    pub right: usize,
}

/// Where a sheet came from, for what may be assumed of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A sheet of a workbook: titles, sections, totals are likely.
    Grid,
    /// A text file with delimiters.
    Delimited,
    /// Items of a JSON file; the first row holds the names of the fields.
    Items,
}

/// A sheet; rows in order, numbers may have gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Name; empty where a file has none.
    pub name: String,
    /// Whether people do not see it.
    pub hidden: bool,
    /// Where it came from.
    pub form: Form,
    /// Rows that are not blank.
    pub rows: Vec<Row>,
    /// Joined cells.
    pub merges: Vec<Merge>,
    /// Numbers of rows that people do not see, in order; they are read all the same.
    pub hidden_rows: Vec<i32>,
    /// Whether numbers of days count from 1904.
    pub since_1904: bool,
    /// Of nested JSON: the keys of the lists whose elements the rows are; empty for the items themselves.
    pub path: Vec<String>,
}

impl Sheet {
    /// A sheet without joined cells.
    pub fn plain(name: &str, form: Form, rows: Vec<Row>) -> Self {
        Self {
            name: name.to_owned(),
            hidden: false,
            form,
            rows,
            merges: Vec::new(),
            hidden_rows: Vec::new(),
            since_1904: false,
            path: Vec::new(),
        }
    }
}
