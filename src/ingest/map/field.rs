//! One rule of a register file on one row → a value or a complaint.

use std::collections::BTreeSet;

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use super::context::RowContext;
use super::{further, issuer, plan, units};
use crate::ingest::cell::Cell;
use crate::ingest::clean::numbers::Wanted;
use crate::ingest::clean::{
    Cleaned, Complaint, codes, dates, identifiers, names, notes, numbers, qualified, says_nothing, stars,
};
use crate::ingest::fold::{flat, tidy};
use crate::ingest::groups;
use crate::ingest::register::{FieldRule, Kind, Match, Other};

/// Applies a rule. `day` is the day the row speaks of.
pub(super) fn clean(context: &RowContext<'_>, rule: &FieldRule, day: NaiveDate) -> Cleaned {
    let kind = Kind::of(&rule.kind);
    if !further::applies(context, rule) {
        return Cleaned::blank();
    }
    let cell = picked(context, context.source(&rule.from), rule);
    if cell.is_uncomputed() {
        return Cleaned::bad(uncomputed());
    }
    if cell.is_error() && !matches!(kind, Kind::Name | Kind::Organisation | Kind::Year) {
        return Cleaned::bad(cell_error());
    }
    if matches!(&cell, Cell::Text(text) if identifiers::is_shortened(text)) && kind != Kind::Vocabulary {
        return Cleaned::bad(identifiers::shortened());
    }
    let cell = if kind == Kind::Name { further::with_year(context, rule, cell) } else { cell };
    let keeps = matches!(kind, Kind::Name | Kind::Organisation | Kind::Signs | Kind::UnitKind);
    let reads_blank = matches!(kind, Kind::Further(f) if f.reads_blank());
    if cell.is_blank() && !reads_blank || (is_blank_word(context, &cell) && !keeps) {
        let speaks = context.has(&rule.from) && !context.shared.unfilled.contains(&rule.from);
        let empty = if speaks { &rule.blank } else { &rule.absent };
        return empty.as_deref().map_or_else(Cleaned::blank, |value| word_value(context, rule, value));
    }
    let units::Measured { cell, unit, factor } = units::measured(context, &rule.from, cell);
    if units::is_refused(context, kind, &cell, unit.as_deref()) {
        // Told once, of the heading.
        return Cleaned::blank();
    }
    let text = tidy(&cell.text());
    let words = &context.shared.register.model.words;
    let cleaned = match kind {
        Kind::Text => text_value(&text),
        Kind::Name => names::name(&stripped(context, &cell, rule)).into(),
        Kind::Organisation => organisation(context, &cell),
        Kind::Integer => numbers::whole(&cell).into(),
        Kind::Decimal => decimal(&cell, Wanted::Measure, None),
        // Rounded once it is multiplied.
        Kind::Money if factor.is_some() => decimal(&cell, Wanted::Measure, None),
        Kind::Money => decimal(&cell, Wanted::Money, further::money_unit(context.sheet, unit).as_deref()),
        Kind::Area => decimal(&cell, Wanted::Hectares, unit.as_deref()),
        Kind::Year if rule.from.starts_with('@') => {
            year_around(context, &cell.text(), rule).map_or_else(Cleaned::blank, Cleaned::good)
        }
        Kind::Year => year(context, &cell, rule),
        Kind::Date => date(context, &cell, rule),
        Kind::Stars => stars::stars(&cell).map(|s| s.and_then(|s| s.count)).into(),
        Kind::PotentialFiveStar => potential(&text, rule),
        Kind::TaxCode => with_zero(identifiers::tax_code(&cell).into(), &cell),
        Kind::Phone => with_zero(identifiers::phone(&cell).into(), &cell),
        Kind::Decision => identifiers::decision(&cell).into(),
        Kind::RevokedOn => notes::revoked(&text, words).flatten().map_or_else(Cleaned::blank, iso),
        Kind::RevokedNote => {
            notes::revoked(&text, words).map_or_else(Cleaned::blank, |_| Cleaned::good(text))
        }
        Kind::StoppedYear => notes::stopped_year(&text, words).map_or_else(Cleaned::blank, Cleaned::good),
        Kind::ProductGroup => group(context, &text, &rule.kind, day),
        Kind::Issuer => issuer::issuer(context, &rule.from, day),
        Kind::Code => codes::code(&cell).into(),
        Kind::Tonnes => qualified::tonnes(&cell, unit.as_deref()),
        Kind::Signs if cell.is_error() => Cleaned::bad(cell_error()),
        Kind::Signs if matches!(text.as_str(), "-" | "–" | "…" | "...") => Cleaned::blank(),
        Kind::Signs => Cleaned::good(text),
        Kind::UnitKind => qualified::unit_kind(&text).map_or_else(Cleaned::blank, Cleaned::good),
        Kind::Operator | Kind::Lower | Kind::Upper => plan::plan(&cell, kind),
        Kind::Percent => plan::percent(context, &cell, rule),
        Kind::Unit => plan::unit(context, &text, rule, day),
        Kind::DayAfter => plan::day_after(&text, rule),
        Kind::Further(kind) => further::further(context, rule, kind, &cell, day),
        Kind::Vocabulary => word(context, &stripped(context, &cell, rule).text(), rule),
    };
    short(kind, bounded(units::multiplied(cleaned, factor, kind == Kind::Money), rule))
}

