//! Two rows of one file that say different things of one and the same: of fields a register is strict about, such as
//! the stars of a product under one decision. Which of them is right only the office knows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use super::context::RowContext;
use super::outcome::{Issue, Severity};
use crate::ingest::clean::Complaint;
use crate::ingest::register::FieldRule;
use crate::store::record::SourceRecord;

/// What has been said so far: of which entity, key and field, which value, on which sheet and row first.
pub(super) type Said = HashMap<(String, String, String), (Value, String, i32)>;

/// Remembers what the records of a row say; an issue for each value that another row has otherwise.
pub(super) fn issues(context: &RowContext<'_>, records: &[SourceRecord], said: &mut Said) -> Vec<Issue> {
    let model = &context.shared.register.model;
    let targets = context.layout().targets.iter().filter_map(|name| model.target.get(name));
    let mut out = Vec::new();
    for target in targets.filter(|target| !target.distinct) {
        let strict = target.fields.iter().filter_map(|(name, rules)| {
            let rule: &FieldRule = rules.all().iter().find(|rule| rule.strict)?;
            Some((name, rule))
        });
        for (name, rule) in strict {
            for record in records.iter().filter(|r| *r.entity == *target.entity.as_str() && !r.key.is_empty())
            {
                let Some(value) = record.fields.get(name).filter(|value| !value.is_null()) else { continue };
                match said.entry((record.entity.to_string(), record.key.clone(), name.clone())) {
                    Entry::Vacant(first) => {
                        first.insert((value.clone(), record.sheet.clone(), record.row));
                    }
                    Entry::Occupied(first) if &first.get().0 != value => {
                        let complaint = otherwise(first.get());
                        out.push(context.issue(&rule.from, &complaint, Severity::Warning));
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
    }
    out
}

fn otherwise((value, sheet, row): &(Value, String, i32)) -> Complaint {
    let at = if sheet.is_empty() { row.to_string() } else { format!("{sheet}!{row}") };
    let said = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Complaint::new(
        "ROWS_CONTRADICT",
        format!("the same in all rows of one thing; row {at} says {said}"),
        format!("các dòng về cùng một đối tượng phải ghi giống nhau; dòng {at} ghi {said}"),
    )
}
