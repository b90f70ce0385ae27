//! What the parts of an .xlsx say beyond its cells, found before and beside them: joined cells, hidden rows,
//! formulas never computed, and claims that would make the reader of workbooks ask for absurd room.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::refusal;
use crate::error::Fault;
use crate::ingest::cell::Merge;

/// Joined cells, hidden rows, formulas kept of a sheet.
const KEPT: usize = 100_000;
/// Longest tag and longest text looked at.
const LOOK: usize = 1024;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// What stands around the cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub merges: Vec<Merge>,
    pub hidden_rows: Vec<i32>,
    /// Row and column, from 0, of formulas without a result, with the formula.
    pub uncomputed: Vec<(u32, usize, String)>,
}

/// Parts of the sheets by name, after the claims of the workbook were found sound.
pub(super) struct Parts<'a> {
    archive: Archive<'a>,
    by_name: HashMap<String, String>,
}

impl<'a> Parts<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| refusal::truncated())?;
        let names: Vec<String> = archive.file_names().flatten().map(|n| n.into_owned()).collect();
        for strings in names.iter().filter(|n| n.to_lowercase().ends_with("sharedstrings.xml")) {
            sound_strings(&mut archive, strings)?;
        }
        let mut ids: HashMap<String, String> = HashMap::new();
        elements(&mut archive, "xl/_rels/workbook.xml.rels", |e| {
            if let (Some(id), Some(target)) = (attribute(e, "Id"), attribute(e, "Target")) {
                let path = match target.strip_prefix('/') {
                    Some(path) => path.to_owned(),
                    None => format!("xl/{target}"),
                };
                ids.insert(id, path);
            }
        });
        let mut by_name = HashMap::new();
        elements(&mut archive, "xl/workbook.xml", |e| {
            if let ("sheet", Some(name), Some(id)) =
                (e.local_name().into_inner(), attribute(e, "name"), attribute(e, "id"))
                && let Some(path) = ids.get(&id)
            {
                by_name.insert(name, path.clone());
            }
        });
        Ok(Self { archive, by_name })
    }

    /// The frame of a sheet; an empty one when its part is not found.
    pub(super) fn frame(&mut self, sheet: &str) -> Frame {
        let mut scan = Scan::default();
        if let Some(path) = self.by_name.get(sheet)
            && let Ok(part) = self.archive.by_name(path)
        {
            tags(BufReader::with_capacity(1 << 16, part), &mut scan);
        }
        scan.frame
    }
}

/// Room is made for as many shared strings as are claimed: not more than there can be.
fn sound_strings(archive: &mut Archive<'_>, path: &str) -> Result<(), Fault> {
    let Ok(part) = archive.by_name(path) else { return Ok(()) };
    let size = part.size();
    let mut claimed: Option<u64> = None;
    each(part, |e| {
        if e.local_name().into_inner() == "sst" {
            claimed = attribute(e, "uniqueCount").map(|n| n.parse().unwrap_or(u64::MAX));
            return false;
        }
        true
    });
    match claimed {
        // `<si/>` is the shortest.
        Some(claimed) if claimed > size / 5 + 1 => {
            Err(refusal::bomb(&format!("{claimed} texts claimed"), &format!("khai {claimed} chuỗi")))
        }
        _ => Ok(()),
    }
}

fn elements(archive: &mut Archive<'_>, path: &str, mut on: impl FnMut(&BytesStart<'_>)) {
    if let Ok(part) = archive.by_name(path) {
        each(part, |e| {
            on(e);
            true
        });
    }
}

