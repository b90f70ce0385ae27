//! What the words of a target say besides what it is about: first or again, how many stars, of what. An indicator
//! that does not say the same counts something else. Pure.

use indexmap::IndexMap;
use serde::Deserialize;

/// A qualifier in the words of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// Its name.
    pub qualifier: &'a str,
    /// The spelling that stands there.
    pub spelling: &'a str,
}

/// `target_words.toml`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetWords {
    /// Name → spellings. What stands within a longer spelling is not said.
    #[serde(default)]
    pub qualifier: IndexMap<String, Vec<String>>,
    /// Spellings that say nothing, of which parts would.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// Things counted, as registers write them → units of indicators that count such things.
    #[serde(default)]
    pub counted: IndexMap<String, Vec<String>>,
}

impl TargetWords {
    /// What is said, each qualifier once; `fold` makes texts comparable.
    pub fn said(&self, words: &str, fold: impl Fn(&str) -> String) -> Vec<Said<'_>> {
        let words = format!(" {} ", fold(words));
        let named = self.qualifier.iter().flat_map(|(name, all)| all.iter().map(move |s| (name.as_str(), s)));
        let all = named.chain(self.nothing.iter().map(|spelling| ("", spelling)));
        let mut found: Vec<(usize, usize, Said<'_>)> = Vec::new();
        for (qualifier, spelling) in all {
            let folded = format!(" {} ", fold(spelling));
            let places = words.match_indices(folded.as_str());
            let said = |(at, _): (usize, &str)| (at, at + folded.len(), Said { qualifier, spelling });
            found.extend(places.map(said));
        }
        let within = |inner: &(usize, usize, Said<'_>)| {
            let length = inner.1 - inner.0;
            found.iter().any(|(at, end, _)| *at <= inner.0 && inner.1 <= *end && length < end - at)
        };
        let mut kept: Vec<&(usize, usize, Said<'_>)> =
            found.iter().filter(|one| !within(one) && !one.2.qualifier.is_empty()).collect();
        kept.sort_by_key(|one| one.0);
        let mut said: Vec<Said<'_>> = Vec::new();
        for (_, _, one) in kept {
            if said.iter().all(|known| known.qualifier != one.qualifier) {
                said.push(one.clone());
            }
        }
        said
    }

    /// Whether a unit of measure, as written, can be what an indicator of this unit counts.
    pub fn counts(&self, written: &str, unit: &str, fold: impl Fn(&str) -> String) -> bool {
        let written = fold(written);
        let known = self.counted.iter().find(|(word, _)| fold(word) == written);
        known.is_none_or(|(_, units)| units.iter().any(|known| known == unit))
    }
}
