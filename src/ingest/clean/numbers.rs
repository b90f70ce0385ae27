//! Numbers as clerks write them: 1.600.000.000, "1,6 tỷ", "gần 850 triệu", "115,5k", "144,4 ha", "47 TV".

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::units::{self, Named};
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
    let Some(value) = number(cell, Wanted::Whole, None)? else { return Ok(None) };
    let fits = value.to_i64().filter(|v| i32::try_from(*v).is_ok());
    fits.map(Some)
        .ok_or_else(|| Complaint::new("VALUE_IMPLAUSIBLE", "a count below 2 billion", "một số đếm dưới 2 tỷ"))
}

/// Digits and the words behind them; words before ("gần", "khoảng") fall away.
pub(super) fn split(text: &str, wanted: Wanted) -> Option<(Decimal, String)> {
    let text = text.trim();
    // Accountants write what is owed in brackets.
    let owed = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| is_plain(t));
    let text = owed.unwrap_or(text);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let before = &text[..start];
    let negative = owed.is_some() || before.trim_end().ends_with(['-', '−', '–']);
    if !flat(before).split(' ').all(is_about) {
        return None;
    }
    let body = &text[start..];
    let end = body
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’') || c.is_whitespace()))
        .unwrap_or(body.len());
    let digits: String =
        body[..end].chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’')).collect();
    let digits = digits.trim_end_matches(['.', ',']);
    let rest = &body[end..];
    if wanted == Wanted::Money
        && let Some(sum) = in_parts(digits, rest)
    {
        return Some((if negative { -sum } else { sum }, "đồng".to_owned()));
    }
    // "m2" and "m²" hold a digit of their own; any other is a range or a second number.
    if rest.replace("m2", "").replace("m²", "").chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    // "1,365 tỷ" is no thousand billions: before such a unit a comma is the decimal mark.
    let large = wanted == Wanted::Money && units::money(rest).flatten() > Some(Decimal::ONE);
    let value = decimal(digits, if large { Wanted::Measure } else { wanted })?;
    Some((if negative { -value } else { value }, rest.trim().to_owned()))
}

/// Words that say how sure a number is; the number stands all the same.
fn is_about(word: &str) -> bool {
    const ABOUT: [&str; 19] = [
        "", "gan", "khoang", "hon", "tren", "tu", "den", "tam", "it", "nhat", "toi", "thieu", "uoc", "dat",
        "len", "vnd", "chung", "da", "duoi",
    ];
    ABOUT.contains(&word)
}

fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}'))
}

/// "1 tỷ 600 triệu": each part smaller than the one before.
fn in_parts(first: &str, rest: &str) -> Option<Decimal> {
    let unit = |text: &str| units::money(text).flatten().filter(|u| *u > Decimal::ONE);
    let word = |text: &str| {
        text.trim_start().split(|c: char| c.is_ascii_digit()).next().unwrap_or_default().to_owned()
    };
    let own = word(rest);
    let second = rest.trim_start().strip_prefix(own.as_str())?;
    if second.is_empty() {
        return None;
    }
    let end = second.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(second.len());
    let (great, small) = (unit(&own)?, unit(&second[end..])?);
    let tail = decimal(&second[..end], Wanted::Money)?.checked_mul(small)?;
    (small < great && tail < great)
        .then_some(decimal(first, Wanted::Money)?.checked_mul(great)?.checked_add(tail)?)
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
    let of_cell = match wanted {
        Wanted::Money => units::money(own)?,
        Wanted::Hectares => units::area(own)?,
        _ if own.chars().any(char::is_alphabetic) && units::money(own).flatten() > Some(Decimal::ONE) => {
            return None;
        }
        _ => Some(Decimal::ONE),
    };
    let factor = match of_cell {
        Some(factor) => factor,
        None => match units::of_heading(heading, wanted) {
            Named::Times(factor) => factor,
            Named::Plain | Named::Remark => Decimal::ONE,
            // Read as the plain unit it would be wrong without a word.
            Named::Unknown => return None,
        },
    };
    amount.checked_mul(factor)
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
            ("1 tỷ 600 triệu", None, "1600000000"),
            ("1 tỷ 600 triệu đồng", None, "1600000000"),
            ("khoảng hơn 2 tỉ", None, "2000000000"),
            ("850tr", None, "850000000"),
            ("(1.000)", None, "-1000"),
            ("1\u{202f}600\u{2009}000 đ", None, "1600000"),
            ("1'600'000", None, "1600000"),
            ("~ 1.6 tỷ", None, "1600000000"),
            ("VNĐ 35.000", None, "35000"),
        ] {
            assert_eq!(read(text, Wanted::Money, unit).as_deref(), Some(dong), "{text}");
        }
        assert_eq!(read("10-15 triệu", Wanted::Money, None), None);
        for bad in ["12 con", "1.23E+11", "600 triệu 1 tỷ", "1 tỷ - 2 tỷ", "năm 2024", "-"] {
            assert_eq!(read(bad, Wanted::Money, None), None, "{bad}");
        }
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
        assert_eq!(read("13.000 lượt", Wanted::Whole, None).as_deref(), Some("13000"));
        assert_eq!(read("hơn 2 000 lượt khách", Wanted::Whole, None).as_deref(), Some("2000"));
        assert_eq!(read("1.234,56", Wanted::Measure, None).as_deref(), Some("1234.56"));
        assert_eq!(read("1,234.56", Wanted::Measure, None).as_deref(), Some("1234.56"));
        assert_eq!(read("0.345", Wanted::Measure, None).as_deref(), Some("0.345"));
        assert_eq!(whole(&Cell::Number(3e9)).map_err(|c| c.code), Err("VALUE_IMPLAUSIBLE"));
        assert!(whole(&Cell::Number(f64::NAN)).is_err());
    }
}
