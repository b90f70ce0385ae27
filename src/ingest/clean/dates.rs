//! Days and years, day always before month. Excel's numbers of days, JSON's milliseconds, a year alone; a
//! day that is not in the calendar keeps its year.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta};
use regex::Regex;

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
    /// The year.
    pub year: Option<i32>,
    /// Whether a day was given that the calendar does not have.
    pub impossible: bool,
}

impl When {
    fn of(day: NaiveDate) -> Self {
        Self { day: Some(day), month: Some(day.month()), year: Some(day.year()), impossible: false }
    }

    /// The day, or the last one of the month or year that was meant.
    pub fn latest(self) -> Option<NaiveDate> {
        let last = |year, month| {
            NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
        };
        self.day.or_else(|| last(self.year?, self.month.unwrap_or(12)))
    }
}

fn regex(pattern: &str) -> Regex {
    // Written here and covered by the tests below; a mistake would show as text nobody can match.
    Regex::new(pattern).unwrap_or_else(|_| unreachable_pattern())
}

fn unreachable_pattern() -> Regex {
    regex("^$")
}

static DAY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:^|[^\d])(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?:$|[^\d])"));
static ISO: LazyLock<Regex> = LazyLock::new(|| regex(r"(\d{4})-(\d{1,2})-(\d{1,2})"));
static WORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})"));
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^|[^\d/.\-])(?:t|thang )?\.?(\d{1,2})\s*(?:[/.\-]| nam )\s*(\d{4})(?:$|[^\d])")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d/])((?:19|20)\d{2})(?:$|[^\d/])"));

/// Reads a cell; none when it is blank.
pub fn when(cell: &Cell, since_1904: bool) -> Result<Option<When>, Complaint> {
    let found = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(at) => Some(When::of(at.date())),
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
        return Some(When { year: Some(whole as i32), ..When::default() });
    }
    if (10_000.0..80_000.0).contains(&n) {
        return serial(whole as u64 + if since_1904 { 1462 } else { 0 }).map(When::of);
    }
    if (19_000_101.0..21_001_231.0).contains(&n) {
        let (year, rest) = (whole as i32 / 10_000, whole as u32 % 10_000);
        return Some(day(rest % 100, rest / 100, year));
    }
    // Milliseconds since 1970; a day in Vietnam is meant.
    (1.0e11..5.0e12)
        .contains(&n)
        .then(|| DateTime::from_timestamp_millis(n as i64))
        .flatten()
        .map(|at| When::of((at + TimeDelta::hours(7)).date_naive()))
}

/// Excel's day 1 is 1900-01-01, and it believes in 1900-02-29.
fn serial(days: u64) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// Reads a text that is to be a date.
pub fn in_text(text: &str) -> Option<When> {
    let text = text.trim();
    if let Ok(n) = text.replace(',', ".").parse::<f64>()
        && !text.contains('.')
    {
        return by_number(n, false);
    }
    if let Some(c) = ISO.captures(text) {
        let at = DateTime::parse_from_rfc3339(text).ok();
        let vietnam = at.map(|at| (at.naive_utc() + TimeDelta::hours(7)).date());
        return Some(
            vietnam.map_or_else(|| day(number(&c, 3), number(&c, 2), number(&c, 1) as i32), When::of),
        );
    }
    if let Some(c) = DAY.captures(text) {
        return sane(day(number(&c, 1), number(&c, 2), long_year(&c[3])));
    }
    let folded = flat(text);
    if let Some(c) = WORDS.captures(&folded) {
        return Some(day(number(&c, 1), number(&c, 2), number(&c, 3) as i32));
    }
    if let Some(c) =
        MONTH.captures(&folded.replace(' ', "/").replace("/nam/", " nam ").replace("thang/", "thang "))
        && (1..=12).contains(&number(&c, 1))
    {
        return Some(When {
            month: Some(number(&c, 1)),
            year: Some(number(&c, 2) as i32),
            ..When::default()
        });
    }
    YEAR.captures(&folded).map(|c| When { year: Some(number(&c, 1) as i32), ..When::default() })
}

