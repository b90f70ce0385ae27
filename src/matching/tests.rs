//! Cases of matching over hand-made catalogs: pairs from a file, and what needs more than two.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::{Clusters, History, Judgements, cluster};
use crate::catalog::{Catalog, Column, Entity, Link, LinkKind, MatchRole, Scalar};
use crate::store::record::{Evidence, SourceRecord};

pub fn column(name: &str, ty: Scalar, matching: Option<MatchRole>) -> Column {
    Column {
        name: name.into(),
        column: name.into(),
        ty,
        told_as: None,
        nullable: true,
        description: String::new(),
        matching,
        function: None,
        function_on: None,
        periods: None,
        personal: None,
        access: Default::default(),
        authority: None,
        deprecated: None,
    }
}

pub fn link(name: &str, target: &str, matching: Option<MatchRole>) -> Link {
    Link {
        name: name.into(),
        target: target.into(),
        kind: LinkKind::ToOne { column: format!("{name}_id"), nullable: true },
        description: String::new(),
        matching,
        authority: None,
        access: Default::default(),
        place: None,
    }
}

pub fn entity(name: &str, columns: Vec<Column>, links: Vec<Link>) -> Entity {
    Entity {
        name: name.into(),
        singular: name.to_lowercase(),
        plural: format!("{}s", name.to_lowercase()),
        id_prefix: name.to_lowercase(),
        description: String::new(),
        table: name.to_lowercase(),
        authority: vec!["FIRST".into(), "SECOND".into()],
        columns: columns.into_iter().map(|c| (c.name.clone(), c)).collect(),
        links: links.into_iter().map(|l| (l.name.clone(), l)).collect(),
        search: None,
        verifiable: vec![],
        order: Vec::new(),
        keys: Vec::new(),
        validity: None,
        access: Default::default(),
        roots: vec![],
    }
}

/// Makers with things, events of things, and shops.
pub fn catalog() -> Catalog {
    use MatchRole::*;
    let text = |name, role| column(name, Scalar::String, role);
    let maker = entity(
        "Maker",
        vec![text("name", Some(Name)), text("code", Some(Identifier)), text("note", None)],
        vec![link("place", "Place", Some(Place))],
    );
    let thing = entity("Thing", vec![text("name", Some(Name))], vec![link("maker", "Maker", Some(Scope))]);
    let event = entity(
        "Event",
        vec![column("day", Scalar::Date, Some(Key)), column("year", Scalar::Int, Some(Key))],
        vec![link("thing", "Thing", Some(Key))],
    );
    let shop = entity("Shop", vec![text("name", Some(Name))], vec![]);
    let all = [event, thing, maker, shop].map(|e| (e.name.clone(), e));
    Catalog { entities: all.into_iter().collect(), ..Catalog::default() }
}

/// A record with an id made of its scope, type and key.
pub fn record(entity: &str, scope: &str, key: &str) -> SourceRecord {
    let day = NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day");
    SourceRecord {
        id: crate::store::id::stable(day, &format!("record|{scope}|{entity}|{key}")),
        import_id: crate::store::id::stable(day, scope),
        scope: scope.into(),
        entity: entity.into(),
        key: key.into(),
        office: "FIRST".into(),
        observed_on: day,
        fields: Default::default(),
        refs: Default::default(),
        evidence: Evidence::default(),
        sheet: String::new(),
        row: 1,
    }
}

fn maker(scope: &str, key: &str, name: &str, code: &str, places: &str) -> SourceRecord {
    let mut record = record("Maker", scope, key);
    record.fields.insert("name".into(), json!(name));
    if !code.is_empty() {
        record.fields.insert("code".into(), json!(code));
    }
    record.evidence.places = places.split_whitespace().map(str::to_owned).collect();
    if record.evidence.places.len() == 2 {
        // Two: a divided commune; three and more: a district.
        record.fields.insert("place".into(), json!(Uuid::nil().to_string()));
    }
    record
}

fn thing(scope: &str, key: &str, name: &str, of: &SourceRecord) -> SourceRecord {
    let mut record = record("Thing", scope, key);
    record.fields.insert("name".into(), json!(name));
    record.refs.insert("maker".into(), of.id);
    record
}

fn run(records: &[SourceRecord]) -> Clusters {
    cluster(&catalog(), records, &History::new(), &Judgements::default())
}

