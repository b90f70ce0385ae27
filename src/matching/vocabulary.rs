//! The words by which names are taken apart, read once from `schema/reference/matching/`. Words stand there,
//! none stands here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::token::{Token, tokens};

/// Everything in `schema/reference/matching/`.
#[derive(Debug)]
pub struct Vocabulary {
    /// Legal forms.
    pub forms: Phrases,
    /// Lines of business.
    pub industries: Phrases,
    /// Words of the other roles.
    pub words: Phrases,
    specific: HashSet<&'static str>,
    dropped: HashSet<&'static str>,
    /// What abbreviations mean in names of cooperatives, by their key.
    of_cooperatives: HashMap<String, &'static str>,
    families: HashMap<&'static str, &'static str>,
    clashes: HashSet<(&'static str, &'static str)>,
    onsets: HashSet<&'static str>,
    rhymes: HashSet<&'static str>,
}

/// The vocabulary that ships with the hub.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    forms: Phrases::read(FORMS, 0),
    industries: Phrases::read(INDUSTRIES, 0),
    words: Phrases::read(WORDS, 0),
    specific: industries("yes").collect(),
    dropped: industries("drop").collect(),
    of_cooperatives: rows(INDUSTRIES)
        .filter(|r| r.get(1) == Some(&OF_COOPERATIVES))
        .filter_map(|r| Some((Token::new(r.last()?).tone, *r.first()?)))
        .collect(),
    families: pairs(FAMILIES).collect(),
    clashes: pairs(CLASHES).flat_map(|(a, b)| [(a, b), (b, a)]).collect(),
    onsets: pairs(SYLLABLES).filter(|p| p.0 == "onset").flat_map(|p| p.1.split(' ')).collect(),
    rhymes: pairs(SYLLABLES).filter(|p| p.0 == "rhyme").flat_map(|p| p.1.split(' ')).collect(),
});

const FORMS: &str = include_str!("../../schema/reference/matching/forms.csv");
const FAMILIES: &str = include_str!("../../schema/reference/matching/form_families.csv");
const CLASHES: &str = include_str!("../../schema/reference/matching/form_clashes.csv");
const INDUSTRIES: &str = include_str!("../../schema/reference/matching/industries.csv");
const WORDS: &str = include_str!("../../schema/reference/matching/words.csv");
const SYLLABLES: &str = include_str!("../../schema/reference/matching/syllables.csv");

/// Mark of what an abbreviation means in names of cooperatives, in place of what it means elsewhere.
const OF_COOPERATIVES: &str = "cooperative";

/// How two legal forms stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormMatch {
    /// The same, or so near that offices write one for the other.
    Fits,
    /// One name has none.
    Open,
    /// Two that exclude each other.
    Clashes,
}

impl Vocabulary {
    /// How two forms stand to each other.
    pub fn forms_match(&self, a: Option<&str>, b: Option<&str>) -> FormMatch {
        let (Some(a), Some(b)) = (a, b) else {
            return if a == b { FormMatch::Fits } else { FormMatch::Open };
        };
        let one_family = a == b || self.families.get(a).is_some_and(|f| self.families.get(b) == Some(f));
        if one_family && !self.clashes.contains(&(a, b)) { FormMatch::Fits } else { FormMatch::Clashes }
    }

    /// Whether a line of business tells one organisation from another.
    pub fn is_specific(&self, industry: &str) -> bool {
        self.specific.contains(industry)
    }

    /// What a lone abbreviation means in the name of an organisation of this form: CN is livestock of a
    /// cooperative, industry of a company.
    pub fn industry_of(&self, form: Option<&str>, word: &Token) -> Option<&'static str> {
        let cooperative = form.is_some_and(|form| form.starts_with(OF_COOPERATIVES));
        self.of_cooperatives.get(&word.tone).copied().filter(|_| cooperative)
    }

    /// Whether a form is a kind of shop, which names of makers do not have.
    pub fn is_shop(&self, form: &str) -> bool {
        self.families.get(form) == Some(&"retail")
    }

    /// Whether a form is one person's business, often under that person's name.
    pub fn is_household(&self, form: &str) -> bool {
        self.families.get(form) == Some(&"household")
    }

    /// Whether a line of business says nothing at all.
    pub fn is_dropped(&self, industry: &str) -> bool {
        self.dropped.contains(industry)
    }

    /// Whether a word key without its tone is an onset and a rhyme of Vietnamese.
    pub fn is_syllable(&self, letters: &str) -> bool {
        letters.char_indices().map(|(at, _)| letters.split_at(at)).any(|(onset, rhyme)| {
            (onset.is_empty() || self.onsets.contains(onset)) && self.rhymes.contains(rhyme)
        })
    }
}

/// Phrases of words, each with what it means; the longest that fits wins.
#[derive(Debug)]
pub struct Phrases {
    /// Longest first.
    all: Vec<Phrase>,
    /// Positions in `all` by first word, by second word, and of lone abbreviations.
    by_first: HashMap<String, Vec<usize>>,
    by_second: HashMap<String, Vec<usize>>,
    abbreviations: Vec<usize>,
}

#[derive(Debug)]
struct Phrase {
    meaning: &'static str,
    words: Vec<Token>,
}

