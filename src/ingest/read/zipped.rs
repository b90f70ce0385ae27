//! Archives: what kind of workbook lies in one, and that it does not unpack to absurd sizes. Declared sizes
//! can lie, so every entry is also unpacked into nothing, up to the limit.

use std::io::{Cursor, Read};

use super::{Limits, refusal, workbook::Kind};
use crate::error::Fault;

const MIB: u64 = 1 << 20;

/// The kind of workbook, after its sizes were found sound.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Kind, Fault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| refusal::truncated())?;
    let allowed = limits.unpacked_bytes.min((bytes.len() as u64).saturating_mul(limits.ratio).max(16 * MIB));
    let (mut declared, mut actual) = (0u64, 0u64);
    let mut names = Vec::with_capacity(archive.len().min(10_000));
    if archive.len() > 10_000 {
        return Err(too_many(archive.len() as u64));
    }
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(text) if text.contains("assword") => {
                refusal::encrypted()
            }
            _ => refusal::truncated(),
        })?;
        declared = declared.saturating_add(entry.size());
        if declared > allowed {
            return Err(too_big(declared));
        }
        names.extend(entry.name().map(|n| n.into_owned()));
        let left = allowed - actual;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink());
        // What cannot be unpacked here is said of its sheet later, the others are kept.
        actual += read.unwrap_or(0);
        if actual > allowed {
            return Err(too_big(actual));
        }
    }
    kind(&names)
}

fn kind(names: &[String]) -> Result<Kind, Fault> {
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.xml") {
        return Ok(Kind::Xlsx);
    }
    if has("xl/workbook.bin") {
        return Ok(Kind::Xlsb);
    }
    if has("content.xml") {
        return Ok(Kind::Ods);
    }
    let what = if has("word/document.xml") { "Word" } else { "zip" };
    Err(refusal::unknown(what))
}

fn too_big(bytes: u64) -> Fault {
    let mib = bytes / MIB;
    refusal::bomb(&format!("more than {mib} MiB"), &format!("hơn {mib} MiB"))
}

fn too_many(entries: u64) -> Fault {
    refusal::bomb(&format!("{entries} entries"), &format!("{entries} mục"))
}
