//! Whose word counts: per field the office with authority, then the newest, then what most say, then the most
//! complete; over all of these a value that a person pinned. Of the words of one scope about one day the later
//! delivery's stands: that is how offices mend what they sent. In what order registers arrive does not matter. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use uuid::Uuid;

use super::differ;
use super::field::{Field, fields};
use super::load::Part;
use super::pin::Pin;
use super::taken_back;
use crate::catalog::{Catalog, Entity};
use crate::matching::{Clusters, target};
use crate::store::record::SourceRecord;

/// One entity: the words of all its records, and which of them stand.
#[derive(Debug, PartialEq)]
pub struct MergedRow {
    /// Id.
    pub id: Uuid,
    /// Its records (indices), the one that counts most first.
    pub records: Vec<usize>,
    /// Every record's word, by position in [`fields`].
    pub words: Words,
    /// Values people pinned, by position in [`fields`].
    pub pinned: BTreeMap<usize, Value>,
    /// Words that differ from what stands.
    pub rivals: Vec<Rival>,
}

/// Words by field, in one piece: entities are many and their fields too.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    all: Box<[Word]>,
    ends: Box<[u32]>,
}

impl Words {
    fn of(fields: Vec<Vec<Word>>) -> Self {
        let mut end = 0;
        let ends = fields.iter().map(|words| {
            end += words.len() as u32;
            end
        });
        let ends = ends.collect();
        Self { all: fields.into_iter().flatten().collect(), ends }
    }

    /// By field.
    pub fn iter(&self) -> impl Iterator<Item = &[Word]> {
        (0..self.ends.len()).map(|field| &self[field])
    }
}

impl std::ops::Index<usize> for Words {
    type Output = [Word];

    fn index(&self, field: usize) -> &[Word] {
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        &self.all[start as usize..self.ends[field] as usize]
    }
}

/// That a record says something of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Index of the record; a scalar's value stands there.
    pub record: u32,
    /// Where it leads, for a link.
    pub to: Option<Uuid>,
    /// Whether it stands in the entity.
    pub chosen: bool,
}

/// A scope's word that differs from the one that stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// Position in [`fields`].
    pub field: usize,
    /// Its word, by position in the words of the field.
    pub word: usize,
    /// What people did about it.
    pub status: Status,
}

/// Where a conflict stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nobody has looked.
    Open,
    /// A person pinned the value.
    Pinned,
    /// A person did, and a source has changed its word since.
    Reopened,
}

impl Status {
    /// As the store writes it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Open => "OPEN",
            Status::Pinned => "PINNED",
            Status::Reopened => "REOPENED",
        }
    }
}

impl MergedRow {
    /// The word that stands for a field.
    pub fn chosen(&self, field: usize) -> Option<&Word> {
        self.words[field].iter().find(|w| w.chosen)
    }
}

/// An entity that cannot stand because nobody fills a field it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// Entity type.
    pub entity: String,
    /// Id it would have.
    pub id: Uuid,
    /// Field that is missing.
    pub field: String,
    /// One of its records.
    pub record: Uuid,
}

/// What came of one type.
#[derive(Debug, Default)]
pub struct Merged {
    /// The entities that stand, in the order of their ids.
    pub rows: Vec<MergedRow>,
    /// Those that cannot.
    pub incomplete: Vec<Incomplete>,
    /// Pins used for the first time: id, and what the offices say now.
    pub fresh_pins: Vec<(Uuid, String)>,
}

/// What merging needs to know beside a type's records.
pub struct Judge<'a> {
    /// Entity types.
    pub catalog: &'a Catalog,
    /// Which records make which entity.
    pub clusters: &'a Clusters,
    /// Entities that stand, of the types done so far.
    pub standing: &'a HashMap<String, BTreeSet<Uuid>>,
    /// Pins by entity.
    pub pins: &'a HashMap<Uuid, Vec<Pin>>,
}

