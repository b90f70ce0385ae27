//! Times of some length: "từ 10-14/3/2021", "28/12/2021 đến 2/1/2022", "Quý II/2021", "tháng 5", "năm 2022". First
//! and last day, and how exactly they are known; a month is a month, no day in it is made up.

use std::sync::LazyLock;

use chrono::{Datelike, Months, NaiveDate};
use regex::{Captures, Regex};

use super::{Complaint, dates, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;

/// How exactly a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the quarter.
    Quarter,
    /// To half a year.
    HalfYear,
    /// To the year.
    Year,
}

impl Precision {
    /// All words of [`Precision::word`].
    pub const WORDS: [&'static str; 5] = ["DAY", "MONTH", "QUARTER", "HALF_YEAR", "YEAR"];

    /// The enum value.
    pub fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// A time of some length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How exactly they are known.
    pub precision: Precision,
}

/// Compiles a pattern that the tests below cover.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static DAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?:^|[^\d/.])(\d{1,2})(?:[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?)?,? ?(?:den|toi|-|va) ?(?:het )?(?:ngay )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:$|[^\d])",
    )
});
/// Days whose year stands elsewhere: "02-05/12", "28/11 - 2/12".
static DAYS_SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?:^|[^\d/.])(\d{1,2})(?:[/.](\d{1,2}))? ?(?:den|toi|-|va) ?(?:het )?(?:ngay )?(\d{1,2})[/.](\d{1,2})(?:$|[^\d/.-])",
    )
});
static DAY_SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"^(?:ngay )?(\d{1,2})[/.](\d{1,2})$"));
/// More than two days named one by one: the first and the last are kept.
static LISTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(\d{1,2}(?:[/.]\d{1,2})?), ?(?:\d{1,2}(?:[/.]\d{1,2})?,? )*(?:va )?(\d{1,2}[/.-]\d{1,2}[/.-]\d{4})",
    )
});
static WORDED: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"\b(\d{1,2}) thang (\d{1,2})(?: ?[/.-] ?|,? nam |,? )(\d{4})\b"));
static WORDED_SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"\b(\d{1,2}) thang (\d{1,2})\b"));
static DAY: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(?:^|[^\d])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:$|[^\d])"));
/// "từ tháng 11/2024 đến tháng 1/2025".
static YEARS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"\b(?:thang |t) ?(\d{1,2}) ?(?:[/.-] ?|nam )(\d{4}) ?(?:den|toi|-|va) ?(?:het )?(?:thang |t)? ?(\d{1,2}) ?(?:[/.-] ?|nam )(\d{4})",
    )
});
static MONTHS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"\b(?:thang|t) ?(\d{1,2})(?:[/.-](\d{4}))? ?(?:den|toi|-|va|,) ?(?:thang |t)?(\d{1,2})(?: ?[/.-] ?| nam |,? )(\d{4})",
    )
});
static MONTH: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"\b(?:thang|t) ?(\d{1,2})(?:(?: ?[/.-] ?| nam |,? )(\d{4}))?(?:$|[^\d])"));
static BARE_MONTH: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(?:^|[^\d/.-])(\d{1,2})[/.-](\d{4})(?:$|[^\d])"));
static QUARTERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"\b(?:quy|q) ?(iv|i{1,3}|[1-4])(?: ?(?:den|toi|-|va|,) ?(?:quy |q)?(iv|i{1,3}|[1-4]))?(?:(?: ?[/.-] ?| nam |,? )(\d{4}))?(?:$|[^\da-z])",
    )
});
static HALF: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(r"\b(?:6|sau) thang (dau|cuoi) nam(?: (\d{4}))?|\bnua (dau|cuoi) nam(?: (\d{4}))?")
});