/// Names, numbers and words are looked for in indexes, which take no text of any length; nothing real is longer.
fn short(kind: Kind, cleaned: Cleaned) -> Cleaned {
    const LONGEST: usize = 1000;
    let long = cleaned.value.as_ref().and_then(Value::as_str).is_some_and(|text| text.len() > LONGEST);
    if !long || matches!(kind, Kind::Text | Kind::RevokedNote | Kind::Signs) {
        return cleaned;
    }
    Cleaned::bad(Complaint::new(
        "TEXT_TOO_LONG",
        format!("at most {LONGEST} bytes; a name or number is shorter"),
        format!("không quá {LONGEST} byte; tên hoặc số hiệu ngắn hơn thế"),
    ))
}

/// A value whose leading zero had to be put back, with a word on that.
fn with_zero(cleaned: Cleaned, cell: &Cell) -> Cleaned {
    let read = cleaned.value.as_ref().and_then(Value::as_str);
    let restored = read.is_some_and(|read| identifiers::lost_its_zero(cell, read));
    Cleaned { complaint: cleaned.complaint.or_else(|| restored.then(identifiers::zero_restored)), ..cleaned }
}

fn uncomputed() -> Complaint {
    Complaint::new(
        "FORMULA_NOT_COMPUTED",
        "a value; the file holds a formula without its result. Open it in Excel, save it and send it again",
        "một giá trị; tệp chỉ có công thức, chưa có kết quả. Hãy mở bằng Excel, lưu rồi gửi lại",
    )
}

/// The text after the rule's replacements, and what its pattern keeps of it.
fn picked(context: &RowContext<'_>, cell: Cell, rule: &FieldRule) -> Cell {
    if rule.pick.is_none() && rule.replace.is_empty() {
        return cell;
    }
    let Cell::Text(text) = &cell else { return cell };
    let mut text = tidy(text);
    let regex = |pattern: &String| context.shared.register.strip(pattern);
    for (pattern, with) in &rule.replace {
        text = regex(pattern).map_or(text.clone(), |r| r.replace_all(&text, with.as_str()).into_owned());
    }
    let Some(pick) = rule.pick.as_ref().and_then(regex) else { return Cell::Text(text) };
    let found = pick.captures(&text).and_then(|c| c.get(1)).map(|m| m.as_str().trim().to_owned());
    found.map_or(Cell::Empty, Cell::Text)
}

/// A value of a vocabulary; one of true and false gives Booleans.
fn word_value(context: &RowContext<'_>, rule: &FieldRule, value: &str) -> Cleaned {
    let words = context.shared.register.model.vocabulary.get(&rule.kind);
    match words.is_some_and(|w| w.keys().all(|k| matches!(k.as_str(), "true" | "false"))) {
        true => Cleaned::good(value == "true"),
        false => Cleaned::good(value),
    }
}

