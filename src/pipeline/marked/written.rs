//! A workbook of another kind (.xls, .ods, .xlsb) written as a plain .xlsx: values and joined cells, no
//! formatting.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use quick_xml::escape::escape;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::sheet::letters;
use crate::ingest::cell::{Cell, Sheet};
use crate::ingest::read::{Limits, read};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The same sheets as .xlsx.
pub(super) fn xlsx(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let book = read(bytes, &Limits::default())?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: String| -> anyhow::Result<()> {
        writer.start_file(name, SimpleFileOptions::default())?;
        writer.write_all((HEAD.to_owned() + &text).as_bytes())?;
        Ok(())
    };
    let (mut types, mut sheets, mut relations) = (String::new(), String::new(), String::new());
    for (n, sheet) in (1..).zip(&book.sheets) {
        let name = escape(sheet.name.as_str());
        let state = if sheet.hidden { " state=\"hidden\"" } else { "" };
        let _ = write!(sheets, "<sheet name=\"{name}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>");
        let _ = write!(
            relations,
            "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
        let _ = write!(
            types,
            "<Override PartName=\"/xl/worksheets/sheet{n}.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
        );
        put(&format!("xl/worksheets/sheet{n}.xml"), written(sheet))?;
    }
    put("[Content_Types].xml", content_types(&types))?;
    put(
        "_rels/.rels",
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    )?;
    put(
        "xl/_rels/workbook.xml.rels",
        format!(
            "<Relationships xmlns=\"{PACKAGE}/relationships\">{relations}<Relationship Id=\"rIdStyles\" \
             Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    )?;
    put(
        "xl/workbook.xml",
        format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"),
    )?;
    put("xl/styles.xml", styles())?;
    Ok(writer.finish()?.into_inner())
}

fn content_types(sheets: &str) -> String {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"{kind}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" \
         ContentType=\"{kind}.styles+xml\"/>{sheets}</Types>"
    )
}

fn styles() -> String {
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
         </fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill>\
         <patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/>\
         <bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" \
         fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" \
         fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"14\" fontId=\"0\" fillId=\"0\" borderId=\"0\" \
         xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
    )
}

fn written(sheet: &Sheet) -> String {
    let mut out = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
    for row in sheet.rows.iter().filter(|row| row.no > 0) {
        let _ = write!(out, "<row r=\"{}\">", row.no);
        for (column, cell) in (1..).zip(&row.cells) {
            written_cell(&mut out, &format!("{}{}", letters(column), row.no), cell);
        }
        out.push_str("</row>");
    }
    out.push_str("</sheetData>");
    if !sheet.merges.is_empty() {
        out.push_str("<mergeCells>");
        for merge in &sheet.merges {
            let first = format!("{}{}", letters(merge.left + 1), merge.top + 1);
            let last = format!("{}{}", letters(merge.right + 1), merge.bottom + 1);
            let _ = write!(out, "<mergeCell ref=\"{first}:{last}\"/>");
        }
        out.push_str("</mergeCells>");
    }
    out + "</worksheet>"
}

fn written_cell(out: &mut String, reference: &str, cell: &Cell) {
    let text = |out: &mut String, text: &str| {
        let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let _ = write!(
            out,
            "<c r=\"{reference}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            escape(kept.as_str())
        );
    };
    // Writing to a string does not fail.
    let _ = match cell {
        Cell::Empty => Ok(()),
        Cell::Text(words) | Cell::Error(words) => {
            text(out, words);
            Ok(())
        }
        Cell::Number(n) => write!(out, "<c r=\"{reference}\"><v>{n}</v></c>"),
        Cell::Bool(b) => write!(out, "<c r=\"{reference}\" t=\"b\"><v>{}</v></c>", u8::from(*b)),
        Cell::Date(at) => {
            let epoch = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
            let days = (*at - epoch.and_time(chrono::NaiveTime::MIN)).num_seconds() as f64 / 86_400.0;
            write!(out, "<c r=\"{reference}\" s=\"1\"><v>{days}</v></c>")
        }
    };
}
