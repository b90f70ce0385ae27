//! The words of a register, folded once: vocabularies, blank cells, beginnings of totals and notes.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{Match, Model};
use crate::ingest::fold::{flat, tone};

/// A vocabulary: folded spelling and value, longest first.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    all: Vec<(String, String)>,
    /// Positions in `all` by spelling.
    exact: HashMap<String, usize>,
    /// The spellings with a blank on either side.
    padded: Vec<String>,
}

impl Vocabulary {
    fn new(words: &BTreeMap<String, Vec<String>>) -> Self {
        let mut all: Vec<(String, String)> = words
            .iter()
            .flat_map(|(value, spellings)| {
                spellings.iter().chain([value]).map(move |s| (flat(s), value.clone()))
            })
            .filter(|(spelling, _)| !spelling.is_empty())
            .collect();
        all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        // Of one spelling under several values the first stands, as in a search from the front.
        let exact = all.iter().enumerate().rev().map(|(i, (spelling, _))| (spelling.clone(), i)).collect();
        let padded = all.iter().map(|(spelling, _)| format!(" {spelling} ")).collect();
        Self { all, exact, padded }
    }

    /// The value that a text names; the longest spelling wins.
    pub fn find(&self, text: &str, by: Match) -> Option<&str> {
        let text = flat(text);
        let at = match by {
            Match::Exact => self.exact.get(&text).copied(),
            Match::Start => self.all.iter().position(|(spelling, _)| begins(&text, spelling)),
            Match::Contains => {
                let text = format!(" {text} ");
                self.padded.iter().position(|spelling| text.contains(spelling))
            }
        };
        at.map(|at| self.all[at].1.as_str())
    }
}

/// Folded words of a register.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    vocabulary: BTreeMap<String, Vocabulary>,
    blank: HashSet<String>,
    total: Vec<Beginning>,
    note: Vec<Beginning>,
    body: Vec<Beginning>,
    foreign: Vec<String>,
    remark: Vec<String>,
    cues: Vec<String>,
}

#[derive(Debug, Clone)]
struct Beginning {
    toned: String,
    bare: Option<String>,
}

impl Folded {
    pub(super) fn new(model: &Model) -> Self {
        let beginnings = |words: &[String]| {
            let one = |w: &String| Beginning { toned: tone(w), bare: w.contains(' ').then(|| flat(w)) };
            words.iter().map(one).collect()
        };
        Self {
            vocabulary: model.vocabulary.iter().map(|(k, v)| (k.clone(), Vocabulary::new(v))).collect(),
            blank: model.words.blank.iter().map(|w| flat(w)).collect(),
            total: beginnings(&model.words.total),
            note: beginnings(&model.words.note),
            body: beginnings(&model.words.bodies),
            foreign: model.foreign.iter().map(|w| format!(" {} ", tone(w))).collect(),
            remark: model.words.remark.iter().map(|w| format!(" {} ", flat(w))).collect(),
            cues: model.as_of.cues.iter().map(|w| format!(" {} ", flat(w))).collect(),
        }
    }

    /// The vocabulary of that name.
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabulary.get(name)
    }

    /// Whether a cell's text means nothing.
    pub fn is_blank(&self, text: &str) -> bool {
        text.len() < 40 && self.blank.contains(&flat(text))
    }

    /// Whether a text begins like a total.
    pub fn is_total(&self, text: &str) -> bool {
        starts(text, &self.total)
    }

    /// Whether a text begins like a note or a signature.
    pub fn is_note(&self, text: &str) -> bool {
        starts(text, &self.note)
    }

    /// Whether a text begins like the name of an organisation, a household or a farm.
    pub fn is_body(&self, text: &str) -> bool {
        let kinds = || self.vocabulary("producer_kind")?.find(text, Match::Start);
        starts(text, &self.body) || kinds().is_some()
    }

    /// Whether a heading betrays another register.
    pub fn is_foreign(&self, heading: &str) -> bool {
        let heading = format!(" {} ", tone(heading));
        self.foreign.iter().any(|w| heading.contains(w))
    }

    /// What stands in brackets behind a heading, without the remarks that are no unit.
    pub fn unit(&self, text: &str) -> Option<String> {
        let folded = format!(" {} ", flat(text));
        if !self.remark.iter().any(|w| folded.contains(w)) {
            return Some(text.to_owned());
        }
        let left = self.remark.iter().fold(folded, |left, w| left.replace(w.as_str(), " "));
        let left = left.trim();
        (!left.is_empty()).then(|| left.to_owned())
    }

    /// Whether a line says that the day it names is the file's.
    pub fn has_cue(&self, line: &str) -> bool {
        let line = format!(" {} ", flat(line));
        self.cues.iter().any(|w| line.contains(w))
    }
}

/// With tones, since "cộng" is not "công"; without only where there are several words.
fn starts(text: &str, words: &[Beginning]) -> bool {
    let (toned, bare) = (tone(text), flat(text));
    words.iter().any(|w| begins(&toned, &w.toned) || w.bare.as_ref().is_some_and(|b| begins(&bare, b)))
}

fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}
