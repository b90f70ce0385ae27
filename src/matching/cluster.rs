//! Records → entities: the steps of matching in their order, type by type. Takes no decision of its own.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use uuid::Uuid;

use super::block;
use super::goods;
use super::group::Doubts;
use super::key;
use super::name::Style;
use super::node::{Maker, Node};
use super::resolve::{Judged, resolve};
use super::roles::{self, Roles};
use super::shared;
use super::token::Token;
use super::verdict::{Reasons, Verdict, judge};
use super::weights::MODEL;
use crate::catalog::{Catalog, Entity};
use crate::store::{id, record::SourceRecord};

/// Which records make which entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Entity of each record.
    pub entity_of: HashMap<Uuid, Uuid>,
    /// Pairs that may be the same and are kept apart, in the order of their ids.
    pub doubtful: Vec<DoubtfulPair>,
    /// Blocks too large to be compared in full, by entity type.
    pub cut: BTreeMap<String, usize>,
}

/// Two entities that may be the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoubtfulPair {
    /// Entity type.
    pub entity: String,
    /// The lesser id.
    pub left: Uuid,
    /// The greater id.
    pub right: Uuid,
    /// Codes for (`+`) and against (`-`), with spaces between.
    pub reasons: String,
}

/// First day a (entity type, scope, key) was seen in any delivery, replaced ones too, so that a newer
/// delivery does not change an entity's id.
pub type FirstSeen = HashMap<(String, String, String), NaiveDate>;

/// Groups records, whatever their order, into entities with stable ids.
pub fn cluster(catalog: &Catalog, records: &[SourceRecord], first_seen: &FirstSeen) -> Clusters {
    let mut by_type: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        by_type.entry(&record.entity).or_default().push(at);
    }
    let mut out = Clusters::default();
    let mut brands: HashMap<Uuid, Vec<Vec<Token>>> = HashMap::new();
    for entity in roles::in_order(catalog) {
        let of_type = by_type.get(entity.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        one_type(entity, records, of_type, first_seen, &mut out, &mut brands);
    }
    out.doubtful.sort();
    out
}

fn one_type(
    entity: &Entity,
    records: &[SourceRecord],
    of_type: &[usize],
    first_seen: &FirstSeen,
    out: &mut Clusters,
    brands: &mut HashMap<Uuid, Vec<Vec<Token>>>,
) {
    let roles = Roles::of(entity);
    let seen = |scope: &str, key: &str| {
        first_seen.get(&(entity.name.clone(), scope.to_owned(), key.to_owned())).copied()
    };
    let maker = Maker { roles: &roles, first_seen: &seen, entity_of: &out.entity_of };
    let mut nodes = maker.nodes(records, of_type);
    strip_brands(&mut nodes, &roles, brands);
    let void = shared::void(&nodes);
    shared::take_off(&mut nodes, &void);
    let mut doubts = Doubts::new();
    let (root_of, cut) = if !roles.keys.is_empty() {
        (key::group(&nodes, records, &roles, &out.entity_of), 0)
    } else if roles.compares() {
        by_evidence(&nodes, &roles, &mut doubts)
    } else {
        ((0..nodes.len() as u32).collect(), 0)
    };
    let ids = entity_ids(entity, &nodes, &root_of);
    for (node, id) in nodes.iter().zip(&ids) {
        out.entity_of.extend(node.records.iter().map(|&at| (records[at].id, *id)));
        if roles.scopes.is_empty() {
            brands.entry(*id).or_default().extend(brand_names(node));
        }
    }
    out.doubtful.extend(pairs(entity, doubts, &ids));
    if cut > 0 {
        out.cut.insert(entity.name.clone(), cut);
    }
}

fn by_evidence(nodes: &[Node], roles: &Roles, doubts: &mut Doubts) -> (Vec<u32>, usize) {
    let (candidates, cut) = block::candidates(nodes, roles.style());
    let placed = roles.style() == Style::Placed;
    let judged =
        candidates.into_iter().map(|(a, b)| (a, b, judge(&nodes[a as usize], &nodes[b as usize], placed)));
    let verdicts = judged.filter(|(_, _, verdict)| *verdict != Verdict::Apart).collect();
    let resolved = resolve(nodes, verdicts, &Judged::default());
    doubts.extend(resolved.doubts);
    (resolved.root_of, cut)
}

/// The id of each node's entity: made of the least node of its group.
fn entity_ids(entity: &Entity, nodes: &[Node], root_of: &[u32]) -> Vec<Uuid> {
    let made = |root: u32| {
        let (day, scope, key) = nodes[root as usize].anchor;
        id::stable(day, &format!("{}|{scope}|{key}", entity.name))
    };
    root_of.iter().map(|&root| made(root)).collect()
}

/// Of two entities the reasons of those of their nodes for which most speaks.
fn pairs(entity: &Entity, doubts: Doubts, ids: &[Uuid]) -> Vec<DoubtfulPair> {
    let mut by_entities: BTreeMap<(Uuid, Uuid), Reasons> = BTreeMap::new();
    for ((a, b), reasons) in doubts {
        let (a, b) = (ids[a as usize], ids[b as usize]);
        if a != b {
            let strongest = by_entities.entry((a.min(b), a.max(b))).or_insert_with(|| reasons.clone());
            if MODEL.is_stronger(&reasons, strongest) {
                *strongest = reasons;
            }
        }
    }
    let pair = |((left, right), reasons): ((Uuid, Uuid), Reasons)| DoubtfulPair {
        entity: entity.name.clone(),
        left,
        right,
        reasons: reasons.to_string(),
    };
    by_entities.into_iter().map(pair).collect()
}

/// What a maker's goods may carry of its name: the core with its numbers, and without.
fn brand_names(node: &Node) -> Vec<Vec<Token>> {
    let with_numbers = |n: &super::name::Name| {
        let numbers = n.numerals.iter().map(|n| Token::new(n));
        n.core.iter().cloned().chain(numbers).collect::<Vec<_>>()
    };
    node.names.iter().flat_map(|n| [with_numbers(n), n.core.clone()]).collect()
}

fn strip_brands(nodes: &mut [Node], roles: &Roles, brands: &mut HashMap<Uuid, Vec<Vec<Token>>>) {
    if roles.style() != Style::Goods {
        return;
    }
    for list in brands.values_mut() {
        list.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| joined(a).cmp(&joined(b))));
        list.dedup();
    }
    for node in nodes {
        let of_parents = node.parents.iter().filter_map(|p| brands.get(p));
        let list: Vec<Vec<Token>> = of_parents.flatten().cloned().collect();
        for name in &mut node.names {
            *name = std::rc::Rc::new(goods::without_brand(name, &list));
        }
    }
}

fn joined(brand: &[Token]) -> String {
    brand.iter().map(|t| t.tone.as_str()).collect()
}