/// The time a cell names. `year` is the one that stands around it, for texts that name none.
pub fn span(cell: &Cell, year: Option<i32>, since_1904: bool) -> Result<Option<Span>, Complaint> {
    let text = match cell {
        Cell::Text(text) if says_nothing(text) => return Ok(None),
        Cell::Text(text) => text,
        Cell::Empty => return Ok(None),
        _ => {
            let when = dates::when(cell, since_1904)?;
            let by_day = when.and_then(|w| w.day).map(|d| days(d, d));
            return Ok(by_day.or_else(|| when?.year.and_then(whole_year)));
        }
    };
    if let Some(found) = in_text(&plain(text), year) {
        return found.map(Some).ok_or_else(dates::not_in_calendar);
    }
    let when = dates::in_text(text).ok_or_else(unreadable)?;
    match (when.day, when.month, when.year) {
        (Some(day), ..) => Ok(Some(days(day, day))),
        _ if when.impossible => Err(dates::not_in_calendar()),
        (None, Some(month), Some(year)) => Ok(months(year, month, month, Precision::Month)),
        (None, None, Some(year)) => Ok(whole_year(year)),
        _ => Err(unreadable()),
    }
}

fn unreadable() -> Complaint {
    Complaint::new(
        "TIME_UNREADABLE",
        "days, a month, a quarter or a year, such as \"10-14/3/2021\" or \"Quý II/2021\"",
        "ngày, tháng, quý hoặc năm, ví dụ \"10-14/3/2021\" hoặc \"Quý II/2021\"",
    )
}

/// Small letters without marks, points and strokes kept.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let folded: String = word
            .split_inclusive(|c: char| !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c))
            .map(|piece| {
                let mark = piece.chars().last().filter(|c| "/.-–—,÷→~−&".contains(*c));
                let mark = mark
                    .map(|c| if matches!(c, '–' | '—' | '÷' | '→' | '~' | '−' | '&') { '-' } else { c });
                format!("{}{}", flat(piece), mark.map(String::from).unwrap_or_default())
            })
            .collect();
        if !folded.is_empty() {
            out.push_str(if out.is_empty() { "" } else { " " });
            out.push_str(&folded);
        }
    }
    out
}

/// "15 tháng 3 năm 2023" as "15/3/2023".
fn without_words(text: &str) -> String {
    let full = WORDED.as_ref().map(|r| r.replace_all(text, "$1/$2/$3").into_owned());
    let full = full.unwrap_or_else(|| text.to_owned());
    WORDED_SHORT.as_ref().map(|r| r.replace_all(&full, "$1/$2").into_owned()).unwrap_or(full)
}

/// Some when a form fits; none inside when the calendar has no such days.
fn in_text(text: &str, year: Option<i32>) -> Option<Option<Span>> {
    let text = &without_words(text);
    let listed = LISTED.as_ref().map(|r| r.replace_all(text, "$1 - $2").into_owned());
    let text = &listed.unwrap_or_else(|| text.clone());
    let find = |r: &'static LazyLock<Option<Regex>>| r.as_ref().and_then(|r| r.captures(text));
    if let Some(c) = find(&DAYS) {
        return Some(between(&c));
    }
    if let (Some(c), Some(year)) = (find(&DAYS_SHORT), year) {
        return Some(of_year(&c, year));
    }
    if let (Some(c), Some(year)) = (find(&DAY_SHORT), year) {
        let day = date(u32::try_from(year).ok()?, number(&c, 2)?, number(&c, 1)?);
        return Some(day.map(|d| days(d, d)));
    }
    if let Some(c) = find(&YEARS).filter(|c| c.get(2).map(|y| y.as_str()) < c.get(4).map(|y| y.as_str())) {
        let whole = |year: u32, month: u32| months(i32::try_from(year).ok()?, month, month, Precision::Month);
        let (from, to) = (whole(number(&c, 2)?, number(&c, 1)?), whole(number(&c, 4)?, number(&c, 3)?));
        return Some(from.zip(to).map(|(from, to)| Span { to: to.to, ..from }));
    }
    if let Some(c) =
        find(&MONTHS).filter(|c| c.get(2).is_none_or(|y| Some(y.as_str()) == c.get(4).map(|m| m.as_str())))
    {
        return Some(months(number(&c, 4)? as i32, number(&c, 1)?, number(&c, 3)?, Precision::Month));
    }
    if let Some(c) = find(&DAY) {
        let day = date(number(&c, 3)?, number(&c, 2)?, number(&c, 1)?);
        return Some(day.map(|d| days(d, d)));
    }
    if let Some(c) = find(&HALF) {
        let first = c.get(1).or(c.get(3)).is_some_and(|m| m.as_str() == "dau");
        let of = number(&c, 2).or(number(&c, 4)).map(|y| y as i32).or(year)?;
        let (from, to) = if first { (1, 6) } else { (7, 12) };
        return Some(months(of, from, to, Precision::HalfYear));
    }
    if let Some(c) = find(&QUARTERS) {
        let of = number(&c, 3).map(|y| y as i32).or(year)?;
        let first = quarter(c.get(1)?.as_str())?;
        let last = c.get(2).and_then(|m| quarter(m.as_str())).unwrap_or(first);
        return Some(months(of, first * 3 - 2, last * 3, Precision::Quarter));
    }
    if let Some(c) = find(&MONTH) {
        let of = number(&c, 2).map(|y| y as i32).or(year)?;
        let month = number(&c, 1)?;
        return Some(months(of, month, month, Precision::Month));
    }
    let c = find(&BARE_MONTH)?;
    let month = number(&c, 1)?;
    Some(months(number(&c, 2)? as i32, month, month, Precision::Month))
}

