//! What values of the scalars beside GraphQL's own look like, in one place: for documents, for variables, and for the
//! parameters of statements.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::answer::Coded;

/// What was expected of a value, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expected {
    pub en: &'static str,
    pub vi: &'static str,
}

pub(super) const DAY: Expected = Expected { en: "a day, 2025-07-01", vi: "ngày theo dạng 2025-07-01" };
pub(super) const MOMENT: Expected =
    Expected { en: "a moment, 2025-07-01T08:00:00Z", vi: "thời điểm theo dạng 2025-07-01T08:00:00Z" };
pub(super) const DECIMAL: Expected =
    Expected { en: "a decimal number, \"74.9\"", vi: "số thập phân, ví dụ \"74.9\"" };
pub(super) const TEXT: Expected = Expected { en: "a text", vi: "văn bản" };
pub(super) const NO_NUL: Expected =
    Expected { en: "a text without NUL", vi: "văn bản không có ký tự NUL" };
pub(super) const INTEGER: Expected = Expected { en: "an integer", vi: "số nguyên" };
pub(super) const INT: Expected = Expected { en: "a 32-bit integer", vi: "số nguyên 32 bit" };
pub(super) const NUMBER: Expected = Expected { en: "a number", vi: "số" };
pub(super) const BOOLEAN: Expected = Expected { en: "true or false", vi: "true hoặc false" };

/// What a value sent for a custom scalar is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Plain<'a> {
    Text(&'a str),
    /// A number, as it is written.
    Number(&'a str),
    /// Neither.
    Other,
}

/// What was expected of a value that is none of the scalar's. Scalars that take anything, and those not known here,
/// have none such.
pub(super) fn misfit(scalar: &str, value: Plain<'_>) -> Option<Expected> {
    let text = match value {
        Plain::Text(text) => Some(text),
        _ => None,
    };
    let (fits, expected) = match scalar {
        "Date" => (text.is_some_and(|text| day(text).is_some()), DAY),
        "DateTime" => (text.is_some_and(|text| moment(text).is_some()), MOMENT),
        "Decimal" | "Money" => match value {
            Plain::Text(text) | Plain::Number(text) => (decimal(text).is_some(), DECIMAL),
            Plain::Other => (false, DECIMAL),
        },
        // Registers have addresses that are none: whatever stands there can be asked for.
        "URL" => (text.is_some(), TEXT),
        _ => return None,
    };
    (!fits).then_some(expected)
}

/// ISO 8601, with years of four digits, months and days of two.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let fits =
        |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    let text = Some(text).filter(|text| text.len() == 10 && text.bytes().enumerate().all(fits))?;
    text.parse().ok().filter(|day| four_digits(*day))
}

/// RFC 3339 with an offset.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = text.parse::<DateTime<Utc>>().ok()?;
    four_digits(moment.date_naive()).then_some(moment)
}

/// An exact decimal, also written as `7.5e3`.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// ISO 8601 has years of four digits; other years PostgreSQL may not have.
fn four_digits(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

/// `value` is not what was expected.
pub(super) fn unfit(value: &str, expected: Expected) -> Coded {
    let mut shown = value.to_owned();
    if let Some((at, _)) = shown.char_indices().nth(60) {
        shown.truncate(at);
        shown.push('…');
    }
    Coded::fault(
        "INVALID_VALUE",
        format!("{shown} is not {}", expected.en),
        format!("giá trị {shown} không hợp lệ; cần {}", expected.vi),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_or_told_what_was_expected() {
        use Plain::{Number, Other, Text};
        for (scalar, value, expected) in [
            ("Date", Text("2024-02-29"), None),
            ("Date", Text("2024-02-30"), Some(DAY)),
            ("Date", Text("hôm qua"), Some(DAY)),
            ("Date", Text("99999-01-01"), Some(DAY)),
            ("Date", Text("0000-01-01"), Some(DAY)),
            ("Date", Text(" 2024-01-1"), Some(DAY)),
            ("Date", Number("12"), Some(DAY)),
            ("Date", Other, Some(DAY)),
            ("DateTime", Text("2025-07-01T08:00:00+07:00"), None),
            ("DateTime", Text("2025-07-01"), Some(MOMENT)),
            ("DateTime", Number("1"), Some(MOMENT)),
            ("Decimal", Text("74.9"), None),
            ("Decimal", Number("-74.9"), None),
            ("Money", Text("1.6e9"), None),
            ("Money", Text("1,5"), Some(DECIMAL)),
            ("Money", Text("NaN"), Some(DECIMAL)),
            ("Decimal", Text("1e999"), Some(DECIMAL)),
            ("Decimal", Other, Some(DECIMAL)),
            ("URL", Text("không có"), None),
            ("URL", Number("1"), Some(TEXT)),
            ("JSON", Other, None),
            ("Day", Text("x"), None),
        ] {
            assert_eq!(misfit(scalar, value), expected, "{scalar} {value:?}");
        }
    }
}
