//! Rows of one name and place in one delivery that answer by other people or other phones: perhaps two things, which
//! one key would make one unseen. Their keys then end in something of their own, and matching decides; rows
//! that answer by nobody keep the plain key.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::context::{RowContext, each_row};
use super::row::Mapped;
use super::whereabouts::place;
use super::{Prepared, Shared, key};
use crate::ingest::clean::identifiers;
use crate::ingest::fold::{flat, tone};
use crate::ingest::register::{FieldRule, Kind, Target};

/// What the key of a target ends in, by the sheet and the number of its row.
pub(super) type Twins = HashMap<(String, i32, String), String>;

/// Whom a row answers by.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    head: Option<String>,
    phone: Option<String>,
}

impl Said {
    /// Whether two rows answer by other people or phones, and have neither in common.
    fn differs(&self, other: &Self) -> bool {
        let other_than = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
        !self.joins(other) && (other_than(&self.head, &other.head) || other_than(&self.phone, &other.phone))
    }

    /// Whether two rows have their people or their phone in common.
    fn joins(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        same(&self.head, &other.head) || same(&self.phone, &other.phone)
    }
}

/// Looks through a file for them: first by names alone, then by whole keys, where names are suspicious.
pub(super) fn find(shared: &Shared<'_>, file: &Prepared<'_>) -> Twins {
    let mut out = Twins::new();
    for (name, target) in shared.register.model.target.iter().filter(|(_, t)| can_tell(shared, t)) {
        let suspicious = suspicious(shared, file, name, target);
        if !suspicious.is_empty() {
            by_keys(shared, file, (name, target), &suspicious, &mut out);
        }
    }
    out
}

/// Whether a target has people and phones, and a key of columns and a place alone.
fn can_tell(shared: &Shared<'_>, target: &Target) -> bool {
    let plain = |part: &String| part == "@place" || !part.starts_with(['@', '.']);
    let rules = || target.fields.values().flat_map(|r| r.all());
    target.each.is_none()
        && target.key.iter().flatten().all(plain)
        && rules().any(is_phone)
        && rules().any(|r| is_person(shared, r))
}

fn is_phone(rule: &FieldRule) -> bool {
    Kind::of(&rule.kind) == Kind::Phone
}

fn is_person(shared: &Shared<'_>, rule: &FieldRule) -> bool {
    let personal = shared.register.model.column.get(&rule.from).is_some_and(|column| column.personal);
    personal && matches!(Kind::of(&rule.kind), Kind::Text | Kind::Name)
}

/// Names under which rows answer by more than one person or phone.
fn suspicious(shared: &Shared<'_>, file: &Prepared<'_>, name: &str, target: &Target) -> HashSet<u64> {
    let mut first: HashMap<u64, Said> = HashMap::new();
    let mut out = HashSet::new();
    each_row(shared, file, |context| {
        if !context.makes(name) {
            return;
        }
        let said = said(context, target);
        if said == Said::default() {
            return;
        }
        let own = name_hash(context, target);
        let first = first.entry(own).or_default();
        for (known, new) in [(&mut first.head, said.head), (&mut first.phone, said.phone)] {
            match (&known, new) {
                (Some(known), Some(new)) if *known != new => drop(out.insert(own)),
                (None, new) => *known = new,
                _ => {}
            }
        }
    });
    out
}

/// Rows under one key, by whom they answer by.
type Rows = BTreeMap<Said, Places>;

/// Sheets and the numbers of their rows.
type Places = Vec<(String, i32)>;

fn by_keys(
    shared: &Shared<'_>,
    file: &Prepared<'_>,
    (name, target): (&str, &Target),
    suspicious: &HashSet<u64>,
    out: &mut Twins,
) {
    let mut rows: BTreeMap<String, Rows> = BTreeMap::new();
    each_row(shared, file, |context| {
        if !context.makes(name) {
            return;
        }
        if suspicious.contains(&name_hash(context, target)) {
            let key = whole_key(context, target, shared.as_of);
            let row = (context.sheet.sheet.name.clone(), context.sheet.sheet.rows[context.index].no);
            rows.entry(key).or_default().entry(said(context, target)).or_default().push(row);
        }
    });
    for rows in rows.values() {
        for (ending, rows) in endings(rows) {
            let ended = |(sheet, no)| ((sheet, no, name.to_owned()), ending.clone());
            out.extend(rows.into_iter().map(ended));
        }
    }
}

fn whole_key(context: &RowContext<'_>, target: &Target, day: NaiveDate) -> String {
    let place = target.place.as_ref().map(|rule| place(context, rule, day, &mut Mapped::default()));
    key::key(context, target, place.as_ref(), &BTreeMap::new(), &BTreeMap::new())
}

/// The rows of each of several that go by one key, with what their keys end in; none where there is just one.
fn endings(rows: &Rows) -> Vec<(String, Places)> {
    let mut groups: Vec<(BTreeSet<&Said>, Places)> = Vec::new();
    for (said, rows) in rows.iter().filter(|(said, _)| **said != Said::default()) {
        let (with, without): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(of, _)| of.iter().any(|other| other.joins(said)));
        groups = without;
        let mut joined = (BTreeSet::from([said]), rows.clone());
        for (of, rows) in with {
            joined.0.extend(of);
            joined.1.extend(rows);
        }
        groups.push(joined);
    }
    let apart = |(of, _): &(BTreeSet<&Said>, _)| {
        groups.iter().any(|(others, _)| {
            of.is_disjoint(others) && of.iter().any(|x| others.iter().any(|y| x.differs(y)))
        })
    };
    groups.iter().filter(|group| apart(group)).map(|(of, rows)| (ending(of), rows.clone())).collect()
}

/// Of the least head or phone, so that it does not depend on the order of the rows; a hash, for whose it is is
/// nobody's business.
fn ending(of: &BTreeSet<&Said>) -> String {
    let head = of.iter().filter_map(|said| said.head.as_deref()).min();
    let least = head.or_else(|| of.iter().filter_map(|said| said.phone.as_deref()).min()).unwrap_or_default();
    Sha256::digest(least.as_bytes()).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

fn said(context: &RowContext<'_>, target: &Target) -> Said {
    let mut said = Said::default();
    for rule in target.fields.values().flat_map(|r| r.all()).filter(|r| context.has(&r.from)) {
        if is_phone(rule) {
            said.phone =
                said.phone.or_else(|| identifiers::phone(&context.source(&rule.from)).ok().flatten());
        } else if said.head.is_none() && is_person(context.shared, rule) {
            said.head = context.text(&rule.from).and_then(|text| given_name(&text));
        }
    }
    said
}

/// The last two words of a person's name: titles stand before it. None when it is one word.
fn given_name(text: &str) -> Option<String> {
    let flat = flat(text);
    let words: Vec<&str> = flat.split(' ').collect();
    (words.len() > 1).then(|| words[words.len() - 2..].join(" "))
}

fn name_hash(context: &RowContext<'_>, target: &Target) -> u64 {
    let mut hash = DefaultHasher::new();
    let first = target.key.iter().filter_map(|parts| parts.first());
    for column in first {
        tone(&context.source(column).text()).hash(&mut hash);
    }
    hash.finish()
}
