//! Days and years, day always before month. Excel's numbers of days, JSON's milliseconds, a year alone; a
//! day that is not in the calendar keeps its year.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta};
use regex::Regex;

use super::month_names::months_as_numbers;
use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::flat;

/// What a cell says of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub day: Option<NaiveDate>,
    /// The month, when no day is known.
    pub month: Option<u32>,
    /// The quarter, when no month is known.
    pub quarter: Option<u32>,
    /// The year.
    pub year: Option<i32>,
    /// Whether a day was given that the calendar does not have.
    pub impossible: bool,
}

impl When {
    fn of(day: NaiveDate) -> Self {
        Self { day: Some(day), month: Some(day.month()), year: Some(day.year()), ..Self::default() }
    }

    fn of_month(month: u32, year: i32) -> Self {
        Self { month: Some(month), year: Some(year), ..Self::default() }
    }

    fn of_year(year: i32) -> Self {
        Self { year: Some(year), ..Self::default() }
    }

    /// The day, or the last one of the month, quarter or year that was meant.
    pub fn latest(self) -> Option<NaiveDate> {
        let last = |year, month| {
            NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
        };
        let month = self.month.or(self.quarter.map(|q| q * 3)).unwrap_or(12);
        self.day.or_else(|| last(self.year?, month))
    }
}

fn regex(pattern: &str) -> Regex {
    // Written here and covered by the tests below; a mistake would show as text nobody can match.
    Regex::new(pattern).unwrap_or_else(|_| unreachable_pattern())
}

fn unreachable_pattern() -> Regex {
    regex("^$")
}

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        // What goes on behind its year is the end of a time: of "2-5/12/2024" the first three numbers are no day.
        // Behind a year of four digits nothing goes on: of "1/2/2024-3/2/2024" they are the first day.
        r"(?:^|[^\d])(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(?:(\d{4})(?:$|[^\d])|(\d{2})(?:$|[^\d/.\-]|[/.\-](?:$|[^\d])))",
    )
});
/// The first day of "1/2/24-3/2/24".
static FIRST: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[^\d/.\-])(\d{1,2})[/.](\d{1,2})[/.](?:(\d{4})|(\d{2}))\s*-\s*\d{1,2}[/.]\d{1,2}[/.]\d{2}(?:$|[^\d]|\d{2})",
    )
});
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^|[^\d/.\-]|[^\d][/.\-])(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:$|[^\d])")
});
static ISO_MONTH: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*((?:19|20)\d{2})\s*[-/.]\s*(\d{1,2})\s*$"));
/// In folded text, names of months already numbers.
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^| )(?:ngay |mung |mong )?(\d{1,2}) (?:thang )?(\d{1,2}) (?:nam )?(\d{4})(?:$| )")
});
static QUARTER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:^| )(?:quy|q) ?(\d|i{1,3}|iv)(?: nam)? (\d{4})(?:$| )"));
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^|[^\d/.\-])(?:t|thang )?\.?(\d{1,2})\s*(?:[/.\-]| nam )\s*(\d{4})(?:$|[^\d])")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d/])((?:19|20)\d{2})(?:$|[^\d/])"));

/// Reads a cell; none when it is blank.
pub fn when(cell: &Cell, since_1904: bool) -> Result<Option<When>, Complaint> {
    let found = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(at) => sane(typed_year(at.date(), since_1904).unwrap_or(When::of(at.date()))),
        Cell::Number(n) => by_number(*n, since_1904),
        Cell::Text(text) if says_nothing(text) => return Ok(None),
        Cell::Text(text) => in_text(text),
        _ => None,
    };
    found.map(Some).ok_or_else(unreadable)
}

/// What a day or year that cannot be read is told.
pub fn unreadable() -> Complaint {
    Complaint::new("DATE_UNREADABLE", "a day such as 31/12/2025", "một ngày như 31/12/2025")
}

/// A day in the calendar.
pub fn not_in_calendar() -> Complaint {
    Complaint::new("DATE_NOT_IN_CALENDAR", "a day the calendar has", "một ngày có trong lịch")
}

fn by_number(n: f64, since_1904: bool) -> Option<When> {
    let whole = n.trunc();
    if (1900.0..2200.0).contains(&n) && n.fract() == 0.0 {
        return Some(When::of_year(whole as i32));
    }
    if (10_000.0..80_000.0).contains(&n) {
        return serial(whole as u64 + if since_1904 { 1462 } else { 0 }).map(When::of);
    }
    if (19_000_101.0..21_001_231.0).contains(&n) {
        let (year, rest) = (whole as i32 / 10_000, whole as u32 % 10_000);
        return sane(day(rest % 100, rest / 100, year));
    }
    // Milliseconds since 1970; a day in Vietnam is meant.
    (1.0e11..5.0e12)
        .contains(&n)
        .then(|| DateTime::from_timestamp_millis(n as i64))
        .flatten()
        .and_then(|at| sane(When::of((at + TimeDelta::hours(7)).date_naive())))
}

