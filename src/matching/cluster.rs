//! Records → entities: the steps of matching in their order, type by type. Takes no decision of its own. A
//! type can be matched whole, or in part: then with all nodes that any of the part could be the same as.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
use super::shared::{self, Void};
use super::token::Token;
use super::verdict::{Reasons, Verdict, judge};
use super::weights::MODEL;
use crate::catalog::{Catalog, Entity};
use crate::store::{id, record::SourceRecord};

/// What is known of a node beside its newest records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// First day it was seen, in replaced deliveries too, so that a newer one does not change ids.
    pub first_seen: Option<NaiveDate>,
    /// Deliveries that had it, replaced ones too: what stood side by side once is not the same.
    pub deliveries: Vec<Uuid>,
}

/// Pasts by node; a node that has none is known by its records alone.
pub type History = HashMap<Uuid, Past>;

/// What people decided, by node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgements {
    /// The same.
    pub same: Vec<(Uuid, Uuid)>,
    /// Not the same.
    pub different: Vec<(Uuid, Uuid)>,
    /// Not to be told: not asked again.
    pub unsure: Vec<(Uuid, Uuid)>,
}

/// A node in its entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Id of the node.
    pub node: Uuid,
    /// Position of one of its records.
    pub record: usize,
    /// Its entity.
    pub entity_id: Uuid,
    /// The id an entity has of which this node is the first.
    pub own_id: Uuid,
    /// What it is compared by.
    pub keys: Vec<i64>,
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

/// Which records make which entity, as far as types have been matched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clusters {
    /// Entity of each record.
    pub entity_of: HashMap<Uuid, Uuid>,
    /// Entity of each node.
    pub entity_of_node: HashMap<Uuid, Uuid>,
    /// Pairs that may be the same and are kept apart.
    pub doubtful: Vec<DoubtfulPair>,
    /// Blocks too large to be compared, by entity type.
    pub cut: BTreeMap<String, usize>,
    /// Words of makers' names that their goods may carry, by entity.
    brands: HashMap<Uuid, Vec<Vec<Token>>>,
    /// Whether there are no goods, so that nobody asks for those.
    without_goods: bool,
}

/// What one type is matched from.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// Newest records of every node, those that no longer count too.
    pub records: &'a [SourceRecord],
    /// Pasts of the nodes.
    pub history: &'a History,
    /// What people decided.
    pub judgements: &'a Judgements,
}

/// Groups all records, whatever their order, into entities with stable ids.
pub fn cluster(
    catalog: &Catalog,
    records: &[SourceRecord],
    history: &History,
    judgements: &Judgements,
) -> Clusters {
    let mut by_type: BTreeMap<&str, Vec<SourceRecord>> = BTreeMap::new();
    for record in records {
        by_type.entry(&record.entity).or_default().push(record.clone());
    }
    let mut out = Clusters::default();
    for entity in roles::in_order(catalog) {
        let records = by_type.remove(entity.name.as_str()).unwrap_or_default();
        out.match_type(entity, &Matter { records: &records, history, judgements });
    }
    out.doubtful.sort();
    out
}

impl Clusters {
    /// None yet; without goods nobody asks what they may carry of their makers' names.
    pub fn new(without_goods: bool) -> Self {
        Self { without_goods, ..Self::default() }
    }

    /// Matches all nodes of a type. Types come in the order of their links.
    pub fn match_type(&mut self, entity: &Entity, matter: &Matter) -> (Vec<Placed>, Void) {
        let mut nodes = Nodes::of(self, entity, matter);
        let void = shared::void(&nodes.nodes);
        nodes.take_off(&void);
        (nodes.settle(self, matter), void)
    }

    /// Matches a part of a type's nodes, of which it is known which identifiers are no evidence and which keys
    /// have so many nodes in all that they join nothing.
    pub fn match_part(
        &mut self,
        entity: &Entity,
        matter: &Matter,
        void: &Void,
        cut: &HashSet<i64>,
    ) -> Vec<Placed> {
        let mut nodes = Nodes::of(self, entity, matter);
        nodes.take_off(void);
        nodes.void_keys.extend(cut);
        nodes.settle(self, matter)
    }

