//! Slips that offices make, and that must neither be lost nor be taken for something else.

use chrono::NaiveDate;

use super::{HEADINGS, SHELF, read};
use crate::ingest::cell::{Cell, Form, Row, Sheet};
use crate::ingest::read::Workbook;
use crate::ingest::{Options, map};

/// Sheets of rows with `|` between the cells, read as an export of today would be.
fn grid(sheets: &[(&str, &str)], register: &str) -> map::Staged {
    let (registers, places) = &*SHELF;
    let cell = |text: &str| match text.parse() {
        Ok(number) => Cell::Number(number),
        Err(_) if text.is_empty() => Cell::Empty,
        Err(_) => Cell::Text(text.to_owned()),
    };
    let sheet = |(name, text): &(&str, &str)| {
        let rows =
            (1..).zip(text.lines()).map(|(no, line)| Row::new(no, line.split('|').map(cell).collect()));
        Sheet::plain(name, Form::Grid, rows.collect())
    };
    let book = Workbook { sheets: sheets.iter().map(sheet).collect(), notes: Vec::new() };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let options = Options { register: Some(register.to_owned()), ..Options::default() };
    let file = map::prepare_book(book, "a.xlsx", registers, places, &options, today).expect("a register");
    map::map(&file, places, uuid::Uuid::nil(), &Default::default(), &|_, _| ())
}

/// Of each record of a type a name and today's commune in words.
fn where_they_are(staged: &map::Staged, entity: &str) -> Vec<(String, String)> {
    let text = |r: &crate::store::record::SourceRecord, field: &str| {
        r.fields.get(field).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
    };
    let of = staged.records.iter().filter(|r| &*r.entity == entity);
    of.map(|r| (text(r, "name"), SHELF.1.in_words(&text(r, "communeNow")).unwrap_or_default())).collect()
}

#[test]
fn rows_are_in_the_commune_of_their_section_whatever_it_is_called() {
    let head = "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG THÀNH PHỐ CẦN THƠ\n(Số liệu tính đến ngày 31/10/2025)\n\
                STT|Tên HTX|Ấp|Xã/phường|Ngày thành lập|Số thành viên\n";
    // "Cái Răng" was a district, "Cái Trăng" is nowhere.
    for (mark, count) in [("I|", "|||100"), ("|", "|||100"), ("|", "")] {
        let sections = ["PHƯỜNG CÁI KHẾ", "PHƯỜNG CÁI RĂNG", "Phường Cái Trăng", "Xã Phong Điền"];
        let rows = (1..).zip(sections).map(|(n, section)| {
            format!("{mark}{section}{count}\n{n}|HTX Lúa Số {n}|Ấp 3||25/11/2025|{n}0\n")
        });
        let staged = grid(&[("Sheet1", &(head.to_owned() + &rows.collect::<String>()))], "cooperatives");
        assert_eq!((staged.counts.read, staged.counts.accepted), (4, 4), "{mark}: {:?}", staged.issues);
        let found = where_they_are(&staged, "Producer");
        let communes: Vec<&str> = found.iter().map(|(_, commune)| commune.as_str()).collect();
        let expected = ["31120 Phường Cái Khế (2025-07-01)", "31186 Phường Cái Răng (2025-07-01)", ""];
        assert_eq!(communes[..3], expected, "{mark}");
        assert!(communes[3].contains("Phong Điền"), "{communes:?}");
        let told: Vec<(&str, i32)> = staged.issues.iter().map(|i| (i.code.as_str(), i.row)).collect();
        assert_eq!(told, [("PLACE_UNKNOWN", 9)], "{mark}");
    }
}

#[test]
fn todays_full_names_are_todays_also_in_rows_of_before() {
    let list = |rows: &str| {
        format!("SẢN PHẨM OCOP TỈNH ĐỒNG THÁP, số liệu tính đến ngày 31/12/2025\n{HEADINGS}{rows}")
    };
    let row = |n: usize, district: &str, commune: &str, day: &str| {
        format!("{n},3 sao,Hủ tiếu {n},HTX Sao {n},{district},{commune},12/QĐ-UBND,{day}\n")
    };
    let text = list(
        &[
            row(1, "", "Phường Mỹ Tho", "20/6/2023"),
            row(2, "", "Phường Mỹ Tho", "20/10/2025"),
            row(3, "Huyện Cao Lãnh", "Xã Mỹ Thọ", "20/6/2023"),
        ]
        .concat(),
    );
    let (_, staged) = read("ocop.csv", &text);
    assert_eq!(staged.issues, []);
    let communes: Vec<String> = where_they_are(&staged, "Producer").into_iter().map(|(_, now)| now).collect();
    assert!(communes[..2].iter().all(|c| c == "28261 Phường Mỹ Tho (2025-07-01)"), "{communes:?}");
    assert_ne!(communes[2], communes[0]);
}