/// "2018" typed into a cell formatted as a date is shown as some day of 1905: the year was meant.
fn typed_year(day: NaiveDate, since_1904: bool) -> Option<When> {
    let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    let serial = (day - first).num_days() - if since_1904 { 1462 } else { 0 };
    let year = i32::try_from(serial).ok()?;
    (1900..2100).contains(&year).then(|| When::of_year(year))
}

/// Excel's day 1 is 1900-01-01, and it believes in 1900-02-29.
fn serial(days: u64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// Reads a text that is to be a date.
pub fn in_text(text: &str) -> Option<When> {
    let text = text.trim();
    if let Some(found) = plain(text) {
        return sane(found);
    }
    if let Ok(n) = text.replace(',', ".").parse::<f64>()
        && (!text.contains('.') || (10_000.0..80_000.0).contains(&n))
    {
        return by_number(n, false);
    }
    // "1/2/2024 - 3/2/2025": the year and month in its middle are no day that begins with its year.
    if let Some(c) = FIRST.captures(text) {
        return sane(day_first(&c));
    }
    let iso = ISO.captures(text);
    let from = |c: &regex::Captures<'_>| c.get(1).map_or(0, |m| m.start());
    let ordered = DAY.captures(text).filter(|c| iso.as_ref().is_none_or(|iso| from(c) < from(iso)));
    if let Some(c) = ordered {
        return sane(day_first(&c));
    }
    if let Some(c) = iso {
        let at = DateTime::parse_from_rfc3339(text).ok();
        let vietnam = at.and_then(|at| at.naive_utc().checked_add_signed(TimeDelta::hours(7)));
        let said = || day(number(&c, 3), number(&c, 2), number(&c, 1) as i32);
        return sane(vietnam.map_or_else(said, |at| When::of(at.date())));
    }
    if let Some(c) = ISO_MONTH.captures(text) {
        return (1..=12)
            .contains(&number(&c, 2))
            .then(|| When::of_month(number(&c, 2), number(&c, 1) as i32));
    }
    in_words(&months_as_numbers(&flat(text)))
}

/// Reads a date in folded words, its month a number.
fn in_words(folded: &str) -> Option<When> {
    if let Some(c) = WORDS.captures(folded) {
        return sane(day(number(&c, 1), number(&c, 2), number(&c, 3) as i32));
    }
    if let Some(c) = QUARTER.captures(folded) {
        let quarter = match &c[1] {
            roman @ ("i" | "ii" | "iii") => roman.len() as u32,
            "iv" => 4,
            digit => digit.parse().ok()?,
        };
        let when = When { quarter: Some(quarter), ..When::of_year(number(&c, 2) as i32) };
        return (1..=4).contains(&quarter).then_some(when).and_then(sane);
    }
    if let Some(c) =
        MONTH.captures(&folded.replace(' ', "/").replace("/nam/", " nam ").replace("thang/", "thang "))
        && (1..=12).contains(&number(&c, 1))
    {
        return sane(When::of_month(number(&c, 1), number(&c, 2) as i32));
    }
    YEAR.captures(folded).map(|c| When::of_year(number(&c, 1) as i32))
}

/// "15/3/2023" and nothing else: what most cells hold, without the patterns.
fn plain(text: &str) -> Option<When> {
    let mut parts = text.split('/');
    let mut next = |longest: usize| {
        let part = parts.next()?;
        let digits = !part.is_empty() && part.len() <= longest && part.bytes().all(|b| b.is_ascii_digit());
        if digits { part.parse::<u32>().ok() } else { None }
    };
    let (d, m, y) = (next(2)?, next(2)?, next(4)?);
    (parts.next().is_none() && y >= 1000).then(|| day(d, m, y as i32))
}

/// All days that a text of some length names, with where each stands: for titles and file names.
pub fn mentioned(text: &str) -> Vec<(usize, When)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(c) = DAY.captures_at(text, from) {
        let Some(whole) = c.get(3).or_else(|| c.get(4)) else { break };
        out.push((c.get(1).map_or(0, |m| m.start()), day_first(&c)));
        from = whole.end();
    }
    for c in ISO.captures_iter(text) {
        let at = c.get(1).map_or(0, |m| m.start());
        out.push((at, day(number(&c, 3), number(&c, 2), number(&c, 1) as i32)));
    }
    out.extend(worded(text));
    out.retain(|(_, w)| w.day.is_some() || (w.month.is_some() && !w.impossible));
    out
}

