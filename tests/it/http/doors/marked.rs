//! An office's own file back, with its errors in it.

use std::io::{Cursor, Read, Write};

use axum::body::Body;
use calamine::{Data, Reader, Xlsx};
use lienthong::pipeline::marked::HEADING;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{HALF_GOOD, Hub, get_for, upload};

async fn back(hub: &Hub, name: &str, kind: &'static str, bytes: Vec<u8>) -> super::Seen {
    let mut request = upload(&format!("fileName={name}"), Body::from(bytes));
    request.headers_mut().insert("content-type", kind.parse().unwrap());
    let seen = hub.send(request).await;
    assert_eq!(seen.status.as_u16(), 201, "{}", seen.json());
    let path = format!("{}/errors", seen.header("location"));
    hub.send(get_for("a test", &path)).await
}

#[tokio::test]
async fn text_comes_back_with_one_more_column() {
    let hub = Hub::open().await;
    let seen = back(&hub, "list.csv", "text/csv", HALF_GOOD.as_bytes().to_vec()).await;
    assert!(seen.header("content-disposition").contains("list.errors.csv"));
    let text = String::from_utf8(seen.body).unwrap();
    for (before, after) in HALF_GOOD.lines().zip(text.lines()) {
        assert!(after.starts_with(before), "{before}: {after}");
    }
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].ends_with(&format!(",{HEADING}")), "{text}");
    assert!(lines[2].contains(" / ") && lines[3].ends_with(",18,"), "{text}");
}

/// The rows of the csv as a workbook with all that must be kept: a style, joined cells, another sheet, a width.
fn workbook() -> Vec<u8> {
    let mut rows = String::new();
    for (n, line) in (1..).zip(HALF_GOOD.lines()) {
        rows.push_str(&format!("<row r=\"{n}\" spans=\"1:6\">"));
        for (letter, value) in ('A'..).zip(line.split(',')) {
            rows.push_str(&format!(
                "<c r=\"{letter}{n}\" s=\"1\" t=\"inlineStr\"><is><t>{value}</t></is></c>"
            ));
        }
        rows.push_str("</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let files = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{kind}.styles+xml\"/><Override PartName=\"/xl/worksheets/one.xml\" ContentType=\"{kind}.worksheet+xml\"/><Override PartName=\"/xl/worksheets/two.xml\" ContentType=\"{kind}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/one.xml\"/><Relationship Id=\"r2\" Type=\"{office}/worksheet\" Target=\"/xl/worksheets/two.xml\"/><Relationship Id=\"r3\" Type=\"{office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"Danh sách &amp; số\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"Khác\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><fonts count=\"2\"><font/><font><b/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\"><alignment horizontal=\"center\"/></xf></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/one.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><dimension ref=\"A1:F5\"/><cols><col min=\"2\" max=\"2\" width=\"40\" customWidth=\"1\"/></cols><sheetData>{rows}</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A1:F1\"/></mergeCells></worksheet>"
            ),
        ),
        (
            "xl/worksheets/two.xml",
            format!(
                "<worksheet xmlns=\"{main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>ghi chú riêng</t></is></c></row></sheetData></worksheet>"
            ),
        ),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn a_workbook_comes_back_as_it_was_but_for_the_column() {
    let hub = Hub::open().await;
    let before = workbook();
    let seen = back(&hub, "list.xlsx", "application/octet-stream", before.clone()).await;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(seen.body.clone())).unwrap();
    let sheet = book.worksheet_range("Danh sách & số").unwrap();
    let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty).to_string();
    assert_eq!(cell(1, 6), HEADING);
    assert!(cell(2, 6).contains(" / "), "{}", cell(2, 6));
    assert_eq!(cell(3, 6), "", "a good row has none");
    for (row, line) in (0..).zip(HALF_GOOD.lines()) {
        let values: Vec<String> = (0..6).map(|column| cell(row, column)).collect();
        assert_eq!(values, line.split(',').collect::<Vec<_>>());
    }
    for name in ["xl/worksheets/two.xml", "xl/workbook.xml", "[Content_Types].xml"] {
        assert_eq!(part(&seen.body, name), part(&before, name), "{name}");
    }
    let one = part(&seen.body, "xl/worksheets/one.xml");
    assert!(one.contains("<mergeCell ref=\"A1:F1\"/>") && one.contains("ref=\"A1:G5\""), "{one}");
    assert!(one.contains("<col min=\"2\" max=\"2\" width=\"40\" customWidth=\"1\"/><col min=\"7\""), "{one}");
    let styles = part(&seen.body, "xl/styles.xml");
    assert!(
        styles.contains("<fills count=\"4\">")
            && styles.contains("<alignment horizontal=\"center\"/></xf><xf"),
        "{styles}"
    );
}
