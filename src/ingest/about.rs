//! What a file says of itself: the day it speaks of and the province whose office sends it.

use chrono::{NaiveDate, TimeDelta};

use super::cell::Cell;
use super::clean::dates;
use super::layout::Analysis;
use super::place::{Places, Votes, in_words};
use super::register::Register;
use crate::error::Fault;

/// A sheet with its analysis, as far as this module needs it.
pub struct Table<'a> {
    /// Analysis.
    pub analysis: &'a Analysis,
    /// Cells, filled.
    pub cells: &'a [Vec<Cell>],
    /// Whether numbers of days count from 1904.
    pub since_1904: bool,
}

impl Table<'_> {
    /// The cells of a column in data rows.
    fn column<'t>(&'t self, name: &'t str) -> impl Iterator<Item = Option<&'t Cell>> {
        self.analysis.rows.iter().zip(self.cells).filter_map(move |(kind, row)| {
            let super::layout::RowKind::Data(table) = kind else { return None };
            let at = self.analysis.mappings[*table].columns.get(name).map(|(at, _)| *at);
            Some(at.and_then(|at| row.get(at)))
        })
    }
}

/// The day a file speaks of. A title with a cue ("tính đến") first; else the latest day in titles and file
/// name; else the latest in the columns the register names; else `today`, which is worth a warning.
pub fn as_of(
    tables: &[Table<'_>],
    file_name: &str,
    sheet_names: &[&str],
    register: &Register,
    today: NaiveDate,
) -> (NaiveDate, Option<Fault>) {
    let titles: Vec<&str> = tables.iter().flat_map(|t| t.analysis.title.lines()).collect();
    let cued: Vec<&str> = titles.iter().filter(|l| register.words().has_cue(l)).copied().collect();
    let plausible = |d: &NaiveDate| *d >= floor() && *d <= today + TimeDelta::days(31);
    let latest = |lines: &[&str]| {
        lines.iter().flat_map(|l| dates::mentioned(l)).filter_map(|(_, w)| w.latest()).filter(plausible).max()
    };
    if let Some(day) = latest(&cued) {
        return (day, None);
    }
    let mut rest = titles;
    rest.extend(sheet_names);
    rest.extend(file_name.rsplit('/').next());
    let in_columns = || {
        let columns = register.model.as_of.latest_of.iter();
        let days = columns.flat_map(|c| {
            tables.iter().flat_map(move |t| {
                t.column(c).flatten().filter_map(|cell| dates::when(cell, t.since_1904).ok()??.day)
            })
        });
        let of_sheets = register.model.as_of.latest_of.iter().any(|c| c == "@sheet");
        let years = sheet_names.iter().filter(|_| of_sheets).flat_map(|name| dates::plain_years(name));
        let ends = years.filter_map(|y| NaiveDate::from_ymd_opt(y, 12, 31));
        days.chain(ends).filter(|d| *d >= floor() && *d <= today).max()
    };
    // "Năm 2024" alone means its end, once that has come.
    let of_year = || {
        let years = rest.iter().flat_map(|l| dates::years(l));
        years
            .filter_map(|y| NaiveDate::from_ymd_opt(y, 12, 31))
            .filter(|d| *d >= floor() && *d <= today)
            .max()
    };
    if let Some(day) = latest(&rest).or_else(in_columns).or_else(of_year) {
        return (day, None);
    }
    let warning = Fault::new(
        "AS_OF_UNKNOWN",
        format!("The file does not say which day it speaks of; {today} was taken. Say it with --as-of."),
        format!(
            "Tệp không ghi thời điểm số liệu; đã lấy {}. Hãy chỉ rõ bằng --as-of.",
            today.format("%d/%m/%Y")
        ),
    );
    (today, Some(warning))
}

/// A file without a day, though its office has delivered before: which of the two is newer cannot be guessed.
pub(super) fn must_say_day() -> Fault {
    Fault::new(
        "AS_OF_UNKNOWN",
        "The file does not say which day it speaks of, and its office has delivered this register before. \
         Say the day with --as-of (2025-12-31), so that the newer delivery counts.",
        "Tệp không ghi thời điểm số liệu, trong khi cơ quan này đã gửi sổ này trước đó. \
         Hãy chỉ rõ ngày bằng --as-of (ví dụ 2025-12-31) để hệ thống biết bản nào mới hơn.",
    )
}

fn floor() -> NaiveDate {
    NaiveDate::from_ymd_opt(2008, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// The old province of the office: named in titles, else in the file's own texts, else by the places its
/// rows name, else in the file's path.
pub fn province(
    tables: &[Table<'_>],
    around: &str,
    file_name: &str,
    register: &Register,
    places: &Places,
) -> Result<String, Fault> {
    let titles: String = tables.iter().map(|t| t.analysis.title.as_str()).collect::<Vec<_>>().join("\n");
    if let Some(province) = in_words(places, &titles).or_else(|| in_words(places, around)) {
        return Ok(province);
    }
    let mut votes = Votes::default();
    for table in tables {
        let sections = table.analysis.rows.iter().filter_map(|k| match k {
            super::layout::RowKind::Section(_, text) => Some(text.as_str()),
            _ => None,
        });
        sections.for_each(|text| votes.add(places, Some(text), None));
        for rule in register.model.target.values().filter_map(|t| t.place.as_ref()) {
            let texts =
                |name: &str| table.column(name).take(3000).map(|c| c.map(Cell::text)).collect::<Vec<_>>();
            let (communes, districts) = (texts(&rule.commune), texts(&rule.district));
            for (commune, district) in communes.iter().zip(&districts) {
                votes.add(places, some(district), some(commune));
            }
        }
    }
    votes.winner().or_else(|| in_words(places, file_name)).ok_or_else(unknown_office)
}

fn some(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|t| !t.is_empty())
}

fn unknown_office() -> Fault {
    Fault::new(
        "OFFICE_UNKNOWN",
        "Nothing in the file says which province's office sends it. Say it, by code or name: --province, or over HTTP \
         the parameter province.",
        "Không xác định được tệp của tỉnh nào. Hãy chỉ rõ mã hoặc tên tỉnh: --province, hoặc tham số province khi \
         gửi qua HTTP.",
    )
}
