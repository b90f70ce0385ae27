//! Where something is: the columns, sections and name of a row → a place, its fields, its doubts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;

use super::context::RowContext;
use super::outcome::Severity;
use super::row::{Mapped, put};
use crate::ingest::clean::Complaint;
use crate::ingest::place::{Doubt, Place, Question};
use crate::ingest::register::PlaceRule;

/// A question, to be remembered by.
pub(super) type Asked = (String, String, String, String, bool);

/// Places remembered of a file.
const REMEMBERED: usize = 50_000;

pub(super) fn place(context: &RowContext<'_>, rule: &PlaceRule, day: NaiveDate, out: &mut Mapped) -> Place {
    let places = context.shared.places;
    let name = context.text(&rule.name);
    let mut province = context.text(&rule.province).and_then(|p| places.province_of(&p));
    let (mut commune, mut district) = (context.text(&rule.commune), context.text(&rule.district));
    let said = province.clone();
    let office = said.as_deref().unwrap_or(context.shared.province);
    if commune.is_none()
        && let Some(address) = context.text(&rule.address)
    {
        let found = places.address(office, &address, day);
        commune = found.commune;
        district = district.or(found.district);
        province = province.or(found.province);
    } else if let Some(whole) = commune.as_ref().filter(|c| c.contains([',', ';'])) {
        // A whole address in the commune's column.
        let found = places.address(office, whole, day);
        if found.commune.is_some() {
            district = district.or(found.district);
            commune = found.commune;
            province = province.or(found.province);
        }
    }
    let province = province.as_deref().unwrap_or(context.shared.province);
    let behind = name.as_deref().and_then(|n| places.split_suffix(province, n).1);
    let section = context.sections.district.as_ref().map(|(_, t)| t.as_str()).or(behind);
    let above = context.sections.commune.as_ref().map(|(_, t)| t.clone());
    let commune = commune.or(above);
    let question =
        Question { province, commune: commune.as_deref(), district: district.as_deref(), section, day };
    let mut found = resolved(context, &question);
    // A list of after the reform has today's names also in rows dated before.
    if let Some(today) = of_today(context, &question, &found) {
        found = today;
    } else if question.is_of_before()
        && let Some(doubt @ (Doubt::CommuneAmbiguous | Doubt::CommuneUnknown)) = found.doubt
    {
        let later = resolved(context, &Question { day: context.shared.as_of, ..question });
        if later.doubt.is_none() && later.commune_now.is_some() {
            // Of several, an old one may be meant all the same: it stays told.
            let told = (doubt == Doubt::CommuneAmbiguous).then_some(doubt);
            found = Place { doubt: told, ..later };
        }
    }
    if let Some(doubt) = found.doubt {
        let (column, complaint) = doubted(rule, doubt);
        put(context, column, &complaint, Severity::Warning, out);
    }
    found
}

/// The commune of today that a row of before means by its full name, in a list of after the reform and without a
/// district beside it. One of before that bore the name too may be meant all the same: that is told.
fn of_today(context: &RowContext<'_>, question: &Question<'_>, found: &Place) -> Option<Place> {
    let later = Question { day: context.shared.as_of, ..*question };
    if !question.is_of_before() || later.is_of_before() || question.district.or(question.section).is_some() {
        return None;
    }
    let another_too = context.shared.places.today_in_full(question.province, question.commune?)?;
    let today = resolved(context, &later);
    if today.doubt.is_some() || today.commune_now.is_none() {
        return None;
    }
    match found.commune_now == today.commune_now && found.doubt.is_none() {
        true => Some(found.clone()),
        false => Some(Place { doubt: another_too.then_some(Doubt::CommuneAmbiguous), ..today }),
    }
}

/// What a question means, asked once for a file: its rows name the same few places over and over.
fn resolved(context: &RowContext<'_>, question: &Question<'_>) -> Place {
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let asked: Asked = (
        question.province.to_owned(),
        owned(question.commune),
        owned(question.district),
        owned(question.section),
        question.is_of_before(),
    );
    if let Some(known) = context.shared.asked.borrow().get(&asked) {
        return known.clone();
    }
    let found = context.shared.places.resolve(question);
    let mut known = context.shared.asked.borrow_mut();
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(asked, found.clone());
    found
}

fn doubted(rule: &PlaceRule, doubt: Doubt) -> (&str, Complaint) {
    let (code, en, vi) = match doubt {
        Doubt::CommuneUnknown => (
            "PLACE_UNKNOWN",
            "a commune of the district or province named",
            "một xã thuộc huyện hoặc tỉnh đã ghi",
        ),
        Doubt::CommuneAmbiguous => (
            "PLACE_AMBIGUOUS",
            "the district too: several communes bear the name",
            "thêm tên huyện: nhiều xã trùng tên",
        ),
        Doubt::DistrictUnknown => ("DISTRICT_UNKNOWN", "a district of the province", "một huyện thuộc tỉnh"),
        Doubt::RetiredName => (
            "PLACE_NAME_RETIRED",
            "a name in use; this one ended before July 2025",
            "tên đang dùng; tên này đã bỏ trước 7/2025",
        ),
        Doubt::Misspelt => (
            "PLACE_MISSPELT",
            "the commune's name; the nearest of the district was taken",
            "tên xã; đã lấy xã gần giống nhất của huyện",
        ),
    };
    let column = if doubt == Doubt::DistrictUnknown { &rule.district } else { &rule.commune };
    (column, Complaint::new(code, en, vi))
}

pub(super) fn put_place(fields: &mut BTreeMap<String, Value>, place: &Place) {
    let ids = [
        ("communeThen", place.commune_then),
        ("communeNow", place.commune_now),
        ("districtThen", place.district_then),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            fields.insert(name.to_owned(), Value::String(id.to_string()));
        }
    }
    if let Some(resolution) = place.resolution {
        fields.insert("placeResolution".to_owned(), Value::String(resolution.word().to_owned()));
    }
}
