//! Headings and words of label files → what they mean, by `labels.toml`. Reads no file of a caller.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::ingest::fold::flat;

const FILE: &str = include_str!("../../../schema/reference/matching/labels.toml");

/// Which record of a pair a column speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Left,
    Right,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Part {
    File,
    Sheet,
    Row,
    Id,
    /// The thing a record is of, or whether two are one.
    Value,
}

#[derive(Debug, Default, Deserialize)]
struct Words {
    sides: BTreeMap<String, Vec<String>>,
    parts: BTreeMap<String, Vec<String>>,
    verdicts: BTreeMap<String, Vec<String>>,
    truth: BTreeMap<String, Vec<String>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());
static PARTS: LazyLock<HashMap<String, Part>> = LazyLock::new(|| {
    let part = |name: &str| match name {
        "file" => Part::File,
        "sheet" => Part::Sheet,
        "row" => Part::Row,
        "id" => Part::Id,
        _ => Part::Value,
    };
    let mut out = HashMap::new();
    for (name, texts) in &WORDS.parts {
        for text in texts {
            out.entry(flat(text)).or_insert(part(name));
        }
    }
    out
});

/// What a column of records one by one holds.
pub(super) fn single(heading: &str) -> Option<Part> {
    let words = split(heading).join(" ");
    PARTS.get(&words).copied().filter(|_| !words.is_empty())
}

/// What a column of pairs holds: of one side, or of the pair.
pub(super) fn paired(heading: &str) -> Option<(Option<Side>, Part)> {
    let words = split(heading);
    for (name, side) in [("left", Side::Left), ("right", Side::Right)] {
        let marks: Vec<String> = WORDS.sides.get(name).into_iter().flatten().map(|w| flat(w)).collect();
        for mark in &marks {
            let mark: Vec<&str> = mark.split(' ').collect();
            let Some(at) = words.windows(mark.len()).position(|w| w.iter().eq(mark.iter())) else { continue };
            let rest: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(i, _)| *i < at || *i >= at + mark.len())
                .map(|(_, w)| w.as_str())
                .collect();
            if let Some(part) = PARTS.get(&rest.join(" ")).filter(|p| **p != Part::Value) {
                return Some((Some(side), *part));
            }
        }
    }
    single(heading).map(|part| (None, part))
}

/// Whether a text says that two are one; `None`: it says nothing sure; outer `None`: not understood.
pub(super) fn verdict(text: &str) -> Option<Option<bool>> {
    let trimmed = text.trim().to_lowercase();
    let folded = flat(text);
    let is = |name: &str| {
        WORDS.verdicts.get(name).into_iter().flatten().any(|w| {
            let word = flat(w);
            *w == trimmed || (!word.is_empty() && word == folded)
        })
    };
    let number: Option<f64> = trimmed.parse().ok();
    match number {
        Some(1.0) => Some(Some(true)),
        Some(0.0 | -1.0) => Some(Some(false)),
        _ if is("same") => Some(Some(true)),
        _ if is("different") => Some(Some(false)),
        _ if is("unsure") => Some(None),
        _ => None,
    }
}

/// Whether a column of a register holds the truth, by its heading.
pub(super) fn is_truth(heading: &str) -> bool {
    let heading = split(heading).join(" ");
    WORDS.truth.values().flatten().any(|text| flat(text) == heading)
}

/// Words of a heading: parted by blanks, signs, capitals and digits.
fn split(heading: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before: Option<char> = None;
    for c in heading.chars() {
        let glued = before.is_some_and(|b| {
            (b.is_lowercase() && c.is_uppercase())
                || (b.is_alphabetic() && c.is_ascii_digit())
                || (b.is_ascii_digit() && c.is_alphabetic())
        });
        if glued {
            spaced.push(' ');
        }
        spaced.push(c);
        before = Some(c);
    }
    flat(&spaced).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_well_formed() {
        assert!(toml::from_str::<Words>(FILE).is_ok());
        assert!(WORDS.sides.len() == 2 && WORDS.parts.len() == 5 && WORDS.verdicts.len() == 3);
    }

    #[test]
    fn knows_headings_however_they_are_glued() {
        use Side::*;
        for (heading, side, part) in [
            ("left_row", Some(Left), Part::Row),
            ("ltable_id", Some(Left), Part::Id),
            ("id2", Some(Right), Part::Id),
            ("rowB", Some(Right), Part::Row),
            ("Tệp trái", Some(Left), Part::File),
            ("Dòng 2", Some(Right), Part::Row),
            ("right", Some(Right), Part::Id),
            ("record_a", Some(Left), Part::Id),
            ("isMatch", None, Part::Value),
        ] {
            assert_eq!(paired(heading), Some((side, part)), "{heading}");
        }
        for (heading, part) in [
            ("Mã thực thể", Part::Value),
            ("entityId", Part::Value),
            ("cluster", Part::Value),
            ("Tệp", Part::File),
            ("STT", Part::Id),
        ] {
            assert_eq!(single(heading), Some(part), "{heading}");
        }
        assert_eq!(single("Điện thoại"), None);
    }

    #[test]
    fn knows_verdicts() {
        for (text, wanted) in [
            ("1", Some(Some(true))),
            ("1.0", Some(Some(true))),
            ("Giống", Some(Some(true))),
            ("KHÁC", Some(Some(false))),
            ("không trùng", Some(Some(false))),
            ("no", Some(Some(false))),
            ("?", Some(None)),
            ("banana", None),
        ] {
            assert_eq!(verdict(text), wanted, "{text}");
        }
    }
}