fn is_blank_word(context: &RowContext<'_>, cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    context.shared.register.words().is_blank(text) && !text.contains(['*', '★', '⭐', '☆'])
}

fn cell_error() -> Complaint {
    Complaint::new("CELL_ERROR", "a value, not a formula's error", "một giá trị, không phải lỗi công thức")
}

fn text_value(text: &str) -> Cleaned {
    if says_nothing(text) { Cleaned::blank() } else { Cleaned::good(text) }
}

fn stripped(context: &RowContext<'_>, cell: &Cell, rule: &FieldRule) -> Cell {
    let Cell::Text(text) = cell else { return cell.clone() };
    let mut text = tidy(text);
    for pattern in &rule.strip {
        if let Some(regex) = context.shared.register.strip(pattern) {
            let short = regex.replace_all(&text, "").trim().to_owned();
            text = if short.is_empty() { text } else { short };
        }
    }
    Cell::Text(text)
}

fn organisation(context: &RowContext<'_>, cell: &Cell) -> Cleaned {
    let cleaned = names::name(cell).map(|n| {
        n.map(|name| context.shared.places.split_suffix(context.shared.province, &name).0.to_owned())
    });
    cleaned.into()
}

fn decimal(cell: &Cell, wanted: Wanted, unit: Option<&str>) -> Cleaned {
    numbers::number(cell, wanted, unit).map(|n| n.map(|n| n.to_string())).into()
}

fn iso(day: NaiveDate) -> Cleaned {
    Cleaned::good(day.format("%Y-%m-%d").to_string())
}

fn year(context: &RowContext<'_>, cell: &Cell, rule: &FieldRule) -> Cleaned {
    let found = match dates::when(cell, context.sheet.sheet.since_1904) {
        Ok(found) => found.and_then(|w| w.year),
        Err(_) => None,
    };
    match found {
        Some(year) if !rule.future && year > latest(context).year() => {
            Cleaned::bad(in_future(latest(context)))
        }
        Some(year) => Cleaned::good(year),
        None => Cleaned::blank(),
    }
}

/// The one year that the sheet's name or title gives; a day there, or words of one, is the file's.
fn year_around(context: &RowContext<'_>, text: &str, rule: &FieldRule) -> Option<i32> {
    let words = context.shared.register.words();
    let lines = text.lines().filter(|l| !words.has_cue(l) && dates::mentioned(l).is_empty());
    let years: BTreeSet<i32> = match rule.after.is_empty() {
        true => lines.flat_map(dates::plain_years).collect(),
        false => lines.flat_map(|l| dates::years_after(l, &rule.after)).collect(),
    };
    let mut years = years.into_iter();
    let year = years.next().filter(|y| rule.future || *y <= latest(context).year())?;
    years.next().is_none().then_some(year)
}

fn date(context: &RowContext<'_>, cell: &Cell, rule: &FieldRule) -> Cleaned {
    let when = match dates::when(cell, context.sheet.sheet.since_1904) {
        Ok(Some(when)) => when,
        Ok(None) => return Cleaned::blank(),
        Err(complaint) => return Cleaned::bad(complaint),
    };
    match when.day {
        Some(day) if !rule.future && day > latest(context) => Cleaned::bad(in_future(latest(context))),
        Some(day) => {
            let moved = day.checked_add_months(Months::new(rule.plus_months.unwrap_or(0)));
            moved.map_or_else(Cleaned::blank, iso)
        }
        None if when.impossible => Cleaned::bad(dates::not_in_calendar()),
        None if !rule.future && when.year.is_some_and(|y| y > latest(context).year()) => {
            Cleaned::bad(in_future(latest(context)))
        }
        None => Cleaned::blank(),
    }
}

/// A file may run ahead of the day it names by a quarter, not more.
fn latest(context: &RowContext<'_>) -> NaiveDate {
    context.shared.as_of + TimeDelta::days(92)
}

