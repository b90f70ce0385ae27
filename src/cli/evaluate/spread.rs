//! A label file in JSON → a table of texts. What its columns mean is found elsewhere.

use serde_json::Value;

use super::labels::{Table, not_understood};
use super::words::{Part, single, verdict};
use crate::error::Fault;

/// JSON: a list of objects; things with lists of records are spread out, one row for each record.
pub(super) fn of_json(text: &str) -> Result<Table, Fault> {
    let list = match json_value(text)? {
        Value::Array(list) if is_groups(&list) => numbered(&list),
        Value::Array(list) => list,
        Value::Object(map) => {
            let lists: Vec<_> = map.iter().filter(|(_, v)| v.is_array()).collect();
            match lists.as_slice() {
                [(_, Value::Array(list))] if list.iter().all(Value::is_object) => list.clone(),
                [(_, Value::Array(list))] if is_groups(list) => numbered(list),
                _ => map.iter().map(|(k, v)| serde_json::json!({"entity": k, "records": v})).collect(),
            }
        }
        _ => Vec::new(),
    };
    let (mut headings, mut rows) = (Vec::new(), Vec::new());
    for (at, item) in list.iter().enumerate() {
        for fields in spread(item) {
            let mut row = vec![String::new(); headings.len()];
            for (name, text) in fields {
                let column = headings.iter().position(|h| *h == name).unwrap_or_else(|| {
                    headings.push(name);
                    headings.len() - 1
                });
                row.resize(headings.len(), String::new());
                row[column] = text;
            }
            rows.push((at as i32 + 1, row));
        }
    }
    Ok(Table { headings, rows })
}

/// One value, or one on each line.
fn json_value(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).or_else(|whole: serde_json::Error| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let values: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
        values.map(Value::Array).map_err(|_| not_understood(&format!("JSON: {whole}")))
    })
}

/// Whether a list is one of groups of records, without names; of twos, or with a verdict behind two, it is one
/// of pairs.
fn is_groups(list: &[Value]) -> bool {
    let is_pair = |item: &Value| match item.as_array().map(Vec::as_slice) {
        Some([_, _]) => true,
        Some([_, _, label]) => !label.is_object() && verdict(&plain(label)).is_some(),
        _ => false,
    };
    !list.is_empty() && list.iter().all(Value::is_array) && !list.iter().all(is_pair)
}

/// Groups without names, named by their number.
fn numbered(groups: &[Value]) -> Vec<Value> {
    let group =
        |(at, list): (usize, &Value)| serde_json::json!({"entity": format!("#{}", at + 1), "records": list});
    groups.iter().enumerate().map(group).collect()
}

type Fields = Vec<(String, String)>;

/// The fields of an item, nested names joined; a list in it makes one row for each of its members.
fn spread(item: &Value) -> Vec<Fields> {
    let Value::Object(map) = item else {
        let Value::Array(pair) = item else { return vec![vec![("id".into(), plain(item))]] };
        return vec![["left", "right", "label"].iter().zip(pair).flat_map(|(n, v)| named(n, v)).collect()];
    };
    let mut own = Fields::new();
    let mut members: Vec<Fields> = Vec::new();
    for (name, value) in map {
        match value {
            Value::Array(list) => members.extend(list.iter().flat_map(spread)),
            Value::Object(_) => {
                let inner = spread(value).into_iter().flatten();
                own.extend(inner.map(|(n, text)| (format!("{name} {n}"), text)));
            }
            value => own.push((name.clone(), plain(value))),
        }
    }
    match members.is_empty() {
        true => vec![own],
        false => {
            let whose = |f: &(String, String)| match single(&f.0) {
                Some(Part::Id) => ("entity".to_owned(), f.1.clone()),
                _ => f.clone(),
            };
            members.into_iter().map(|m| own.iter().map(whose).chain(m).collect()).collect()
        }
    }
}

/// A field; of an object its fields, under both names.
fn named(name: &str, value: &Value) -> Fields {
    match value {
        Value::Object(map) => map.iter().map(|(n, v)| (format!("{name} {n}"), plain(v))).collect(),
        value => vec![(name.to_owned(), plain(value))],
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
