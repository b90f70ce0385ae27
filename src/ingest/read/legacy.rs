//! TCVN3 (.VnTime) and VNI text → Unicode, and what a Vietnamese syllable can look like, by which such text
//! is told from real text.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

static TABLES: LazyLock<[(&str, Table); 2]> = LazyLock::new(|| {
    let csv = include_str!("../../../schema/reference/legacy_vietnamese.csv");
    [("TCVN3", Table::of(csv, "TCVN3")), ("VNI", Table::of(csv, "VNI"))]
});

struct Table {
    by_legacy: HashMap<String, String>,
    longest: usize,
}

impl Table {
    fn of(csv: &str, scheme: &str) -> Self {
        let mut by_legacy = HashMap::new();
        for record in csv::Reader::from_reader(csv.as_bytes()).records().flatten() {
            if let (Some(s), Some(legacy), Some(text)) = (record.get(0), record.get(2), record.get(3))
                && s == scheme
            {
                by_legacy.insert(characters(legacy), text.to_owned());
            }
        }
        let longest = by_legacy.keys().map(|k| k.chars().count()).max().unwrap_or(1);
        Self { by_legacy, longest }
    }

    fn convert(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while at < chars.len() {
            let longest = self.longest.min(chars.len() - at);
            let hit = (1..=longest).rev().find_map(|n| {
                let piece: String = chars[at..at + n].iter().collect();
                self.by_legacy.get(&piece).map(|to| (n, to))
            });
            match hit {
                Some((n, to)) => {
                    out.push_str(to);
                    at += n;
                }
                None => {
                    out.push(chars[at]);
                    at += 1;
                }
            }
        }
        out.nfc().collect()
    }
}

/// `U+0061 U+00F8` as text. The column with the characters themselves is not used: some are invisible, and
/// get lost.
fn characters(codepoints: &str) -> String {
    let code = |c: &str| u32::from_str_radix(c.strip_prefix("U+")?, 16).ok().and_then(char::from_u32);
    codepoints.split(' ').filter_map(code).collect()
}

/// The text in Unicode and the name of the old scheme, when it is plainly such text: its words with marks
/// are no Vietnamese, and become it.
pub fn repair(text: &str) -> Option<(&'static str, String)> {
    if !text.contains(SIGNS) {
        return repaired(text);
    }
    let mut aside: Vec<char> = Vec::new();
    let kept = signs_aside(text, &mut aside);
    let (scheme, text) = repaired(&kept)?;
    let mut aside = aside.into_iter();
    Some((scheme, text.chars().map(|c| if c == ASIDE { aside.next().unwrap_or(c) } else { c }).collect()))
}

/// Signs of reckoning that are letters in the old schemes.
const SIGNS: [char; 3] = ['÷', '×', '±'];
/// Stands for such a sign: no text has it.
const ASIDE: char = '\u{7f}';

/// A sign before a number and behind another, or behind nothing, is no letter: `10 ÷ 15`.
fn signs_aside(text: &str, aside: &mut Vec<char>) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = text[..at].trim_end().chars().next_back();
        let behind = text[at + c.len_utf8()..].trim_start().chars().next();
        let is_number = |c: char| c.is_ascii_digit() || c == '%';
        if SIGNS.contains(&c) && behind.is_some_and(|c| c.is_ascii_digit()) && before.is_none_or(is_number) {
            aside.push(c);
            out.push(ASIDE);
        } else {
            out.push(c);
        }
    }
    out
}

fn repaired(text: &str) -> Option<(&'static str, String)> {
    if text.is_ascii() || is_plainly_unicode(text) {
        return None;
    }
    if !text.chars().any(|c| ('\u{80}'..='\u{2ff}').contains(&c)) || text.chars().any(is_precomposed) {
        return None;
    }
    if plausible(text)? > 0.5 {
        return None;
    }
    TABLES
        .iter()
        .map(|(name, table)| (*name, table.convert(text)))
        .map(|(name, text)| (plausible(&text).unwrap_or(0.0), name, text))
        .filter(|(score, ..)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name, text)| (name, text))
}

/// The text read in a scheme, whatever it looks like.
pub fn converted(scheme: &str, text: &str) -> String {
    let table = TABLES.iter().find(|(name, _)| *name == scheme);
    table.map_or_else(|| text.to_owned(), |(_, table)| table.convert(text))
}

/// Whether a text has letters of Vietnamese that only Unicode has.
pub fn is_of_unicode(text: &str) -> bool {
    text.chars().any(|c| is_precomposed(c) || "ăĂđĐĩĨũŨơƠưƯ".contains(c))
}

/// The letters of Vietnamese with a code below U+0180, no vowel beside them and no stop behind a low tone: they can
/// be nothing else, and most cells are like this.
fn is_plainly_unicode(text: &str) -> bool {
    const LETTERS: &str = "àáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ";
    let is_vowel =
        |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii();
    let (mut before_vowel, mut letter, mut low) = (false, false, false);
    text.chars().all(|c| {
        let vowel = is_vowel(c);
        let stop = low && matches!(c.to_ascii_lowercase(), 'c' | 'p' | 't');
        low = "àãèìĩòõùũÀÃÈÌĨÒÕÙŨ".contains(c);
        let beside = (letter && vowel) || (before_vowel && !c.is_ascii()) || stop;
        letter = !c.is_ascii();
        before_vowel = vowel;
        !beside && (c.is_ascii() || LETTERS.contains(c))
    })
}

