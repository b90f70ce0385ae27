//! Who signed a decision. Most registers give its number only: a decision that recognises products of several
//! districts is the province's; else the rules of the day say who grants which stars.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use regex::Regex;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::context::{RowContext, each_row};
use super::{Prepared, Shared};
use crate::ingest::clean::{Cleaned, Complaint, identifiers, stars};
use crate::ingest::place::{Level, Places};
use crate::ingest::register::{Kind, Register};

/// Decisions of a file → districts whose products they recognise.
pub(super) type Decisions = BTreeMap<String, BTreeSet<String>>;

/// The column of the first rule of a kind.
fn column(register: &Register, kind: Kind) -> Option<&str> {
    let rules = register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    rules.into_iter().find(|r| Kind::of(&r.kind) == kind).map(|r| r.from.as_str())
}

/// Looks through a file for its decisions.
pub(super) fn decisions(shared: &Shared<'_>, file: &Prepared<'_>) -> Decisions {
    let mut out = Decisions::new();
    let Some(column) = column(shared.register, Kind::Issuer) else { return out };
    each_row(shared, file, |context| {
        if let (Some(number), Some(district)) = (key(context, column), context.district()) {
            out.entry(number).or_default().insert(district);
        }
    });
    out
}

/// Number and year: numbers begin anew each year.
fn key(context: &RowContext<'_>, column: &str) -> Option<String> {
    let number = identifiers::decision(&context.source(column)).ok()??;
    let day = super::row::observed_on(context, context.layout());
    Some(format!("{number} {}", day.year()))
}

/// The unit whose committee signed the row's decision: the one it names, else the one that the rules of the day say.
pub(super) fn issuer(context: &RowContext<'_>, column: &str, day: NaiveDate) -> Cleaned {
    let (places, province) = (context.shared.places, context.shared.province);
    let value = by_rules(context, column, day);
    let Some(stated) = stated(context, column) else {
        return value.map_or_else(Cleaned::blank, |id| Cleaned::good(id.to_string()));
    };
    let named = places.district_code(province, &stated).and_then(|code| places.district_on(&code, day));
    let complaint = match named {
        Some(_) if named == value => None,
        Some(_) => Some(other(&stated)),
        None => Some(unknown(&stated)),
    };
    Cleaned { value: named.or(value).map(|id| Value::from(id.to_string())), complaint }
}

static COMMITTEE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:UBND|ủy ban nhân dân|uỷ ban nhân dân)\s+((?:huyện|thị xã|quận|h\.|tx\.)\s*[^,;()]+)",
    )
    .ok()
});

/// The district whose committee a decision's text names: "12/QĐ-UBND ngày 5/6/2024 của UBND huyện Hưng Nguyên".
fn stated(context: &RowContext<'_>, column: &str) -> Option<String> {
    let text = context.text(&format!("{column} (as it came)")).or_else(|| context.text(column))?;
    let text: String = text.nfc().collect();
    Some(COMMITTEE.as_ref()?.captures(&text)?.get(1)?.as_str().trim().to_owned())
}

fn other(stated: &str) -> Complaint {
    Complaint::new(
        "ISSUER_UNEXPECTED",
        format!(
            "by the rules of that day another committee's decision; \"{stated}\", which it names, was kept"
        ),
        format!("theo quy định tại thời điểm đó là quyết định của cấp khác; vẫn giữ \"{stated}\" như đã ghi"),
    )
}

fn unknown(stated: &str) -> Complaint {
    Complaint::new(
        "ISSUER_UNKNOWN",
        format!("a district of the province as the one that issued the decision, not \"{stated}\""),
        format!("cơ quan ban hành là một huyện của tỉnh, không phải \"{stated}\""),
    )
}

/// The unit that the rules of the day let recognise products with so many stars.
fn by_rules(context: &RowContext<'_>, column: &str, day: NaiveDate) -> Option<Uuid> {
    let shared = context.shared;
    let districts = shared.decisions.get(&key(context, column)?);
    let count = self::column(shared.register, Kind::Stars)
        .and_then(|c| stars::stars(&context.source(c)).ok().flatten())
        .and_then(|s| s.count)?;
    if count >= 5 {
        // The centre's: no unit of ours.
        return None;
    }
    let several = districts.is_some_and(|d| d.len() > 1);
    if count == 3 && !several && districts_grant_three_stars(day) {
        let district = districts.and_then(|d| d.first())?;
        return shared.places.unit_on(Level::District, district, day);
    }
    province_on(shared.places, shared.province, day)
}

/// From QĐ 148/QĐ-TTg until QĐ 1489/QĐ-TTg.
fn districts_grant_three_stars(day: NaiveDate) -> bool {
    let from = NaiveDate::from_ymd_opt(2023, 2, 24);
    let until = NaiveDate::from_ymd_opt(2025, 7, 5);
    from.is_some_and(|f| day >= f) && until.is_some_and(|u| day <= u)
}

fn province_on(places: &Places, province: &str, day: NaiveDate) -> Option<Uuid> {
    let merged = NaiveDate::from_ymd_opt(2025, 7, 1).is_some_and(|d| day >= d);
    let code = if merged { places.province_today(province)? } else { province };
    places.unit_on(Level::Province, code, day)
}
