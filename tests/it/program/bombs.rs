//! Files that are small, or look so, and would cost much if they were believed.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use zip::write::SimpleFileOptions;

use super::Place;

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// Writes them; with the code each must be refused with.
pub fn write(place: &Place) -> Vec<(PathBuf, &'static str)> {
    let sparse = place.path("sparse.csv");
    std::fs::File::create(&sparse).unwrap().set_len(200 << 20).unwrap();
    vec![
        (sparse, "FILE_TOO_LARGE"),
        (place.write("bomb.xlsx", &zeros_workbook(1 << 30)), "ARCHIVE_BOMB"),
        // No reader goes beyond what it says it has.
        (place.write("lying_bomb.xlsx", &zeros_workbook(1000)), "WORKBOOK_UNREADABLE"),
        (place.write("wide.xlsx", &wide_workbook(60_000)), "ARCHIVE_BOMB"),
        (place.write("fields.json", &many_fields(12_000)), "ARCHIVE_BOMB"),
    ]
}

/// A workbook whose sheet unpacks to a gigabyte of zeros; it says of itself that it has `declared` bytes.
fn zeros_workbook(declared: u32) -> Vec<u8> {
    let sheet = deflated_zeros(1 << 30);
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    let parts = parts();
    let mut entries: Vec<(&str, u16, &[u8], u32)> =
        parts.iter().map(|(name, text)| (*name, 0, text.as_bytes(), text.len() as u32)).collect();
    entries.push((SHEET, 8, &sheet, declared));
    let count = [entries.len() as u8, 0, entries.len() as u8, 0];
    for (name, method, data, size) in entries {
        let at = file.len() as u32;
        let mut shared = Vec::new();
        // Version, flags, method, time, date, checksum, sizes, length of the name, extra.
        for number in [20, 0, method, 0, 0x21] {
            shared.extend(u16::to_le_bytes(number));
        }
        for number in [0, data.len() as u32, size] {
            shared.extend(number.to_le_bytes());
        }
        shared.extend((name.len() as u32).to_le_bytes());
        file.extend([b"PK\x03\x04", shared.as_slice(), name.as_bytes(), data].concat());
        let rest = [&[0; 10][..], &at.to_le_bytes(), name.as_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\x00", shared.as_slice(), &rest].concat());
    }
    let (at, length) = (file.len() as u32, directory.len() as u32);
    let end = [&length.to_le_bytes()[..], &at.to_le_bytes(), &[0, 0]].concat();
    [&file[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &end].concat()
}

/// So many zeros in one block of DEFLATE: two bits for every 258 of them (RFC 1951, 3.2.7).
fn deflated_zeros(count: usize) -> Vec<u8> {
    let (mut bytes, mut at) = (vec![0], 0);
    let mut put = |value: u32, bits: u32| {
        for bit in 0..bits {
            if at == 8 {
                bytes.push(0);
                at = 0;
            }
            *bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << at;
            at += 1;
        }
    };
    // The last block, with codes of its own: 286 literals and lengths, 1 distance, 18 lengths of code lengths.
    for (value, bits) in [(1, 1), (2, 2), (29, 5), (0, 5), (14, 4)] {
        put(value, bits);
    }
    // In the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1: "zeros" has 1 bit, lengths 2 and 1 have 2.
    for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2] {
        put(length, 3);
    }
    // Codes come with their highest bit first: "zeros" 0, length 1 10, length 2 11.
    let zeros = |more: u32| [(0, 1), (more - 11, 7)];
    let (one, two) = ((0b01, 2), (0b11, 2));
    let lengths = [&[two][..], &zeros(138), &zeros(117), &[two], &zeros(28), &[one, one]].concat();
    lengths.into_iter().for_each(|(value, bits)| put(value, bits));
    // A zero (10), then "258 as one byte before" (0 0), over and over, then the end (11).
    put(0b01, 2);
    (0..count / 258).for_each(|_| put(0, 2));
    put(0b11, 2);
    bytes
}

/// A sound workbook with one short text in the last column we read of each row.
fn wide_workbook(rows: u32) -> Vec<u8> {
    let mut sheet = String::from(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for row in 1..=rows {
        sheet += &format!(r#"<row r="{row}"><c r="AMI{row}"><v>1</v></c></row>"#);
    }
    sheet += "</sheetData></worksheet>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts().into_iter().chain([(SHEET, sheet)]) {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A list whose every item has a field that no other has.
fn many_fields(items: usize) -> Vec<u8> {
    let items: Vec<String> = (0..items).map(|item| format!(r#"{{"field {item}": 1}}"#)).collect();
    format!("[{}]", items.join(",")).into_bytes()
}

/// All of a workbook but its one sheet.
fn parts() -> [(&'static str, String); 3] {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let link = |kind: &str, target: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{relations}/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    [
        ("_rels/.rels", link("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", link("worksheet", "worksheets/sheet1.xml")),
    ]
}