/// `=` where records are one entity, `?` where they are listed as doubtful, `/` elsewhere.
fn between(clusters: &Clusters, a: &SourceRecord, b: &SourceRecord) -> char {
    let (a, b) = (clusters.entity_of[&a.id], clusters.entity_of[&b.id]);
    let listed = clusters.doubtful.iter().any(|p| (p.left, p.right) == (a.min(b), a.max(b)));
    if a == b { '=' } else { ['/', '?'][usize::from(listed)] }
}

#[test]
fn judges_pairs_as_the_cases_do() {
    let mut wrong = Vec::new();
    let cases = include_bytes!("../../tests/cases/matching/pairs.csv");
    for case in csv::Reader::from_reader(&cases[..]).records() {
        let case = case.expect("a row");
        let a = maker("a/FIRST/49", "1", &case[0], &case[1], &case[2]);
        let b = maker("b/SECOND/49", "1", &case[3], &case[4], &case[5]);
        let clusters = run(&[a.clone(), b.clone()]);
        let seen = match between(&clusters, &a, &b) {
            '=' => "same",
            '?' => "doubtful",
            _ => "different",
        };
        if seen != &case[6] {
            wrong.push(format!("{} / {}: {seen} {:?}", &case[0], &case[3], clusters.doubtful));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One thing that both make is evidence beside name and place, whoever's name it carries; "gạo" is not.
#[test]
fn makers_are_known_by_their_goods() {
    let of = |goods: [&str; 2]| {
        let mut a = maker("a/FIRST/49", "1", "HTX Quyết Tiến", "", "20551");
        let mut b = maker("b/SECOND/49", "1", "Quyết Tiến", "", "20551 20555 20557");
        for (record, goods) in [&mut a, &mut b].into_iter().zip(goods) {
            record.evidence.goods = goods.split("; ").filter(|g| !g.is_empty()).map(str::to_owned).collect();
        }
        between(&run(&[a.clone(), b.clone()]), &a, &b)
    };
    assert_eq!(of(["Mật ong; Trà sâm dứa Quyết Tiến (hộp 100g)", "Trà sâm dứa"]), '=');
    assert_eq!(of(["Mật ong; Trà sâm dứa", "Bánh tráng"]), '?');
    assert_eq!(of(["Gạo Quyết Tiến", "Gạo"]), '?');
}

#[test]
fn two_rows_of_one_register_are_two_unless_the_code_is_one() {
    let mut a = maker("a/FIRST/49", "1", "HTX Quyết Tiến", "", "20551");
    let mut b = maker("a/FIRST/49", "2", "HTX NN Quyết Tiến", "", "20551");
    assert_eq!(between(&run(&[a.clone(), b.clone()]), &a, &b), '=');
    (a.evidence.distinct, b.evidence.distinct) = (true, true);
    assert_eq!(between(&run(&[a.clone(), b.clone()]), &a, &b), '?');
    for record in [&mut a, &mut b] {
        record.fields.insert("code".into(), json!("9940003687"));
    }
    assert_eq!(between(&run(&[a.clone(), b.clone()]), &a, &b), '=');
}

#[test]
fn what_fits_two_that_exclude_each_other_joins_neither() {
    let a = maker("a/FIRST/49", "1", "HTX Quyết Tiến", "9940003687", "20551");
    let b = maker("a/FIRST/49", "2", "HTX Quyết Tiến", "9940006078", "20551");
    let c = maker("b/SECOND/49", "1", "HTX Quyết Tiến", "", "20551");
    let clusters = run(&[a.clone(), b.clone(), c.clone()]);
    // One is asked about: what that answer decides is not asked.
    assert_eq!((between(&clusters, &a, &c), between(&clusters, &b, &c)), ('?', '/'));
}

#[test]
fn without_a_place_it_joins_the_only_one_of_the_province() {
    let a = maker("a/FIRST/49", "1", "HTX Quyết Tiến", "", "20551");
    let b = maker("a/FIRST/49", "2", "HTX Quyết Tiến", "", "20560");
    let c = maker("b/SECOND/49", "1", "HTX Quyết Tiến", "", "");
    let d = maker("b/SECOND/22", "1", "HTX Quyết Tiến", "", "");
    assert_eq!(between(&run(&[a.clone(), c.clone()]), &a, &c), '=');
    assert_eq!(between(&run(&[a.clone(), d.clone()]), &a, &d), '/');
    let clusters = run(&[a.clone(), b.clone(), c.clone()]);
    assert_eq!((between(&clusters, &a, &c), between(&clusters, &b, &c)), ('/', '/'));
    assert_eq!(between(&clusters, &a, &b), '/');
}

#[test]
fn a_name_of_many_places_is_not_listed() {
    let place = |i: usize| maker("a/FIRST/49", &i.to_string(), "HTX Quyết Tiến", "", &format!("2055{i}"));
    let all: Vec<SourceRecord> = (0..3).map(place).collect();
    assert_eq!(run(&all).doubtful, []);
    assert_eq!(run(&all[..2]).doubtful, []);
}

#[test]
fn a_poor_one_waits_until_those_it_fits_are_one() {
    let a = maker("a/FIRST/49", "1", "Cơ sở Thắng Huệ", "", "20551");
    let b = maker("a/FIRST/49", "2", "Cơ sở Thắng Hue", "", "20551");
    let c = maker("b/SECOND/49", "1", "Co so Thang Hue", "", "20551");
    let clusters = run(&[a.clone(), b.clone(), c.clone()]);
    assert_eq!((between(&clusters, &a, &b), between(&clusters, &a, &c)), ('=', '='));
    assert_eq!(clusters.doubtful, []);
}

#[test]
fn former_names_are_names() {
    let mut a = maker("a/FIRST/49", "1", "HTX Đồng Tâm", "", "20551");
    a.evidence.names = vec!["Hộ kinh doanh Sen Thu".into()];
    let b = maker("b/SECOND/49", "1", "HKD Sen Thu", "", "20551");
    assert_eq!(between(&run(&[a.clone(), b.clone()]), &a, &b), '=');
}

#[test]
fn a_code_over_many_names_is_no_evidence() {
    let names = ["HTX An Bình", "HTX Sông Thu", "HTX Đồng Tâm", "HTX Núi Lớn"];
    let all: Vec<SourceRecord> = names
        .iter()
        .enumerate()
        .map(|(i, n)| maker("a/FIRST/49", &i.to_string(), n, "9940003687", &format!("2055{i}")))
        .collect();
    let clusters = run(&all);
    assert!(all[1..].iter().all(|b| between(&clusters, &all[0], b) == '/'));
}

#[test]
fn things_are_compared_beside_their_maker() {
    let m = maker("a/FIRST/49", "1", "HTX Sen Phượng 1", "", "20551");
    let other = maker("a/FIRST/49", "2", "HTX Khác", "", "20551");
    let a = thing("a/FIRST/49", "1", "Măng khô Sen Phượng 1", &m);
    let check = |name: &str, of: &SourceRecord, wanted: char| {
        let b = thing("b/SECOND/49", "1", name, of);
        let clusters = run(&[m.clone(), other.clone(), a.clone(), b.clone()]);
        assert_eq!(between(&clusters, &a, &b), wanted, "{name}");
    };
    check("SP Măng khô OCOP", &m, '=');
    check("măng khô (túi 500g)", &m, '=');
    check("Mang kho", &m, '=');
    check("MĂNG KHÔ SEN PHUỢNG 1", &m, '=');
    check("Măng kho", &m, '=');
    check("Mắng khô", &m, '?');
    // Words of praise alone: an office leaves them out.
    check("Măng khô thượng hạng", &m, '=');
    check("Măng khô thượng hạng", &other, '/');
    check("Măng khô số 2", &m, '/');
    check("Mang khò", &m, '?');
    check("Mang khô", &m, '=');
    check("Măng khô", &other, '/');
}

/// Another list may leave a word of praise out; what one list tells apart by it is two, and what it leaves open joins
/// neither of two.
#[test]
fn words_of_praise_are_left_out_by_other_lists() {
    let m = maker("a/FIRST/49", "1", "HTX Sen Phượng", "", "20551");
    let of = |scope: &str, key: &str, name: &str| thing(scope, key, name, &m);
    let (plain, fine) = (of("a/FIRST/49", "1", "Măng khô"), of("a/FIRST/49", "2", "Măng khô thượng hạng"));
    let short = of("b/SECOND/49", "1", "Măng khô túi 500g");
    let clusters = run(&[m.clone(), plain.clone(), fine.clone(), short.clone()]);
    assert_eq!(between(&clusters, &plain, &fine), '/');
    assert_eq!(between(&clusters, &plain, &short), '=');
    let pure = of("a/FIRST/49", "3", "Măng khô nguyên chất");
    let clusters = run(&[m.clone(), pure.clone(), fine.clone(), short.clone()]);
    assert_eq!(between(&clusters, &pure, &fine), '/');
    assert_ne!(between(&clusters, &pure, &short), '=');
    assert_ne!(between(&clusters, &fine, &short), '=');
}

#[test]
fn equal_keys_are_one_and_a_gap_joins_the_only_full_one() {
    let m = maker("a/FIRST/49", "1", "HTX Sen", "", "20551");
    let t = thing("a/FIRST/49", "1", "Trà", &m);
    let event = |key: &str, day: Option<&str>, year: Option<i32>| {
        let mut record = record("Event", "a/FIRST/49", key);
        record.refs.insert("thing".into(), t.id);
        record.fields.extend(day.map(|d| ("day".to_owned(), json!(d))));
        record.fields.extend(year.map(|y| ("year".to_owned(), json!(y))));
        record
    };
    let first = event("1", Some("2021-03-01"), Some(2021));
    let again = event("2", Some("2021-03-01"), Some(2021));
    let year = event("3", None, Some(2021));
    let later = event("4", Some("2024-03-01"), Some(2024));
    let nothing = [event("5", None, None), event("6", None, None)];
    let mut all = vec![m, t.clone(), first.clone(), again.clone(), year.clone(), later.clone()];
    all.extend(nothing.clone());
    let clusters = run(&all);
    assert_eq!(between(&clusters, &first, &again), '=');
    assert_eq!(between(&clusters, &first, &year), '=');
    assert_eq!(between(&clusters, &first, &later), '/');
    assert_eq!(between(&clusters, &nothing[0], &nothing[1]), '/');
    all.push(event("7", Some("2021-09-01"), Some(2021)));
    let clusters = run(&all);
    assert_eq!(between(&clusters, &first, &year), '/');
}

#[test]
fn shops_are_known_by_name_alone() {
    let shop = |key: &str, name: &str| {
        let mut record = record("Shop", &format!("{key}/FIRST/49"), key);
        record.fields.insert("name".into(), json!(name));
        record
    };
    let check = |names: &[&str], wanted: usize| {
        let all: Vec<SourceRecord> = names.iter().enumerate().map(|(i, n)| shop(&i.to_string(), n)).collect();
        let entities: std::collections::BTreeSet<Uuid> = run(&all).entity_of.into_values().collect();
        assert_eq!(entities.len(), wanted, "{names:?}");
    };
    check(&["Sàn Postmart", "postmart.vn", "POSTMART.VN", "buudien.vn (Postmart)", "Postmart"], 1);
    check(&["Vỏ Sò", "voso.vn", "Voso", "Sàn Vỏ Sò (Viettel)"], 1);
    check(&["Shopee", "shopee.vn", "Shoppee"], 1);
    check(&["Siêu thị Sông Xanh", "SIÊU THỊ SÔNG XANH", "Siêu thị Sông Xanh 2"], 2);
    check(&["Lazada", "Tiki", "GO! Hạ Long", "Bách hóa Mặt Trời Xanh"], 4);
}

#[test]
fn the_order_of_records_does_not_matter() {
    let mut all = many(3000);
    let expected = run(&all);
    assert!(!expected.doubtful.is_empty());
    let mut state = 42u64;
    for _ in 0..3 {
        for i in (1..all.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            all.swap(i, (state >> 33) as usize % (i + 1));
        }
        assert_eq!(run(&all), expected);
    }
}

/// Makers in three registers with variants, half as many things as makers.
fn many(count: usize) -> Vec<SourceRecord> {
    let words = ["An", "Bình", "Thành", "Thạnh", "Hưng", "Lộc", "Phú", "Sơn", "Tâm", "Đức", "Ngọc", "Quế"];
    let forms = ["HTX", "Hợp tác xã NN", "Cty TNHH", "Hop tac xa", "HKD", "THT"];
    let mut out = Vec::new();
    for i in 0..count {
        let who = i / 3;
        let word = |n: usize| words[n % words.len()];
        let name =
            format!("{} {} {} {}", forms[(who + i % 2) % 6], word(who), word(who / 12), word(who / 144));
        let place = if i % 7 == 0 { String::new() } else { format!("{}", 20000 + who % 97) };
        let code = if i % 2 == 0 { format!("99{:08}", who * 7919) } else { String::new() };
        let scope = format!("{}/FIRST/{}", ["a", "b", "c"][i % 3], 10 + who % 20);
        let mut made = maker(&scope, &i.to_string(), &name, &code, &place);
        made.evidence.distinct = i % 3 == 0;
        if i % 2 == 0 {
            out.push(thing(&scope, &i.to_string(), &format!("Gạo {name}"), &made));
        }
        out.push(made);
    }
    out
}
