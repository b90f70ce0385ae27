//! Types with a key: records with equal keys are one entity; a key with gaps joins the one full key it fits.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::node::{Node, target};
use super::roles::Roles;
use crate::store::record::SourceRecord;

type Key = Vec<Option<String>>;

/// The least node with the same key, for each node.
pub fn group(
    nodes: &[Node],
    records: &[SourceRecord],
    roles: &Roles,
    entity_of: &HashMap<Uuid, Uuid>,
) -> Vec<u32> {
    let keys: Vec<Key> = nodes.iter().map(|n| key(n, records, roles, entity_of)).collect();
    let mut first: BTreeMap<&Key, u32> = BTreeMap::new();
    for (at, key) in keys.iter().enumerate().filter(|(_, k)| says_something(k, roles)) {
        first.entry(key).or_insert(at as u32);
    }
    let joined = with_gaps_filled(&first);
    let mut least: BTreeMap<&Key, u32> = BTreeMap::new();
    for (key, at) in &first {
        let whole = joined.get(key).unwrap_or(key);
        least.entry(whole).and_modify(|old| *old = (*old).min(*at)).or_insert(*at);
    }
    let of = |(at, key): (usize, &Key)| {
        let whole = joined.get(key).copied().unwrap_or(key);
        least.get(whole).copied().filter(|_| first.contains_key(key)).unwrap_or(at as u32)
    };
    keys.iter().enumerate().map(of).collect()
}

/// For each key with gaps the one full key that says the same wherever both speak, if there is just one.
fn with_gaps_filled<'k>(first: &BTreeMap<&'k Key, u32>) -> BTreeMap<&'k Key, &'k Key> {
    let mut full: BTreeMap<&Option<String>, Vec<&'k Key>> = BTreeMap::new();
    for key in first.keys().filter(|k| k.iter().all(Option::is_some)) {
        for part in key.iter().take(1) {
            full.entry(part).or_default().push(key);
        }
    }
    let mut out = BTreeMap::new();
    for key in first.keys().filter(|k| k.iter().any(Option::is_none)) {
        let candidates = key.first().and_then(|part| full.get(part)).into_iter().flatten();
        let fits: BTreeSet<&Key> = candidates
            .copied()
            .filter(|f| f.iter().zip(key.iter()).all(|(x, y)| y.is_none() || x == y))
            .collect();
        if let (1, Some(only)) = (fits.len(), fits.first()) {
            out.insert(*key, *only);
        }
    }
    out
}

/// A key of nothing but its links says nothing: not every decision on one product is the same.
fn says_something(key: &Key, roles: &Roles) -> bool {
    let links_known = key.iter().zip(&roles.keys).all(|(v, (_, link))| !link || v.is_some());
    let values = roles.keys.iter().filter(|(_, link)| !link).count();
    let said = key.iter().zip(&roles.keys).filter(|(v, (_, link))| !link && v.is_some()).count();
    links_known && (said > 0 || values == 0)
}

/// The block of a node: nodes with the same first part of the key are grouped together; without it, alone.
pub fn block(
    node: &Node,
    records: &[SourceRecord],
    roles: &Roles,
    entity_of: &HashMap<Uuid, Uuid>,
) -> Vec<i64> {
    let first = key(node, records, roles, entity_of).into_iter().next().flatten();
    first.map(|part| super::block::hash("key", &[&part])).into_iter().collect()
}

fn key(node: &Node, records: &[SourceRecord], roles: &Roles, entity_of: &HashMap<Uuid, Uuid>) -> Key {
    let of = |&(field, link): &(&str, bool)| {
        node.records.iter().rev().map(|&at| &records[at]).find_map(|record| match link {
            true => target(record, field, entity_of).map(|id| id.to_string()),
            false => record.fields.get(field).map(|v| v.to_string()),
        })
    };
    // Links first: gaps are filled within one parent.
    let (links, values): (Vec<_>, Vec<_>) = roles.keys.iter().partition(|(_, link)| *link);
    links.into_iter().chain(values).map(of).collect()
}
