//! Golden cases: every file of `tests/cases/ingest` read, mapped and compared with the `.expected.json`
//! beside it. A new case needs no Rust.

#[path = "cases/slips/tests.rs"]
mod slips;
mod yearly;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::place::Places;
use super::register::Registers;
use super::{Input, Options, map, read_and_map, register};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)
}

/// The files of a folder of cases, without what is expected of them.
fn cases(name: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder(name))
        .expect("the cases")
        .map(|e| e.expect("a case").path())
        .filter(|p| {
            !p.to_string_lossy().contains(".expected.json") && p.extension().is_none_or(|e| e != "toml")
        })
        .collect();
    files.sort();
    files
}

/// What a case shows: counts, kinds of rows, issues, and records with units named in words.
fn shown(file: &Path, registers: &Registers, places: &Places) -> Value {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let input = Input { name, bytes: std::fs::read(file).expect("the case") };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let (scope, staged) = match read_and_map(registers, places, &input, &Options::default(), today) {
        Ok(done) => done,
        Err(fault) => return json!({"refused": fault.code}),
    };
    let rows: Vec<String> = staged.rows.iter().map(row).collect();
    let own: BTreeSet<(&str, i32)> = staged.rows.iter().map(|r| (r.sheet.as_str(), r.no)).collect();
    assert_eq!(own.len(), rows.len(), "{}: the store keeps one row of a number: {rows:?}", file.display());
    let issues: Vec<String> = staged.issues.iter().map(issue).collect();
    let records: Vec<Value> = staged.records.iter().map(|r| record(r, places)).collect();
    json!({"scope": scope, "counts": staged.counts, "rows": rows, "issues": issues, "records": records})
}

fn row(row: &map::RawRow) -> String {
    let outcome = row.outcome.map(map::Outcome::word).unwrap_or_default();
    format!("{}!{} {} {outcome}", row.sheet, row.no, row.kind).trim().to_owned()
}

fn issue(i: &map::Issue) -> String {
    let (column, seen) = (i.column.as_deref().unwrap_or("-"), i.seen.as_deref().unwrap_or("-"));
    format!("{}!{} {} {} [{column}] {seen}", i.sheet, i.row, i.severity.word(), i.code)
}

fn record(record: &crate::store::record::SourceRecord, places: &Places) -> Value {
    let fields: Map<String, Value> = record
        .fields
        .iter()
        .filter(|(name, _)| *name != "group")
        .map(|(name, value)| {
            (
                name.to_owned(),
                value.as_str().and_then(|v| places.in_words(v)).map_or(value.clone(), Value::String),
            )
        })
        .collect();
    let refs: Vec<&str> = record.refs.keys().collect();
    json!({
        "entity": record.entity, "row": record.row, "on": record.observed_on, "fields": fields, "refs": refs,
        "evidence": record.evidence,
    })
}

/// The case and where the finding lies, when it is not what is expected.
fn differs(file: &Path, found: &Value) -> Option<(String, String)> {
    let expected = PathBuf::from(format!("{}.expected.json", file.display()));
    let found = serde_json::to_string_pretty(found).expect("JSON") + "\n";
    if std::fs::read_to_string(&expected).unwrap_or_default() == found {
        return None;
    }
    // What was found lies beside the expectation, to be compared and, when right, renamed.
    let beside = PathBuf::from(format!("{}.found", expected.display()));
    std::fs::write(&beside, &found).expect("the finding");
    Some((file.display().to_string(), beside.display().to_string()))
}

