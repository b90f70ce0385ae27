//! Files from a seed: the cases of the tests with bytes changed, cut, doubled or swapped, also inside of archives;
//! tables written in any text format; and plain noise.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::LazyLock;

use zip::write::SimpleFileOptions;

use super::cells;
use super::chance::Chance;

/// Every file of the cases, to begin from.
static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut out = Vec::new();
    for folder in ["tests/cases/ingest", "tests/cases/files"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).expect("cases").flatten().map(|e| e.path()).collect();
        // Told by the name alone, so that a seed means the same everywhere.
        paths.retain(|p| !p.to_string_lossy().contains(".expected."));
        paths.sort();
        out.extend(paths.iter().filter_map(|p| std::fs::read(p).ok()));
    }
    out
});

/// The words that matter to readers.
const TOKENS: &[&[u8]] = &[
    b"1048576",
    b"999999999999",
    b"-1",
    b"XFD1048576",
    b"4294967295",
    b"number-columns-repeated=\"16384\"",
    b"number-rows-repeated=\"1048576\"",
    b"uniqueCount=\"99999999999\"",
    b"<row",
    b"</c>",
    b"<c r=\"A1\" t=\"s\"><v>9</v></c>",
    b"<f>A1</f>",
    b"<v>",
    b"<v></v>",
    b"\"",
    b"<",
    b">",
    b"&#x0;",
    b"&amp;",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"{",
    b"[",
    b"[[[[[[[[",
    b"null",
    b"1e999",
    b"\\u0000",
    b",",
    b";",
    b"\t",
    b"\r\n",
    b"\"\"\"",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\xff",
    b"PK\x03\x04",
    b"t=\"d\"",
    b"<is><t>",
    b"table:visibility=\"collapse\"",
];

/// The bytes of one run.
pub fn bytes(chance: &mut Chance) -> Vec<u8> {
    match chance.below(10) {
        0 => (0..chance.below(400)).map(|_| chance.next() as u8).collect(),
        1 => {
            let rows: Vec<Vec<String>> = (0..chance.below(20))
                .map(|_| (0..chance.below(8)).map(|_| cells::text(chance)).collect())
                .collect();
            written(chance, &rows)
        }
        _ => {
            let mut bytes = chance.pick(&CORPUS).clone();
            if bytes.starts_with(b"PK") && !chance.one_in(4) {
                bytes = inside(chance, &bytes).unwrap_or(bytes);
            } else {
                spoil(chance, &mut bytes);
            }
            bytes
        }
    }
}

/// A table as a text file of some form.
pub fn written(chance: &mut Chance, rows: &[Vec<String>]) -> Vec<u8> {
    if chance.one_in(5) {
        let head = rows.first().cloned().unwrap_or_default();
        let item = |row: &Vec<String>| {
            let fields = head.iter().zip(row).map(|(k, v)| (k.clone(), serde_json::Value::String(v.clone())));
            serde_json::Value::Object(fields.collect())
        };
        let items: Vec<serde_json::Value> = rows.iter().skip(1).map(item).collect();
        return serde_json::Value::Array(items).to_string().into_bytes();
    }
    let delimiter = *chance.pick(b",;\t|");
    let mut file = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        let _ = file.write_record(row);
    }
    let text = String::from_utf8_lossy(&file.into_inner().unwrap_or_default()).into_owned();
    match chance.below(5) {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        2 => text.chars().map(|c| c as u32 as u8).collect(),
        _ => text.into_bytes(),
    }
}

/// Changes some bytes, cuts, doubles or swaps pieces, puts words in.
fn spoil(chance: &mut Chance, bytes: &mut Vec<u8>) {
    for _ in 0..1 + chance.below(6) {
        let (at, other) = (chance.below(bytes.len() + 1), chance.below(bytes.len() + 1));
        let (from, to) = (at.min(other), at.max(other));
        match chance.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(from..to.min(from + 64))),
            2 => {
                let piece = bytes[from..to.min(from + 4096)].to_vec();
                bytes.splice(at..at, piece);
            }
            3 | 4 => {
                let token = *chance.pick(TOKENS);
                let end = bytes.len().min(at + if chance.one_in(2) { token.len() } else { 0 });
                bytes.splice(at..end, token.iter().copied());
            }
            5 => {
                for byte in bytes.iter_mut().skip(at).take(4) {
                    *byte = chance.next() as u8;
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
        }
    }
}

/// An archive with one of its parts spoilt, left out or given twice.
fn inside(chance: &mut Chance, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let chosen = chance.below(archive.len());
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).ok()?;
        if i == chosen || (name.ends_with("sheet1.xml") && chance.one_in(2)) {
            if chance.one_in(12) {
                continue;
            }
            spoil(chance, &mut content);
        }
        out.start_file(name, SimpleFileOptions::default()).ok()?;
        out.write_all(&content).ok()?;
    }
    Some(out.finish().ok()?.into_inner())
}