/// All days that a text of some length names, with where each stands: for titles and file names.
pub fn mentioned(text: &str) -> Vec<(usize, When)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(c) = DAY.captures_at(text, from) {
        let Some(whole) = c.get(3) else { break };
        out.push((c.get(1).map_or(0, |m| m.start()), day(number(&c, 1), number(&c, 2), long_year(&c[3]))));
        from = whole.end();
    }
    for c in ISO.captures_iter(text) {
        let at = c.get(0).map_or(0, |m| m.start());
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
    let year = |w: &[&str]| {
        (w[0] == "nam").then(|| w[1].parse().ok()).flatten().filter(|y| (1990..2200).contains(y))
    };
    words.windows(2).filter_map(year).collect()
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
        let when = When { month: Some(number(&c, 1)), year: Some(number(&c, 2) as i32), ..When::default() };
        out.push((c.get(1).map_or(0, |m| m.start()), when));
    }
    out
}

fn day(day: u32, month: u32, year: i32) -> When {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => When::of(day),
        None => When { year: (year > 0).then_some(year), impossible: true, ..When::default() },
    }
}

/// "00/00/0000" says nothing of a year.
fn sane(when: When) -> Option<When> {
    when.year.is_some_and(|y| y >= 1900).then_some(when)
}

fn long_year(text: &str) -> i32 {
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
mod tests {
    use super::*;

    fn show(cell: Cell) -> String {
        match when(&cell, false) {
            Ok(Some(When { day: Some(day), .. })) => day.to_string(),
            Ok(Some(When { impossible: true, year, .. })) => format!("no day, {}", year.unwrap_or(0)),
            Ok(Some(When { month: Some(month), year, .. })) => format!("{month}/{}", year.unwrap_or(0)),
            Ok(Some(When { year, .. })) => format!("{}", year.unwrap_or(0)),
            Ok(None) => "blank".into(),
            Err(_) => "bad".into(),
        }
    }

    #[test]
    fn reads_days_as_offices_write_them() {
        for (text, expected) in [
            ("15/3/2023", "2023-03-15"),
            ("ngày 15 tháng 3 năm 2023", "2023-03-15"),
            ("15-11-2025", "2025-11-15"),
            ("30.6.2025", "2025-06-30"),
            ("5/6/24", "2024-06-05"),
            ("2022-04-18", "2022-04-18"),
            ("2025-10-31T23:00:00Z", "2025-11-01"),
            ("44759", "2022-07-17"),
            ("Năm 2018", "2018"),
            ("2018", "2018"),
            ("T9/2023", "9/2023"),
            ("tháng 10/2024", "10/2024"),
            ("09/2023", "9/2023"),
            ("30/2/2018", "no day, 2018"),
            ("00/00/0000", "bad"),
            ("20??", "bad"),
            ("-", "blank"),
            ("hôm qua", "bad"),
        ] {
            assert_eq!(show(Cell::Text(text.into())), expected, "{text}");
        }
        assert_eq!(show(Cell::Number(44183.0)), "2020-12-18");
        assert_eq!(show(Cell::Number(2018.0)), "2018");
        assert_eq!(show(Cell::Number(1_688_965_200_000.0)), "2023-07-10");
    }

    #[test]
    fn finds_days_in_titles_and_file_names() {
        let found =
            |text: &str| mentioned(text).iter().filter_map(|(_, w)| w.latest()).max().map(|d| d.to_string());
        for (text, expected) in [
            ("(Tính đến ngày 31/12/2024)", Some("2024-12-31")),
            ("Thời điểm: ngày 15 tháng 6 năm 2025", Some("2025-06-15")),
            ("Số liệu tháng 6 năm 2025", Some("2025-06-30")),
            ("SP OCOP 2018-2025 (30.6.2025).xlsx", Some("2025-06-30")),
            ("cong nhan (T6-2025).xlsx", Some("2025-06-30")),
            ("(cập nhật 15-11-2025) - SỬA.xlsx", Some("2025-11-15")),
            ("qlbl_export_20251031.json", Some("2025-10-31")),
            ("OCOP QN 2014-2025 v1.xlsx", None),
            ("Báo cáo số 226/BC-VPĐP", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }
}