/// "17/4 đến 19/4/2021", "28/12/2021 - 2/1/2022", "10-14/3/2021".
fn between(c: &Captures<'_>) -> Option<Span> {
    let (day, month, year) = (number(c, 4)?, number(c, 5)?, long(number(c, 6)?));
    let to = date(year, month, day)?;
    let from_month = number(c, 2).unwrap_or(month);
    let from = date(number(c, 3).map_or(year, long), from_month, number(c, 1)?)?;
    ordered(from, to, c.get(2).is_some(), c.get(3).is_some())
}

/// As [`between`], of days whose year stands elsewhere: that of the last one.
fn of_year(c: &Captures<'_>, year: i32) -> Option<Span> {
    let year = u32::try_from(year).ok()?;
    let month = number(c, 4)?;
    let to = date(year, month, number(c, 3)?)?;
    let from = date(year, number(c, 2).unwrap_or(month), number(c, 1)?)?;
    ordered(from, to, c.get(2).is_some(), false)
}

/// A first day behind the last is one of the year before, or of the month before where it names none.
fn ordered(mut from: NaiveDate, to: NaiveDate, month: bool, year: bool) -> Option<Span> {
    if from > to && !year {
        from = from.checked_sub_months(Months::new(if month { 12 } else { 1 }))?;
    }
    (from <= to).then(|| days(from, to))
}

fn long(year: u32) -> u32 {
    if year < 100 { 2000 + year } else { year }
}

