//! Units that a register brings along ("công", "sào", "thousand VND"): cut off before a number is read, and
//! multiplied with afterwards.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::context::RowContext;
use crate::ingest::cell::Cell;
use crate::ingest::clean::Cleaned;
use crate::ingest::fold::flat;

/// A number to read: its cell, the unit of its heading, and what to multiply it with.
pub(super) struct Measured {
    pub cell: Cell,
    pub unit: Option<String>,
    pub factor: Option<f64>,
}

/// The register's own unit in the cell, else in the heading, taken off.
pub(super) fn measured(context: &RowContext<'_>, column: &str, cell: Cell) -> Measured {
    let unit = context.unit(column);
    let units = &context.shared.register.model.shape.units;
    if units.is_empty() {
        return Measured { cell, unit, factor: None };
    }
    let factor = |text: &str| {
        let text = flat(text);
        units.iter().find(|(name, _)| flat(name) == text).map(|(_, factor)| *factor)
    };
    if let Cell::Text(text) = &cell
        && let Some(end) = text.rfind(|c: char| c.is_ascii_digit()).map(|at| at + 1)
        && let Some(found) = factor(&text[end..])
    {
        return Measured { cell: Cell::Text(text[..end].to_owned()), unit: None, factor: Some(found) };
    }
    match unit.as_deref().and_then(factor) {
        // A cell that names its own unit goes by that one.
        Some(found) if !cell.text().chars().any(char::is_alphabetic) => {
            Measured { cell, unit: None, factor: Some(found) }
        }
        Some(_) => Measured { cell, unit: None, factor: None },
        None => Measured { cell, unit, factor: None },
    }
}

/// A number times a factor; money to the dong.
pub(super) fn multiplied(mut cleaned: Cleaned, factor: Option<f64>, money: bool) -> Cleaned {
    let Some(times) = factor.and_then(|f| Decimal::try_from(f).ok()) else { return cleaned };
    cleaned.value = cleaned.value.map(|value| match &value {
        Value::Number(n) => {
            let product = n.as_i64().and_then(|n| Decimal::from(n).checked_mul(times)?.round().to_i64());
            product.map_or(value, Value::from)
        }
        Value::String(text) => {
            let product = text.parse::<Decimal>().ok().and_then(|n| n.checked_mul(times));
            let product = product.map(|p| if money { p.round() } else { p });
            product.map_or(value, |p| Value::from(p.normalize().to_string()))
        }
        _ => value,
    });
    cleaned
}
