//! Bytes of a text file → Unicode, NFC: UTF-8, UTF-16, windows-1258, and the old Vietnamese font encodings.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{legacy, refusal};
use crate::error::Fault;

/// A text and, when it had to be converted, from what.
pub(super) struct Decoded {
    pub text: String,
    pub note: Option<Fault>,
}

/// Decodes, or refuses what is no text at all.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, Fault> {
    if let Some(text) = utf16(bytes) {
        return Ok(match legacy::repair(sample(&text)).and_then(|_| legacy::repair(&text)) {
            Some((from, text)) => Decoded { text, note: Some(refusal::converted(from)) },
            None => Decoded { text: composed(&text), note: None },
        });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if is_binary(text) {
            return Err(refusal::unknown("binary"));
        }
        return Ok(match legacy::repair(sample(text)).and_then(|_| legacy::repair(text)) {
            Some((from, text)) => Decoded { text, note: Some(refusal::converted(from)) },
            None => Decoded { text: composed(text), note: None },
        });
    }
    if bytes.iter().filter(|b| **b < 9).count() * 100 > bytes.len() {
        return Err(refusal::unknown("binary"));
    }
    let windows: String = encoding_rs::WINDOWS_1258.decode_without_bom_handling(bytes).0.nfc().collect();
    let windows = (legacy::plausible(&windows).unwrap_or(0.0), "windows-1258", windows);
    let old = legacy::decode(bytes).map(|(name, text)| (legacy::plausible(&text).unwrap_or(0.0), name, text));
    let best = old.into_iter().chain([windows]).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, name, text)) if score >= 0.7 => {
            Ok(Decoded { text, note: Some(refusal::converted(name)) })
        }
        _ => mostly_utf8(bytes).ok_or_else(refusal::legacy),
    }
}

/// A UTF-8 file with a few broken bytes keeps the rest.
fn mostly_utf8(bytes: &[u8]) -> Option<Decoded> {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    let marked = text.chars().filter(|c| !c.is_ascii()).count();
    (broken * 20 < marked).then(|| Decoded {
        text: composed(&text),
        note: Some(Fault::new(
            "ENCODING_DAMAGED",
            format!("{broken} characters of the file are damaged and shown as \u{fffd}."),
            format!("{broken} ký tự trong tệp bị hỏng, hiển thị là \u{fffd}."),
        )),
    })
}

/// Composed letters; a text that has them is only copied.
fn composed(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    }
}

/// The beginning of a text, long enough to know its encoding by.
fn sample(text: &str) -> &str {
    let mut end = text.len().min(1 << 20);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let encoding = wide(bytes)?;
    let body = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) { 2 } else { 0 };
    Some(encoding.decode_without_bom_handling(&bytes[body..]).0.into_owned())
}

/// Which UTF-16: by its mark, or without one where every second byte of its ASCII is zero.
pub fn wide(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => return Some(encoding_rs::UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    if odd * 4 > pairs && even * 50 <= pairs {
        Some(encoding_rs::UTF_16LE)
    } else if even * 4 > pairs && odd * 50 <= pairs {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

fn is_binary(text: &str) -> bool {
    let control = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    control * 50 > text.chars().count()
}
