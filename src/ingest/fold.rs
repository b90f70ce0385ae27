//! Texts made comparable: without case, punctuation and (flat) diacritics. For keys and look-ups only; what
//! people read is never folded.

use unicode_normalization::UnicodeNormalization;

/// Lower case, no diacritics, words parted by single spaces: `Xã Duy-Sơn` → `xa duy son`.
pub fn flat(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            '\u{0300}'..='\u{036f}' | '\'' | '’' | '`' | '´' | '\u{ad}' | '\u{feff}' => {}
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => gap(&mut out),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Lower case with diacritics; the tone of each syllable stands at its end, so that hòa = hoà ≠ hóa.
pub fn tone(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut mark = None;
    for c in text.nfd() {
        match c {
            '\u{0300}' | '\u{0301}' | '\u{0303}' | '\u{0309}' | '\u{0323}' => mark = Some(c),
            '\u{0300}'..='\u{036f}' => out.push(c),
            '\'' | '’' | '`' | '´' | '\u{ad}' | '\u{feff}' => {}
            'ð' | 'Ð' | 'Đ' => out.push('đ'),
            c if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {
                out.extend(mark.take());
                gap(&mut out);
            }
        }
    }
    out.extend(mark.take());
    out.truncate(out.trim_end().len());
    out
}

/// NFC, inner runs of blanks as one space, none at the ends; line breaks count as blanks.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
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
        assert_ne!(tone("Tân Thành"), tone("Tân Thạnh"));
        assert_eq!(tidy(" Dầu \u{a0} phộng\nnguyên  chất "), "Dầu phộng nguyên chất");
    }
}
