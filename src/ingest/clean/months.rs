//! Months of a season: "T8 - T11", "8-11", "tháng 11 - tháng 2", "quý III", "quanh năm".

use std::sync::LazyLock;

use chrono::Datelike;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;

static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(\d{1,2})(?: *- *(\d{1,2}))?").ok());

/// The months in order of the season (11, 12, 1, 2); all twelve where nothing or "all year" is said.
pub fn months(cell: &Cell) -> Result<Vec<u32>, Complaint> {
    let all = || (1..=12).collect();
    match cell {
        Cell::Empty => Ok(all()),
        // A spreadsheet takes "8-11" for a day of November.
        Cell::Date(at) => Ok(range(at.day(), at.month()).ok_or_else(unreadable)?),
        Cell::Number(n) if n.fract() == 0.0 && (1.0..=12.0).contains(n) => Ok(vec![*n as u32]),
        Cell::Text(text) if says_nothing(text) => Ok(all()),
        Cell::Text(text) => in_text(text).ok_or_else(unreadable),
        _ => Err(unreadable()),
    }
}

fn unreadable() -> Complaint {
    Complaint::new(
        "MONTHS_UNREADABLE",
        "months such as \"T8 - T11\", or \"quanh năm\"",
        "các tháng, ví dụ \"T8 - T11\", hoặc \"quanh năm\"",
    )
}

fn in_text(text: &str) -> Option<Vec<u32>> {
    let folded = flat(text);
    if ["quanh nam", "ca nam", "tat ca cac thang", "thuong xuyen", "12 thang", "lien tuc"]
        .iter()
        .any(|w| folded.contains(w))
    {
        return Some((1..=12).collect());
    }
    let quarters = folded.split(' ').any(|w| w == "quy");
    let spaced = tokens(text).into_iter().map(|t| told(&t, quarters)).collect::<Option<String>>()?;
    let mut out = Vec::new();
    for c in RANGE.as_ref()?.captures_iter(&spaced) {
        let first = c.get(1)?.as_str().parse().ok()?;
        let last = c.get(2).map_or(Some(first), |m| m.as_str().parse().ok())?;
        let (first, last) = if quarters { (first * 3 - 2, last * 3) } else { (first, last) };
        for month in range(first, last)? {
            if !out.contains(&month) {
                out.push(month);
            }
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Words, numbers and marks between them, small and without diacritics.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    let mut last = ' ';
    for c in text.nfc() {
        let c = if matches!(c, '–' | '—') { '-' } else { c };
        let kind = |c: char| (c.is_ascii_digit(), c.is_alphabetic());
        if kind(c) != kind(last) || "-,;/".contains(c) || "-,;/".contains(last) {
            out.push(String::new());
        }
        if let Some(token) = out.last_mut() {
            token.push(c);
        }
        last = c;
    }
    out.iter().map(|t| if "-,;/".contains(t.as_str()) { t.clone() } else { flat(t) }).collect()
}

/// What a token counts for; none when it is no word of seasons.
fn told(token: &str, quarters: bool) -> Option<String> {
    let roman = ["", "i", "ii", "iii", "iv"].iter().position(|r| *r == token).filter(|n| quarters && *n > 0);
    match token {
        _ if roman.is_some() => roman.map(|n| n.to_string()),
        "" | "t" | "thang" | "cac" | "tu" | "vu" | "mua" | "quy" | "q" | "va" | "," | ";" | "/" => {
            Some(" ".into())
        }
        "-" | "den" | "toi" => Some("-".into()),
        number if number.chars().all(|c| c.is_ascii_digit()) => Some(number.into()),
        _ => None,
    }
}

/// Over the turn of the year when the last comes before the first.
fn range(first: u32, last: u32) -> Option<Vec<u32>> {
    let fits = |m: u32| (1..=12).contains(&m);
    let length = (last + 12).checked_sub(first)? % 12;
    (fits(first) && fits(last)).then(|| (0..=length).map(|i| (first - 1 + i) % 12 + 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seasons() {
        let all: Vec<u32> = (1..=12).collect();
        let read = |text: &str| months(&Cell::Text(text.into())).ok();
        for text in ["", "quanh năm", "Cả năm", "T1-T12", "T1 - T12", "1-12", "-"] {
            assert_eq!(read(text), Some(all.clone()), "{text}");
        }
        for (text, expected) in [
            ("T8 - T11", vec![8, 9, 10, 11]),
            ("8-11", vec![8, 9, 10, 11]),
            ("tháng 8 - tháng 11", vec![8, 9, 10, 11]),
            ("từ tháng 8 đến tháng 10", vec![8, 9, 10]),
            ("T11–T2", vec![11, 12, 1, 2]),
            ("12-1", vec![12, 1]),
            ("tháng 3, 4, 9", vec![3, 4, 9]),
            ("T3-T4; T9-T10", vec![3, 4, 9, 10]),
            ("Tháng 7", vec![7]),
            ("quý III", vec![7, 8, 9]),
            ("quý I - quý II", vec![1, 2, 3, 4, 5, 6]),
            ("tháng 2 tới tháng 4", vec![2, 3, 4]),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["mùa mưa", "13-14", "T0"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