impl Judge<'_> {
    /// Merges one type's records; what lacks a needed field is left out, and so is what needs it.
    pub fn merge_type(&self, entity: &Entity, part: &Part) -> Merged {
        let records = part.words();
        let mut members: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
        for (at, record) in records.iter().enumerate() {
            if let Some(id) = self.clusters.entity_of_node.get(&record.node_id()) {
                members.entry(*id).or_default().push(at);
            }
        }
        let fields = fields(self.catalog, entity);
        let mut out = Merged::default();
        // What is only mentioned is not there, nor is what every office that spoke of it took back.
        members.retain(|_, at| {
            taken_back::leave_out(part, at);
            at.iter().any(|&i| part.counts(i) && !records[i].evidence.mention)
        });
        for (id, mut at) in members {
            let blanks = Blanks::of(part, &mut at);
            let (at, words) = self.words_of(entity, &fields, part, &blanks, at);
            let row = self.pin(&fields, records, (id, at, words), &mut out.fresh_pins);
            let lacks = |(at, field): &(usize, &Field)| {
                field.required && row.words[*at].is_empty() && !row.pinned.contains_key(at)
            };
            match fields.iter().enumerate().find(lacks) {
                None => out.rows.push(row),
                Some((_, field)) => out.incomplete.push(Incomplete {
                    entity: entity.name.clone(),
                    id,
                    field: field.name.to_owned(),
                    record: row.records.first().map(|&at| records[at].id).unwrap_or_default(),
                }),
            }
        }
        out
    }

    /// The records of an entity in their order, and their words by field.
    fn words_of(
        &self,
        entity: &Entity,
        fields: &[Field],
        part: &Part,
        blanks: &Blanks,
        mut at: Vec<usize>,
    ) -> (Vec<usize>, Vec<Vec<Word>>) {
        let records = part.words();
        at.sort_by_cached_key(|&i| order(part, i, &entity.authority));
        let mut words: Vec<Vec<Word>> = fields
            .iter()
            .map(|field| self.words(field, field.authority, part, &blanks.may_speak(field, part, &at)))
            .collect();
        for (position, field) in fields.iter().enumerate().filter(|(_, field)| !field.when.is_empty()) {
            let value = |name: &str| {
                let of = fields.iter().position(|f| f.name == name)?;
                let word = words[of].iter().find(|w| w.chosen)?;
                records[word.record as usize].fields.get(name)?.as_str()
            };
            let case = field
                .when
                .iter()
                .find(|case| value(&case.field).is_some_and(|value| case.values.iter().any(|v| v == value)));
            if let Some(case) = case {
                words[position] = self.words(field, &case.offices, part, &blanks.may_speak(field, part, &at));
            }
        }
        for (position, field) in fields.iter().enumerate() {
            let followed = field.follows.and_then(|name| fields.iter().position(|f| f.name == name));
            let record = followed.and_then(|of| words[of].iter().find(|w| w.chosen)).map(|w| w.record);
            if record.is_some_and(|record| words[position].iter().any(|w| w.record == record)) {
                words[position].iter_mut().for_each(|w| w.chosen = Some(w.record) == record);
            }
        }
        (at, words)
    }

    fn words(&self, field: &Field, authority: &[String], part: &Part, at: &[usize]) -> Vec<Word> {
        let records = part.words();
        let mut words: Vec<Word> =
            at.iter().filter_map(|&record| self.word(field, &records[record], record)).collect();
        if let Some(best) = best(&words, field, authority, part) {
            words[best].chosen = true;
        }
        words
    }

    fn word(&self, field: &Field, of: &SourceRecord, record: usize) -> Option<Word> {
        if of.evidence.mention {
            return None;
        }
        let Some(to_type) = field.target else {
            let said = of.fields.get(field.name).is_some_and(|v| !is_blank(v));
            return said.then_some(Word { record: record as u32, to: None, chosen: false });
        };
        let to = target(of, field.name, &self.clusters.entity_of)?;
        let stands = self.standing.get(&to_type.name).is_some_and(|ids| ids.contains(&to));
        (!to_type.is_merged() || stands).then_some(Word {
            record: record as u32,
            to: Some(to),
            chosen: false,
        })
    }

    /// Lets pins stand, and lists what differs from what stands.
    fn pin(
        &self,
        fields: &[Field],
        records: &[SourceRecord],
        (id, of, mut words): (Uuid, Vec<usize>, Vec<Vec<Word>>),
        fresh: &mut Vec<(Uuid, String)>,
    ) -> MergedRow {
        let (mut pinned, mut differing) = (BTreeMap::new(), Vec::new());
        let pins = self.pins.get(&id).map(Vec::as_slice).unwrap_or_default();
        for (at, field) in fields.iter().enumerate() {
            let voices = differ::voices(&words[at], records, field);
            let pin = pins.iter().rev().find(|p| p.field == field.name);
            let mut status = Status::Open;
            if let Some((pin, value)) = pin.and_then(|p| p.stands(field, self.clusters, self.standing)) {
                let said = differ::fingerprint(&voices);
                if pin.said.is_empty() {
                    fresh.push((pin.id, said.clone()));
                }
                status =
                    if pin.said.is_empty() || pin.said == said { Status::Pinned } else { Status::Reopened };
                if status == Status::Pinned {
                    let agrees = |w: &Word| match w.to {
                        Some(to) => value.as_str() == Some(to.to_string().as_str()),
                        None => records[w.record as usize].fields.get(field.name) == Some(&value),
                    };
                    words[at].iter_mut().for_each(|w| w.chosen = false);
                    if let Some(word) = words[at].iter_mut().find(|w| agrees(w)) {
                        word.chosen = true;
                    }
                    pinned.insert(at, value);
                }
            }
            if field.follows.is_some() {
                continue;
            }
            let rivals = differ::rivals(field, &words[at], records, &voices, pinned.get(&at));
            // What came anew since the pin, even where nobody else contradicts it.
            let stands = words[at].iter().position(|w| w.chosen);
            let again = stands.filter(|_| status == Status::Reopened && rivals.is_empty());
            differing.extend(again.map(|word| Rival { field: at, word, status }));
            differing.extend(rivals.into_iter().map(|word| Rival { field: at, word, status }));
        }
        MergedRow { id, records: of, words: Words::of(words), pinned, rivals: differing }
    }
}