impl Phrases {
    fn read(csv: &'static str, meaning: usize) -> Self {
        let phrase = |row: Vec<&'static str>| {
            Some(Phrase { meaning: row.get(meaning).copied()?, words: tokens(row.last()?) })
        };
        let mut all: Vec<Phrase> = rows(csv)
            .filter(|r| r.get(1) != Some(&OF_COOPERATIVES))
            .filter_map(phrase)
            .filter(|p| !p.words.is_empty())
            .collect();
        all.sort_by_key(|p| std::cmp::Reverse(p.words.len()));
        let (mut by_first, mut by_second, mut abbreviations) = (HashMap::new(), HashMap::new(), Vec::new());
        for (at, phrase) in all.iter().enumerate() {
            by_first.entry(phrase.words[0].flat.clone()).or_insert_with(Vec::new).push(at);
            match phrase.words.get(1) {
                Some(second) => by_second.entry(second.flat.clone()).or_insert_with(Vec::new).push(at),
                None if phrase.words[0].is_abbreviation() => abbreviations.push(at),
                None => {}
            }
        }
        Self { all, by_first, by_second, abbreviations }
    }

    /// Meaning and length of the longest phrase that `text` begins with, among those `wanted`. Words typed
    /// without marks count when the phrase has two words or more, or when nothing in the text has marks. One
    /// word may be typed with a slip, when the phrase has others or is an abbreviation.
    pub fn at_start(
        &self,
        text: &[Token],
        unmarked_text: bool,
        wanted: impl Fn(&str) -> bool,
    ) -> Option<(&'static str, usize)> {
        let first = text.first()?;
        let from_first = self.by_first.get(&first.flat).map(Vec::as_slice).unwrap_or_default();
        let exact = self.longest(from_first, text, &wanted, |a, b, length| {
            a.tone == b.tone || (!a.marked && a.flat == b.flat && (length > 1 || unmarked_text))
        });
        if exact.is_some() {
            return exact;
        }
        let second = text.get(1).and_then(|t| self.by_second.get(&t.flat));
        let from_second = second.map(Vec::as_slice).unwrap_or_default();
        let alone = if first.is_abbreviation() { self.abbreviations.as_slice() } else { &[] };
        [from_first, from_second, alone].into_iter().find_map(|candidates| {
            let mut slips = 0;
            self.longest(candidates, text, &wanted, |a, b, length| {
                let equal = a.tone == b.tone || (!a.marked && a.flat == b.flat && length > 1);
                slips =
                    if std::ptr::eq(a, first) { usize::from(!equal) } else { slips + usize::from(!equal) };
                equal || (slips == 1 && a.is_slip_of(b) && (length > 1 || b.is_abbreviation()))
            })
        })
    }

    /// What a lone word means exactly.
    pub fn word(&self, word: &Token, wanted: &str) -> bool {
        let candidates = self.by_first.get(&word.flat).map(Vec::as_slice).unwrap_or_default();
        let text = std::slice::from_ref(word);
        self.longest(candidates, text, &|m: &str| m == wanted, |a, b, _| a.tone == b.tone).is_some()
    }

    /// The first of the candidates (longest first) whose words all are the `same` as the text's.
    fn longest(
        &self,
        candidates: &[usize],
        text: &[Token],
        wanted: &impl Fn(&str) -> bool,
        mut same: impl FnMut(&Token, &Token, usize) -> bool,
    ) -> Option<(&'static str, usize)> {
        candidates.iter().map(|&at| &self.all[at]).find_map(|phrase| {
            let length = phrase.words.len();
            let start = text.get(..length)?;
            let fits =
                wanted(phrase.meaning) && start.iter().zip(&phrase.words).all(|(a, b)| same(a, b, length));
            fits.then_some((phrase.meaning, length))
        })
    }
}

fn rows(csv: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    csv.lines().skip(1).filter(|l| !l.is_empty()).map(|l| l.split(',').collect())
}

fn industries(specific: &'static str) -> impl Iterator<Item = &'static str> {
    rows(INDUSTRIES).filter(move |r| r.get(1) == Some(&specific)).filter_map(|r| r.first().copied())
}

fn pairs(csv: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    csv.lines().skip(1).filter_map(|l| l.split_once(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_well_formed() {
        for (csv, columns) in
            [(FORMS, 2), (FAMILIES, 2), (CLASHES, 2), (INDUSTRIES, 3), (WORDS, 2), (SYLLABLES, 2)]
        {
            assert!(rows(csv).all(|r| r.len() == columns), "{}", &csv[..20]);
        }
        let known: HashSet<_> = pairs(FAMILIES).map(|p| p.0).collect();
        assert!(pairs(FORMS).all(|(form, _)| known.contains(form)));
    }

    #[test]
    fn knows_syllables() {
        for good in ["truc", "nghiêp", "thuy", "quên", "gi", "an", "ươm", "khuya", "qui", "giêng", "i"] {
            assert!(VOCABULARY.is_syllable(good), "{good}");
        }
        for bad in ["turc", "xuâ", "doah", "thyu", "shope", "voso", "nghiệp", "bhan"] {
            assert!(!VOCABULARY.is_syllable(bad), "{bad}");
        }
    }
}