fn is_precomposed(c: char) -> bool {
    ('\u{1ea0}'..='\u{1ef9}').contains(&c)
}

/// Of the words with letters beyond ASCII, the share that can be Vietnamese syllables; none without such.
pub fn plausible(text: &str) -> Option<f64> {
    let (mut all, mut good) = (0u32, 0u32);
    for word in text.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()) {
        if word.is_ascii() || word.chars().any(|c| c.is_ascii_digit()) {
            continue;
        }
        all += 1;
        good += u32::from(is_syllable(word));
    }
    (all > 0).then(|| f64::from(good) / f64::from(all))
}

const ONSETS: [&str; 28] = [
    "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "đ", "g", "h", "k",
    "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];
const CODAS: [&str; 9] = ["ng", "nh", "ch", "c", "m", "n", "p", "t", ""];
/// Nuclei that a coda may follow or not.
const OPEN: &str = " a ă â e ê i o ô ơ u ư y ia iê oa oă oe oo ua uâ uê uô uơ uy ưa ươ yê ya uya uyê uă ue ";
/// Nuclei that end in a glide: no coda follows, and the tone is not on the glide.
const GLIDES: &str = " ai ao au ay âu ây eo êu iu oi ôi ơi ui ưi ưu iêu yêu oai oay oao oeo uôi ươi ươu uây \
    uyu uêu uao uai uay ";

/// Whether a word can be one Vietnamese syllable: onset, nucleus, coda, at most one tone in its place.
fn is_syllable(word: &str) -> bool {
    let (mut tone_at, mut low) = (Vec::new(), false);
    let mut letters: Vec<char> = Vec::new();
    for c in word.nfc() {
        let mut parts = c.nfd().filter(|p| {
            let tone = matches!(p, '\u{0300}' | '\u{0301}' | '\u{0303}' | '\u{0309}' | '\u{0323}');
            if tone {
                tone_at.push(letters.len());
                low |= !matches!(p, '\u{0301}' | '\u{0323}');
            }
            !tone
        });
        let plain: String = parts.by_ref().collect::<String>().nfc().flat_map(char::to_lowercase).collect();
        drop(parts);
        letters.extend(plain.chars());
    }
    let plain: String = letters.iter().collect();
    let last = letters.len().wrapping_sub(1);
    tone_at.len() <= 1
        && ONSETS.iter().any(|onset| {
            plain.strip_prefix(onset).is_some_and(|rest| {
                let padded = format!(" {rest} ");
                (GLIDES.contains(&padded) && !rest.is_empty() && !tone_at.contains(&last))
                    || CODAS.iter().filter(|coda| !low || !matches!(**coda, "ch" | "c" | "p" | "t")).any(
                        |coda| {
                            // Before a stop a tone is sharp or heavy.
                            rest.strip_suffix(coda).is_some_and(|nucleus| {
                                !nucleus.is_empty() && OPEN.contains(&format!(" {nucleus} "))
                            })
                        },
                    )
            })
        })
}

/// Text of bytes that are not Unicode: each byte as the character of that number, then by table.
pub(super) fn decode(bytes: &[u8]) -> Option<(&'static str, String)> {
    let latin: String = bytes.iter().map(|b| char::from(*b)).collect();
    repair(&latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_tcvn3_and_vni_and_leaves_unicode_alone() {
        assert_eq!(repair("Hîp t¸c x· N«ng nghiÖp"), Some(("TCVN3", "Hợp tác xã Nông nghiệp".to_owned())));
        assert_eq!(repair("l\u{ad}¬ng thùc"), Some(("TCVN3", "lương thực".to_owned())));
        assert_eq!(repair("Tèt"), Some(("TCVN3", "Tốt".to_owned())));
        assert_eq!(repair("Mêi"), Some(("TCVN3", "Mời".to_owned())));
        assert_eq!(repair("Hôïp taùc xaõ"), Some(("VNI", "Hợp tác xã".to_owned())));
        assert_eq!(repair("nh÷ng h¹t lóa"), Some(("TCVN3", "những hạt lúa".to_owned())));
        assert_eq!(repair("Tèt 10 ÷ 15"), Some(("TCVN3", "Tốt 10 ÷ 15".to_owned())));
        for text in ["10 ÷ 15", "10% ÷ 15%", "10 × 20 cm", "± 5", "10÷15"] {
            assert_eq!(repair(text), None, "{text}");
        }
        for text in ["Hợp tác xã", "Xã Bình An", "cà phê", "Café Đà Nẵng", "", "abc", "Tân Hòa"]
        {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    #[test]
    fn knows_syllables() {
        for good in ["nghiệp", "Thuỷ", "hòa", "khuyến", "ĐƯỜNG", "yến", "oản"] {
            assert!(is_syllable(good), "{good}");
        }
        for bad in ["Hîp", "t¸c", "xaõ", "Hôïp", "müsli", "Tèt"] {
            assert!(!is_syllable(bad), "{bad}");
        }
    }
}
