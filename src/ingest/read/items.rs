//! JSON exports → sheets: an item is a row, a field (with its path) a column. The items are the longest list of
//! objects nearest to the root with those beside it whose objects have the same fields, or one on each line. Lists of
//! objects within the items are sheets of their own.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Limits, Workbook, nested, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Row, Sheet};

/// Values of an export, at most: held as a tree each takes dozens of times its letters.
const VALUES: usize = 3_000_000;

/// How many values a text of JSON has, about, without making them: each stands behind one of these, or is the first.
fn values(text: &str) -> usize {
    let (mut count, mut quoted, mut escaped) = (1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            b',' | b'[' | b'{' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// Reads the export; its other values stand in row 0.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Workbook, Fault> {
    if values(text) > limits.cells.min(VALUES) {
        return Err(too_many());
    }
    let Export { items, lists, rest } = match serde_json::from_str(text) {
        Ok(root) => split(root).ok_or_else(|| refusal::json("no list of items"))?,
        Err(error) => Export::of(lines(text).map_err(|line| told(&error, line))?),
    };
    let mut table = Table::new(limits);
    for (at, item) in items.iter().enumerate() {
        let mut fields = Vec::new();
        flatten(item, "", &mut fields);
        fields.extend(lists.get(at).map(|list| (LIST.to_owned(), Cell::Text(list.clone()))));
        table.add(fields)?;
    }
    let mut about = Vec::new();
    flatten(&rest, "", &mut about);
    let meta = about.into_iter().map(|(path, cell)| Cell::Text(format!("{path}: {}", cell.text()))).collect();
    let meta = Row { verbatim: Some(rest), ..Row::new(0, meta) };
    let deeper = nested::sheets(&items, limits)?;
    let verbatim = items.into_iter().map(clean_nul).collect();
    let mut sheets = vec![table.sheet("", Some(meta), verbatim)];
    sheets.extend(deeper);
    Ok(Workbook { sheets, notes: Vec::new() })
}

/// One object a line; else the number of the first line that is none.
fn lines(text: &str) -> Result<Vec<Value>, usize> {
    let said = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    said.map(|(at, line)| match serde_json::from_str(line) {
        Ok(Value::Object(item)) => Ok(Value::Object(item)),
        _ => Err(at + 1),
    })
    .collect()
}

/// A file whose first line is whole is one of lines: then its broken line is told.
fn told(error: &serde_json::Error, line: usize) -> Fault {
    match line {
        1 => refusal::json(&error.to_string()),
        line => refusal::json(&format!("line {line} is no object")),
    }
}

/// Items with their fields by path, within the limits.
pub(super) struct Table<'l> {
    header: Vec<String>,
    rows: Vec<Fields>,
    limits: &'l Limits,
}

/// Fields by path.
pub(super) type Fields = Vec<(String, Cell)>;

impl<'l> Table<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { header: Vec::new(), rows: Vec::new(), limits }
    }

    /// How many cells it will have.
    pub(super) fn cells(&self) -> usize {
        self.header.len().saturating_mul(self.rows.len())
    }

    pub(super) fn add(&mut self, fields: Fields) -> Result<(), Fault> {
        for (path, _) in &fields {
            if !self.header.contains(path) {
                self.header.push(path.clone());
            }
        }
        self.rows.push(fields);
        // Before all names are known: looking for each among thousands costs more than the rows.
        match self.header.len() > self.limits.columns || self.cells() > self.limits.cells {
            true => Err(too_many()),
            false => Ok(()),
        }
    }

    /// The sheet: the names of the fields, then the items, of which `verbatim` is kept.
    pub(super) fn sheet(self, name: &str, meta: Option<Row>, verbatim: Vec<Value>) -> Sheet {
        let mut rows = Vec::with_capacity(self.rows.len() + 2);
        rows.extend(meta);
        rows.push(Row::new(0, self.header.iter().cloned().map(Cell::Text).collect()));
        for (i, (fields, item)) in self.rows.into_iter().zip(verbatim).enumerate() {
            let mut cells = vec![Cell::Empty; self.header.len()];
            for (path, cell) in fields {
                if let Some(at) = self.header.iter().position(|h| *h == path) {
                    cells[at] = cell;
                }
            }
            let no = i32::try_from(i + 1).unwrap_or(i32::MAX);
            rows.push(Row { no, cells, verbatim: Some(item) });
        }
        Sheet::plain(name, Form::Items, rows)
    }

    /// The fields of each row as an object, for rows whose item is kept elsewhere.
    pub(super) fn objects(&self) -> Vec<Map<String, Value>> {
        let object =
            |fields: &Fields| fields.iter().map(|(p, c)| (p.replace('\0', "\u{fffd}"), c.json())).collect();
        self.rows.iter().map(object).collect()
    }
}

pub(super) fn too_many() -> Fault {
    refusal::bomb("too many fields", "quá nhiều trường")
}

/// Column in which the name of an item's list stands, where the items stand in several.
const LIST: &str = "list";

/// The items and what stands around them.
struct Export {
    items: Vec<Value>,
    /// Names of the lists they stand in, one for each, where there are several.
    lists: Vec<String>,
    rest: Value,
}