    /// Whether the names of a maker's goods are known.
    pub fn knows_brands(&self, entity_id: Uuid) -> bool {
        self.brands.contains_key(&entity_id)
    }

    /// Adds what goods of an entity may carry of its name.
    fn add_brands(&mut self, entity_id: Uuid, nodes: &[&Node]) {
        if self.without_goods {
            return;
        }
        let names = nodes.iter().flat_map(|node| goods::brands(&node.names));
        self.brands.entry(entity_id).or_default().extend(names);
    }
}

/// The nodes of one type, ready to be compared.
#[derive(Debug)]
pub struct Nodes<'a> {
    entity: &'a Entity,
    roles: Roles<'a>,
    records: &'a [SourceRecord],
    nodes: Vec<Node<'a>>,
    /// What each is compared by, void identifiers too.
    keys: Vec<Vec<i64>>,
    /// Keys of void identifiers: they join nothing.
    void_keys: HashSet<i64>,
}

impl<'a> Nodes<'a> {
    /// Makes them; what their records link to must have been matched.
    pub fn of(clusters: &Clusters, entity: &'a Entity, matter: &Matter<'a>) -> Self {
        let roles = Roles::of(entity);
        let maker = Maker { roles: &roles, history: matter.history, entity_of: &clusters.entity_of };
        let mut nodes = maker.nodes(matter.records);
        strip_brands(&mut nodes, &roles, &clusters.brands);
        let keys = nodes.iter().map(|node| {
            if !roles.keys.is_empty() {
                return key::block(node, matter.records, &roles, &clusters.entity_of);
            }
            if roles.compares() { block::keys(node, roles.style()) } else { vec![] }
        });
        let keys = keys.collect();
        Self { entity, roles, records: matter.records, nodes, keys, void_keys: HashSet::new() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Id of a node.
    pub fn id(&self, at: usize) -> Uuid {
        self.nodes[at].id
    }

    /// What a node is compared by.
    pub fn keys(&self, at: usize) -> &[i64] {
        &self.keys[at]
    }

    /// What the evidence of two nodes alone says.
    pub fn verdict(&self, a: usize, b: usize) -> Verdict {
        judge(&self.nodes[a], &self.nodes[b], self.roles.style() == Style::Placed)
    }

    /// Each pair that is compared, void identifiers aside; tells how many blocks were too large.
    pub fn each_candidate(&self, each: impl FnMut(u32, u32)) -> usize {
        let mut keys = Vec::with_capacity(self.keys.iter().map(Vec::len).sum());
        for (own, at) in self.keys.iter().zip(0..) {
            keys.extend(own.iter().filter(|key| !self.void_keys.contains(key)).map(|key| (*key, at)));
        }
        block::each_pair(keys, each)
    }

    /// Positions of the records of a node.
    pub fn records_of(&self, at: usize) -> &[usize] {
        &self.nodes[at].records
    }

    /// Whether the verdict on two nodes is anything but apart: matching one needs the other.
    pub fn related(&self, a: usize, b: usize) -> bool {
        // Of types with a key, those in one block are looked at together.
        !self.roles.keys.is_empty() || self.verdict(a, b) != Verdict::Apart
    }

    /// Identifiers among these that are no evidence.
    pub fn void(&self) -> Void {
        shared::void(&self.nodes)
    }

    /// All identifiers with the keys of their blocks.
    pub fn identifiers(&self) -> BTreeMap<(usize, String), i64> {
        let all = self.nodes.iter().flat_map(|n| &n.identifiers);
        all.map(|i| ((i.field, i.root.clone()), block::identifier_key(i))).collect()
    }

    /// Takes off identifiers that are no evidence.
    pub fn take_off(&mut self, void: &Void) {
        let keys = self.identifiers();
        self.void_keys = void.iter().filter_map(|id| keys.get(id)).copied().collect();
        shared::take_off(&mut self.nodes, void);
    }

    /// Nodes that belong to some entities, as far as goods may carry their names.
    pub fn teach_brands(&self, clusters: &mut Clusters) {
        for node in &self.nodes {
            if let Some(id) = clusters.entity_of_node.get(&node.id).copied() {
                clusters.add_brands(id, &[node]);
            }
        }
    }

    /// Entities their records belong to by links within which they are compared.
    pub fn parents(&self) -> BTreeSet<Uuid> {
        self.nodes.iter().flat_map(|n| n.parents.iter().copied()).collect()
    }

    /// Groups the nodes and tells the clusters.
    pub fn settle(&self, clusters: &mut Clusters, matter: &Matter) -> Vec<Placed> {
        let nodes = &self.nodes;
        let (root_of, doubts, cut) = if !self.roles.keys.is_empty() {
            (key::group(nodes, self.records, &self.roles, &clusters.entity_of), Doubts::new(), 0)
        } else if self.roles.compares() {
            self.by_evidence(matter.judgements)
        } else {
            ((0..nodes.len() as u32).collect(), Doubts::new(), 0)
        };
        let own: Vec<Uuid> = nodes.iter().map(|node| own_id(self.entity, node)).collect();
        let ids: Vec<Uuid> = root_of.iter().map(|&root| own[root as usize]).collect();
        for (node, id) in nodes.iter().zip(&ids) {
            clusters.entity_of.extend(node.records.iter().map(|&at| (self.records[at].id, *id)));
            clusters.entity_of_node.insert(node.id, *id);
            if self.roles.scopes.is_empty() {
                clusters.add_brands(*id, &[node]);
            }
        }
        clusters.doubtful.extend(pairs(self.entity, doubts, &ids));
        if cut > 0 {
            clusters.cut.insert(self.entity.name.clone(), cut);
        }
        let placed = nodes.iter().enumerate().map(|(at, node)| Placed {
            node: node.id,
            record: node.records.first().copied().unwrap_or_default(),
            entity_id: ids[at],
            own_id: own[at],
            keys: self.keys[at].clone(),
        });
        placed.collect()
    }

    fn by_evidence(&self, judgements: &Judgements) -> (Vec<u32>, Doubts, usize) {
        let nodes = &self.nodes;
        let mut verdicts = Vec::new();
        let cut = self.each_candidate(|a, b| match self.verdict(a as usize, b as usize) {
            Verdict::Apart => {}
            verdict => verdicts.push((a, b, verdict)),
        });
        let at: HashMap<Uuid, u32> = nodes.iter().enumerate().map(|(at, n)| (n.id, at as u32)).collect();
        let known = |pairs: &[(Uuid, Uuid)]| -> Vec<(u32, u32)> {
            pairs.iter().filter_map(|(a, b)| Some((*at.get(a)?, *at.get(b)?))).collect()
        };
        let judged = Judged {
            same: known(&judgements.same),
            different: known(&judgements.different),
            unsure: known(&judgements.unsure),
        };
        let resolved = resolve(nodes, verdicts, &judged);
        (resolved.root_of, resolved.doubts, cut)
    }
}

/// The id of an entity of which this node is the first.
fn own_id(entity: &Entity, node: &Node) -> Uuid {
    let (day, scope, key) = node.anchor;
    id::stable(day, &format!("{}|{scope}|{key}", entity.name))
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

fn strip_brands(nodes: &mut [Node], roles: &Roles, brands: &HashMap<Uuid, Vec<Vec<Token>>>) {
    if roles.style() != Style::Goods {
        return;
    }
    for node in nodes {
        let mut list: Vec<&Vec<Token>> =
            node.parents.iter().filter_map(|p| brands.get(p)).flatten().collect();
        list.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| joined(a).cmp(&joined(b))));
        list.dedup();
        let list: Vec<Vec<Token>> = list.into_iter().cloned().collect();
        for name in &mut node.names {
            *name = std::rc::Rc::new(goods::without_brand(name, &list));
        }
    }
}

fn joined(brand: &[Token]) -> String {
    brand.iter().map(|t| t.tone.as_str()).collect()
}
