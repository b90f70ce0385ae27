//! Keys: what makes a record the same in every delivery. Made of cleaned values, so that another spelling of
//! the same date or number does not make another thing.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::context::RowContext;
use super::field;
use crate::ingest::cell::Cell;
use crate::ingest::clean::{dates, identifiers};
use crate::ingest::fold::tone;
use crate::ingest::place::Place;
use crate::ingest::register::{FieldRule, Kind, Target};
use crate::store::id::hexadecimal;

/// The key of a target on a row; `keys` are those of the targets before it.
pub(super) fn key(
    context: &RowContext<'_>,
    target: &Target,
    place: Option<&Place>,
    keys: &BTreeMap<&str, String>,
    fields: &BTreeMap<String, Value>,
) -> String {
    let part = |name: &String| match name.strip_prefix('.') {
        Some(field) => fields.get(field).map(text).unwrap_or_default(),
        None => part(context, target, name, place, keys),
    };
    let first = target.key.iter().find(|parts| parts.first().is_some_and(|p| !part(p).is_empty()));
    let parts = first.or(target.key.last()).map(Vec::as_slice).unwrap_or_default();
    bounded(parts.iter().map(part).collect::<Vec<_>>().join("|"))
}

/// A key is looked for in an index, which takes no text of any length.
fn bounded(key: String) -> String {
    const LONGEST: usize = 1000;
    if key.len() <= LONGEST {
        return key;
    }
    let hash = hexadecimal(&Sha256::digest(key.as_bytes()));
    format!("{}…{hash}", key.chars().take(100).collect::<String>())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), tone)
}

fn part(
    context: &RowContext<'_>,
    target: &Target,
    name: &str,
    place: Option<&Place>,
    keys: &BTreeMap<&str, String>,
) -> String {
    if name == "@place" {
        return place.and_then(|p| p.key.clone()).unwrap_or_default();
    }
    if let Some(other) = name.strip_prefix('@') {
        return keys.get(other).map(|k| format!("({k})")).unwrap_or_default();
    }
    let (column, only_year) = name.strip_suffix(":year").map_or((name, false), |c| (c, true));
    let cell = context.source(column);
    // What is not known in full tells nothing apart.
    if cell.is_error() || matches!(&cell, Cell::Text(t) if identifiers::is_shortened(t)) {
        return String::new();
    }
    if let Some(named) = named(context, target, column) {
        return tone(&named);
    }
    let rule = rule_for(context, column);
    match rule.map(|r| Kind::of(&r.kind)) {
        Some(Kind::Date) => {
            let when = dates::when(&cell, context.sheet.sheet.since_1904).ok().flatten();
            let year = || when.and_then(|w| w.year).map(|y| y.to_string());
            let day = when.and_then(|w| w.day).filter(|_| !only_year).map(|d| d.to_string());
            day.or_else(year).unwrap_or_default()
        }
        Some(Kind::TaxCode | Kind::Decision) => {
            let value = rule.and_then(|r| field::clean(context, r, context.shared.as_of).value);
            value.and_then(|v| v.as_str().map(tone)).unwrap_or_else(|| tone(&cell.text()))
        }
        _ => tone(&cell.text()),
    }
}

/// The name that the target itself makes of a column: one spelling for all that mean the same.
fn named(context: &RowContext<'_>, target: &Target, column: &str) -> Option<String> {
    let rules = target.required.iter().filter_map(|f| target.fields.get(f)).map(|r| r.all());
    let names = |rules: &&[FieldRule]| {
        let is_name = |k| matches!(k, Kind::Name | Kind::Organisation | Kind::Vocabulary);
        rules.iter().all(|r| r.from == column && is_name(Kind::of(&r.kind)))
    };
    let rules = rules.into_iter().find(names)?;
    let value = rules.iter().find_map(|r| field::clean(context, r, context.shared.as_of).value);
    value.and_then(|v| v.as_str().map(str::to_owned))
}

/// The first rule of the form that reads a column as a date, tax code or decision.
fn rule_for<'r>(context: &RowContext<'r>, column: &str) -> Option<&'r FieldRule> {
    let targets = context.layout().targets.iter();
    let targets = targets.filter_map(|t| context.shared.register.model.target.get(t));
    let mut rules = targets.flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    rules.find(|r| {
        r.from == column && matches!(Kind::of(&r.kind), Kind::Date | Kind::TaxCode | Kind::Decision)
    })
}
