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

#[test]
fn every_commune_of_today_is_a_section_with_its_type() {
    let places = Places::load();
    let mut wrong = Vec::new();
    let today: Vec<&Unit> = places.current.values().map(|at| &places.units[*at]).collect();
    assert!(today.len() > 3300);
    for unit in today {
        let (upper, province) = (unit.name.to_uppercase(), unit.parent.as_str());
        let own =
            places.province_now.iter().find(|(old, now)| *now == province && places.surviving.contains(*old));
        let known = own.is_some_and(|(old, _)| places.says_commune(old, &upper));
        if !known
            || !places.names_some(Level::Commune, &unit.name)
            || !places.names_some(Level::Commune, &upper)
        {
            wrong.push(format!("{} {}", unit.code, unit.name));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    assert!(!places.says_commune("92", "Quận Cái Răng") && !places.says_commune("92", "Cái Răng"));
    assert!(Places::is_like_commune("Phường Cái Rắng") && Places::is_like_commune("XÃ KHÔNG CÓ (3 HTX)"));
    for other in ["Xã hội hóa", "Phường", "Phường hội thủ công, mỹ nghệ", "Xã viên Nguyễn Văn A"]
    {
        assert!(!Places::is_like_commune(other), "{other}");
    }
}

#[test]
fn a_name_that_only_one_of_before_bore_in_full_is_that_one() {
    let places = Places::load();
    // Đồng Tháp: Xã Mỹ Thọ of Cao Lãnh became part of another; Phường Mỹ Tho is of today.
    let (old, on) = (told(&places, "87", "Xã Mỹ Thọ", None, "2025-06-15"), "2025-11-15");
    assert_eq!(told(&places, "87", "Xã Mỹ Thọ", None, on), old);
    assert_eq!(told(&places, "87", "Phường Mỹ Tho", None, on), "28261 None");
    assert_eq!(places.today_in_full("87", "Phường Mỹ Tho"), Some(false));
    assert_eq!(places.today_in_full("87", "Mỹ Tho (cũ)"), None);
}

#[test]
fn a_code_means_the_province_that_has_it_on_the_day_of_the_list() {
    let places = Places::load();
    let of = |code: &str, on: &str| places.province_of_list(code, day(on));
    let is = |code: &str| Some(code.to_owned());
    // 82 was Tiền Giang and is Đồng Tháp, which was 87.
    assert_eq!((of("82", "2025-06-30"), of("82", "2025-12-31")), (is("82"), is("87")));
    assert_eq!((of("87", "2025-12-31"), of("Tiền Giang", "2025-12-31")), (is("87"), is("82")));
    assert_eq!(
        (of("40", "2025-12-31"), of("49", "2025-12-31"), of("100", "2025-12-31")),
        (is("40"), is("49"), None)
    );
    let mut moved = 0;
    for now in places.province_now.values() {
        let own = of(now, "2025-12-31").expect("a province");
        assert_eq!(places.province_today(&own), Some(now.as_str()));
        moved += usize::from(own != *now && places.province_now.contains_key(now));
    }
    assert!(moved > 0);
}