/// Files of provinces that no register knows, each with the mapping a steward wrote for it.
#[test]
fn every_mapped_case_reads_as_expected() {
    let (builtin, places) = &*SHELF;
    let (mut wrong, mut needless) = (BTreeMap::new(), Vec::new());
    let files = cases("registers");
    let many = files.len();
    assert!(many >= 8, "the cases are gone");
    for case in files {
        let mapping =
            register::file(&PathBuf::from(format!("{}.toml", case.display()))).expect("its mapping");
        let all = register::files(None).expect("the registers").into_iter().chain([mapping]);
        let registers = Registers::of(all.collect()).expect("a register file");
        let name = case.display().to_string();
        let input = Input { name: name.clone(), bytes: std::fs::read(&case).expect("the case") };
        let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
        let before = read_and_map(builtin, places, &input, &Options::default(), today);
        needless.extend(before.is_ok().then_some(name));
        wrong.extend(differs(&case, &shown(&case, &registers, places)));
    }
    assert!(wrong.is_empty(), "cases that read otherwise, and what was found: {wrong:#?}");
    // The built-in registers learn headings; most of these files must still need their mapping.
    assert!(needless.len() * 2 < many, "read without their mappings: {needless:?}");
}

/// Whatever the file, its draft is a register file without a mistake.
#[test]
fn every_draft_is_a_good_register_file() {
    let (registers, places) = &*SHELF;
    let catalog = crate::catalog::load_embedded().expect("the catalog");
    let mut drafted = 0;
    for case in cases("registers").into_iter().chain(cases("ingest")) {
        let bytes = std::fs::read(&case).expect("the case");
        let Ok(book) = super::read::read(&bytes, &super::read::Limits::default()) else { continue };
        let draft = register::suggest::suggest(&book, registers, places, None).expect("a table");
        let own = register::File {
            name: "draft.toml".into(),
            text: draft.toml(&case.display().to_string()),
            origin: register::Origin::Operator,
        };
        // With what is joined to it alone: the others are read in other tests.
        let extends =
            |name: &str| own.text.contains(&format!("extends = {:?}", name.trim_end_matches(".toml")));
        let joined = |file: &register::File| file.name.ends_with("common.toml") || extends(&file.name);
        let files = register::files(None).expect("the registers").into_iter().filter(joined);
        let all = files.chain([own.clone()]);
        let mistakes = match Registers::of(all.collect()) {
            Ok(registers) => registers.mistakes(&catalog),
            Err(mistakes) => mistakes,
        };
        assert_eq!(mistakes, [], "{}\n{}", case.display(), own.text);
        drafted += 1;
    }
    assert!(drafted >= 14, "{drafted}");
}

#[test]
fn a_file_of_which_no_row_is_read_says_so() {
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}"));
    assert_eq!(staged.counts.read, 0);
    assert!(staged.issues.iter().any(|i| i.code == map::NO_ROWS), "{:?}", staged.issues);
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}{ROW}"));
    assert!(staged.counts.read == 1 && staged.issues.is_empty(), "{:?}", staged.issues);
}

#[test]
fn every_case_reads_as_expected() {
    let (registers, places) = &*SHELF;
    let files = cases("ingest");
    assert!(files.len() >= 6, "the cases are gone");
    let wrong: BTreeMap<String, String> =
        files.iter().filter_map(|file| differs(file, &shown(file, registers, places))).collect();
    assert!(wrong.is_empty(), "cases that read otherwise, and what was found: {wrong:#?}");
}

static SHELF: LazyLock<(Registers, Places)> =
    LazyLock::new(|| (Registers::read(None).expect("the registers"), Places::load()));

/// A CSV read as an export of today would be.
fn read(name: &str, text: &str) -> (NaiveDate, map::Staged) {
    let (registers, places) = &*SHELF;
    let input = Input { name: name.into(), bytes: text.as_bytes().to_vec() };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let options = Options::default();
    let limits = super::read::Limits::default();
    let file = map::prepare(&input, registers, places, &options, today, &limits).expect("a register");
    let (_, staged) = read_and_map(registers, places, &input, &options, today).expect("a register");
    (file.as_of, staged)
}

const HEADINGS: &str = "TT,Hạng sao,Tên sản phẩm,Chủ thể,Huyện,Xã,Số QĐ,Ngày QĐ\n";
const ROW: &str = "1,3 sao,Giò bê,HTX Một,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n";

