//! Cleaners of a row that need more than their own cell: plans and their quotients, units of a scope, days behind
//! words.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::context::RowContext;
use crate::ingest::cell::Cell;
use crate::ingest::clean::numbers::{Wanted, number};
use crate::ingest::clean::qualified::{self, Qualified};
use crate::ingest::clean::{Cleaned, Complaint, dates};
use crate::ingest::fold::flat;
use crate::ingest::place::Level;
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

/// The unit that a scope names: the province of the office, or one of its districts, as of a day. A district that
/// had ended by then is meant as it last was.
pub(super) fn unit(context: &RowContext<'_>, text: &str, rule: &FieldRule, day: NaiveDate) -> Cleaned {
    let (places, province) = (context.shared.places, context.shared.province);
    let last = NaiveDate::from_ymd_opt(2025, 6, 30).unwrap_or(day);
    let named = flat(text);
    let whole = rule.after.iter().any(|words| flat(words) == named)
        || places.province_of(text).is_some_and(|of| of == province && !places.is_district(province, text));
    let found = if whole {
        let today = places.province_today(province).filter(|_| day > last);
        places.unit_on(Level::Province, today.unwrap_or(province), day)
    } else {
        let code = places.district_code(province, text);
        code.and_then(|code| places.unit_on(Level::District, &code, day.min(last)))
    };
    found.map_or_else(
        || {
            Cleaned::bad(Complaint::new(
                "UNIT_UNKNOWN",
                "the province or one of its districts",
                "tỉnh hoặc một huyện của tỉnh",
            ))
        },
        |id| Cleaned::good(id.to_string()),
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
