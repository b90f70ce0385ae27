//! Texts made comparable: without case, punctuation and (flat) diacritics. For keys and look-ups only; what
//! people read is never folded.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A character taken apart: letter in lower case, quality mark (ă, â, ơ), tone.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    letter: Option<char>,
    quality: Option<char>,
    tone: Option<char>,
    blank: bool,
}

/// Every character that Vietnamese is written with; folding is what ingest does most.
static TABLE: LazyLock<Vec<Parts>> =
    LazyLock::new(|| (0..0x1f00).filter_map(char::from_u32).map(take_apart).collect());

fn take_apart(c: char) -> Parts {
    let mut parts = Parts::default();
    for d in c.nfd() {
        match d {
            '\u{0300}' | '\u{0301}' | '\u{0303}' | '\u{0309}' | '\u{0323}' => parts.tone = Some(d),
            '\u{0300}'..='\u{036f}' => parts.quality = Some(d),
            '\'' | '`' | '´' | '\u{ad}' => {}
            'đ' | 'Đ' | 'ð' | 'Ð' => (parts.letter, parts.quality) = (Some('d'), Some('\u{0335}')),
            d if d.is_alphanumeric() => parts.letter = d.to_lowercase().next(),
            _ => parts.blank = true,
        }
    }
    parts
}

fn parts(c: char) -> Parts {
    match c {
        '’' | '‘' | '\u{200b}'..='\u{200d}' | '\u{feff}' => Parts::default(),
        c => TABLE.get(c as usize).copied().unwrap_or_else(|| take_apart(c)),
    }
}

/// Lower case, no diacritics, words parted by single spaces: `Xã Duy-Sơn` → `xa duy son`.
pub fn flat(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let parts = parts(c);
        match parts.letter {
            Some(letter) => out.push(letter),
            None if parts.blank => gap(&mut out),
            None => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Lower case with diacritics; the tone of each syllable stands at its end, so that hòa = hoà ≠ hóa.
pub fn tone(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut mark = None;
    for c in text.chars() {
        let parts = parts(c);
        mark = parts.tone.or(mark);
        if parts.blank {
            out.extend(mark.take());
            gap(&mut out);
        }
        out.extend(parts.letter);
        out.extend(parts.quality);
    }
    out.extend(mark.take());
    out.truncate(out.trim_end().len());
    out
}

/// NFC, inner runs of blanks as one space, none at the ends; line breaks count as blanks.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Nothing below U+0300 composes any further, nor do the letters that Vietnamese has beyond.
    let is_composed = |c: char| c < '\u{300}' || ('\u{1ea0}'..='\u{1ef9}').contains(&c);
    let composed: Cow<'_, str> = match text.chars().all(is_composed) {
        true => Cow::Borrowed(text),
        false if is_nfc_quick(text.chars()) == IsNormalized::Yes => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    };
    for c in composed.chars() {
        match c {
            '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
            'Ð' => out.push('Đ'),
            'ð' => out.push('đ'),
            c if c.is_whitespace() || c.is_control() => gap(&mut out),
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn gap(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_spellings_together_and_keeps_tones_apart() {
        assert_eq!(flat("  Xã\u{a0}Ch'ơm – Đại-Lộc "), "xa chom dai loc");
        assert_eq!(tone("Hòa"), tone("HOÀ"));
        assert_eq!(flat("Đại\u{200b} Lộc"), flat(&tidy("Đại\u{200b} Lộc")));
        assert_eq!(flat("HTX\u{200b}An"), "htxan");
        assert_ne!(tone("Tân Thành"), tone("Tân Thạnh"));
        assert_eq!(tidy(" Dầu \u{a0} phộng\nnguyên  chất "), "Dầu phộng nguyên chất");
    }
}
