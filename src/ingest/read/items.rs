//! JSON exports → one sheet: an item is a row, a field (with its path) a column. The items are the longest
//! list of objects nearest to the root.

use serde_json::{Map, Value};

use super::{Limits, Workbook, refusal};
use crate::error::Fault;
use crate::ingest::cell::{Cell, Form, Row, Sheet};

/// Reads the export; its other values stand in row 0.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Workbook, Fault> {
    let root: Value = serde_json::from_str(text).map_err(|e| refusal::json(&e.to_string()))?;
    let (items, rest) = split(root).ok_or_else(|| refusal::json("no list of items"))?;
    let mut header: Vec<String> = Vec::new();
    let mut flat = Vec::with_capacity(items.len());
    for item in &items {
        let mut fields = Vec::new();
        flatten(item, "", &mut fields);
        for (path, _) in &fields {
            if !header.contains(path) {
                header.push(path.clone());
            }
        }
        // Before all names are known: looking for each among thousands costs more than the rows.
        if header.len() > limits.columns || header.len().saturating_mul(items.len()) > limits.cells {
            return Err(refusal::bomb("too many fields", "quá nhiều trường"));
        }
        flat.push(fields);
    }
    let mut rows = Vec::with_capacity(items.len() + 2);
    let mut about = Vec::new();
    flatten(&rest, "", &mut about);
    let meta = about.into_iter().map(|(path, cell)| Cell::Text(format!("{path}: {}", cell.text()))).collect();
    rows.push(Row { verbatim: Some(rest), ..Row::new(0, meta) });
    rows.push(Row::new(0, header.iter().cloned().map(Cell::Text).collect()));
    for (i, (item, fields)) in items.into_iter().zip(flat).enumerate() {
        let mut cells = vec![Cell::Empty; header.len()];
        for (path, cell) in fields {
            if let Some(at) = header.iter().position(|h| *h == path) {
                cells[at] = cell;
            }
        }
        let no = i32::try_from(i + 1).unwrap_or(i32::MAX);
        rows.push(Row { no, cells, verbatim: Some(clean_nul(item)) });
    }
    Ok(Workbook { sheets: vec![Sheet::plain("", Form::Items, rows)], notes: Vec::new() })
}

/// The items and what stands around them.
fn split(root: Value) -> Option<(Vec<Value>, Value)> {
    match root {
        Value::Array(items) => Some((items, Value::Object(Map::new()))),
        Value::Object(mut map) => {
            let best = map.iter().filter_map(|(k, v)| Some((k.clone(), objects(v)?))).max_by_key(|(_, n)| *n);
            if let Some((key, _)) = best {
                let Some(Value::Array(items)) = map.remove(&key) else { return None };
                return Some((items, clean_nul(Value::Object(map))));
            }
            // The list may lie deeper; what stands around it on the way is kept.
            let keys: Vec<String> =
                map.iter().filter(|(_, v)| v.is_object()).map(|(k, _)| k.clone()).collect();
            for key in keys {
                if let Some((items, rest)) = map.get(&key).cloned().and_then(split) {
                    map.insert(key, rest);
                    return Some((items, clean_nul(Value::Object(map))));
                }
            }
            None
        }
        _ => None,
    }
}

fn objects(value: &Value) -> Option<usize> {
    let list = value.as_array()?;
    let count = list.iter().filter(|v| v.is_object()).count();
    (count > 0).then_some(count)
}

/// Scalars by path; the same field of a list's items is one text, parted by semicolons.
fn flatten(value: &Value, path: &str, out: &mut Vec<(String, Cell)>) {
    let put = |out: &mut Vec<(String, Cell)>, cell: Cell| match out.iter_mut().find(|(p, _)| p == path) {
        Some((_, before)) => *before = Cell::Text(format!("{}; {}", before.text(), cell.text())),
        None => out.push((path.to_owned(), cell)),
    };
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = if path.is_empty() { words(key) } else { format!("{path}.{}", words(key)) };
                flatten(inner, &path, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| flatten(inner, path, out)),
        Value::Null => {}
        Value::String(text) => put(out, Cell::Text(text.clone())),
        Value::Bool(b) => put(out, Cell::Bool(*b)),
        Value::Number(n) => put(out, n.as_f64().map_or(Cell::Empty, Cell::Number)),
    }
}

/// `tenDoiTac` and `ten_doi_tac` as `ten doi tac`.
fn words(key: &str) -> String {
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