/// All of today's communes in a list of a day after the reform, decided on before and after it.
#[test]
fn every_commune_of_today_is_read_in_rows_of_before() {
    let places = &SHELF.1;
    let (mut wrong, mut told) = (Vec::new(), 0);
    let mut by_province: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for (province, unit) in places.communes_of_today() {
        by_province.entry(province).or_default().push(unit);
    }
    assert_eq!(by_province.len(), 34);
    for (province, units) in by_province {
        let names = |unit: &String| unit.split_once(' ').map(|(_, name)| name.to_owned()).unwrap_or_default();
        let rows: String = (1..)
            .zip(&units)
            .map(|(n, unit)| format!("{n},3 sao,Giò {n},HTX Sao {n},,{},12/QĐ-UBND,20/6/2023\n", names(unit)))
            .collect();
        let (_, staged) =
            read("ocop.csv", &format!("UBND {province}, đến ngày 31/12/2025\n{HEADINGS}{rows}"));
        told += staged.issues.iter().filter(|i| i.code == "PLACE_AMBIGUOUS").count();
        let found = where_they_are(&staged, "Producer");
        assert_eq!(found.len(), units.len(), "{province}");
        let wrongly =
            units.iter().zip(found).filter(|(unit, (_, now))| !now.starts_with(&format!("{unit} (")));
        wrong.extend(wrongly.map(|(unit, (_, now))| format!("{province}: {unit} is {now}")));
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
    // Where one of before bore the name too, somebody is to look.
    assert!((1..200).contains(&told), "{told}");
}

#[test]
fn what_stands_alike_in_sheets_of_two_years_is_said_twice() {
    let rows = "UBND TỈNH NGHỆ AN\n(Số liệu tính đến ngày 30/06/2025)\n\
                TT|Đơn vị được giao|Nội dung/chỉ tiêu|Đơn vị tính|Kế hoạch đề ra|Kết quả đạt được\n\
                1|Toàn tỉnh|Sản phẩm OCOP được công nhận mới|sản phẩm|25|\n\
                2|Toàn tỉnh|Sản phẩm OCOP được công nhận mới|sản phẩm|25|\n";
    let staged = grid(&[("Năm 2022", rows), ("Năm 2023", rows)], "programme_targets");
    // Within a sheet the second stays a copy.
    assert_eq!((staged.counts.read, staged.counts.accepted, staged.counts.duplicate), (4, 2, 2));
    let years: Vec<i64> = staged.records.iter().filter_map(|r| r.fields.get("year")?.as_i64()).collect();
    assert_eq!(years, [2022, 2023]);
    let rows = "UBND TỈNH NGHỆ AN\n(Số liệu tính đến ngày 30/06/2025)\n\
                TT|Hạng sao|Tên sản phẩm|Chủ thể|Huyện|Xã|Số QĐ|Ngày QĐ\n\
                1|3 sao|Giò bê|HTX Một|Huyện Nam Đàn|Xã Nam Anh|12/QĐ-UBND|5/6/2024\n";
    let staged = grid(&[("A", rows), ("B", rows)], "ocop_products");
    assert_eq!((staged.counts.accepted, staged.counts.duplicate), (1, 1), "what says the same is a copy");
}

#[test]
fn a_row_with_more_cells_than_headings_is_set_aside_unless_many_have_them() {
    let row = |n: usize, more: &str| {
        format!("{n},3 sao,Giò {n},HTX {n}{more},Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n")
    };
    let rows = |shifted: usize| -> String {
        (1..=40).map(|n| row(n, if n <= shifted { ", Nam Đàn" } else { "" })).collect()
    };
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}{}", rows(2)));
    assert_eq!((staged.counts.quarantined, staged.counts.accepted), (2, 38), "{:?}", staged.issues);
    let shifted: Vec<_> = staged.issues.iter().filter(|i| i.code == "CELLS_SHIFTED").collect();
    assert_eq!(shifted.iter().map(|i| i.row).collect::<Vec<_>>(), [3, 4]);
    assert!(shifted[0].expected_en.contains("column 9: there are 8 headings"), "{}", shifted[0].expected_en);
    // A column without a heading.
    let notes: String = (1..=40).map(|n| row(n, "").replace("/2024\n", "/2024,đã kiểm tra\n")).collect();
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}{notes}"));
    assert_eq!((staged.counts.quarantined, staged.counts.accepted), (0, 40), "{:?}", staged.issues);
}