fn in_future(latest: NaiveDate) -> Complaint {
    Complaint::new(
        "DATE_IN_FUTURE",
        format!("a day not after {latest}"),
        format!("một ngày không sau {}", latest.format("%d/%m/%Y")),
    )
}

fn potential(text: &str, rule: &FieldRule) -> Cleaned {
    let found = flat(text).contains("tiem nang 5") || flat(text).contains("tiem nang nam sao");
    if found || rule.other == Other::Keep { Cleaned::good(found) } else { Cleaned::blank() }
}

fn group(context: &RowContext<'_>, text: &str, vocabulary: &str, day: NaiveDate) -> Cleaned {
    if says_nothing(text) {
        return Cleaned::blank();
    }
    let spellings = context.shared.register.words().vocabulary(vocabulary);
    match groups::find(text, day, spellings) {
        Some(id) => Cleaned::good(id.to_string()),
        None => Cleaned::bad(Complaint::new(
            "PRODUCT_GROUP_UNKNOWN",
            "a product group of QĐ 148/QĐ-TTg or QĐ 1048/QĐ-TTg",
            "một nhóm sản phẩm theo QĐ 148/QĐ-TTg hoặc QĐ 1048/QĐ-TTg",
        )),
    }
}

fn word(context: &RowContext<'_>, text: &str, rule: &FieldRule) -> Cleaned {
    let Some(words) = context.shared.register.model.vocabulary.get(&rule.kind) else {
        return Cleaned::blank();
    };
    let folded = context.shared.register.words().vocabulary(&rule.kind);
    let found = folded.and_then(|v| v.find(text, rule.by));
    match (found, rule.other) {
        (Some(value), _) => word_value(context, rule, value),
        (None, _) if rule.unknown.is_some() && !says_nothing(text) => {
            rule.unknown.as_deref().map_or_else(Cleaned::blank, |value| word_value(context, rule, value))
        }
        (None, Other::Keep) => text_value(text),
        (None, Other::Warn) if !says_nothing(text) && rule.by == Match::Exact => {
            let known: Vec<&str> = words.values().filter_map(|s| s.first()).map(String::as_str).collect();
            let known = known.join(", ");
            Cleaned::bad(Complaint::new(
                "WORD_UNKNOWN",
                format!("one of: {known}"),
                format!("một trong: {known}"),
            ))
        }
        _ => Cleaned::blank(),
    }
}

/// Least and greatest value: of dates their year.
fn bounded(cleaned: Cleaned, rule: &FieldRule) -> Cleaned {
    let Some(value) = &cleaned.value else { return cleaned };
    let number = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) if Kind::of(&rule.kind) == Kind::Date => {
            text.get(..4).and_then(|y| y.parse().ok())
        }
        Value::String(text) => text.parse::<rust_decimal::Decimal>().ok().and_then(|d| d.to_f64()),
        _ => None,
    };
    let Some(number) = number else { return cleaned };
    if let Some(least) = rule.least.filter(|least| number != 0.0 && number.abs() < *least) {
        let least = bound(Some(least));
        return Cleaned::bad(Complaint::new(
            "VALUE_IMPLAUSIBLE",
            format!("0, or at least {least} đồng; is a unit missing?"),
            format!("0, hoặc ít nhất {least} đồng; có thiếu đơn vị tính không?"),
        ));
    }
    if rule.min.is_none_or(|min| number >= min) && rule.max.is_none_or(|max| number <= max) {
        return cleaned;
    }
    let (min, max) = (bound(rule.min), bound(rule.max));
    let code = if Kind::of(&rule.kind) == Kind::Stars { "STARS_OUT_OF_RANGE" } else { "VALUE_IMPLAUSIBLE" };
    Cleaned::bad(Complaint::new(
        code,
        format!("a value from {min} to {max}"),
        format!("giá trị từ {min} đến {max}"),
    ))
}

fn bound(value: Option<f64>) -> String {
    value.map_or_else(|| "…".to_owned(), crate::ingest::cell::number_text)
}
