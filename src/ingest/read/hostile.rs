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

fn ods(table: &str) -> Vec<u8> {
    let content = format!("<office:document-content><office:body><office:spreadsheet>{table}");
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn cells_repeated_without_end_are_refused_and_a_document_cut_off_ends() {
    let row = |attributes: &str, cell: &str| {
        format!(
            r#"<table:table table:name="A"><table:table-row {attributes}><table:table-cell office:value-type="float" office:value="1" {cell}/></table:table-row>"#
        )
    };
    let wide = row("", r#"table:number-columns-repeated="4000000000""#);
    let long = row(r#"table:number-rows-repeated="4000000000""#, "");
    for table in [wide, long] {
        assert_eq!(code(&ods(&format!("{table}</table:table>"))), "ARCHIVE_BOMB");
    }
    let blanks = r#"<table:table table:name="A"><table:table-row><table:table-cell><text:p>a<text:s text:c="9999999999"/>b</text:p></table:table-cell></table:table-row></table:table>"#;
    let book = read(&ods(blanks), &Limits::default()).expect("one cell");
    assert!(book.sheets[0].rows[0].cells[0].text().len() < 1000);
    for cut in [
        row("", ""),
        r#"<table:table table:name="A"><table:table-row><table:table-cell>"#.to_owned(),
        r#"<table:table table:name="A"><table:table-row><table:table-cell><office:annotation>"#.to_owned(),
    ] {
        let read = read(&ods(&cut), &Limits::default());
        let told = read.map_or_else(|f| f.code, |b| b.notes.first().map_or("", |n| n.code));
        assert!(matches!(told, "SHEET_CUT_OFF" | "WORKBOOK_UNREADABLE"), "{told}: {cut}");
    }
}

#[test]
fn texts_that_are_only_claimed_are_refused() {
    let strings = br#"<sst uniqueCount="99999999999"><si><t>a</t></si></sst>"#;
    assert_eq!(
        code(&zipped(&[("xl/workbook.xml", b"<a/>"), ("xl/sharedStrings.xml", strings)])),
        "ARCHIVE_BOMB"
    );
}

/// An .xls of a program, and where the bytes of a record's data stand in it.
fn xls() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/ingest/cooperatives_libreoffice.xls");
    std::fs::read(path).expect("the case")
}

#[test]
fn an_xls_that_claims_or_reaches_too_far_is_refused() {
    let whole = xls();
    assert_eq!(code(&whole), "");
    // The record of dimensions of a sheet (512, 14 bytes): rows to the last that a number can say.
    let at = whole.windows(4).position(|w| w == [0, 2, 14, 0]).expect("dimensions") + 4;
    let mut claims = whole.clone();
    claims[at + 4..at + 8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(code(&claims), "ARCHIVE_BOMB");
    // A text (253, 10 bytes) in the last cell there can be.
    let at = whole.windows(4).position(|w| w == [0xfd, 0, 10, 0]).expect("a text") + 4;
    let mut far = whole.clone();
    far[at..at + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(code(&far), "ARCHIVE_BOMB");
}

#[test]
fn chains_of_sectors_that_bite_their_tail_end() {
    let whole = xls();
    let fat = u32::from_le_bytes([whole[76], whole[77], whole[78], whole[79]]) as usize;
    let start = (fat + 1) * 512;
    for sector in 0..whole.len() / 512 {
        let mut cyclic = whole.clone();
        if let Some(next) = cyclic.get_mut(start + sector * 4..start + sector * 4 + 4) {
            next.copy_from_slice(&(sector as u32).to_le_bytes());
        }
        let _ = code(&cyclic);
    }
    // The folder of the file, the chain that is read to its end.
    let folder = u32::from_le_bytes([whole[48], whole[49], whole[50], whole[51]]);
    let mut cyclic = whole.clone();
    let at = start + folder as usize * 4;
    cyclic[at..at + 4].copy_from_slice(&folder.to_le_bytes());
    assert_eq!(code(&cyclic), "WORKBOOK_TRUNCATED");
}

#[test]
fn json_too_deep_and_lines_too_long_are_refused_or_read() {
    let deep = format!("[{}", "[".repeat(200_000));
    assert_eq!(code(deep.as_bytes()), "JSON_INVALID");
    let many = format!("a{}\nb,c\n", ",".repeat(5000));
    assert_eq!(code(many.as_bytes()), "ARCHIVE_BOMB");
    let long = format!("Ten,Huyen\n{},x\n", "y".repeat(3 << 20));
    let book = read(long.as_bytes(), &Limits::default()).expect("a long cell");
    assert_eq!(book.sheets[0].rows.len(), 2);
}

#[test]
fn a_text_file_within_a_line_of_the_limit_is_bounded_by_its_cells() {
    let limits = Limits { cells: 1000, ..Limits::default() };
    let rows = "a,b,c\n".repeat(400);
    assert_eq!(read(rows.as_bytes(), &limits).expect_err("too many").code, "ARCHIVE_BOMB");
}

/// A record of an .xlsb: kind and length in sevens of bits.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = match kind {
        0..0x80 => vec![kind as u8],
        _ => vec![kind as u8 | 0x80, (kind >> 7) as u8],
    };
    out.push(u8::try_from(data.len()).expect("a short record"));
    out.extend(data);
    out
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(units.len() as u32 / 2).to_le_bytes()[..], &units].concat()
}

fn xlsb(column: u32) -> Vec<u8> {
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let sheet = [&[0u8; 8][..], &wide("rId1"), &wide("HTX")].concat();
    let book = [record(0x83, &[]), record(0x9c, &sheet), record(0x90, &[]), record(0x9d, &[])].concat();
    let cell =
        |kind, column: u32, value: &[u8]| record(kind, &[&column.to_le_bytes()[..], &[0; 4], value].concat());
    let row = |no: u32| record(0, &[&no.to_le_bytes()[..], &[0; 13]].concat());
    let part = [
        record(0x81, &[]),
        record(0x94, &[0xff; 16]),
        record(0x91, &[]),
        row(4),
        cell(6, 0, &wide("Tên HTX")),
        cell(5, column, &45000f64.to_le_bytes()),
        record(0x92, &[]),
        record(0x82, &[]),
    ];
    zipped(&[
        ("xl/workbook.bin", &book),
        ("xl/_rels/workbook.bin.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.bin", &part.concat()),
    ])
}

#[test]
fn an_xlsb_is_read_whatever_it_claims_and_refused_when_it_reaches_too_far() {
    let book = read(&xlsb(2), &Limits::default()).expect("a workbook");
    let row = &book.sheets[0].rows[0];
    let texts: Vec<String> = row.cells.iter().map(crate::ingest::cell::Cell::text).collect();
    assert_eq!((row.no, texts), (5, vec!["Tên HTX".to_owned(), String::new(), "45000".to_owned()]));
    assert_eq!(code(&xlsb(16_000)), "ARCHIVE_BOMB");
    let whole = xlsb(2);
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x15;
        let _ = code(&broken);
    }
}

#[test]
fn rows_and_sheets_have_each_a_name_of_their_own() {
    let old = read(b"a,b\rc,d\re,f\r", &Limits::default()).expect("lines that end in CR");
    assert_eq!(old.sheets[0].rows.iter().map(|r| r.no).collect::<Vec<_>>(), [1, 2, 3]);
    let table = r#"<table:table table:name="A"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>"#;
    let book = read(&ods(&table.repeat(3)), &Limits::default()).expect("three sheets");
    assert_eq!(book.sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["A", "A (2)", "A (3)"]);
    let far = workbook(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData></worksheet>"#,
    );
    assert_ne!(code(&far), "");
}