#[test]
fn a_draft_goes_by_the_title_and_reads_numbers_and_days_of_one_column() {
    let (registers, places) = &*SHELF;
    let text = "UỶ BAN NHÂN DÂN TỈNH SÓC TRĂNG\nBẢNG KÊ SẢN PHẨM ĐẠT CHUẨN OCOP\nĐến hết ngày 31/12/2024\n\
        Stt|Sản phẩm/thương hiệu|Chủ sở hữu, địa chỉ|Ngành/nhóm|Bao gói|Số điểm HĐ|Xếp sao|Văn bản công nhận, ngày tháng\n";
    let rows: String = (1..=12)
        .map(|n| {
            format!(
                "{n}|Gạo Hạt Ngọc {n}|HTX Hạt Ngọc {n}, Xã An Mỹ, Huyện Kế Sách|Thực phẩm|Hộp 500 g|7{n}.5|{} sao|\
                 QĐ số 24{n}/QĐ-UBND, ngày {n}/10/2023\n",
                3 + n % 3
            )
        })
        .collect();
    let text = text.to_owned() + &rows;
    let cell = |text: &str| match text.parse() {
        Ok(number) => Cell::Number(number),
        Err(_) if text.is_empty() => Cell::Empty,
        Err(_) => Cell::Text(text.to_owned()),
    };
    let lines = (1..).zip(text.lines()).map(|(no, line)| Row::new(no, line.split('|').map(cell).collect()));
    let sheets = vec![Sheet::plain("Tổng hợp", Form::Grid, lines.collect())];
    let book = Workbook { sheets, notes: Vec::new() };
    let draft = crate::ingest::register::suggest::suggest(&book, registers, places, None).expect("a table");
    assert_eq!(draft.register.model.code, "ocop_products", "{:?}", draft.rivals);
    let text = draft.toml("a.xls");
    let origin = crate::ingest::register::Origin::Operator;
    let own = crate::ingest::register::File { name: "draft.toml".into(), text: text.clone(), origin };
    let files = crate::ingest::register::files(None).expect("the registers").into_iter().chain([own]);
    let registers = crate::ingest::register::Registers::of(files.collect()).expect("a register file");
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let file = map::prepare_book(book, "a.xls", &registers, places, &Options::default(), today).expect(&text);
    let staged = map::map(&file, places, uuid::Uuid::nil(), &Default::default(), &|_, _| ());
    assert_eq!(staged.counts.accepted, 12, "{text}\n{:?}", staged.issues);
    let of = |field: &str| -> Vec<String> {
        let values = staged.records.iter().filter_map(|r| r.fields.get(field)?.as_str().map(str::to_owned));
        values.collect()
    };
    assert_eq!(of("decisionNumber").first().map(String::as_str), Some("241/QĐ-UBND"), "{text}");
    assert_eq!(of("decisionNumber").len(), 12);
    assert_eq!(of("decidedOn").first().map(String::as_str), Some("2023-10-01"), "{text}");
}

#[test]
fn a_stray_quote_is_told_and_swallows_no_row() {
    let row = |n: usize, name: &str| {
        format!("{n},3 sao,{name},HTX Một,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024\n")
    };
    let rows = [row(1, "Giò bê"), row(2, "\"Giò lụa"), row(3, "Giò thủ"), row(4, "\"Giò, chả\"")].concat();
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}{rows}"));
    assert_eq!((staged.counts.read, staged.counts.accepted), (4, 4), "{:?}", staged.issues);
    let told: Vec<&str> = staged.issues.iter().map(|i| i.code.as_str()).collect();
    assert_eq!(told, ["QUOTE_STRAY"]);
    let names: Vec<String> = where_they_are(&staged, "Product").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.last().map(String::as_str), Some("Giò, chả"));
}

