//! Cleaners that look around their cell: quantities with the unit of another column, times with the year of the
//! sheet, provinces, offices; and the conditions of rules.

use chrono::{Datelike, NaiveDate};
use serde_json::json;

use super::context::RowContext;
use super::prepare::SheetRead;
use crate::ingest::agencies;
use crate::ingest::cell::Cell;
use crate::ingest::clean::quantities::{self, Quantity};
use crate::ingest::clean::{Cleaned, Complaint, dates, months, spans};
use crate::ingest::fold::{flat, tidy};
use crate::ingest::place::{Level, in_words};
use crate::ingest::register::{Condition, FieldRule, Further, Match};

/// Applies one of the further cleaners.
pub(super) fn further(
    context: &RowContext<'_>,
    rule: &FieldRule,
    kind: Further,
    cell: &Cell,
    day: NaiveDate,
) -> Cleaned {
    match kind {
        Further::Quantity => quantity(context, rule, cell).map(|q| q.map(|q| q.amount.to_string())).into(),
        // What is wrong with the cell is said of the quantity.
        Further::QuantityUnit => {
            let unit = quantity(context, rule, cell).ok().flatten().and_then(|q| q.unit);
            unit.map_or_else(Cleaned::blank, Cleaned::good)
        }
        Further::PriceUnit => {
            let column = beside(context, rule.unit.as_deref());
            quantities::price_unit(cell, column.as_deref()).map_or_else(Cleaned::blank, Cleaned::good)
        }
        Further::Days => quantities::days(cell, context.unit(&rule.from).as_deref()).into(),
        Further::Months | Further::AllYear if !context.has(&rule.from) => Cleaned::blank(),
        Further::Months => months::months(cell).map(|m| Some(json!(m))).into(),
        Further::AllYear => {
            let all = months::months(cell).ok().map(|m| m.len() == 12);
            all.map_or_else(Cleaned::blank, Cleaned::good)
        }
        Further::YearOf => year_of(context, rule).map_or_else(Cleaned::blank, Cleaned::good),
        Further::From | Further::To | Further::Precision => time(context, rule, kind, cell),
        Further::Province => province(context, rule, &tidy(&cell.text())),
        Further::Agency => agency(context, rule, &tidy(&cell.text()), day),
    }
}

fn quantity(context: &RowContext<'_>, rule: &FieldRule, cell: &Cell) -> Result<Option<Quantity>, Complaint> {
    let column = beside(context, rule.unit.as_deref()).or_else(|| context.unit(&rule.from));
    let most = rule.most.as_deref().and_then(|most| {
        quantities::quantity(&context.source(most), column.as_deref(), None).ok().flatten().map(|q| q.amount)
    });
    quantities::quantity(cell, column.as_deref(), most)
}

fn beside(context: &RowContext<'_>, column: Option<&str>) -> Option<String> {
    column.and_then(|column| context.text(column))
}

fn time(context: &RowContext<'_>, rule: &FieldRule, kind: Further, cell: &Cell) -> Cleaned {
    let year = year_of(context, rule);
    match (spans::span(cell, year, context.sheet.sheet.since_1904), kind) {
        (Ok(None), _) => Cleaned::blank(),
        (Ok(Some(span)), Further::From) => Cleaned::good(span.from.to_string()),
        (Ok(Some(span)), Further::To) => Cleaned::good(span.to.to_string()),
        (Ok(Some(span)), _) => Cleaned::good(span.precision.word()),
        // What is wrong with a cell is told once, whoever complains of it.
        (Err(complaint), Further::From | Further::To) => Cleaned::bad(complaint),
        (Err(_), _) => Cleaned::blank(),
    }
}

/// The last day of the time a source names, for the day a row speaks of.
pub(super) fn last_day(context: &RowContext<'_>, source: &str) -> Option<NaiveDate> {
    let cell = context.source(source);
    spans::span(&cell, None, context.sheet.sheet.since_1904).ok().flatten().map(|s| s.to)
}

