use super::*;

fn show(cell: Cell) -> String {
    match when(&cell, false) {
        Ok(Some(When { day: Some(day), .. })) => day.to_string(),
        Ok(Some(When { impossible: true, year, .. })) => format!("no day, {}", year.unwrap_or(0)),
        Ok(Some(When { month: Some(month), year, .. })) => format!("{month}/{}", year.unwrap_or(0)),
        Ok(Some(When { quarter: Some(quarter), year, .. })) => {
            format!("Q{quarter}/{}", year.unwrap_or(0))
        }
        Ok(Some(When { year, .. })) => format!("{}", year.unwrap_or(0)),
        Ok(None) => "blank".into(),
        Err(_) => "bad".into(),
    }
}

#[test]
fn reads_days_as_offices_write_them() {
    for (text, expected) in [
        ("15/3/2023", "2023-03-15"),
        ("ngày 15 tháng 3 năm 2023", "2023-03-15"),
        ("15-11-2025", "2025-11-15"),
        ("30.6.2025", "2025-06-30"),
        ("5/6/24", "2024-06-05"),
        ("06/5/2023 - 06/5/2026", "2023-05-06"),
        ("7/4/2023 - 7/4/2026", "2023-04-07"),
        ("03/02/2023-03/02/2026", "2023-02-03"),
        ("15/5/2023 - 15/5/2026", "2023-05-15"),
        ("06-05-2023 - 07-05-2026", "2023-05-06"),
        ("06-05-2023-07-05-2026", "2023-05-06"),
        ("6.5.2023-7.5.2026", "2023-05-06"),
        ("6/5/23-7/5/26", "2023-05-06"),
        ("6/5/23 - 7/5/26", "2023-05-06"),
        ("6/5/2023 – 7/5/2026", "2023-05-06"),
        ("từ 6/5/2023 đến 7/5/2026", "2023-05-06"),
        ("2023-05-06 - 2026-05-07", "2023-05-06"),
        ("2023/05/06-2026/05/07", "2023-05-06"),
        ("5/2023 - 5/2026", "5/2023"),
        ("06-thg5-23", "2023-05-06"),
        ("06-Thg5-2023", "2023-05-06"),
        ("06-thg 5-2023", "2023-05-06"),
        ("6 thg 5, 2023", "2023-05-06"),
        ("06-thg12-98", "1998-12-06"),
        ("thg5-23", "5/2023"),
        ("31-thg6-23", "no day, 2023"),
        ("2022-04-18", "2022-04-18"),
        ("2025-10-31T23:00:00Z", "2025-11-01"),
        ("44759", "2022-07-17"),
        ("Năm 2018", "2018"),
        ("2018", "2018"),
        ("T9/2023", "9/2023"),
        ("tháng 10/2024", "10/2024"),
        ("09/2023", "9/2023"),
        ("30/2/2018", "no day, 2018"),
        ("00/00/0000", "bad"),
        ("20??", "bad"),
        ("-", "blank"),
        ("hôm qua", "bad"),
        ("15/3/2567", "bad"),
        ("2567", "bad"),
        ("31/4/2024", "no day, 2024"),
        ("29/2/2023", "no day, 2023"),
        ("03/15/2023", "no day, 2023"),
        ("3/4/2023", "2023-04-03"),
        ("15 / 3 / 2023", "2023-03-15"),
        ("15.03.2023", "2023-03-15"),
        ("15/03/2023 08:30", "2023-03-15"),
        ("2023/03/15", "2023-03-15"),
        ("2023-03-15 00:00:00", "2023-03-15"),
        ("20230315", "2023-03-15"),
        ("ngày 15/3 năm 2023", "2023-03-15"),
        ("Ngày 05 tháng 03 năm 2023", "2023-03-05"),
        ("15 tháng ba năm 2023", "2023-03-15"),
        ("mùng 5 tháng chạp năm 2023", "2023-12-05"),
        ("tháng Ba năm 2023", "3/2023"),
        ("tháng mười hai/2023", "12/2023"),
        ("tháng năm năm 2023", "5/2023"),
        ("15-Mar-2023", "2023-03-15"),
        ("15 March 2023", "2023-03-15"),
        ("Mar 15, 2023", "2023-03-15"),
        ("May 2023", "5/2023"),
        ("Sept 2023", "9/2023"),
        ("2023-09", "9/2023"),
        ("13/2023", "2023"),
        ("quý II/2024", "Q2/2024"),
        ("Quý 3 năm 2024", "Q3/2024"),
        ("Q4/2024", "Q4/2024"),
        ("quý 5/2024", "bad"),
        ("cuối năm 2019", "2019"),
        ("45000,75", "2023-03-15"),
    ] {
        assert_eq!(show(Cell::Text(text.into())), expected, "{text}");
    }
    assert_eq!(show(Cell::Number(44183.0)), "2020-12-18");
    assert_eq!(show(Cell::Number(2018.0)), "2018");
    let shown_as = |y, m, d| Cell::Date(NaiveDate::from_ymd_opt(y, m, d).expect("a day").into());
    assert_eq!(show(shown_as(1905, 7, 10)), "2018");
    assert_eq!(show(shown_as(2567, 1, 1)), "bad");
    assert_eq!(
        when(&Cell::Number(43_000.0), true).ok().flatten().and_then(|w| w.day),
        NaiveDate::from_ymd_opt(2021, 9, 23)
    );
    for n in [f64::NAN, f64::INFINITY, -1.0, 1e300, 0.0, 79_999.9, 4.9e12] {
        let _ = when(&Cell::Number(n), true);
    }
    assert_eq!(show(Cell::Number(1_688_965_200_000.0)), "2023-07-10");
}

#[test]
fn finds_days_in_titles_and_file_names() {
    let found =
        |text: &str| mentioned(text).iter().filter_map(|(_, w)| w.latest()).max().map(|d| d.to_string());
    for (text, expected) in [
        ("(Tính đến ngày 31/12/2024)", Some("2024-12-31")),
        ("Thời điểm: ngày 15 tháng 6 năm 2025", Some("2025-06-15")),
        ("Số liệu tháng 6 năm 2025", Some("2025-06-30")),
        ("SP OCOP 2018-2025 (30.6.2025).xlsx", Some("2025-06-30")),
        ("cong nhan (T6-2025).xlsx", Some("2025-06-30")),
        ("(cập nhật 15-11-2025) - SỬA.xlsx", Some("2025-11-15")),
        ("qlbl_export_20251031.json", Some("2025-10-31")),
        ("OCOP QN 2014-2025 v1.xlsx", None),
        ("Báo cáo số 226/BC-VPĐP", None),
    ] {
        assert_eq!(found(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_title_gives_a_year_only_behind_words_of_a_decision() {
    let after = ["công nhận".to_owned()];
    assert_eq!(years_after("SẢN PHẨM ĐƯỢC CÔNG NHẬN NĂM 2021", &after), [2021]);
    assert_eq!(years_after("công nhận đợt 2 năm 2023", &after), [2023]);
    assert!(years_after("Sản phẩm OCOP năm 2021", &after).is_empty());
    assert!(years_after("được công nhận đến năm 2021", &after).is_empty());
    assert_eq!(plain_years("OCOP 2021"), [2021]);
    assert_eq!(plain_years("2018-2025"), [2018, 2025]);
}