#[test]
fn a_title_right_above_the_headings_is_a_title() {
    let day = NaiveDate::from_ymd_opt(2025, 3, 31).expect("a day");
    let title = "SẢN PHẨM OCOP TỈNH NGHỆ AN";
    let spread = [title; 8].join(",");
    for titles in [
        format!(",{title},,,,,,\n,Thời điểm: ngày 31 tháng 03 năm 2025,,,,,,\n"),
        format!("{spread}\n{}\n", ["Tính đến ngày 31/3/2025"; 8].join(",")),
        format!("{title},,,,Thời điểm: ngày 31/3/2025,,,\n"),
    ] {
        let (as_of, staged) = read("ocop.csv", &format!("{titles}{HEADINGS}{ROW}"));
        assert_eq!(as_of, day, "{titles}");
        assert_eq!((staged.counts.read, staged.counts.accepted), (1, 1), "{:?}", staged.issues);
    }
}

#[test]
fn a_column_nothing_reads_is_told_once() {
    let row = ROW.trim_end();
    let text = format!("TỈNH NGHỆ AN\n{},Màu nắp,Trống\n{row},đỏ,\n{row}1,xanh,\n", HEADINGS.trim_end());
    let (_, staged) = read("ocop 31.3.2025.csv", &text);
    let told: Vec<_> = staged.issues.iter().filter(|i| i.code == "COLUMN_UNMAPPED").collect();
    assert_eq!(told.len(), 1, "{:?}", staged.issues);
    assert_eq!((told[0].seen.as_deref(), told[0].row), (Some("Màu nắp"), 0));
}

#[test]
fn spellings_of_stars_and_headings_are_read() {
    let headings = "TT,Xếp hạng sao,Tên sản phẩm được công nhận,\"Chủ thể sản xuất, kinh doanh\",\
                    Địa bàn (huyện),Địa bàn (xã),Điểm bình quân,Quyết định phê duyệt kết quả,Ngày phê duyệt";
    let row = "HTX Một,Huyện Nam Đàn,Xã Nam Anh,\"71,5\",12/QĐ-UBND,5/6/2024";
    let stars = ["⭐⭐⭐⭐", "⭐\u{fe0f}⭐\u{fe0f}⭐\u{fe0f}⭐\u{fe0f}", "IV sao", "4 sao"];
    let rows: String = stars.iter().enumerate().map(|(i, s)| format!("{i},{s},Giò {i},{row}\n")).collect();
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{headings}\n{rows}"));
    assert_eq!(staged.issues, []);
    let of =
        |field: &str| staged.records.iter().filter_map(|r| r.fields.get(field)).cloned().collect::<Vec<_>>();
    assert_eq!(of("stars"), vec![json!(4); stars.len()]);
    assert_eq!(of("score"), vec![json!("71.5"); stars.len()]);
    assert_eq!(of("decidedOn"), vec![json!("2024-06-05"); stars.len()]);
}

#[test]
fn ratings_are_read_with_and_without_the_word_for_them() {
    let rated = [
        ("Loại TB", "AVERAGE"),
        ("Loại khá", "FAIR"),
        ("Xếp loại Tốt", "GOOD"),
        ("Xếp loại: Trung bình", "AVERAGE"),
        ("loại Yếu", "WEAK"),
        ("Tốt", "GOOD"),
    ];
    let row = |(i, (text, _)): (usize, &(&str, &str))| {
        format!("{i},HTX Số {i},Xã Nam Anh,Nam Đàn,12,2010,{text}\n")
    };
    let rows: String = rated.iter().enumerate().map(row).collect();
    let head = "TT,Tên HTX,Xã,Huyện,Số thành viên,Ngày thành lập,Phân loại\n";
    let (_, staged) = read("htx 31.12.2024.csv", &format!("TỈNH NGHỆ AN\n{head}{rows}"));
    let found: Vec<&str> = staged.records.iter().filter_map(|r| r.fields.get("rating")?.as_str()).collect();
    assert_eq!(found, rated.map(|(_, value)| value), "{:?}", staged.issues);
}

