//! Whether a value that a person pins can be: by the bounds that the register files set for the same field. Pure.

use std::fmt::Display;

use chrono::{Datelike, NaiveDate, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

use crate::catalog::Scalar;
use crate::error::Fault;
use crate::ingest::cell::Cell;
use crate::ingest::clean::{Complaint, identifiers};
use crate::ingest::register::{FieldRule, Kind, Register, Registers};

/// Days that may lie ahead where nothing is expected to, as in files.
const AHEAD: i64 = 92;
/// Years ahead at most, of what may lie ahead.
const FAR: i32 = 100;
/// Nothing in the registers is older.
const FIRST_YEAR: i32 = 1900;

/// Refuses what no file could say either; `value` has the type of the field.
pub fn sense(
    registers: &Registers,
    (entity, field): (&str, &str),
    ty: &Scalar,
    value: &Value,
    today: NaiveDate,
) -> Result<(), Fault> {
    let rules: Vec<&FieldRule> = registers.all().iter().flat_map(|of| rules(of, entity, field)).collect();
    let kinds: Vec<Kind> = rules.iter().map(|rule| Kind::of(&rule.kind)).collect();
    let has = |kind: Kind| kinds.contains(&kind);
    match (ty, value) {
        (_, Value::Null) => Ok(()),
        (Scalar::Date, Value::String(text)) => match text.parse() {
            Ok(day) => day_can_be(field, day, &rules, today),
            Err(_) => Ok(()),
        },
        (Scalar::Int | Scalar::Float | Scalar::Decimal, value) => {
            let number = match value {
                Value::String(text) => text.parse::<rust_decimal::Decimal>().ok().and_then(|d| d.to_f64()),
                other => other.as_f64(),
            };
            let years = has(Kind::Year) || has(Kind::StoppedYear);
            let (least, most) = bounds(&rules, years, has(Kind::Stars), today);
            match number {
                Some(number) if number < least || number > most => Err(out_of(field, least, most)),
                _ => Ok(()),
            }
        }
        (Scalar::String, Value::String(text)) => {
            let cell = Cell::Text(text.clone());
            let clean = match () {
                () if has(Kind::TaxCode) => identifiers::tax_code(&cell),
                () if has(Kind::Phone) => identifiers::phone(&cell),
                () => return Ok(()),
            };
            clean.map(drop).map_err(|complaint| unfit(field, complaint))
        }
        _ => Ok(()),
    }
}

/// Rules of a register for a field.
fn rules<'r>(register: &'r Register, entity: &'r str, field: &'r str) -> impl Iterator<Item = &'r FieldRule> {
    let targets = register.model.target.values().filter(move |target| target.entity == entity);
    targets.filter_map(move |target| target.fields.get(field)).flat_map(|rules| rules.all())
}

/// The widest bounds that any rule sets; where one sets none, what its kind can be.
fn bounds(rules: &[&FieldRule], years: bool, stars: bool, today: NaiveDate) -> (f64, f64) {
    let (least, most) = match (years, stars) {
        (true, _) => (f64::from(FIRST_YEAR), f64::from((today + TimeDelta::days(AHEAD)).year())),
        (_, true) => (1.0, 5.0),
        _ => (0.0, f64::MAX),
    };
    if rules.is_empty() {
        return (least, most);
    }
    let lowest = rules.iter().map(|rule| rule.min.unwrap_or(least)).fold(f64::MAX, f64::min);
    let ahead = years && rules.iter().any(|rule| rule.future);
    let highest = rules.iter().map(|rule| rule.max.unwrap_or(most)).fold(f64::MIN, f64::max);
    (lowest, if ahead { f64::from(today.year() + FAR) } else { highest })
}

fn day_can_be(field: &str, day: NaiveDate, rules: &[&FieldRule], today: NaiveDate) -> Result<(), Fault> {
    let of_files = |rule: &&&FieldRule| matches!(Kind::of(&rule.kind), Kind::Date | Kind::RevokedOn);
    let read: Vec<&&FieldRule> = rules.iter().filter(of_files).collect();
    // What is reckoned from another day, or is a time planned, may lie ahead.
    let ahead = read.is_empty()
        || read.len() < rules.len()
        || read.iter().any(|rule| rule.future || rule.plus_months.is_some());
    let first = read.iter().map(|rule| rule.min.map_or(FIRST_YEAR, |year| year as i32)).min();
    let first = first.unwrap_or(FIRST_YEAR);
    let last = if ahead {
        NaiveDate::from_ymd_opt(today.year() + FAR, 12, 31).unwrap_or(NaiveDate::MAX)
    } else {
        today + TimeDelta::days(AHEAD)
    };
    if day > last {
        return Err(Fault::new(
            "DATE_IN_FUTURE",
            format!("{field}: {day} is not yet; expected a day not after {last}"),
            format!("{field}: ngày {day} chưa tới; cần một ngày không sau {last}"),
        ));
    }
    if day.year() < first {
        return Err(implausible(field, format!("{first}-01-01"), last));
    }
    Ok(())
}

fn out_of(field: &str, least: f64, most: f64) -> Fault {
    let bound = |value: f64| if value.abs() > 1e300 { "…".to_owned() } else { format!("{value}") };
    implausible(field, bound(least), bound(most))
}

fn implausible(field: &str, least: impl Display, most: impl Display) -> Fault {
    Fault::new(
        "VALUE_IMPLAUSIBLE",
        format!("{field} cannot have this value; expected {least} to {most}"),
        format!("{field} không thể có giá trị này; cần từ {least} đến {most}"),
    )
}

fn unfit(field: &str, complaint: Complaint) -> Fault {
    let Complaint { code, en, vi } = complaint;
    Fault::new(code, format!("{field}: expected {en}"), format!("{field}: cần {vi}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_file_could_say_cannot_be_pinned() {
        let catalog = crate::catalog::load_embedded().expect("a catalog");
        let registers = Registers::load(&catalog, None).expect("registers");
        let today = "2026-01-15".parse().expect("a day");
        let mut wrong = Vec::new();
        let mut cases = csv::Reader::from_reader(include_str!("../../tests/cases/doors/pins.csv").as_bytes());
        for case in cases.records() {
            let case = case.expect("a case");
            let entity = &catalog.entities[&case[0]];
            let value = match &entity.columns[&case[1]].ty {
                Scalar::Int => json!(case[2].parse::<i64>().expect("a number")),
                _ => json!(&case[2]),
            };
            let found = sense(&registers, (&case[0], &case[1]), &entity.columns[&case[1]].ty, &value, today);
            let code = found.map_or_else(|fault| fault.code, |()| "");
            if code != &case[3] {
                wrong.push(format!("{}.{} {}: {code:?}", &case[0], &case[1], &case[2]));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