#[test]
fn a_cell_in_an_old_font_goes_with_its_column() {
    // Representatives and hamlets that by themselves could be Unicode or are foreign names.
    let rows: String = (1..)
        .zip([
            ("NguyÔn V¨n Th\u{ad}ëng", "Êp 3"),
            ("Th¹ch §\u{ad}¬l", "Êp Mü §øc"),
            ("D\u{ad}¬ng H÷u Ph\u{ad}íc", "Êp Giång Chïa"),
        ])
        .cycle()
        .take(9)
        .zip(1..)
        .map(|((_, (person, hamlet)), n)| {
            format!("{n}|HTX Lóa sè {n}|{person}|{hamlet}|Xã Mỹ Phước|25/11/2016|{n}0\n")
        })
        .collect();
    let head = "UBND TỈNH SÓC TRĂNG|||||\n(Số liệu tính đến ngày 31/12/2024)\n\
                STT|Tªn HTX|Ng\u{ad}êi ®¹i diÖn|Êp|Xã/phường|Ngày thành lập|Số thành viên\n";
    let staged = grid(&[("Sheet1", &(head.to_owned() + &rows))], "cooperatives");
    let of = |field: &str| -> Vec<String> {
        let values = staged.records.iter().filter_map(|r| r.fields.get(field)?.as_str().map(str::to_owned));
        values.collect()
    };
    assert_eq!(of("hamlet")[..3], ["ấp 3", "ấp Mỹ Đức", "ấp Giồng Chùa"], "{:?}", staged.issues);
    assert_eq!(of("representative")[..3], ["Nguyễn Văn Thưởng", "Thạch Đươl", "Dương Hữu Phước"]);
}

#[test]
fn a_name_no_index_can_hold_sets_its_row_aside() {
    let row = |n: usize, name: &str, number: &str| {
        format!("{n},3 sao,{name},HTX Một,Huyện Nam Đàn,Xã Nam Anh,{number}12/QĐ-UBND,5/6/2024\n")
    };
    let long = "Giò bê ".repeat(400);
    let rows = [row(1, &long, ""), row(2, "Giò lụa", ""), row(3, "Giò thủ", &"1".repeat(3000))].concat();
    let (_, staged) = read("ocop 31.3.2025.csv", &format!("TỈNH NGHỆ AN\n{HEADINGS}{rows}"));
    let told: Vec<(&str, i32)> = staged.issues.iter().map(|i| (i.code.as_str(), i.row)).collect();
    assert!(told.contains(&("TEXT_TOO_LONG", 3)), "{told:?}");
    assert!(staged.counts.quarantined >= 1);
    let longest =
        staged.records.iter().flat_map(|r| r.fields.iter()).filter_map(|(_, v)| v.as_str()).map(str::len);
    assert!(longest.max() <= Some(1000), "{told:?}");
}

#[test]
fn how_a_product_was_recognised_is_read_from_a_note_that_says_just_that() {
    let notes = ["công nhận mới", "nâng hạng", "Công nhận lại", "xã nông thôn mới", "cấp lại do mất giấy"];
    let rows: String = (1..)
        .zip(notes)
        .map(|(n, note)| {
            format!("{n},3 sao,Giò {n},HTX Một,Huyện Nam Đàn,Xã Nam Anh,12/QĐ-UBND,5/6/2024,{note}\n")
        })
        .collect();
    let text = format!("TỈNH NGHỆ AN\n{},Ghi chú\n{rows}", HEADINGS.trim_end());
    let (_, staged) = read("ocop 31.3.2025.csv", &text);
    let kinds =
        staged.records.iter().filter(|r| &*r.entity == "Recognition").map(|r| r.fields.get("statedKind"));
    let kinds: Vec<Option<&str>> = kinds.map(|kind| kind.and_then(|k| k.as_str())).collect();
    assert_eq!(kinds, [Some("NEW"), Some("RAISED"), Some("RENEWED"), None, None]);
    assert_eq!(staged.issues, []);
}

#[test]
fn lists_of_the_same_items_side_by_side_are_read_together() {
    let items = |from: usize, count: usize| -> String {
        let item = |n| {
            format!(
                "{{\"tenHTX\": \"HTX Sen {n}\", \"xa\": \"Xã Nam Anh\", \"soThanhVien\": {n}, \"ngayThanhLap\": \"2013-03-06\"}}"
            )
        };
        (from..from + count).map(item).collect::<Vec<_>>().join(",")
    };
    let text = format!(
        "{{\"tinh\": \"Tỉnh Nghệ An\", \"Huyện Nam Đàn\": [{}], \"Huyện Diễn Châu\": [{}], \"loi\": [{{\"ma\": 1}}]}}",
        items(10, 3),
        items(20, 5)
    );
    let (_, staged) = read("htx 31.12.2024.json", &text);
    assert_eq!((staged.counts.read, staged.counts.accepted), (8, 8), "{:?}", staged.issues);
    let names: Vec<String> = where_they_are(&staged, "Producer").into_iter().map(|(name, _)| name).collect();
    assert_eq!((names[0].as_str(), names[7].as_str()), ("HTX Sen 20", "HTX Sen 12"));
    let told: Vec<&str> = staged.issues.iter().filter_map(|i| i.seen.as_deref()).collect();
    assert!(told.contains(&"list"), "that it is not read is told: {told:?}");
}
