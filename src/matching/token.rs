//! Text → words with their keys, and how near two words are. Nothing here knows what a word means.

use super::fold;
use super::vocabulary::VOCABULARY;

/// One word of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// Key with tone.
    pub tone: String,
    /// Key without marks.
    pub flat: String,
    /// Whether it was typed with any mark.
    pub marked: bool,
    /// Whether it is made of digits (a Roman numeral becomes one).
    pub number: bool,
}

/// Words of a text; `H.T.X` is one word, `C.ty` are two, `TP.Huế` are two, `5kg` is one.
pub fn tokens(text: &str) -> Vec<Token> {
    let text = fold::clean(text);
    let mut out = Vec::new();
    for chunk in text.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        let pieces: Vec<&str> = chunk.split('.').filter(|p| !p.is_empty()).collect();
        if pieces.len() > 1 && pieces.iter().all(|p| p.chars().count() == 1) {
            out.push(Token::new(&pieces.concat()));
        } else {
            out.extend(pieces.into_iter().map(Token::new));
        }
    }
    out
}

impl Token {
    /// The token of one word.
    pub fn new(word: &str) -> Self {
        let roman = match word {
            "I" => Some("1"),
            "II" => Some("2"),
            "III" => Some("3"),
            "IV" => Some("4"),
            _ => None,
        };
        let word = roman.unwrap_or(word);
        let digits = word.trim_start_matches('0');
        if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
            return Self { tone: digits.into(), flat: digits.into(), marked: false, number: true };
        }
        Self {
            tone: fold::tone_word(word),
            flat: fold::flat_word(word),
            marked: fold::has_marks(word),
            number: false,
        }
    }

    /// Whether it is a syllable that Vietnamese can have.
    pub fn is_legal(&self) -> bool {
        let (letters, tone) = self.parts();
        let stopped = letters.ends_with(['c', 'p', 't']) || letters.ends_with("ch");
        let tone_fits = !stopped || matches!(tone, "\u{301}" | "\u{323}");
        tone_fits && VOCABULARY.is_syllable(letters)
    }

    /// Whether this is `other` with one letter lost, added or two swapped. A lost tone is none of these,
    /// unless its vowel went with it.
    pub fn is_slip_of(&self, other: &Token) -> bool {
        let ((a, tone_a), (b, tone_b)) = (self.parts(), other.parts());
        let tone = tone_a == tone_b || (tone_a.is_empty() && !self.has_vowel());
        !self.number && !other.number && tone && one_edit(a, b, false)
    }

    /// Whether this is `other` typed without its marks, as can be seen: no such syllable exists.
    pub fn is_bare_of(&self, other: &Token) -> bool {
        self.flat == other.flat && !self.marked && other.marked && !self.is_legal()
    }

    /// Whether it is an abbreviation: no vowel in it, three letters or more.
    pub fn is_abbreviation(&self) -> bool {
        self.flat.len() > 2 && !self.number && !self.has_vowel()
    }

    fn has_vowel(&self) -> bool {
        self.flat.contains(['a', 'e', 'i', 'o', 'u', 'y'])
    }

    /// Letters and tone.
    fn parts(&self) -> (&str, &str) {
        let at = self.tone.find(unicode_normalization::char::is_combining_mark).unwrap_or(self.tone.len());
        self.tone.split_at(at)
    }
}

/// Whether one edit turns `a` into `b`: a letter added, lost, swapped with its neighbour or, where `replace`,
/// replaced. Equal texts are not one edit apart.
pub fn one_edit(a: &str, b: &str, replace: bool) -> bool {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let at = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 if at == short.len() => false,
        0 if short[at + 1..] == long[at + 1..] => replace,
        0 => {
            at + 1 < short.len()
                && short[at] == long[at + 1]
                && short[at + 1] == long[at]
                && short[at + 2..] == long[at + 2..]
        }
        1 => short[at..] == long[at + 1..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tones(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.flat).collect()
    }

    #[test]
    fn splits_as_offices_abbreviate() {
        assert_eq!(tones("H.T.X Mỹ Lộc II"), ["htx", "mi", "loc", "2"]);
        assert_eq!(tones("C.ty TNHH SX-TM"), ["c", "ti", "tnh", "sx", "tm"]);
        assert_eq!(tones("TP.Tam Kỳ (5kg)"), ["tp", "tam", "ki", "5kg"]);
        assert_eq!(tones("HTX. NN số 02"), ["htx", "n", "so", "2"]);
    }

    #[test]
    fn sees_slips_of_the_keyboard() {
        let slip = |a, b| Token::new(a).is_slip_of(&Token::new(b));
        assert!(slip("Túrc", "Trúc") && slip("xuấ", "xuất") && slip("Thỷu", "Thủy") && slip("Nôn", "Nông"));
        assert!(!slip("Thành", "Thạnh") && !slip("mai", "mại") && !slip("Sơn", "Sản") && !slip("A", "A"));
        assert!(one_edit("an", "am", true) && !one_edit("an", "am", false));
    }
}
