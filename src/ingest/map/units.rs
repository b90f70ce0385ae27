//! Units that a register brings along ("công", "sào", "thousand VND"): cut off before a number is read, and
//! multiplied with afterwards.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::context::RowContext;
use super::further;
use crate::ingest::cell::Cell;
use crate::ingest::clean::Cleaned;
use crate::ingest::clean::units::Named;
use crate::ingest::fold::flat;
use crate::ingest::register::{Kind, Register};

/// A number to read: its cell, the unit of its heading, and what to multiply it with.
pub(super) struct Measured {
    pub cell: Cell,
    pub unit: Option<String>,
    pub factor: Option<f64>,
}

/// The register's own unit in the cell, else in the heading, taken off.
pub(super) fn measured(context: &RowContext<'_>, column: &str, cell: Cell) -> Measured {
    let unit = context.unit(column);
    if context.shared.register.model.shape.units.is_empty() {
        return Measured { cell, unit, factor: None };
    }
    let factor = |text: &str| of_register(context.shared.register, text);
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

/// The factor of a unit that the register brings along.
pub(super) fn of_register(register: &Register, text: &str) -> Option<f64> {
    let text = flat(text);
    register.model.shape.units.iter().find(|(name, _)| flat(name) == text).map(|(_, factor)| *factor)
}

/// Whether a number without a unit of its own stands under one that nobody knows.
pub(super) fn is_refused(context: &RowContext<'_>, kind: Kind, cell: &Cell, unit: Option<&str>) -> bool {
    let own = matches!(cell, Cell::Text(text) if text.chars().any(char::is_alphabetic));
    if own || !kind.is_measured() {
        return false;
    }
    let unit = match kind {
        Kind::Money => further::money_unit(context.sheet, unit.map(str::to_owned)),
        _ => unit.map(str::to_owned),
    };
    unit.is_some_and(|unit| kind.named(&unit) == Named::Unknown)
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
