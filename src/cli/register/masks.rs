//! Values as they may be shown on a screen: what is personal is shortened.

use crate::catalog::{Catalog, Personal, Scalar};
use crate::ingest::clean::masked;
use crate::ingest::fold::flat;
use crate::ingest::register::Register;

/// A cleaned value of an entity's field.
pub(super) fn of_field(
    catalog: &Catalog,
    register: &Register,
    entity: &str,
    field: &str,
    text: &str,
) -> String {
    let column = catalog.entities.get(entity).and_then(|e| e.columns.get(field));
    if column.is_some_and(|c| c.personal.is_none() && c.ty != Scalar::String) {
        return text.to_owned();
    }
    match column.and_then(|c| c.personal.as_ref()) {
        Some(Personal::Hidden) => hidden(text),
        Some(Personal::Masked(_)) => name(register, text),
        None => masked(text),
    }
}

/// A cell of a column.
pub(super) fn of_cell(register: &Register, column: Option<&str>, text: &str) -> String {
    let known = column.and_then(|c| register.model.column.get(c));
    if known.is_some_and(|c| c.personal) {
        return hidden(text);
    }
    masked(text)
}

/// The first three letters or digits, the others as dots.
pub(super) fn hidden(text: &str) -> String {
    let mut kept = 0;
    let dots = |c: char| {
        kept += usize::from(c.is_alphanumeric());
        if c.is_alphanumeric() && kept > 3 { '•' } else { c }
    };
    text.chars().take(40).map(dots).collect()
}

/// A name that may be a person's: its first two words.
pub(super) fn name(register: &Register, text: &str) -> String {
    let folded = format!("{} ", flat(text));
    if register.model.words.bodies.iter().any(|b| folded.starts_with(&format!("{} ", flat(b)))) {
        return masked(text);
    }
    let mut words = text.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(2).collect();
    let rest = if words.next().is_some() { " •••" } else { "" };
    format!("{}{rest}", masked(&first.join(" ")))
}
