//! Files that mean harm or are broken: each gets its code, none a panic.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use super::{Limits, load, read};

fn code(bytes: &[u8]) -> &'static str {
    read(bytes, &Limits::default()).map_or_else(|f| f.code, |_| "")
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in entries {
        zip.start_file(*name, options).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

fn workbook(sheet: &str) -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let book = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    zipped(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn what_is_no_table_is_refused_with_its_code() {
    let mut encrypted = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    encrypted.extend(vec![0; 600]);
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let ole = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[7; 600]].concat();
    for (bytes, expected) in [
        (b"".as_slice(), "FILE_EMPTY"),
        (b" \r\n\t ", "FILE_EMPTY"),
        (b"\xef\xbb\xbf\n", "FILE_EMPTY"),
        (b"<html><table><tr><td>Ten</td></tr></table>", "WORKBOOK_IS_HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "WORKBOOK_IS_HTML"),
        (b"%PDF-1.7 ...", "FORMAT_UNKNOWN"),
        (b"just some words", "FORMAT_UNKNOWN"),
        (b"{\"a\": ", "JSON_INVALID"),
        (b"{\"a\": 1}", "JSON_INVALID"),
        (b"PK\x03\x04 and nothing", "WORKBOOK_TRUNCATED"),
        (&encrypted, "WORKBOOK_ENCRYPTED"),
        (&ole, "WORKBOOK_TRUNCATED"),
        (&zipped(&[("word/document.xml", b"x")]), "FORMAT_UNKNOWN"),
        (&zipped(&[("xl/workbook.xml", b"<workbook")]), "WORKBOOK_UNREADABLE"),
        (b"a,b\n\xfe\xfd\xff,\xfa\xfb\xfc\xf0\xf1\n", "LEGACY_ENCODING"),
    ] {
        assert_eq!(code(bytes), expected, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    }
}

#[test]
fn a_zip_bomb_and_a_boundless_sheet_are_refused() {
    let zeros = vec![b' '; 40 << 20];
    assert_eq!(
        code(&zipped(&[("xl/workbook.xml", b"<a/>"), ("xl/worksheets/sheet1.xml", &zeros)])),
        "ARCHIVE_BOMB"
    );
    let claim = workbook(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"#,
    );
    let book = read(&claim, &Limits::default()).expect("a small sheet with a large claim");
    assert_eq!(book.sheets[0].rows.len(), 1);
    let far = workbook(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>"#,
    );
    assert_eq!(code(&far), "ARCHIVE_BOMB");
}

#[test]
fn no_cut_of_a_workbook_panics() {
    let whole =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/ingest/cooperatives_1904.xlsx"));
    let whole = whole.expect("the case");
    assert_eq!(code(&whole), "");
    for end in (0..whole.len()).step_by(101) {
        assert_ne!(code(&whole[..end]), "", "cut at {end}");
        let mut broken = whole.clone();
        broken[end] ^= 0x55;
        let _ = code(&broken);
    }
}

#[test]
fn a_large_file_is_refused_by_its_size_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("200MB.xlsx");
    std::fs::File::create(&path).and_then(|f| f.set_len(200 << 20)).expect("a sparse file");
    let refused = load(&path, &Limits::default()).expect_err("too large");
    assert!(refused.to_string().starts_with("FILE_TOO_LARGE"), "{refused}");
}
