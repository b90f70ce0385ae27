//! Sheets with a column a year: drafted, and read by the draft.

use chrono::NaiveDate;

use super::SHELF;
use crate::ingest::cell::{Cell, Form, Merge, Row, Sheet};
use crate::ingest::read::Workbook;
use crate::ingest::register::Registers;
use crate::ingest::{Options, map, register};

/// Sheets with a column a year, as offices make them: years in one cell or in two rows, as numbers, texts, words.
fn yearly() -> Vec<Sheet> {
    let cell = |text: &str| match text.parse() {
        Ok(number) => Cell::Number(number),
        Err(_) if text.is_empty() => Cell::Empty,
        Err(_) => Cell::Text(text.trim_start_matches('\'').to_owned()),
    };
    let title = "SỞ CÔNG THƯƠNG TỈNH NGHỆ AN\nDOANH THU CHỦ THỂ OCOP (đến 31/12/2024)\n";
    let plain = "STT|Tên đơn vị|Huyện|Xã|Doanh thu (triệu đồng)|||LN 2024 (triệu đồng)|Số lao động\n";
    let merged = "STT|ĐƠN VỊ|ĐỊA BÀN||DOANH THU (triệu đồng)|||LN 2024 (tr.đ)|SỐ LĐ\n||HUYỆN|XÃ|";
    let heads = [
        (format!("{plain}||||2022|2023|2024||\n"), false),
        (format!("{plain}||||Năm 2022|Năm 2023|Năm 2024||\n"), false),
        (format!("{merged}2022|2023|2024||\n"), true),
        (format!("{merged}'2022|'2023|'2024||\n"), true),
        (format!("{merged}Năm 2022|Năm 2023|Năm 2024||\n"), true),
        (
            "STT|Tên đơn vị|Huyện|Xã|Doanh thu 2022 (triệu đồng)|Doanh thu 2023 (triệu đồng)|\
          Doanh thu năm 2024 (triệu đồng)|LN 2024 (triệu đồng)|Số lao động\n"
                .to_owned(),
            false,
        ),
    ];
    let rows = "1|HTX Cam Một|Nam Đàn|Xã Nam Anh|256.6|8105|3139.4|313.9|49\n\
                2|HTX Cam Hai|Nam Đàn|Xã Nam Anh|7871.2|'7,013 tỷ|7148.4|714.8|41\n\
                3|HTX Cam Ba|Nam Đàn|Xã Nam Anh|'3206,6|1955.5|7938.5|793.9|18\n";
    let sheet = |(head, merged): (String, bool)| {
        let text = format!("{title}{head}{rows}");
        let lines =
            (1..).zip(text.lines()).map(|(no, line)| Row::new(no, line.split('|').map(cell).collect()));
        let mut sheet = Sheet::plain("DT", Form::Grid, lines.collect());
        let merge = |(top, left, bottom, right)| Merge { top, left, bottom, right };
        if merged {
            let joined = [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 6), (2, 7, 3, 7), (2, 8, 3, 8)];
            sheet.merges = joined.map(merge).to_vec();
        }
        sheet
    };
    heads.into_iter().map(sheet).collect()
}

/// Registers with the draft of a sheet among them.
fn drafted(sheet: &Sheet) -> (Workbook, String, Registers) {
    let (registers, places) = &*SHELF;
    let book = Workbook { sheets: vec![sheet.clone()], notes: Vec::new() };
    let text = register::suggest::suggest(&book, registers, places, None).expect("a table").toml("dt.xlsx");
    let origin = register::Origin::Operator;
    let own = register::File { name: "draft.toml".into(), text: text.clone(), origin };
    let files = register::files(None).expect("the registers").into_iter().chain([own]);
    (book, text, Registers::of(files.collect()).expect("a register file"))
}

#[test]
fn a_column_a_year_is_read_by_its_own_draft() {
    let places = &SHELF.1;
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    for sheet in yearly() {
        let (book, text, registers) = drafted(&sheet);
        let options = Options::default();
        let read = map::prepare_book(book, "dt.xlsx", &registers, places, &options, today).expect(&text);
        let staged = map::map(&read, places, uuid::Uuid::nil(), &Default::default(), &|_, _| ());
        assert_eq!((staged.counts.read, staged.counts.accepted), (3, 3), "{text}\n{:?}", staged.issues);
        let of = |row: i32, field: &'static str| -> Vec<(i64, String)> {
            let own = staged.records.iter().filter(move |r| r.row == row);
            let told =
                own.filter_map(|r| Some((r.fields.get("year")?.as_i64()?, r.fields.get(field)?.as_str()?)));
            told.map(|(year, value)| (year, value.to_owned())).collect()
        };
        let first = sheet.rows.last().expect("a row").no - 2;
        let revenue = [(2022, "256600000"), (2023, "8105000000"), (2024, "3139400000")];
        assert_eq!(of(first, "revenue"), revenue.map(|(y, v)| (y, v.to_owned())), "{text}");
        assert_eq!(of(first, "profit"), [(2024, "313900000".to_owned())], "{text}");
    }
}

/// Which year a register without a rule for them takes is not left to chance.
#[test]
fn of_columns_that_differ_in_the_year_none_is_taken_for_the_column() {
    let (registers, places) = &*SHELF;
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    for sheet in yearly() {
        let book = Workbook { sheets: vec![sheet], notes: Vec::new() };
        let options = Options { register: Some("business_results".into()), ..Options::default() };
        let read = map::prepare_book(book, "dt.xlsx", registers, places, &options, today);
        let fault = read.expect_err("no revenue");
        assert!(fault.code == "SHEET_UNUSABLE" && fault.en.contains("\"Doanh thu\""), "{fault}");
    }
}

/// What lacks is told of the form that comes nearest once all rows of headings are read.
#[test]
fn what_is_missing_is_told_of_headings_in_two_rows() {
    let (registers, places) = &*SHELF;
    let row = |no: i32, text: &str| {
        Row::new(
            no,
            text.split('|').map(|t| if t.is_empty() { Cell::Empty } else { Cell::Text(t.into()) }).collect(),
        )
    };
    let mut sheet = Sheet::plain(
        "OCOP",
        Form::Grid,
        vec![
            row(1, "TỈNH NGHỆ AN"),
            row(2, "TT|Tên sản phẩm|Cơ sở||Quyết định||Ghi"),
            row(3, "||Chủ thể|Xã|Số QĐ|Ngày ban hành quyết định|"),
            row(4, "1|Giò bê|HTX Một|Xã Nam Anh|12/QĐ-UBND|5/6/2024|0912345678"),
        ],
    );
    let merge = |(top, left, bottom, right)| Merge { top, left, bottom, right };
    sheet.merges = [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 2, 6)].map(merge).to_vec();
    let book = Workbook { sheets: vec![sheet], notes: Vec::new() };
    let options = Options { register: Some("ocop_products".into()), ..Options::default() };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let read = map::prepare_book(book, "ocop.xlsx", registers, places, &options, today);
    let fault = read.expect_err("no stars").en;
    let stars = &registers.get("ocop_products").expect("the register").model.column["stars"].headers[0];
    assert!(fault.contains(&format!("Missing headings: \"{stars}\". ")), "{fault}");
    assert!(fault.contains("Cơ sở Chủ thể") && !fault.contains("0912"), "{fault}");
}
