//! Whether offices contradict each other: another spelling of the same is no contradiction, and an office that
//! mends its own word does not contradict itself. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::field::Field;
use super::survive::Word;
use crate::catalog::MatchRole;
use crate::matching::{fold, names_agree};
use crate::store::record::SourceRecord;

/// The newest word of each scope, by scope: position among the words of the field.
pub type Voices<'r> = BTreeMap<&'r str, (usize, Said<'r>)>;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<'r> {
    /// A value.
    Value(&'r Value),
    /// A link.
    Link(Uuid),
}

/// The newest word of each scope.
pub fn voices<'r>(words: &[Word], records: &'r [SourceRecord], field: &Field) -> Voices<'r> {
    let mut out: BTreeMap<&str, (usize, Said)> = BTreeMap::new();
    for (at, word) in words.iter().enumerate() {
        let record = &records[word.record as usize];
        let said = match word.to {
            Some(to) => Said::Link(to),
            None => match record.fields.get(field.name) {
                Some(value) => Said::Value(value),
                None => continue,
            },
        };
        // Words come the newest first, of one day those of the later delivery.
        let newer = |(other, _): &(usize, Said)| {
            let other = &records[words[*other].record as usize];
            (record.observed_on, record.import_id) == (other.observed_on, other.import_id)
                && record.id < other.id
        };
        let standing = word.chosen;
        match out.get(&*record.scope) {
            Some(known) if !newer(known) && !standing => {}
            Some((known, _)) if words[*known].chosen => {}
            _ => {
                out.insert(&record.scope, (at, said));
            }
        }
    }
    out
}

/// What the scopes say, as a short text that changes when one of them changes its word.
pub fn fingerprint(voices: &Voices) -> String {
    let mut text = String::new();
    for (scope, (_, said)) in voices {
        // Writing to a string does not fail.
        let _ = match said {
            Said::Value(value) => writeln!(text, "{scope}={value}"),
            Said::Link(to) => writeln!(text, "{scope}={to}"),
        };
    }
    crate::store::id::hexadecimal(&Sha256::digest(text.as_bytes())[..12])
}

/// Words of scopes that contradict what stands: positions among the words.
pub fn rivals(
    field: &Field,
    words: &[Word],
    records: &[SourceRecord],
    voices: &Voices,
    pinned: Option<&Value>,
) -> Vec<usize> {
    let chosen = words.iter().find(|w| w.chosen);
    let stands = match (pinned, chosen) {
        (Some(value), _) => match value.as_str().filter(|_| field.target.is_some()).map(str::parse) {
            Some(Ok(to)) => Said::Link(to),
            _ => Said::Value(value),
        },
        (None, Some(Word { to: Some(to), .. })) => Said::Link(*to),
        (None, Some(word)) => match records[word.record as usize].fields.get(field.name) {
            Some(value) => Said::Value(value),
            None => return vec![],
        },
        (None, None) => return vec![],
    };
    voices.values().filter(|(_, said)| differ(field, *said, stands)).map(|(at, _)| *at).collect()
}

fn differ(field: &Field, a: Said, b: Said) -> bool {
    let (Said::Value(a), Said::Value(b)) = (a, b) else { return a != b };
    if a == b {
        return false;
    }
    let (Some(x), Some(y)) = (a.as_str(), b.as_str()) else { return true };
    match (field.role, field.pg_type) {
        (Some(MatchRole::Name), _) => !names_agree(field.style, x, y),
        // The code of a branch is that of its owner with a number behind it.
        (Some(MatchRole::Identifier), _) => owner(x) != owner(y),
        (_, "numeric") => match (x.parse::<Decimal>(), y.parse::<Decimal>()) {
            (Ok(x), Ok(y)) => x != y,
            _ => true,
        },
        _ => folded(x) != folded(y),
    }
}

fn owner(code: &str) -> String {
    let code = folded(code);
    let branch = code.len() == 13 && code.bytes().all(|c| c.is_ascii_digit());
    if branch { code[..10].to_owned() } else { code }
}

fn folded(text: &str) -> String {
    fold::clean(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}
