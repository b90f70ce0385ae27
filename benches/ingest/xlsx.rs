//! A workbook as Excel writes one: shared strings, one sheet, deflated.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use super::generate::Value;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The bytes of a workbook with these rows.
pub fn workbook(rows: &[Vec<Value>]) -> Vec<u8> {
    let mut strings: Vec<&str> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut sheet = format!("{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for (r, row) in rows.iter().enumerate() {
        let _ = write!(sheet, "<row r=\"{}\">", r + 1);
        for (c, value) in row.iter().enumerate() {
            let at = format!("{}{}", char::from(b'A' + c as u8), r + 1);
            let _ = match value {
                Value::Number(n) => write!(sheet, "<c r=\"{at}\"><v>{n}</v></c>"),
                Value::Text(text) if text.is_empty() => Ok(()),
                Value::Text(text) => {
                    let no = *known.entry(text).or_insert_with(|| {
                        strings.push(text);
                        strings.len() - 1
                    });
                    write!(sheet, "<c r=\"{at}\" t=\"s\"><v>{no}</v></c>")
                }
            };
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let mut shared = format!("{HEAD}<sst xmlns=\"{MAIN}\" uniqueCount=\"{}\">", strings.len());
    for text in strings {
        let _ = write!(shared, "<si><t>{text}</t></si>");
    }
    shared.push_str("</sst>");
    let types =
        format!(r#"{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#);
    let root = format!(
        r#"{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let book = format!(
        r#"{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="HTX" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let rels = format!(
        r#"{HEAD}<Relationships xmlns="{RELS}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
    );
    zipped(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", rels),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", shared),
    ])
}

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(*name, options).expect("a part");
        zip.write_all(text.as_bytes()).expect("its bytes");
    }
    zip.finish().expect("a zip").into_inner()
}