/// Shows each element until the caller has seen enough or the part ends.
fn each(part: impl Read, mut on: impl FnMut(&BytesStart<'_>) -> bool) {
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(e) | Event::Empty(e)) => {
                if !on(&e) {
                    return;
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        e.attributes().with_checks(false).flatten().find(|a| a.key.local_name().into_inner() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(|v| v.into_owned())
}

/// Walks over the tags of a part without making sense of XML: this is done for every cell.
fn tags(mut part: impl BufRead, scan: &mut Scan) {
    let (mut text, mut tag) = (Vec::with_capacity(LOOK), Vec::with_capacity(LOOK));
    loop {
        text.clear();
        tag.clear();
        if !take(&mut part, b'<', &mut text) || !take(&mut part, b'>', &mut tag) {
            return;
        }
        scan.see(&text, &tag);
    }
}

/// Reads up to a mark, which is taken too; keeps the beginning. False at the end.
fn take(part: &mut impl BufRead, mark: u8, kept: &mut Vec<u8>) -> bool {
    loop {
        let Ok(held) = part.fill_buf() else { return false };
        if held.is_empty() {
            return false;
        }
        let (upto, used, found) = match held.iter().position(|b| *b == mark) {
            Some(at) => (at, at + 1, true),
            None => (held.len(), held.len(), false),
        };
        let room = LOOK.saturating_sub(kept.len());
        kept.extend_from_slice(&held[..upto.min(room)]);
        part.consume(used);
        if found {
            return true;
        }
    }
}

#[derive(Default)]
struct Scan {
    frame: Frame,
    row: u32,
    /// The cell that is open.
    cell: Option<Open>,
}

struct Open {
    at: Option<(u32, usize)>,
    formula: Option<String>,
    has_value: bool,
}

impl Scan {
    fn see(&mut self, text: &[u8], tag: &[u8]) {
        let name = name(tag);
        match name {
            b"c" if !tag.ends_with(b"/") => {
                let at = value(tag, b"r").and_then(reference);
                // Of text, an empty result is a result.
                let is_text = value(tag, b"t").is_some_and(|t| t == b"str" || t == b"inlineStr");
                self.cell = Some(Open { at, formula: None, has_value: is_text });
            }
            b"/f" => self.formula(text),
            b"f" if tag.ends_with(b"/") => self.formula(b""),
            b"/v" if !text.is_empty() => {
                if let Some(cell) = &mut self.cell {
                    cell.has_value = true;
                }
            }
            b"/c" => self.end_of_cell(),
            b"row" => {
                self.row = value(tag, b"r").and_then(number).unwrap_or(self.row + 1);
                let hidden = value(tag, b"hidden").is_some_and(|h| h == b"1" || h == b"true");
                if hidden && self.frame.hidden_rows.len() < KEPT {
                    self.frame.hidden_rows.extend(i32::try_from(self.row));
                }
            }
            b"mergeCell" => {
                let ends = value(tag, b"ref").and_then(|r| {
                    let colon = r.iter().position(|b| *b == b':')?;
                    Some((reference(&r[..colon])?, reference(&r[colon + 1..])?))
                });
                if let Some(((top, left), (bottom, right))) = ends.filter(|_| self.frame.merges.len() < KEPT)
                {
                    self.frame.merges.push(Merge { top: top as usize, left, bottom: bottom as usize, right });
                }
            }
            _ => {}
        }
    }

    fn formula(&mut self, text: &[u8]) {
        if let Some(cell) = &mut self.cell {
            cell.formula = Some(String::from_utf8_lossy(text).into_owned());
        }
    }

    fn end_of_cell(&mut self) {
        if let Some(Open { at: Some((row, column)), formula: Some(formula), has_value: false }) =
            self.cell.take()
            && self.frame.uncomputed.len() < KEPT
        {
            let formula = quick_xml::escape::unescape(&formula).map_or(formula.clone(), |f| f.into_owned());
            self.frame.uncomputed.push((row, column, formula));
        }
    }
}

/// `x:row r="3"` → `row`; `/row` → `/row`.
fn name(tag: &[u8]) -> &[u8] {
    let end = tag.iter().position(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(tag.len());
    let whole = tag[..end].strip_suffix(b"/").filter(|_| end == tag.len()).unwrap_or(&tag[..end]);
    match whole.iter().position(|b| *b == b':') {
        // The prefix of a closing tag stands behind its slash; only unprefixed ones are told apart above.
        Some(at) if !whole.starts_with(b"/") => &whole[at + 1..],
        _ => whole,
    }
}

/// The value of an attribute.
fn value<'t>(tag: &'t [u8], name: &[u8]) -> Option<&'t [u8]> {
    let mut rest = tag;
    loop {
        let at = rest.iter().position(|b| *b == b'=')?;
        let key = rest[..at].trim_ascii_end();
        let open = at + 1 + rest[at + 1..].iter().position(|b| matches!(b, b'"' | b'\''))?;
        let close = open + 1 + rest[open + 1..].iter().position(|b| *b == rest[open])?;
        if key.ends_with(name) && key[..key.len() - name.len()].ends_with(b" ") {
            return Some(&rest[open + 1..close]);
        }
        rest = &rest[close + 1..];
    }
}

/// `C12` → row 11, column 2.
fn reference(text: &[u8]) -> Option<(u32, usize)> {
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if letters == 0 || letters > 3 {
        return None;
    }
    let column =
        text[..letters].iter().fold(0, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((number(&text[letters..])?.checked_sub(1)?, column - 1))
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_stands_around_cells() {
        let xml = br#"<worksheet><sheetData>
            <row r="3" spans="1:2" hidden="1"><c r="A3" t="s"><v>0</v></c><c r="B3"><f>A1&lt;2</f></c></row>
            <row r="4" ht="12"><c r="B4"><f>SUM(A1)</f><v></v></c><c r="C4" t="str"><f>T(A1)</f><v></v></c>
            <c r="D4"><f>1</f><v>1</v></c><c r="AA4" s="3"/></row></sheetData>
            <mergeCells count="1"><mergeCell ref="A5:AB7"/></mergeCells></worksheet>"#;
        let mut scan = Scan::default();
        tags(xml.as_slice(), &mut scan);
        assert_eq!(scan.frame.hidden_rows, [3]);
        assert_eq!(scan.frame.merges, [Merge { top: 4, left: 0, bottom: 6, right: 27 }]);
        let found: Vec<(u32, usize, &str)> =
            scan.frame.uncomputed.iter().map(|(r, c, f)| (*r, *c, f.as_str())).collect();
        assert_eq!(found, [(2, 1, "A1<2"), (3, 1, "SUM(A1)")]);
    }
}
