//! A mistake in a register file: where it stands and what was expected, in both languages.

use std::cmp::Reverse;

use toml::de::{DeTable, DeValue};

use crate::error::Fault;
use crate::ingest::fold::flat;

/// Mistakes told in one fault; a file with more has one cause, mostly.
const TOLD: usize = 12;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// File.
    pub file: String,
    /// Line, when the key stands in that very file.
    pub line: Option<usize>,
    /// Path of keys: `column.members.headers`.
    pub key: String,
    /// What is wrong and what was expected, in English.
    pub en: String,
    /// The same in Vietnamese.
    pub vi: String,
}

impl Mistake {
    /// A mistake at a key; its line is found later.
    pub fn at(file: &str, key: impl Into<String>, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, key: key.into(), en: en.into(), vi: vi.into() }
    }

    /// `vung.toml, line 12, column.members: …`
    pub fn words(&self) -> (String, String) {
        let join = |line: &str, what: &str| {
            let line = self.line.map(|n| format!(", {line} {n}")).unwrap_or_default();
            let key = if self.key.is_empty() { String::new() } else { format!(", {}", self.key) };
            format!("{}{line}{key}: {what}", self.file)
        };
        (join("line", &self.en), join("dòng", &self.vi))
    }
}

/// All mistakes as one fault.
pub fn fault(mistakes: &[Mistake]) -> Fault {
    let told: Vec<(String, String)> = mistakes.iter().take(TOLD).map(Mistake::words).collect();
    let more = mistakes.len().saturating_sub(TOLD);
    let list = |words: Vec<&str>, more_words: String| {
        let mut lines = words.join("\n  ");
        if more > 0 {
            lines.push_str(&more_words);
        }
        lines
    };
    let en = list(told.iter().map(|(en, _)| en.as_str()).collect(), format!("\n  and {more} more"));
    let vi = list(told.iter().map(|(_, vi)| vi.as_str()).collect(), format!("\n  và {more} lỗi nữa"));
    Fault::new("REGISTER_INVALID", format!("Register file {en}"), format!("Tệp mô tả sổ {vi}"))
}

/// The line on which the deepest known part of a path of keys stands.
pub fn line_of(text: &str, key: &str) -> Option<usize> {
    let (root, _) = DeTable::parse_recoverable(text);
    let mut table = root.get_ref();
    let mut found = None;
    let parts: Vec<&str> = key.split('.').collect();
    let mut at = 0;
    while at < parts.len() {
        // A quoted key may hold points.
        let longest = (at + 1..=parts.len()).rev().find_map(|end| {
            let name = parts[at..end].join(".");
            let (name, index) = indexed(&name);
            let (key, value) = table.iter().find(|(k, _)| k.get_ref().as_ref() == name)?;
            Some((end, key.span().start, value, index))
        });
        let Some((end, start, value, index)) = longest else { break };
        found = Some(start);
        at = end;
        let inner = match (value.get_ref(), index) {
            (DeValue::Array(list), Some(i)) => list.get(i),
            _ => Some(value),
        };
        if index.is_some() {
            found = inner.map(|v| v.span().start).or(found);
        }
        match inner.map(|v| v.get_ref()) {
            Some(DeValue::Table(inner)) => table = inner,
            _ => break,
        }
    }
    found.map(|start| line_at(text, start))
}

/// `layout[1]` → `layout`, 1.
fn indexed(name: &str) -> (String, Option<usize>) {
    let parted = name.strip_suffix(']').and_then(|n| n.rsplit_once('['));
    match parted.and_then(|(head, index)| Some((head, index.parse().ok()?))) {
        Some((head, index)) => (head.to_owned(), Some(index)),
        None => (name.to_owned(), None),
    }
}

/// Line of a byte, from 1.
pub fn line_at(text: &str, byte: usize) -> usize {
    1 + text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count()
}

/// The known name most like one that is not known, when one is like it.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let wanted = flat(name).replace(' ', "");
    let rated = known.into_iter().map(|k| (likeness(&wanted, &flat(k).replace(' ', "")), k));
    let best = rated.max_by_key(|(rate, k)| (*rate, Reverse(k.len()), Reverse(*k)));
    best.filter(|(rate, _)| *rate >= 55).map(|(_, k)| k)
}

/// ` Did you mean "members"?`, in both languages; nothing when nothing is near.
pub fn hint<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> (String, String) {
    match nearest(name, known) {
        Some(near) => (format!("; nearest: \"{near}\""), format!("; gần nhất: \"{near}\"")),
        None => Default::default(),
    }
}

/// Likeness of two words in percent: letters changed, put in, left out or swapped count as one each.
pub fn likeness(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(80).collect(), b.chars().take(80).collect());
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 100;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let change = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    100 - row.last().copied().unwrap_or(longest).min(longest) * 100 / longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_line_of_the_deepest_known_key() {
        let text = "code = 'a'\n[column.x]\nheaders = ['y']\n\n[[layout]]\nname = 'l'\n[[layout]]\nname = 'm'\n\
                    [target.t.fields]\nname = { from = 'x' }\n\"Vỏ.Sò\" = 1\n";
        for (key, line) in [
            ("code", 1),
            ("column.x.headers", 3),
            ("column.x.nothing", 2),
            ("layout[1].name", 8),
            ("target.t.fields.name.from", 10),
            ("target.t.fields.Vỏ.Sò", 11),
        ] {
            assert_eq!(line_of(text, key), Some(line), "{key}");
        }
        assert_eq!(line_of(text, "nowhere"), None);
    }

    #[test]
    fn the_nearest_name_is_one_that_is_like_it() {
        let known = ["members", "founded", "tax_code"];
        assert_eq!(nearest("member", known), Some("members"));
        assert_eq!(nearest("taxcode", known), Some("tax_code"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(likeness("ab", "ba"), 50);
    }
}
