//! Why two records are one thing, are not, or were never compared: matching asked again about given pairs.
//! For measuring and for people; decides nothing.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::block;
use super::name::{Style, parse};
use super::node::{Maker, Node};
use super::roles::Roles;
use super::shared;
use super::verdict::{Verdict, judge};
use super::vocabulary::VOCABULARY;
use crate::catalog::Entity;
use crate::store::record::SourceRecord;

/// All records of one entity type, ready to be asked about.
pub struct Explainer<'a> {
    nodes: Vec<Node<'a>>,
    node_of: HashMap<usize, u32>,
    candidates: BTreeSet<(u32, u32)>,
    placed: bool,
}

/// What is known of a pair of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Whether both stand under one key of one register.
    pub one_key: bool,
    /// Whether they were compared at all.
    pub compared: bool,
    /// What the evidence of the two alone says, in codes.
    pub reasons: String,
}

impl<'a> Explainer<'a> {
    /// Of the records at the positions `of_type`; `entity_of` says what the records of other types became.
    pub fn new(
        entity: &Entity,
        records: &'a [SourceRecord],
        of_type: &[usize],
        entity_of: &HashMap<Uuid, Uuid>,
    ) -> Self {
        let roles = Roles::of(entity);
        let maker = Maker { roles: &roles, first_seen: &|_, _| None, entity_of };
        let mut nodes = maker.nodes(records, of_type);
        let void = shared::void(&nodes);
        shared::take_off(&mut nodes, &void);
        let (candidates, _) = block::candidates(&nodes, roles.style());
        let of_node = |(at, node): (usize, &Node)| {
            node.records.iter().map(move |r| (*r, at as u32)).collect::<Vec<_>>()
        };
        let node_of = nodes.iter().enumerate().flat_map(of_node).collect();
        let placed = roles.style() == Style::Placed;
        Self { nodes, node_of, candidates: candidates.into_iter().collect(), placed }
    }

    /// What is known of the records at two positions; none when one is not of the type.
    pub fn pair(&self, a: usize, b: usize) -> Option<Why> {
        let (a, b) = (*self.node_of.get(&a)?, *self.node_of.get(&b)?);
        let (a, b) = (a.min(b), a.max(b));
        let verdict = judge(&self.nodes[a as usize], &self.nodes[b as usize], self.placed);
        let reasons = match verdict {
            Verdict::Same(r) | Verdict::SameIfOnly(_, r) | Verdict::Elsewhere(r) | Verdict::Doubtful(r) => {
                r.to_string()
            }
            Verdict::Apart => String::new(),
        };
        Some(Why { one_key: a == b, compared: a == b || self.candidates.contains(&(a, b)), reasons })
    }
}

/// Whether a name may be a person's own: a household's, or one without any legal form.
pub fn may_be_personal(name: &str) -> bool {
    let form = parse(name, Style::Placed).first().and_then(|name| name.form);
    form.is_none_or(|form| VOCABULARY.is_household(form))
}