#[test]
fn both_levels_of_nested_partners_may_be_renamed() {
    let text = r#"{"province": "Tỉnh Nghệ An", "data": {"items": [
        {"partner_name": "Sông Lam", "legal_name": "Công ty Sông Lam", "partner_type": "Trung tâm thương mại",
         "branches": [{"ten": "Sông Lam Vinh"}], "contracts": [{"contract_no": "1"}]},
        {"partner_name": "Nghệ Nông", "partner_type": "Sàn thương mại điện tử",
         "branches": [{"ten": "Nghệ Nông 2"}], "contracts": [{"contract_no": "2"}]},
        {"partner_name": "Xứ Nghệ", "partner_type": "Cửa hàng tiện lợi", "contracts": [{"contract_no": "3"}]}]}}"#;
    let (_, staged) = read("partners_20250531.json", text);
    let of_items = staged.records.iter().filter(|r| r.sheet.is_empty());
    let kinds: Vec<&str> = of_items.filter_map(|r| r.fields.get("kind")?.as_str()).collect();
    assert_eq!(kinds, ["SUPERMARKET", "E_COMMERCE", "STORE_CHAIN"], "{:?}", staged.issues);
    assert_eq!(staged.records[0].evidence.names, ["Sông Lam Vinh"]);
    assert_eq!(staged.issues, []);
}

#[test]
fn the_day_of_the_file_is_no_day_of_a_decision() {
    let text = |title: &str| {
        format!(
            "TỈNH NGHỆ AN\n{title}\nTT,Hạng sao,Tên sản phẩm,Chủ thể,Huyện,Xã,Số QĐ\n\
                 1,3 sao,Giò bê,HTX Một,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND\n"
        )
    };
    for title in
        ["Thời điểm: ngày 31 tháng 03 năm 2025", "Cập nhật năm 2025", "(31/3/2025)", "SẢN PHẨM OCOP NĂM 2025"]
    {
        let (_, staged) = read("ocop.csv", &text(title));
        assert_eq!(staged.counts.quarantined, 1, "{title}");
        assert!(staged.issues.iter().any(|i| i.code == "REQUIRED_MISSING"), "{title}: {:?}", staged.issues);
    }
    let (_, staged) = read("ocop.csv", &text("SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN NĂM 2021"));
    let year = staged.records.iter().find_map(|r| r.fields.get("decidedYear"));
    assert_eq!(year, Some(&json!(2021)), "{:?}", staged.issues);
}

#[test]
fn what_stands_on_the_first_row_of_a_block_is_filled_down_where_the_register_says_so() {
    let text = "TỈNH NGHỆ AN,,,,,,,\nTT,Hạng sao,Tên sản phẩm,Chủ thể,Huyện,Xã,Số QĐ,Ngày QĐ\n\
                1,3 sao,Giò bê,HTX Một,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n\
                2,4 sao,Giò lụa,,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n\
                Tổng cộng,2,,,,,,\n\
                3,4 sao,Giò thủ,,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n";
    let (registers, places) = &*SHELF;
    let plain = registers.get("ocop_products").expect("the register");
    let mut filling = plain.clone();
    let makers = filling.model.column.values_mut().filter(|c| c.headers.iter().any(|h| h == "Chủ thể"));
    makers.for_each(|column| column.fill_down = true);
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let is_maker = |column: &register::Column| column.headers.iter().any(|h| h == "Chủ thể");
    let columns: Vec<String> =
        plain.model.column.iter().filter(|(_, c)| is_maker(c)).map(|(name, _)| name.clone()).collect();
    let mut of_form = plain.clone();
    of_form.model.layout.iter_mut().for_each(|form| form.fill_down.clone_from(&columns));
    let mut of_another = plain.clone();
    of_another.model.layout.iter_mut().skip(1).for_each(|form| form.fill_down.clone_from(&columns));
    for (register, quarantined) in [(plain, 2), (&filling, 1), (&of_form, 1), (&of_another, 2)] {
        let registers = Registers::only(vec![register.clone()]);
        let input = Input { name: "ocop 31.3.2025.csv".into(), bytes: text.as_bytes().to_vec() };
        let (_, staged) =
            read_and_map(&registers, places, &input, &Options::default(), today).expect("a register");
        assert_eq!(staged.counts.read, 3);
        assert_eq!(staged.counts.quarantined, quarantined, "{:?}", staged.issues);
    }
}

