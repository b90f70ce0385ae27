//! What a document of the index holds, made of an entity's texts. Pure.

use std::fmt::Write as _;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::words::words;

/// Words of a text that the index keeps.
const WORDS: usize = 200;

/// What is written short, and written out.
pub(super) static ABBREVIATIONS: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
    let file = include_str!("../../schema/reference/search/abbreviations.csv");
    let rows = file.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.map(|(short, long)| (short, long.split(' ').collect())).collect()
});

/// How much a text counts, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The title.
    A,
    /// What else it goes by.
    B,
    /// Whose it is.
    C,
    /// Where it is.
    D,
}

/// The words of a text without diacritics, one space between two.
pub fn folded(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    words.join(" ")
}

/// The text in small letters, composed.
pub fn lowered(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

/// Texts with their weights, as a `tsvector` is written.
#[derive(Debug, Default)]
pub struct Vector {
    text: String,
    at: usize,
}

impl Vector {
    /// Adds the words of a text, and what they are written as shorter or longer.
    pub fn add(&mut self, text: &str, weight: Weight) {
        let words: Vec<String> = words(text).into_iter().take(WORDS).map(|word| word.folded).collect();
        words.iter().for_each(|word| self.put(word, weight));
        for (short, long) in &*ABBREVIATIONS {
            if words.iter().any(|word| word == short) {
                long.iter().for_each(|word| self.put(word, weight));
            }
            if stands(&words, long) {
                self.put(short, weight);
            }
        }
    }

    fn put(&mut self, word: &str, weight: Weight) {
        self.at += 1;
        // Words are letters and digits alone, so nothing in them has a meaning of its own.
        let _infallible = write!(self.text, "{word}:{}{weight:?} ", self.at);
    }

    /// As PostgreSQL reads it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn stands(words: &[String], phrase: &[&str]) -> bool {
    words.windows(phrase.len()).any(|window| window == phrase)
}

/// The word, and what remains of it with a letter left out. Two words one slip apart share one of these.
pub fn slips(word: &str) -> Vec<String> {
    let mut slips = vec![word.to_owned()];
    for at in 0..word.len() {
        if word.len() > 2 && word.is_char_boundary(at) && word.is_char_boundary(at + 1) {
            slips.push(format!("{}{}", &word[..at], &word[at + 1..]));
        }
    }
    slips.sort_unstable();
    slips.dedup();
    slips
}

/// Whether slips in a word are looked for: it is made of letters alone, and of enough of them.
pub fn may_slip(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|letter| letter.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_with_what_they_are_short_or_long_for() {
        let mut vector = Vector::default();
        vector.add("HTX Xanh", Weight::A);
        vector.add("TP. Huế; hợp tác xã", Weight::D);
        let expected =
            "htx:1A xanh:2A hop:3A tac:4A xa:5A tp:6D hue:7D hop:8D tac:9D xa:10D htx:11D thanh:12D pho:13D ";
        assert_eq!(vector.text(), expected);
    }

    #[test]
    fn abbreviations_are_folded_words() {
        assert!(ABBREVIATIONS.len() >= 30);
        for (short, long) in &*ABBREVIATIONS {
            for word in long.iter().chain([short]) {
                assert_eq!(*word, folded(word));
            }
            assert!(short.len() < long.join(" ").len());
        }
    }

    #[test]
    fn a_slip_shares_what_remains() {
        for (one, other) in [("gao", "goa"), ("gao", "gap"), ("gao", "gaoo"), ("gao", "ga")] {
            let (one, other) = (slips(one), slips(other));
            assert!(one.iter().any(|slip| other.contains(slip)), "{one:?} {other:?}");
        }
        assert_eq!(slips("aab"), ["aa", "aab", "ab"]);
        assert_eq!(slips("ab"), ["ab"]);
    }

    #[test]
    fn small_letters_are_composed() {
        assert_eq!(lowered("ĐÀ Nẵng"), lowered("Đa\u{300} Nẵng"));
        assert_eq!(folded("Đà-Nẵng 2"), "da nang 2");
    }
}
