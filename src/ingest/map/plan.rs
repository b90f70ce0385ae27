//! Cleaners of a row that need more than their own cell: plans and their quotients, units of a scope, days behind
//! words.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::context::RowContext;
use crate::ingest::cell::Cell;
use crate::ingest::clean::numbers::{Wanted, number};
use crate::ingest::clean::qualified::{self, Qualified};
use crate::ingest::clean::{Cleaned, Complaint, dates};
use crate::ingest::fold::flat;
use crate::ingest::place::{Level, Question};
use crate::ingest::register::{FieldRule, Kind};

/// What a plan's cell says of one field.
pub(super) fn plan(cell: &Cell, kind: Kind) -> Cleaned {
    let text = |d: Decimal| Cleaned::good(d.normalize().to_string());
    match qualified::qualified(cell) {
        Err(complaint) => Cleaned::bad(complaint),
        Ok(None) => Cleaned::blank(),
        Ok(Some(Qualified { operator, lower, upper })) => match kind {
            Kind::Operator => Cleaned::good(operator.word()),
            Kind::Lower => text(lower),
            _ => upper.map_or_else(Cleaned::blank, text),
        },
    }
}

/// A percentage, by the quotient that the rule names.
pub(super) fn percent(context: &RowContext<'_>, cell: &Cell, rule: &FieldRule) -> Cleaned {
    let value = |column: &String| {
        let cell = context.source(column);
        let plain = number(&cell, Wanted::Measure, None).ok().flatten();
        plain.or_else(|| qualified::qualified(&cell).ok().flatten().map(|q| q.lower))
    };
    let quotient = match rule.ratio.as_slice() {
        [above, below] => value(above).zip(value(below)).and_then(|(a, b)| a.checked_div(b)),
        _ => None,
    };
    qualified::percent(cell, quotient)
}

/// The unit that a scope names: the province of the office, one of its districts or communes, or another "tỉnh X", as it
/// was on the day that is meant, or when that year began. A district that had ended by then is meant as it last was.
pub(super) fn unit(context: &RowContext<'_>, text: &str, rule: &FieldRule, day: NaiveDate) -> Cleaned {
    let (places, province) = (context.shared.places, context.shared.province);
    let day = day_meant(context, rule, day).unwrap_or(day);
    let found = if let Some(whole) = whole_province(context, text, rule) {
        let today = places.province_today(&whole);
        let of = |code| places.unit_on(Level::Province, code, day);
        of(&whole).or_else(|| of(today?))
    } else {
        let district =
            || places.district_code(province, text).and_then(|code| places.district_on(&code, day));
        let commune = || commune(context, text, day);
        // "Xã Núi Thành" is no slip for the district of that name.
        let (first, second) = match places.names_some(Level::Commune, text) {
            true => (commune(), None),
            false => (district(), commune()),
        };
        first.or(second)
    };
    found.map_or_else(|| Cleaned::bad(no_unit()), |id| Cleaned::good(id.to_string()))
}

/// Code of the province that a scope means as a whole.
fn whole_province(context: &RowContext<'_>, text: &str, rule: &FieldRule) -> Option<String> {
    let (places, own) = (context.shared.places, context.shared.province);
    let named = flat(text);
    if rule.after.iter().any(|words| flat(words) == named) {
        return Some(own.to_owned());
    }
    let code = places.province_of(text)?;
    let said = named.starts_with("tinh ") || (code == own && !places.is_district(own, text));
    said.then_some(code)
}

fn commune(context: &RowContext<'_>, text: &str, day: NaiveDate) -> Option<Uuid> {
    let province = context.shared.province;
    let question = Question { province, commune: Some(text), district: None, section: None, day };
    let place = context.shared.places.resolve(&question);
    let before = NaiveDate::from_ymd_opt(2025, 7, 1).is_some_and(|reform| day < reform);
    if before { place.commune_then } else { place.commune_now }
}

/// The day that the rule's other field gives; of a year its first.
fn day_meant(context: &RowContext<'_>, rule: &FieldRule, day: NaiveDate) -> Option<NaiveDate> {
    let field = rule.on.as_ref()?;
    let model = &context.shared.register.model;
    let mut targets = context.layout().targets.iter().filter_map(|name| model.target.get(name));
    let rules = targets.find_map(|target| target.fields.get(field))?.all();
    let value = rules.iter().find_map(|rule| super::field::clean(context, rule, day).value)?;
    match value.as_i64() {
        Some(year) => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 1, 1),
        None => value.as_str()?.parse().ok(),
    }
}

fn no_unit() -> Complaint {
    Complaint::new(
        "UNIT_UNKNOWN",
        "the province, a district or a commune of it",
        "tỉnh, huyện hoặc xã của tỉnh",
    )
}

/// The day that stands behind one of the rule's words.
pub(super) fn day_after(text: &str, rule: &FieldRule) -> Cleaned {
    let folded = flat(text);
    let named = rule.after.is_empty() || rule.after.iter().any(|words| folded.contains(&flat(words)));
    let day = || dates::mentioned(text).into_iter().find_map(|(_, when)| when.day);
    match named.then(day).flatten() {
        Some(day) => Cleaned::good(day.format("%Y-%m-%d").to_string()),
        None => Cleaned::blank(),
    }
}