/// "Đơn vị tính: triệu đồng" above the table.
fn of_title(sheet: &SheetRead) -> Option<String> {
    let title = &sheet.analysis.as_ref()?.title;
    let line = title.lines().find(|l| {
        let l = flat(l);
        l.contains("dvt") || l.contains("don vi tinh")
    })?;
    line.split(':').nth(1).map(|u| u.trim_matches([' ', ')', '.']).to_owned())
}

/// The unit of an amount: the heading's, unless that is plain đồng and the title names another for the whole sheet.
pub(super) fn money_unit(sheet: &SheetRead, heading: Option<String>) -> Option<String> {
    let plain = heading.as_ref().is_none_or(|h| matches!(flat(h).as_str(), "dong" | "d" | "vnd" | "vn dong"));
    if plain { of_title(sheet).or(heading) } else { heading }
}

/// The year that stands around a text: the only one of the sheet's name or title, the last one of a cell.
pub(super) fn year_of(context: &RowContext<'_>, rule: &FieldRule) -> Option<i32> {
    rule.year_of.iter().find_map(|source| {
        let mut years = dates::plain_years(&context.source(source).text());
        years.sort_unstable();
        years.dedup();
        match years.as_slice() {
            [one] => Some(*one),
            [.., last] if !matches!(source.as_str(), "@sheet" | "@title") => Some(*last),
            _ => None,
        }
    })
}

/// A text with the year it leaves out.
pub(super) fn with_year(context: &RowContext<'_>, rule: &FieldRule, cell: Cell) -> Cell {
    let Cell::Text(text) = &cell else { return cell };
    if rule.year_of.is_empty() || !dates::plain_years(text).is_empty() || cell.is_blank() {
        return cell;
    }
    year_of(context, rule).map_or_else(|| cell.clone(), |year| Cell::Text(format!("{text} {year}")))
}

/// A province as it was until July 2025, so that it is the same in files of all years.
fn province(context: &RowContext<'_>, rule: &FieldRule, text: &str) -> Cleaned {
    let places = context.shared.places;
    let spelt =
        context.shared.register.words().vocabulary(&rule.kind).and_then(|v| v.find(text, Match::Exact));
    let code = places.province_of(spelt.unwrap_or(text));
    let last = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap_or(context.shared.as_of);
    let unit = code.and_then(|code| places.unit_on(Level::Province, &code, last));
    unit.map_or_else(Cleaned::blank, |id| Cleaned::good(id.to_string()))
}

/// The office that a text names by the words for its kind (vocabulary `agency`), of the province it names or of the
/// sender's.
fn agency(context: &RowContext<'_>, rule: &FieldRule, text: &str, day: NaiveDate) -> Cleaned {
    let words = context.shared.register.words().vocabulary(&rule.kind);
    let Some(kind) = words.and_then(|v| v.find(text, rule.by)) else { return Cleaned::blank() };
    let province = in_words(context.shared.places, text);
    let province = province.as_deref().unwrap_or(context.shared.province);
    // A plan and its result speak on different days of one year, and mean one office.
    let day = NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day);
    agencies::find(kind, province, day).map_or_else(Cleaned::blank, |id| Cleaned::good(id.to_string()))
}

/// Whether a rule applies to a row.
pub(super) fn applies(context: &RowContext<'_>, rule: &FieldRule) -> bool {
    rule.only.as_ref().is_none_or(|c| holds(context, c))
        && !rule.unless.as_ref().is_some_and(|c| holds(context, c))
}

fn holds(context: &RowContext<'_>, condition: &Condition) -> bool {
    let text = context.source(&condition.from).text();
    let words = context.shared.register.words().vocabulary(&condition.vocabulary);
    let found = words.and_then(|v| v.find(&text, condition.by));
    found.is_some_and(|found| condition.is.iter().any(|is| is == found))
}