#[test]
fn a_blank_cell_says_no_only_where_the_office_answers_at_all() {
    let (registers, places) = &*SHELF;
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let circular = |heading: &str, cells: [&str; 2]| {
        let row = |n: usize, cell: &str| format!("{n},C{n},Chuỗi cam {n},HTX Cam {n},Cam,{cell}\n");
        let head = format!(
            "TỈNH NGHỆ AN,,,,,\nTT,Mã chuỗi,Tên chuỗi liên kết,Đơn vị chủ trì,Ngành hàng,{heading}\n"
        );
        let bytes = format!("{head}{}{}", row(1, cells[0]), row(2, cells[1])).into_bytes();
        let input = Input { name: "chuoi 31.12.2024.csv".into(), bytes };
        let (_, staged) =
            read_and_map(registers, places, &input, &Options::default(), today).expect("a list");
        let named = |field: &Value| field.as_str().is_some_and(|name| name.starts_with("Chuỗi"));
        let chains = staged.records.iter().filter(|r| r.fields.get("name").is_some_and(named));
        chains.map(|r| r.fields.get("circular").and_then(Value::as_bool)).collect::<Vec<_>>()
    };
    assert_eq!(circular("KTTH", ["x", ""]), [Some(true), Some(false)]);
    assert_eq!(circular("KTTH", ["", ""]), [None, None]);
    assert_eq!(circular("Ghi chú", ["", ""]), [None, None]);
}

#[test]
fn a_row_tells_its_maker_what_it_makes() {
    let catalog = crate::catalog::load_embedded().expect("a catalog");
    let registers = Registers::load(&catalog, None).expect("the registers");
    let bytes = format!("TỈNH NGHỆ AN\n{HEADINGS}{ROW}").into_bytes();
    let input = Input { name: "ocop 31.3.2025.csv".into(), bytes };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let (_, staged) =
        read_and_map(&registers, &SHELF.1, &input, &Options::default(), today).expect("a register");
    let told: Vec<_> = staged.records.iter().filter(|r| !r.evidence.goods.is_empty()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].refs.is_empty(), &told[0].evidence.goods[..]), (true, &["Giò bê".to_owned()][..]));
}

/// Rows of one name and commune that answer by other people have keys of their own, in whatever order; a row that answers
/// by nobody is neither; a phone in common holds two heads together.
#[test]
fn two_of_one_name_and_place_have_keys_of_their_own() {
    let head =
        "TỈNH NGHỆ AN\nTT,Hạng sao,Tên sản phẩm,Chủ thể,Huyện,Xã,Số QĐ,Ngày QĐ,Điện thoại,Người đại diện\n";
    let keys = |contacts: &[&str]| {
        let row = |(at, contact): (usize, &&str)| {
            format!(
                "{at},3 sao,Giò bê {at},HTX Một,Huyện Nam Đàn,Xã Nam Anh,1{at}/QĐ-UBND,5/6/2024,{contact}\n"
            )
        };
        let text = head.to_owned() + &contacts.iter().enumerate().map(row).collect::<String>();
        let (_, staged) = read("ocop 31.3.2025.csv", &text);
        let makers = staged.records.iter().filter(|r| r.refs.is_empty());
        let keys: Vec<String> = makers.map(|r| r.key.clone()).collect();
        assert_eq!(keys.len(), contacts.len(), "{:?}", staged.issues);
        keys
    };
    let (one, two) = ("0912345678,Nguyễn Thị Lan", "0987654321,Trần Văn Hải");
    let found = keys(&[one, two, ",", "0912345678,", ",Bà Nguyễn Thị Lan"]);
    assert_eq!([&found[0], &found[0]], [&found[3], &found[4]]);
    assert!(found[0] != found[1] && found[0] != found[2] && found[1] != found[2], "{found:?}");
    assert_eq!(keys(&[two, one]), [found[1].clone(), found[0].clone()]);
    let found = keys(&[one, "0912345678,Trần Văn Hải", "0987654321,Nguyễn Thị Lan", ","]);
    assert!(found.iter().all(|key| *key == found[0]), "{found:?}");
}
