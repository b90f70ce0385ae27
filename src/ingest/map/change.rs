//! Deliveries of changes alone: a column says whether a row is new, changed or to be removed. What a removal
//! does to the entities is not decided here; its record says that it no longer holds.

use super::context::RowContext;
use super::outcome::Severity;
use super::row::{Mapped, put};
use crate::ingest::clean::Complaint;
use crate::ingest::fold::flat;
use crate::ingest::register::Target;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Kept,
    Withdrawn,
    Unknown,
}

fn change(context: &RowContext<'_>) -> Change {
    let delta = &context.shared.register.model.shape.delta;
    let Some(cell) = context.cell(&delta.column) else { return Change::Kept };
    let said = sign(&cell.text());
    let is = |words: &[String]| words.iter().any(|w| sign(w) == said);
    match said.is_empty() || is(&delta.kept) {
        true => Change::Kept,
        false if is(&delta.withdrawn) => Change::Withdrawn,
        false => Change::Unknown,
    }
}

/// A word folded; a mark such as "+" or "-" as it stands.
fn sign(text: &str) -> String {
    let folded = flat(text);
    if folded.is_empty() { text.trim().to_owned() } else { folded }
}

/// Whether a required field may be missing: a row to be removed needs no more than what makes it known.
pub(super) fn forgives(context: &RowContext<'_>, name: &str, target: &Target, field: &str) -> bool {
    let from = target.fields.get(field).and_then(|r| r.all().first()).map(|r| r.from.as_str());
    let in_key = || {
        let parts = target.key.iter().flatten();
        parts.map(|p| p.strip_suffix(":year").unwrap_or(p)).any(|p| Some(p) == from)
    };
    change(context) == Change::Withdrawn && is_last(context, name) && !in_key()
}

/// Whether no other target of the row refers to this one: it is what the row is about.
fn is_last(context: &RowContext<'_>, name: &str) -> bool {
    let targets = context.layout().targets.iter();
    let mut others = targets.filter_map(|t| context.shared.register.model.target.get(t));
    !others.any(|t| t.refs.values().any(|to| to == name))
}

/// Of a row to be removed only what it is about remains, marked. A word that is not known sets the row aside,
/// since a removal taken for a change would go unnoticed.
pub(super) fn apply(context: &RowContext<'_>, out: &mut Mapped) {
    match change(context) {
        Change::Kept => {}
        Change::Withdrawn => {
            let names = context.layout().targets.clone();
            let mut at = 0;
            out.records.retain(|_| {
                at += 1;
                names.get(at - 1).is_some_and(|name| is_last(context, name))
            });
            for record in &mut out.records {
                record.evidence.withdrawn = true;
                record.refs.clear();
            }
        }
        Change::Unknown => {
            let delta = &context.shared.register.model.shape.delta;
            let known: Vec<&str> = delta.kept.iter().chain(&delta.withdrawn).map(String::as_str).collect();
            let known = known.join(", ");
            let complaint =
                Complaint::new("CHANGE_UNKNOWN", format!("one of: {known}"), format!("một trong: {known}"));
            put(context, &delta.column, &complaint, Severity::Quarantine, out);
        }
    }
}
