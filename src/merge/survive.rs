//! Whose word counts: per field the office with authority, then the newest, then what most say, then the most
//! complete. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use uuid::Uuid;

use super::field::{Field, fields};
use crate::catalog::{Catalog, Entity};
use crate::matching::{Clusters, in_order, target};
use crate::store::record::SourceRecord;

/// All entities of one type, in the order of their ids.
#[derive(Debug)]
pub struct Merged {
    /// GraphQL name of the type.
    pub entity: String,
    /// The entities.
    pub rows: Vec<MergedRow>,
}

/// One entity: the words of all its records, and which of them stand.
#[derive(Debug, PartialEq)]
pub struct MergedRow {
    /// Id.
    pub id: Uuid,
    /// Its records (indices), the one that counts most first.
    pub records: Vec<usize>,
    /// Every record's word, by position in [`fields`].
    pub words: Vec<Vec<Word>>,
}

/// That a record says something of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Index of the record; a scalar's value stands there.
    pub record: usize,
    /// Where it leads, for a link.
    pub to: Option<Uuid>,
    /// Whether it stands in the entity.
    pub chosen: bool,
}

impl MergedRow {
    /// The word that stands for a field.
    pub fn chosen(&self, field: usize) -> Option<&Word> {
        self.words.get(field)?.iter().find(|w| w.chosen)
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

/// Merges the records of every cluster, types in the order of their links; what lacks a needed field is left
/// out, and so is what needs it.
pub fn survive(
    catalog: &Catalog,
    records: &[SourceRecord],
    clusters: &Clusters,
) -> (Vec<Merged>, Vec<Incomplete>) {
    let mut members: BTreeMap<&str, BTreeMap<Uuid, Vec<usize>>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        if let Some(id) = clusters.entity_of.get(&record.id) {
            members.entry(&record.entity).or_default().entry(*id).or_default().push(at);
        }
    }
    let mut judge = Judge { records, clusters, standing: HashMap::new() };
    let (mut merged, mut incomplete) = (Vec::new(), Vec::new());
    for entity in in_order(catalog) {
        let fields = fields(catalog, entity);
        let mut rows = Vec::new();
        let groups = members.remove(entity.name.as_str()).unwrap_or_default().into_iter();
        // What is only mentioned is not there.
        for (id, at) in groups.filter(|(_, at)| at.iter().any(|&i| !records[i].evidence.mention)) {
            let row = judge.merge(entity, &fields, id, at);
            match fields.iter().zip(&row.words).find(|(f, words)| f.required && words.is_empty()) {
                None => rows.push(row),
                Some((field, _)) => incomplete.push(Incomplete {
                    entity: entity.name.clone(),
                    id,
                    field: field.name.to_owned(),
                    record: row.records.first().map(|&at| records[at].id).unwrap_or_default(),
                }),
            }
        }
        judge.standing.insert(entity.name.clone(), rows.iter().map(|r| r.id).collect());
        merged.push(Merged { entity: entity.name.clone(), rows });
    }
    (merged, incomplete)
}

struct Judge<'a> {
    records: &'a [SourceRecord],
    clusters: &'a Clusters,
    /// Entities that stand, of the types done so far.
    standing: HashMap<String, BTreeSet<Uuid>>,
}

impl Judge<'_> {
    fn merge(&self, entity: &Entity, fields: &[Field], id: Uuid, mut at: Vec<usize>) -> MergedRow {
        at.sort_by_cached_key(|&i| order(&self.records[i], &entity.authority));
        let words = fields.iter().map(|field| self.words(field, &at)).collect();
        MergedRow { id, records: at, words }
    }

    fn words(&self, field: &Field, at: &[usize]) -> Vec<Word> {
        let mut words: Vec<Word> = at.iter().filter_map(|&record| self.word(field, record)).collect();
        let said = |word: &Word| (word.to, self.records[word.record].fields.get(field.name));
        let best = (0..words.len()).min_by_key(|&i| {
            let agree = words.iter().filter(|w| said(w) == said(&words[i])).count();
            let length = said(&words[i]).1.and_then(Value::as_str).map_or(0, str::len);
            let (office, newest, ties) = order(&self.records[words[i].record], field.authority);
            (office, newest, Reverse(agree), Reverse(length), ties)
        });
        if let Some(best) = best {
            words[best].chosen = true;
        }
        words
    }

    fn word(&self, field: &Field, record: usize) -> Option<Word> {
        let of = &self.records[record];
        if of.evidence.mention {
            return None;
        }
        let Some(to_type) = field.target else {
            let said = of.fields.get(field.name).is_some_and(|v| !is_blank(v));
            return said.then_some(Word { record, to: None, chosen: false });
        };
        let to = target(of, field.name, &self.clusters.entity_of)?;
        let stands = self.standing.get(&to_type.name).is_some_and(|ids| ids.contains(&to));
        (!to_type.is_merged() || stands).then_some(Word { record, to: Some(to), chosen: false })
    }
}

type Ties<'r> = (&'r str, &'r str, Uuid);

/// Authority, then the newest, then whatever is the same in every run.
fn order<'r>(
    record: &'r SourceRecord,
    authority: &[String],
) -> (usize, Reverse<chrono::NaiveDate>, Ties<'r>) {
    let office = authority.iter().position(|o| *o == record.office).unwrap_or(authority.len());
    (office, Reverse(record.observed_on), (&record.scope, &record.key, record.id))
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}
