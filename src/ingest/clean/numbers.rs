//! Numbers as clerks write them: 1.600.000.000, "1,6 tỷ", "gần 850 triệu", "115,5k", "144,4 ha", "47 TV".

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;

/// What the number is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A count: "1.600" is 1600.
    Whole,
    /// A measure: "57,9", and "1.234" only when nothing else is possible.
    Measure,
    /// VND, as a whole number.
    Money,
    /// Hectares.
    Hectares,
}

/// The number in a cell; `unit` is what the heading says in brackets.
pub fn number(cell: &Cell, wanted: Wanted, unit: Option<&str>) -> Result<Option<Decimal>, Complaint> {
    let (amount, own) = match cell {
        Cell::Number(n) => (Decimal::from_f64(*n).map(|d| d.round_dp(6)), String::new()),
        Cell::Text(text) if says_nothing(text) => return Ok(None),
        Cell::Text(text) => split(text, wanted).map_or((None, String::new()), |(d, u)| (Some(d), u)),
        Cell::Empty => return Ok(None),
        _ => (None, String::new()),
    };
    let scaled = amount.and_then(|a| scale(a, &own, unit.unwrap_or_default(), wanted));
    let Some(value) = scaled else {
        return Err(Complaint::new(
            "NUMBER_UNREADABLE",
            "a number such as 1.600.000, 57,9 or \"1,6 tỷ\"",
            "một số như 1.600.000, 57,9 hoặc \"1,6 tỷ\"",
        ));
    };
    let value = if matches!(wanted, Wanted::Money) { value.round_dp(0) } else { value };
    if wanted == Wanted::Whole && !value.fract().is_zero() {
        return Err(Complaint::new("NUMBER_NOT_WHOLE", "a whole number", "một số nguyên"));
    }
    Ok(Some(value.normalize()))
}

/// The number as a whole one that fits `Int`.
pub fn whole(cell: &Cell) -> Result<Option<i64>, Complaint> {
    let value = number(cell, Wanted::Whole, None)?;
    Ok(value.and_then(|v| v.to_i64()).filter(|v| i32::try_from(*v).is_ok()))
}

/// Digits and the words behind them; words before ("gần", "khoảng") fall away.
pub(super) fn split(text: &str, wanted: Wanted) -> Option<(Decimal, String)> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let before = &text[..start];
    let negative = before.trim_end().ends_with(['-', '−']);
    let allowed =
        ["", "gan", "khoang", "hon", "tren", "tu", "den", "tam", "it nhat", "toi thieu", "uoc", "vnd"];
    if !allowed.contains(&flat(before).as_str()) {
        return None;
    }
    let body = &text[start..];
    let end = body
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}')))
        .unwrap_or(body.len());
    let digits: String = body[..end].chars().filter(|c| !c.is_whitespace()).collect();
    let digits = digits.trim_end_matches(['.', ',']);
    let rest = &body[end..];
    // "m2" and "m²" hold a digit of their own; any other is a range or a second number.
    if rest.replace("m2", "").replace("m²", "").chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    // "1,365 tỷ" is no thousand billions: before such a unit a comma is the decimal mark.
    let large = wanted == Wanted::Money && money(rest).flatten() > Some(Decimal::ONE);
    let value = decimal(digits, if large { Wanted::Measure } else { wanted })?;
    Some((if negative { -value } else { value }, rest.trim().to_owned()))
}

/// Points and commas: with both the last is the decimal mark. Alone, three digits behind a point mean
/// thousands, as in Vietnamese; behind a comma too, unless a measure is wanted.
fn decimal(digits: &str, wanted: Wanted) -> Option<Decimal> {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let threes = |mark: char| digits.split(mark).skip(1).all(|group| group.len() == 3);
    let thousands = |mark: char, out: char| digits.replace(mark, "").replace(out, ".");
    let plain = match (points, commas) {
        (0, 0) => digits.to_owned(),
        (p, c) if p > 0 && c > 0 => {
            if digits.rfind(',') > digits.rfind('.') {
                thousands('.', ',')
            } else {
                thousands(',', '.')
            }
        }
        (_, 0) if threes('.') && !digits.starts_with('0') => thousands('.', ','),
        (_, 0) => digits.to_owned(),
        (_, c) => {
            let measure = matches!(wanted, Wanted::Measure | Wanted::Hectares) && c == 1;
            if threes(',') && !digits.starts_with('0') && !measure {
                thousands(',', '.')
            } else {
                digits.replace(',', ".")
            }
        }
    };
    plain.parse().ok()
}

