//! What a file is, by its first bytes.

use super::refusal;
use crate::error::Fault;

/// Families of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Ole,
    Text,
}

/// The family, or why it is refused.
pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, Fault> {
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(refusal::empty());
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return if has_utf16(bytes, "EncryptedPackage") || has_utf16(bytes, "EncryptionInfo") {
            Err(refusal::encrypted())
        } else {
            Ok(Kind::Ole)
        };
    }
    for (magic, name) in [
        (b"%PDF".as_slice(), "PDF"),
        (b"\x89PNG", "PNG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"Rar!", "RAR"),
        (b"7z\xbc\xaf", "7-Zip"),
        (b"\x1f\x8b", "gzip"),
        (b"{\\rtf", "RTF"),
        (b"MZ", "program"),
    ] {
        if bytes.starts_with(magic) {
            return Err(refusal::unknown(name));
        }
    }
    Ok(Kind::Text)
}

/// Refuses pages and XML that bear a spreadsheet's name.
pub(super) fn refuse_markup(text: &str) -> Result<(), Fault> {
    if !text.starts_with('<') {
        return Ok(());
    }
    let head = text.chars().take(4096).collect::<String>().to_lowercase();
    if head.contains("<html") || head.contains("<table") || head.contains("office:spreadsheet") {
        return Err(refusal::html());
    }
    Err(refusal::unknown("XML"))
}

fn has_utf16(bytes: &[u8], text: &str) -> bool {
    let needle: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(needle.len()).any(|w| w == needle)
}
