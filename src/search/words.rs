//! Texts → words without diacritics, the question they make for the index, and which stretches of a title
//! match. Pure.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

/// Longest word that is looked for; no title has longer ones.
const LONGEST: usize = 40;

/// A word of a text, without diacritics, and where it stands there, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub folded: String,
    pub from: usize,
    pub to: usize,
}

/// The words of a text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, letter) in text.char_indices() {
        let to = at + letter.len_utf8();
        if is_mark(letter) {
            // A mark of its own belongs to the letter before it.
            if let Some(word) = words.last_mut().filter(|_| open) {
                word.to = to;
            }
            continue;
        }
        let Some(plain) = plain(letter) else {
            open = false;
            continue;
        };
        match words.last_mut().filter(|_| open) {
            Some(word) => {
                word.folded.push(plain);
                word.to = to;
            }
            None => words.push(Word { folded: plain.to_string(), from: at, to }),
        }
        open = true;
    }
    let mut words = joined(text, words);
    words.iter_mut().for_each(|word| word.folded.truncate(LONGEST));
    words
}

/// Letters with nothing but a point between two are one word: "H.T.X".
fn joined(text: &str, words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut letters = false;
    for word in words {
        let letter = word.folded.len() == 1 && word.folded.as_bytes()[0].is_ascii_lowercase();
        match out.last_mut().filter(|last| letters && letter && &text[last.to..word.from] == ".") {
            Some(last) => {
                last.folded.push_str(&word.folded);
                last.to = word.to;
            }
            None => {
                letters = letter;
                out.push(word);
            }
        }
    }
    out
}

/// Words that join others and tell nothing by themselves, as they are typed.
const JOINING: [&str; 8] = ["ở", "o", "tại", "của", "và", "các", "những", "cho"];

/// The words without those that only join them, where others are left.
pub(super) fn telling(text: &str, words: Vec<Word>) -> Vec<Word> {
    let joins = |word: &Word| {
        let typed: String = text[word.from..word.to].nfc().collect();
        JOINING.contains(&typed.to_lowercase().as_str())
    };
    match words.iter().all(joins) {
        true => words,
        false => words.into_iter().filter(|word| !joins(word)).collect(),
    }
}

fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// The letter or digit without diacritics; none for what stands between words.
fn plain(letter: char) -> Option<char> {
    let base = match letter {
        'đ' | 'Đ' => 'd',
        _ => std::iter::once(letter).nfd().next()?.to_ascii_lowercase(),
    };
    (base.is_ascii_lowercase() || base.is_ascii_digit()).then_some(base)
}

/// A word of a question: what the index is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// As typed, folded.
    pub word: String,
    /// Words that also count.
    pub instead: Vec<String>,
    /// Whether the word may go on.
    pub open: bool,
}

impl Term {
    fn matches(&self, word: &str) -> bool {
        word == self.word
            || self.open && word.starts_with(&self.word)
            || self.instead.iter().any(|other| other == word)
    }
}

/// The question in the language of `tsquery`: all terms, or any of them. Terms hold letters and digits alone.
pub(super) fn tsquery(terms: &[Term], all: bool, titles: bool) -> String {
    let weight = if titles { "A" } else { "" };
    let mut out = String::new();
    for (n, term) in terms.iter().enumerate() {
        if n > 0 {
            out.push_str(if all { " & " } else { " | " });
        }
        let star = if term.open { "*" } else { "" };
        let colon = if term.open || titles { ":" } else { "" };
        let _infallible = write!(out, "('{}'{colon}{star}{weight}", term.word);
        for other in &term.instead {
            let colon = if titles { ":" } else { "" };
            let _infallible = write!(out, " | '{other}'{colon}{weight}");
        }
        out.push(')');
    }
    out
}

/// Whether two words are one slip apart: a letter more, less or other, or two neighbours swapped.
pub(super) fn is_slip(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let (short, long) = (short.as_bytes(), long.as_bytes());
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (short, long) = (&short[same..], &long[same..]);
    match (short, long) {
        ([], []) => false,
        (short, [_, long @ ..]) if short == long => true,
        ([_, short @ ..], [_, long @ ..]) if short == long => true,
        ([a, b, short @ ..], [c, d, long @ ..]) => a == d && b == c && short == long,
        _ => false,
    }
}

/// A title in stretches, each with whether it was searched for.
pub(super) fn parts(title: &str, terms: &[Term]) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let mut at = 0;
    for word in words(title) {
        if terms.iter().any(|term| term.matches(&word.folded)) {
            if word.from > at {
                parts.push((title[at..word.from].to_owned(), false));
            }
            parts.push((title[word.from..word.to].to_owned(), true));
            at = word.to;
        }
    }
    if at < title.len() {
        parts.push((title[at..].to_owned(), false));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    fn term(word: &str, open: bool) -> Term {
        Term { word: word.to_owned(), instead: vec![], open }
    }

    #[test]
    fn words_lose_diacritics_however_composed() {
        assert_eq!(folded("Mắm NÊM  Đà-Nẵng, 500g"), ["mam", "nem", "da", "nang", "500g"]);
        assert_eq!(folded("Ho\u{0300}a Ha\u{0309}i"), ["hoa", "hai"]);
        assert_eq!(folded("hòa hoà"), ["hoa", "hoa"]);
        assert_eq!(folded("H.T.X Tân H. T.P.HCM, s.500g"), ["htx", "tan", "h", "tp", "hcm", "s", "500g"]);
        assert_eq!(folded("'); drop table x --"), ["drop", "table", "x"]);
        assert!(folded(" …;,— ").is_empty());
        assert_eq!(words(&"a".repeat(300))[0].folded.len(), LONGEST);
    }

    #[test]
    fn words_that_only_join_are_left_out_beside_others() {
        let left = |text: &str| {
            telling(text, words(text)).into_iter().map(|word| word.folded).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(left("mật ong ở Quảng Nam"), "mat ong quang nam");
        assert_eq!(left("Của NHÀ va\u{0300} vườn"), "nha vuon");
        assert_eq!(left("cua đá"), "cua da", "a crab");
        assert_eq!(left("của"), "cua");
    }

    #[test]
    fn slips_are_one_step() {
        for (one, other) in [("nem", "nme"), ("gao", "ga"), ("gao", "gaoo"), ("gao", "gap"), ("ogao", "gao")]
        {
            assert!(is_slip(one, other) && is_slip(other, one), "{one} {other}");
        }
        for (one, other) in [("gao", "gao"), ("gao", "gi"), ("abcd", "badc"), ("", "ab")] {
            assert!(!is_slip(one, other) && !is_slip(other, one), "{one} {other}");
        }
    }

    #[test]
    fn questions_hold_nothing_but_words() {
        let mut terms = vec![term("mam", false), term("ne", true)];
        assert_eq!(tsquery(&terms, true, false), "('mam') & ('ne':*)");
        terms[0].instead.push("nam".to_owned());
        assert_eq!(tsquery(&terms, false, true), "('mam':A | 'nam':A) | ('ne':*A)");
    }

    #[test]
    fn matches_are_marked_in_the_title_as_it_is() {
        let terms = [term("mam", false), term("ne", true)];
        let marked = |text: &str, matched| (text.to_owned(), matched);
        let parts = parts("Mắm nêm Bà Năm", &terms);
        let expected =
            [marked("Mắm", true), marked(" ", false), marked("nêm", true), marked(" Bà Năm", false)];
        assert_eq!(parts, expected);
    }
}