/// What the scopes of an entity leave blank now: there their replaced deliveries speak, under whatever key.
struct Blanks<'r> {
    /// Fields said, by scope, in deliveries that count.
    said: BTreeMap<&'r str, BTreeSet<&'r str>>,
}

impl<'r> Blanks<'r> {
    /// Of a scope that no longer speaks of the entity at all nothing fills; such records are taken out.
    fn of(part: &'r Part, at: &mut Vec<usize>) -> Self {
        let records = part.words();
        let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        if at.iter().all(|&i| part.counts(i)) {
            return Self { said };
        }
        for record in at.iter().filter(|&&i| part.counts(i)).map(|&i| &records[i]) {
            let fields = record.fields.keys().chain(record.refs.keys());
            said.entry(&record.scope).or_default().extend(fields);
        }
        at.retain(|&i| part.counts(i) || said.contains_key(&*records[i].scope));
        Self { said }
    }

    /// Records that may speak of a field.
    fn may_speak(&self, field: &Field, part: &Part, at: &[usize]) -> Vec<usize> {
        let records = part.words();
        let blank = |scope: &str| self.said.get(scope).is_none_or(|said| !said.contains(field.name));
        at.iter()
            .copied()
            .filter(|&i| part.counts(i) || fills(field, &records[i]) && blank(&records[i].scope))
            .collect()
    }
}

/// Whether a replaced record may fill a field: values only, for what it linked to may be another thing now.
fn fills(field: &Field, record: &SourceRecord) -> bool {
    field.target.is_none() || record.fields.contains_key(field.name)
}

/// The word that stands: of the office first in authority the newest; of several the one that most say, then the
/// longest, then whatever is the same in every run. What a scope has mended since does not count.
fn best(words: &[Word], field: &Field, authority: &[String], part: &Part) -> Option<usize> {
    let records = part.words();
    let order = |word: &Word| order(part, word.record as usize, authority);
    let rank = |word: &Word| (order(word).0, order(word).1);
    let first = words.iter().map(rank).min()?;
    let mut top: Vec<usize> = (0..words.len()).filter(|&i| rank(&words[i]) == first).collect();
    let mut mended = BTreeSet::new();
    if top.len() > 1 {
        let scope = |i: usize| &*records[words[i].record as usize].scope;
        let delivered = |i: usize| part.delivered(words[i].record as usize);
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for &i in &top {
            last.entry(scope(i)).and_modify(|at| *at = delivered(i).max(*at)).or_insert(delivered(i));
        }
        mended
            .extend(top.iter().copied().filter(|&i| last.get(scope(i)).is_some_and(|at| delivered(i) < *at)));
        top.retain(|i| !mended.contains(i));
    }
    if let [only] = top[..] {
        return Some(only);
    }
    let value = |word: &Word| records[word.record as usize].fields.get(field.name);
    let said = |word: &Word| match (word.to, value(word)) {
        (Some(to), _) => to.to_string(),
        (None, value) => value.map(Value::to_string).unwrap_or_default(),
    };
    let mut agree: BTreeMap<String, usize> = BTreeMap::new();
    for (_, word) in words.iter().enumerate().filter(|(i, _)| !mended.contains(i)) {
        *agree.entry(said(word)).or_default() += 1;
    }
    top.into_iter().min_by_key(|&i| {
        let length = value(&words[i]).and_then(Value::as_str).map_or(0, str::len);
        (Reverse(agree.get(&said(&words[i])).copied()), Reverse(length), order(&words[i]).2)
    })
}

type Ties<'r> = (&'r str, Reverse<i64>, &'r str, Uuid);

/// Authority, then the newest, then whatever is the same in every run.
fn order<'r>(
    part: &'r Part,
    at: usize,
    authority: &[String],
) -> (usize, Reverse<chrono::NaiveDate>, Ties<'r>) {
    let record = &part.words()[at];
    let office = authority.iter().position(|o| **o == *record.office).unwrap_or(authority.len());
    let ties = (&*record.scope, Reverse(part.delivered(at)), record.key.as_str(), record.id);
    (office, Reverse(record.observed_on), ties)
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}