impl Export {
    fn of(items: Vec<Value>) -> Self {
        Self { items, lists: Vec::new(), rest: Value::Object(Map::new()) }
    }
}

fn split(root: Value) -> Option<Export> {
    match root {
        Value::Array(items) => Some(Export::of(items)),
        Value::Object(mut map) => {
            let names = lists(&map);
            if let [_, ..] = names[..] {
                let (mut items, mut lists) = (Vec::new(), Vec::new());
                for name in &names {
                    let Some(Value::Array(list)) = map.remove(name) else { continue };
                    lists.extend(
                        list.iter().filter(|_| names.len() > 1).map(|_| name.replace('\0', "\u{fffd}")),
                    );
                    items.extend(list);
                }
                return Some(Export { items, lists, rest: clean_nul(Value::Object(map)) });
            }
            // The list may lie deeper; what stands around it on the way is kept.
            let keys: Vec<String> =
                map.iter().filter(|(_, v)| v.is_object()).map(|(k, _)| k.clone()).collect();
            for key in keys {
                if let Some(found) = map.get(&key).cloned().and_then(split) {
                    map.insert(key, found.rest);
                    return Some(Export { rest: clean_nul(Value::Object(map)), ..found });
                }
            }
            None
        }
        _ => None,
    }
}

/// Names of the lists of items in an object, in order: the longest list of objects, and those beside it whose objects
/// have the same fields for the most part (a list for each district).
pub fn lists(map: &Map<String, Value>) -> Vec<String> {
    let found = map.iter().filter_map(|(name, value)| Some((name, objects(value)?, fields(value))));
    let mut found: Vec<(&String, usize, BTreeSet<&str>)> = found.collect();
    found.sort_by_key(|(name, ..)| *name);
    let Some((_, _, most)) = found.iter().max_by_key(|(_, count, _)| *count).cloned() else {
        return Vec::new();
    };
    let alike = |own: &BTreeSet<&str>| own.intersection(&most).count() * 10 >= own.union(&most).count() * 7;
    found.iter().filter(|(_, _, own)| alike(own)).map(|(name, ..)| (*name).clone()).collect()
}

/// Fields of a list's objects.
fn fields(value: &Value) -> BTreeSet<&str> {
    let items = value.as_array().into_iter().flatten().filter_map(Value::as_object);
    items.flat_map(|item| item.keys().map(String::as_str)).collect()
}

fn objects(value: &Value) -> Option<usize> {
    let list = value.as_array()?;
    let count = list.iter().filter(|v| v.is_object()).count();
    (count > 0).then_some(count)
}

/// Scalars by path; the same field of a list's items is one text, parted by semicolons.
pub(super) fn flatten(value: &Value, path: &str, out: &mut Fields) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                flatten(inner, &below(path, key), out);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| flatten(inner, path, out)),
        value => put(out, path, scalar(value)),
    }
}

pub(super) fn put(out: &mut Fields, path: &str, cell: Cell) {
    match out.iter_mut().find(|(p, _)| p == path) {
        _ if cell == Cell::Empty => {}
        Some((_, before)) => *before = Cell::Text(format!("{}; {}", before.text(), cell.text())),
        None => out.push((path.to_owned(), cell)),
    }
}

fn scalar(value: &Value) -> Cell {
    match value {
        Value::String(text) => Cell::Text(text.clone()),
        Value::Bool(b) => Cell::Bool(*b),
        Value::Number(n) => n.as_f64().map_or(Cell::Empty, Cell::Number),
        _ => Cell::Empty,
    }
}

/// The path of a key below another path.
pub(super) fn below(path: &str, key: &str) -> String {
    if path.is_empty() { words(key) } else { format!("{path}.{}", words(key)) }
}

/// `tenDoiTac` and `ten_doi_tac` as `ten doi tac`.
pub(super) fn words(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let mut small = false;
    for c in key.chars() {
        if c.is_uppercase() && small {
            out.push(' ');
        }
        small = c.is_lowercase();
        out.extend(if c == '_' || c == '-' { vec![' '] } else { c.to_lowercase().collect() });
    }
    out
}

/// What is kept of a row whose item stands in the sheet of the items.
pub(super) fn pointer(item: usize, fields: Map<String, Value>) -> Value {
    json!({ "item": item, "fields": fields })
}

fn clean_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "\u{fffd}")),
        Value::Array(list) => Value::Array(list.into_iter().map(clean_nul).collect()),
        Value::Object(map) => {
            map.into_iter().map(|(k, v)| (k.replace('\0', "\u{fffd}"), clean_nul(v))).collect()
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_before_they_are_made() {
        for (text, count) in [("1", 1), ("[]", 2), (r#"{"a": [1, 2], "b": "x, [y\", {"}"#, 5)] {
            assert_eq!(values(text), count, "{text}");
        }
        let limits = Limits::default();
        let many = format!("[{}1]", "1,".repeat(VALUES));
        assert_eq!(read(&many, &limits).map_err(|fault| fault.code).err(), Some("ARCHIVE_BOMB"));
    }
}
