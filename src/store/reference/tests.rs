use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn data() -> Dataset {
    Dataset::embedded().expect("the files of the binary")
}

fn districts(units: &Units, province: &str, on: &str) -> usize {
    let on = day(on);
    units
        .iter()
        .filter(|unit| unit.level == Level::District && unit.is_valid_on(on))
        .filter(|unit| units.above(unit, on).is_some_and(|above| above.code == province))
        .count()
}

/// Names of the successors, the default first.
fn successors(data: &Dataset, level: Level, code: &str, on: &str) -> Vec<String> {
    let unit = data.units.at(level, code, day(on)).expect("a unit");
    let names: HashMap<Uuid, &str> = data.units.iter().map(|unit| (unit.id, unit.name.as_str())).collect();
    let mut steps: Vec<_> = data.successions.iter().filter(|step| step.from_id == unit.id).collect();
    steps.sort_by_key(|step| !step.is_default);
    steps.into_iter().map(|step| names[&step.to_id].to_owned()).collect()
}

#[test]
fn every_row_of_the_files_is_there() {
    let data = data();
    assert_eq!(data.units.iter().count(), 15_426);
    let today = |level| {
        data.units.iter().filter(|unit| unit.level == level && unit.is_valid_on(day("2026-11-22"))).count()
    };
    assert_eq!((today(Level::Province), today(Level::District), today(Level::Commune)), (34, 0, 3321));
    assert_eq!(data.groups.iter().filter(|group| group.level == "GROUP").count(), 12);
    assert_eq!(data.groups.iter().filter(|group| group.level == "SUBGROUP").count(), 52);
    let offices = |on: &str| {
        let on = day(on);
        let holds = |agency: &&Agency| agency.valid_from <= on && agency.valid_to.is_none_or(|end| on < end);
        data.agencies.iter().filter(holds).count()
    };
    assert_eq!((offices("2024-12-31"), offices("2025-06-30"), offices("2025-07-01")), (189, 189, 102));
}

#[test]
fn ids_are_distinct_and_every_id_named_exists() {
    let data = data();
    let units: HashSet<Uuid> = data.units.iter().map(|unit| unit.id).collect();
    assert_eq!(units.len(), data.units.iter().count());
    let groups: HashSet<Uuid> = data.groups.iter().map(|group| group.id).collect();
    assert_eq!(groups.len(), data.groups.len());
    let agencies: HashSet<Uuid> = data.agencies.iter().map(|agency| agency.id).collect();
    assert_eq!(agencies.len(), data.agencies.len());
    let steps: HashSet<Uuid> = data.successions.iter().map(|step| step.id).collect();
    assert_eq!(steps.len(), data.successions.len());

    assert!(data.units.iter().all(|unit| unit.province_id.is_some_and(|id| units.contains(&id))));
    assert!(data.units.iter().all(|unit| (unit.level == Level::Province) == unit.parent_id.is_none()));
    assert!(data.units.iter().filter_map(|unit| unit.parent_id).all(|id| units.contains(&id)));
    assert!(data.successions.iter().all(|step| units.contains(&step.from_id) && units.contains(&step.to_id)));
    assert!(data.groups.iter().filter_map(|group| group.parent_id).all(|id| groups.contains(&id)));
    assert!(data.agencies.iter().all(|agency| units.contains(&agency.province_id)));
}

#[test]
fn codes_mean_a_unit_only_with_a_day() {
    let data = data();
    let name =
        |code: &str, on: &str| data.units.at(Level::Province, code, day(on)).map(|unit| unit.name.clone());
    assert_eq!(name("82", "2025-06-30").as_deref(), Some("Tỉnh Tiền Giang"));
    assert_eq!(name("87", "2025-06-30").as_deref(), Some("Tỉnh Đồng Tháp"));
    assert_eq!(name("82", "2025-07-01").as_deref(), Some("Tỉnh Đồng Tháp"));
    assert_eq!(name("87", "2025-07-01"), None);
    assert_eq!(name("75", "2026-04-29").as_deref(), Some("Tỉnh Đồng Nai"));
    assert_eq!(name("75", "2026-04-30").as_deref(), Some("Thành phố Đồng Nai"));
}

