//! What communes are called, by whose list and when → which they are.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Code of today's commune, and the doubt.
fn told(places: &Places, province: &str, commune: &str, district: Option<&str>, on: &str) -> String {
    let question = Question { province, commune: Some(commune), district, section: None, day: day(on) };
    let place = places.resolve(&question);
    let now = place.commune_now.and_then(|id| places.in_words(&id.to_string())).unwrap_or_default();
    format!("{} {:?}", now.split(' ').next().unwrap_or_default(), place.doubt)
}

#[test]
fn a_list_of_a_merged_province_names_its_communes() {
    let places = Places::load();
    // Lâm Đồng, with Bình Thuận and Đắk Nông since July 2025.
    for (commune, district, on, expected) in [
        ("Phường Mũi Né", None, "2025-11-15", "22918 None"),
        // Until June that name was a commune of Bình Thuận only.
        ("Phường Mũi Né", None, "2025-06-15", " Some(CommuneUnknown)"),
        // One of before in Lâm Đồng itself, and one of today that lay in Bình Thuận.
        ("Xã Tân Thành", None, "2025-11-15", "23143 None"),
        ("Xã Tân Thành", None, "2025-06-15", "24976 None"),
        ("Xã Tân Thành", Some("huyện Đức Trọng"), "2025-11-15", "24976 None"),
        ("Xã Hàm Kiệm", Some("Hàm Thuận Nam"), "2025-11-15", "23128 None"),
        ("Phường Không Có", None, "2025-11-15", " Some(CommuneUnknown)"),
    ] {
        assert_eq!(told(&places, "68", commune, district, on), expected, "{commune} {district:?} {on}");
    }
}

#[test]
fn a_list_of_a_province_that_is_gone_means_its_own_communes_first() {
    let places = Places::load();
    let own = told(&places, "60", "Xã Tân Thành", None, "2025-11-15");
    assert_eq!(own, "23143 None", "of Bình Thuận");
}

#[test]
fn every_commune_of_today_is_known_to_its_province() {
    let places = Places::load();
    let mut wrong = Vec::new();
    for unit in places.current.values().map(|at| &places.units[*at]) {
        let Some(old) = places.province_now.keys().find(|old| {
            places.surviving.contains(*old) && places.province_today(old) == Some(unit.parent.as_str())
        }) else {
            wrong.push(format!("{} has no old province", unit.name));
            continue;
        };
        let found = told(&places, old, &unit.name, None, "2025-11-15");
        if found != format!("{} None", unit.code) {
            wrong.push(format!("{} {} of {}: {found}", unit.code, unit.name, unit.parent));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
}

#[test]
fn a_name_that_was_handed_on_means_who_bore_it_to_the_end() {
    let places = Places::load();
    // Xã Quảng Lập went into Xã Pró in January 2025, which took its name.
    assert_eq!(told(&places, "68", "Xã Quảng Lập", Some("Đơn Dương"), "2025-06-15"), "24955 None");
}