/// Years that a text names with the word for it: "NĂM 2024".
pub fn years(text: &str) -> Vec<i32> {
    let folded = flat(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let year = |w: &[&str]| (w[0] == "nam").then(|| w[1].parse().ok()).flatten().filter(|y| known(*y));
    words.windows(2).filter_map(year).collect()
}

/// Years that a short text names, with or without the word: "2021", "Năm 2021", "OCOP 2021".
pub fn plain_years(text: &str) -> Vec<i32> {
    let folded = flat(text);
    folded.split(' ').filter(|w| w.len() == 4).filter_map(|w| w.parse().ok()).filter(|y| known(*y)).collect()
}

/// Years named with the word for it behind one of some words: "CÔNG NHẬN ĐỢT 1 NĂM 2021", not "đến năm 2021".
pub fn years_after(text: &str, words: &[String]) -> Vec<i32> {
    let folded = format!(" {} ", flat(text));
    let behind = |word: &String| folded.split_once(&format!(" {} ", flat(word))).map(|(_, rest)| rest);
    let rest = words.iter().filter_map(behind).max_by_key(|rest| rest.len()).unwrap_or_default();
    let words: Vec<&str> = std::iter::once("").chain(rest.split(' ')).collect();
    let year = |w: &[&str]| (w[0] != "den" && w[1] == "nam").then(|| w[2].parse().ok()).flatten();
    words.windows(3).filter_map(year).filter(|y| known(*y)).collect()
}

fn known(year: i32) -> bool {
    (1990..2200).contains(&year)
}

static WORDED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)ng[àa]y\s+(\d{1,2})\s+th[áa]ng\s+(\d{1,2})\s+n[ăa]m\s+(\d{4})"));
static MONTHS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(?:^|[^\p{L}\d])(?:t|th[áa]ng)\s*(\d{1,2})\s*(?:[-./_]|\s+n[ăa]m\s+)\s*(20\d{2})(?:$|[^\d])")
});
static COMPACT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d])(20\d{2})(\d{2})(\d{2})(?:$|[^\d])"));

fn worded(text: &str) -> Vec<(usize, When)> {
    let mut out = Vec::new();
    for c in WORDED.captures_iter(text) {
        out.push((
            c.get(0).map_or(0, |m| m.start()),
            day(number(&c, 1), number(&c, 2), number(&c, 3) as i32),
        ));
    }
    for c in COMPACT.captures_iter(text) {
        out.push((
            c.get(1).map_or(0, |m| m.start()),
            day(number(&c, 3), number(&c, 2), number(&c, 1) as i32),
        ));
    }
    // The month of a day already found is no month of its own.
    let days: Vec<_> = WORDED.find_iter(text).map(|m| m.range()).collect();
    for c in MONTHS.captures_iter(text).filter(|c| (1..=12).contains(&number(c, 1))) {
        if c.get(1).is_some_and(|m| days.iter().any(|d| d.contains(&m.start()))) {
            continue;
        }
        let when = When::of_month(number(&c, 1), number(&c, 2) as i32);
        out.push((c.get(1).map_or(0, |m| m.start()), when));
    }
    out
}

/// Day, month and the year in four digits or in two, as [`DAY`] finds them.
fn day_first(c: &regex::Captures<'_>) -> When {
    let year = c.get(3).or_else(|| c.get(4)).map_or(0, |m| long_year(m.as_str()));
    day(number(c, 1), number(c, 2), year)
}

fn day(day: u32, month: u32, year: i32) -> When {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => When::of(day),
        None => When { year: (year > 0).then_some(year), impossible: true, ..When::default() },
    }
}

/// "00/00/0000" says nothing of a year; 2567 is a year of another calendar.
fn sane(when: When) -> Option<When> {
    when.year.is_some_and(|y| (1900..2200).contains(&y)).then_some(when)
}

pub(super) fn long_year(text: &str) -> i32 {
    match (text.len(), text.parse().unwrap_or(0)) {
        (2, year @ 0..=69) => 2000 + year,
        (2, year) => 1900 + year,
        (_, year) => year,
    }
}

fn number(captures: &regex::Captures<'_>, at: usize) -> u32 {
    captures.get(at).and_then(|m| m.as_str().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