#[test]
fn districts_come_and_go() {
    let data = data();
    assert_eq!(districts(&data.units, "49", "2024-12-31"), 18);
    assert_eq!(districts(&data.units, "49", "2025-01-01"), 17);
    assert_eq!(districts(&data.units, "87", "2025-06-30"), 12);
    assert_eq!(districts(&data.units, "22", "2025-06-30"), 13);
    assert_eq!(successors(&data, Level::District, "519", "2024-12-31"), ["Huyện Quế Sơn"]);
    // the island districts have no communes, and a hole in the sources
    assert_eq!(successors(&data, Level::District, "536", "2023-01-01"), ["Huyện Lý Sơn"]);
    assert_eq!(successors(&data, Level::District, "536", "2025-06-30"), ["Đặc khu Lý Sơn"]);
    let duy_xuyen = successors(&data, Level::District, "508", "2025-06-30");
    assert_eq!((duy_xuyen.len(), duy_xuyen[0].as_str()), (4, "Xã Duy Xuyên"));
}

#[test]
fn all_of_before_the_reform_live_on_and_each_has_one_default() {
    let data = data();
    let mut defaults: HashMap<Uuid, usize> = HashMap::new();
    for step in &data.successions {
        *defaults.entry(step.from_id).or_default() += usize::from(step.is_default);
    }
    assert!(defaults.values().all(|count| *count == 1));
    let reform = Some(day("2025-07-01"));
    assert!(data.units.iter().filter(|u| u.valid_to == reform).all(|u| defaults.contains_key(&u.id)));
    assert!(data.units.iter().filter(|u| u.valid_to.is_none()).all(|u| !defaults.contains_key(&u.id)));
    assert_eq!(successors(&data, Level::Commune, "20620", "2025-06-30"), ["Xã Duy Xuyên"]);
    assert_eq!(successors(&data, Level::Commune, "25270", "2025-08-01"), ["Phường Lộc Ninh"]);
    let divided: HashSet<Uuid> = data.successions.iter().filter(|s| !s.whole).map(|s| s.from_id).collect();
    let divided_communes = data
        .units
        .iter()
        .filter(|unit| unit.level == Level::Commune && unit.valid_to == reform && divided.contains(&unit.id));
    assert_eq!(divided_communes.count(), 440);
}

#[test]
fn offices_follow_their_province() {
    let data = data();
    let chain = |kind: &str, province: &str| {
        let mut names = Vec::new();
        let mut next = data
            .agencies
            .iter()
            .find(|a| a.kind == kind && a.province_code == province && a.valid_from == day("2021-11-01"));
        while let Some(agency) = next {
            names.push(agency.name.as_str());
            next = agency.successor_id.and_then(|id| data.agencies.iter().find(|a| a.id == id));
        }
        names
    };
    assert_eq!(
        chain("AGRICULTURE", "49"),
        [
            "Sở Nông nghiệp và Phát triển nông thôn tỉnh Quảng Nam",
            "Sở Nông nghiệp và Môi trường tỉnh Quảng Nam",
            "Sở Nông nghiệp và Môi trường thành phố Đà Nẵng",
        ]
    );
    assert_eq!(
        chain("INDUSTRY_AND_TRADE", "87"),
        ["Sở Công Thương tỉnh Đồng Tháp", "Sở Công Thương tỉnh Đồng Tháp"]
    );
}

#[test]
fn units_of_today_have_a_place_on_the_map() {
    let data = data();
    let today = |unit: &&AdminUnit| unit.valid_to.is_none();
    assert!(data.units.iter().filter(today).all(|unit| unit.latitude.is_some() && unit.longitude.is_some()));
    assert!(data.units.iter().all(|unit| unit.latitude.is_none() || unit.valid_from >= day("2025-07-01")));
}

#[test]
fn an_office_of_today_answers_for_the_provinces_that_became_its_own() {
    let of = |code: &str| super::provinces_of(code);
    assert_eq!(of("48"), ["48", "49"], "Da Nang of today holds Quang Nam");
    assert_eq!(of("49"), ["49"], "no province has this code today");
    assert_eq!(of("01"), ["01"]);
    // Tien Giang's 82 is that of Dong Thap today; the Dong Thap of before was 87.
    assert_eq!(of("82"), ["82", "87"]);
    assert_eq!(of("xx"), ["xx"]);
}