/// The unit in the cell, else that of the heading.
fn scale(amount: Decimal, own: &str, heading: &str, wanted: Wanted) -> Option<Decimal> {
    let factor = match wanted {
        Wanted::Money => match money(own)? {
            Some(factor) => factor,
            None => money(heading).flatten().unwrap_or(Decimal::ONE),
        },
        Wanted::Hectares => match area(own)? {
            Some(factor) => factor,
            None => area(heading).flatten().unwrap_or(Decimal::ONE),
        },
        _ if own.chars().any(char::is_alphabetic) && money(own).flatten() > Some(Decimal::ONE) => {
            return None;
        }
        _ => Decimal::ONE,
    };
    amount.checked_mul(factor)
}

/// Factor to VND; `None` inside: no unit; none at all: not a unit of money.
fn money(unit: &str) -> Option<Option<Decimal>> {
    let unit = flat(unit);
    let words: Vec<&str> = unit.split(' ').filter(|w| !matches!(*w, "dvt" | "don" | "vi" | "tinh")).collect();
    let factor = match words.first().copied().unwrap_or_default() {
        "" => return Some(None),
        "ty" | "ti" | "billion" | "bn" => 1_000_000_000,
        "trieu" | "tr" | "trd" | "million" | "mil" => 1_000_000,
        "nghin" | "ngan" | "k" | "1000" | "1000d" | "thousand" | "000" => 1_000,
        "dong" | "d" | "vnd" | "vnđ" => 1,
        _ => return None,
    };
    Some(Some(Decimal::from(factor)))
}

/// Factor to hectares.
fn area(unit: &str) -> Option<Option<Decimal>> {
    match flat(unit).as_str() {
        "" => Some(None),
        "ha" | "hecta" | "hec ta" => Some(Some(Decimal::ONE)),
        "m2" | "met vuong" => Some(Some(Decimal::new(1, 4))),
        "km2" => Some(Some(Decimal::from(100))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, wanted: Wanted, unit: Option<&str>) -> Option<String> {
        number(&Cell::Text(text.into()), wanted, unit).ok().flatten().map(|d| d.to_string())
    }

    #[test]
    fn reads_money_as_offices_write_it() {
        for (text, unit, dong) in [
            ("1.600.000.000", None, "1600000000"),
            ("1,6 tỷ", None, "1600000000"),
            ("850 triệu", None, "850000000"),
            ("1,365 tỷ", None, "1365000000"),
            ("1.155 triệu đồng", None, "1155000000"),
            ("gần 1,6 tỷ đồng", None, "1600000000"),
            ("84 nghìn", None, "84000"),
            ("115,5k", None, "115500"),
            ("49 ngàn", None, "49000"),
            ("190.000 đồng", None, "190000"),
            ("35.000đ", None, "35000"),
            ("3.200 trđ", None, "3200000000"),
            ("3.200", Some("triệu đồng"), "3200000000"),
            ("1.000.000 đồng", Some("triệu đồng"), "1000000"),
            ("-1", None, "-1"),
            ("1 600 000", None, "1600000"),
            ("1,600,000", None, "1600000"),
        ] {
            assert_eq!(read(text, Wanted::Money, unit).as_deref(), Some(dong), "{text}");
        }
        assert_eq!(read("10-15 triệu", Wanted::Money, None), None);
        assert_eq!(read("12 con", Wanted::Money, None), None);
    }

    #[test]
    fn reads_measures_and_counts() {
        assert_eq!(read("144,4 ha", Wanted::Hectares, None).as_deref(), Some("144.4"));
        assert_eq!(read("5.000 m2", Wanted::Hectares, None).as_deref(), Some("0.5"));
        assert_eq!(read("50000m2", Wanted::Hectares, Some("ha")).as_deref(), Some("5"));
        assert_eq!(read("57,9", Wanted::Measure, None).as_deref(), Some("57.9"));
        assert_eq!(read("47 TV", Wanted::Whole, None).as_deref(), Some("47"));
        assert_eq!(read("1.234", Wanted::Whole, None).as_deref(), Some("1234"));
        assert_eq!(read("57,9", Wanted::Whole, None), None);
    }
}