fn quarter(text: &str) -> Option<u32> {
    match text {
        "i" | "1" => Some(1),
        "ii" | "2" => Some(2),
        "iii" | "3" => Some(3),
        "iv" | "4" => Some(4),
        _ => None,
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> Span {
    Span { from, to, precision: Precision::Day }
}

fn whole_year(year: i32) -> Option<Span> {
    months(year, 1, 12, Precision::Year)
}

fn months(year: i32, from: u32, to: u32, precision: Precision) -> Option<Span> {
    let to = NaiveDate::from_ymd_opt(year, to, 1)?.checked_add_months(Months::new(1))?.pred_opt()?;
    let from = NaiveDate::from_ymd_opt(year, from, 1)?;
    (from <= to && (1990..2200).contains(&from.year())).then_some(Span { from, to, precision })
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

fn number(c: &Captures<'_>, at: usize) -> Option<u32> {
    c.get(at)?.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, year: Option<i32>) -> String {
        match span(&Cell::Text(text.into()), year, false) {
            Ok(Some(s)) => format!("{} {} {}", s.from, s.to, s.precision.word()),
            Ok(None) => "blank".into(),
            Err(c) => c.code.into(),
        }
    }

    #[test]
    fn reads_times_as_offices_write_them() {
        for (text, expected) in [
            ("17/04/2021 - 19/04/2021", "2021-04-17 2021-04-19 DAY"),
            ("từ ngày 17/4 đến 19/4/2021", "2021-04-17 2021-04-19 DAY"),
            ("17 đến 19.4.2021", "2021-04-17 2021-04-19 DAY"),
            ("từ 2-5/12/2021", "2021-12-02 2021-12-05 DAY"),
            ("2-5/12/2024", "2024-12-02 2024-12-05 DAY"),
            ("2÷5/12/2024", "2024-12-02 2024-12-05 DAY"),
            ("từ 02 đến 05/12/2024", "2024-12-02 2024-12-05 DAY"),
            ("từ ngày 02/12 đến hết ngày 05/12/2024", "2024-12-02 2024-12-05 DAY"),
            ("28/11 - 2/12/2024", "2024-11-28 2024-12-02 DAY"),
            ("28/11-02/12/24", "2024-11-28 2024-12-02 DAY"),
            ("2, 3, 4/12/2024", "2024-12-02 2024-12-04 DAY"),
            ("29/11, 30/11 và 1/12/2024", "2024-11-29 2024-12-01 DAY"),
            ("từ tháng 11/2024 đến tháng 1/2025", "2024-11-01 2025-01-31 MONTH"),
            ("Quý II/2024", "2024-04-01 2024-06-30 QUARTER"),
            ("QII-2024", "2024-04-01 2024-06-30 QUARTER"),
            ("tháng 5/2024", "2024-05-01 2024-05-31 MONTH"),
            ("giữa tháng 5 năm 2024", "2024-05-01 2024-05-31 MONTH"),
            ("28/12 - 2/1/2022", "2021-12-28 2022-01-02 DAY"),
            ("30 đến 2/5/2022", "2022-04-30 2022-05-02 DAY"),
            ("từ ngày 28/12/2021 đến ngày 2/1/2022", "2021-12-28 2022-01-02 DAY"),
            ("15/3/2023", "2023-03-15 2023-03-15 DAY"),
            ("ngày 15 tháng 3 năm 2023", "2023-03-15 2023-03-15 DAY"),
            ("từ ngày 15 đến ngày 17 tháng 3 năm 2023", "2023-03-15 2023-03-17 DAY"),
            ("từ 28 tháng 4 đến 2 tháng 5 năm 2023", "2023-04-28 2023-05-02 DAY"),
            ("2022-04-08", "2022-04-08 2022-04-08 DAY"),
            ("Dự kiến tháng 6/2023", "2023-06-01 2023-06-30 MONTH"),
            ("Tháng 2 năm 2024", "2024-02-01 2024-02-29 MONTH"),
            ("T11/2021", "2021-11-01 2021-11-30 MONTH"),
            ("09/2021", "2021-09-01 2021-09-30 MONTH"),
            ("tháng 5-6/2022", "2022-05-01 2022-06-30 MONTH"),
            ("từ tháng 5 đến tháng 6/2022", "2022-05-01 2022-06-30 MONTH"),
            ("Quý II/2021", "2021-04-01 2021-06-30 QUARTER"),
            ("quý 4 năm 2021", "2021-10-01 2021-12-31 QUARTER"),
            ("Quý III-IV/2021", "2021-07-01 2021-12-31 QUARTER"),
            ("6 tháng đầu năm 2022", "2022-01-01 2022-06-30 HALF_YEAR"),
            ("Năm 2022", "2022-01-01 2022-12-31 YEAR"),
            ("32/13/2023", "DATE_NOT_IN_CALENDAR"),
            ("sắp tới", "TIME_UNREADABLE"),
            ("-", "blank"),
        ] {
            assert_eq!(show(text, None), expected, "{text}");
        }
        assert_eq!(show("Tháng 5", Some(2022)), "2022-05-01 2022-05-31 MONTH");
        assert_eq!(show("02-05/12", Some(2024)), "2024-12-02 2024-12-05 DAY");
        assert_eq!(show("28/11 - 2/12", Some(2024)), "2024-11-28 2024-12-02 DAY");
        assert_eq!(show("15/3", Some(2024)), "2024-03-15 2024-03-15 DAY");
        assert_eq!(show("15/3", None), "TIME_UNREADABLE");
        assert_eq!(show("Quý I", Some(2022)), "2022-01-01 2022-03-31 QUARTER");
    }
}
