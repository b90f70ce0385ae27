//! Text → keys that do not depend on how it was typed: one with tones, one without any marks. Nothing here
//! knows words.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Tone marks as combining characters: huyền, sắc, ngã, hỏi, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// NFC, look-alike letters put right, all white space single and plain, no invisible characters.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        let c = match c {
            'Ð' | 'Ɖ' => 'Đ',
            'ð' | 'ɖ' => 'đ',
            '‘' | '’' | '′' | '`' => '\'',
            '“' | '”' | '″' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => continue,
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        };
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Whether any letter carries a Vietnamese mark.
pub fn has_marks(text: &str) -> bool {
    text.nfd().any(|c| is_combining_mark(c) || matches!(c, 'đ' | 'Đ' | 'ð' | 'Ð'))
}

/// Key of one word: lower case, the tone at its end, so that hòa = hoà and mistyped variants are one;
/// letters typed twice stand once; y after a lone consonant is i (Mỹ = Mĩ).
pub fn tone_word(word: &str) -> String {
    let mut letters: Vec<String> = Vec::new();
    let mut tones = String::new();
    for c in word.to_lowercase().nfd() {
        let c = if matches!(c, 'ð' | 'ɖ') { 'đ' } else { c };
        match (TONES.contains(&c), is_combining_mark(c), letters.last_mut()) {
            (true, ..) if tones.contains(c) => {}
            (true, ..) => tones.push(c),
            (false, true, Some(last)) => last.push(c),
            (false, true, None) => {}
            (false, false, _) => letters.push(c.to_string()),
        }
    }
    letters.dedup_by(|b, a| a == b && !a.chars().all(|c| c.is_ascii_digit()));
    let mut key: String = letters.concat().nfc().collect();
    key = key.replace("ưo", "ươ");
    if key.contains("uơ") && !key.ends_with("uơ") {
        key = key.replace("uơ", "ươ");
    }
    if let Some(onset) = key.strip_suffix('y')
        && matches!(onset, "h" | "k" | "l" | "m" | "s" | "t" | "qu")
    {
        key = format!("{onset}i");
    }
    key.push_str(&tones);
    key
}

/// Key of one word without any mark.
pub fn flat_word(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in tone_word(word).nfd() {
        match c {
            c if is_combining_mark(c) => {}
            'đ' => out.push('d'),
            c if c.is_alphabetic() && out.ends_with(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// [`tone_word`] of every word, punctuation as space.
pub fn tone_key(text: &str) -> String {
    words(text).iter().map(|w| tone_word(w)).collect::<Vec<_>>().join(" ")
}

/// [`flat_word`] of every word, punctuation as space.
pub fn flat_key(text: &str) -> String {
    words(text).iter().map(|w| flat_word(w)).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<String> {
    let text = clean(text);
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_however_it_was_typed() {
        for (a, b) in [
            ("Hòa", "hoà"),
            ("Thuỷ", "THỦY"),
            ("ho\u{300}a", "hòa"),
            ("Toààn", "Toàn"),
            ("Thhanh", "thanh"),
            ("Cườngg", "Cường"),
            ("Mỹ", "Mĩ"),
            ("Ðại", "Đại"),
            ("Phuợng", "Phượng"),
            ("A\u{a0} B", "a b"),
        ] {
            assert_eq!(tone_key(a), tone_key(b), "{a} {b}");
        }
    }

    #[test]
    fn tones_and_letters_stay_apart() {
        for (a, b) in [("Thành", "Thạnh"), ("Thanh", "Thành"), ("Tan", "Tân"), ("Da", "Đa"), ("11", "1")]
        {
            assert_ne!(tone_key(a), tone_key(b), "{a} {b}");
        }
        assert_eq!(flat_key("Tân Thạnh Đông"), "tan thanh dong");
        assert_eq!(flat_key("Tân  Thành-Đông."), "tan thanh dong");
    }

    #[test]
    fn cleans_what_cannot_be_seen() {
        assert_eq!(clean(" HTX\u{a0}\u{200b} Ðông \t"), "HTX Đông");
    }
}
