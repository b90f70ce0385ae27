//! Why two records are one thing, are not, or were never compared: matching asked again about given pairs.
//! For measuring and for people; decides nothing.

use std::collections::{BTreeSet, HashMap};

use super::cluster::{Clusters, Matter, Nodes};
use super::name::{Style, parse};
use super::verdict::Verdict;
use super::vocabulary::VOCABULARY;
use crate::catalog::Entity;

/// All records of one entity type, ready to be asked about.
pub struct Explainer<'a> {
    nodes: Nodes<'a>,
    node_of: HashMap<usize, u32>,
    candidates: BTreeSet<(u32, u32)>,
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
    /// Of all records of a type; `clusters` is what they and those before them became.
    pub fn new(entity: &'a Entity, matter: &Matter<'a>, clusters: &Clusters) -> Self {
        let mut nodes = Nodes::of(clusters, entity, matter);
        let void = nodes.void();
        nodes.take_off(&void);
        let mut candidates = BTreeSet::new();
        nodes.each_candidate(|a, b| {
            candidates.insert((a, b));
        });
        let of_node = |at: usize| nodes.records_of(at).iter().map(move |record| (*record, at as u32));
        let node_of = (0..nodes.len()).flat_map(of_node).collect();
        Self { node_of, candidates, nodes }
    }

    /// What is known of the records at two positions; none when there are none.
    pub fn pair(&self, a: usize, b: usize) -> Option<Why> {
        let (a, b) = (*self.node_of.get(&a)?, *self.node_of.get(&b)?);
        let (a, b) = (a.min(b), a.max(b));
        let reasons = match self.nodes.verdict(a as usize, b as usize) {
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
