//! Pairs kept apart → those worth a person's time. What follows from other answers is not asked, nor what a better
//! question of the same record excludes: once that is answered with no, the next best is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::group::{Doubts, Groups};
use super::node::Node;
use super::verdict::Reasons;
use super::weights::MODEL;

/// Two groups, with the nodes and the reasons of that pair of theirs for which most speaks.
type Question = ((u32, u32), (u32, u32), Reasons);

/// The doubts that are asked about, at most one of each two groups; pairs of which people were unsure are not.
pub fn worth_asking(nodes: &[Node], groups: &Groups, doubts: Doubts, unsure: &[(u32, u32)]) -> Doubts {
    let of_groups = |(a, b): (u32, u32)| {
        let (a, b) = (groups.root(a), groups.root(b));
        (a.min(b), a.max(b))
    };
    let unsure: BTreeSet<(u32, u32)> = unsure.iter().copied().map(of_groups).collect();
    let mut best: BTreeMap<(u32, u32), ((u32, u32), Reasons)> = BTreeMap::new();
    for (pair, reasons) in doubts {
        let of = of_groups(pair);
        if of.0 == of.1 || unsure.contains(&of) {
            continue;
        }
        match best.get(&of) {
            Some((_, known)) if !MODEL.is_stronger(&reasons, known) => {}
            _ => drop(best.insert(of, (pair, reasons))),
        }
    }
    let mut all: Vec<Question> = best.into_iter().map(|(of, (pair, reasons))| (of, pair, reasons)).collect();
    // The surest first; of equals that of the elder groups.
    all.sort_by(|(a, _, x), (b, _, y)| MODEL.own(y).total_cmp(&MODEL.own(x)).then_with(|| a.cmp(b)));
    let mut asked = Asked::default();
    let kept = all.into_iter().filter(|((a, b), ..)| asked.takes(nodes, groups, *a, *b));
    kept.map(|(_, pair, reasons)| (pair, reasons)).collect()
}

/// What is asked so far.
#[derive(Default)]
struct Asked {
    /// The groups that each is asked about with.
    with: BTreeMap<u32, Vec<u32>>,
    /// What would be one if all were answered with yes.
    joined: BTreeMap<u32, u32>,
}

impl Asked {
    fn root(&self, mut group: u32) -> u32 {
        while let Some(above) = self.joined.get(&group) {
            group = *above;
        }
        group
    }

    /// Whether a question is still needed; then it counts as asked.
    fn takes(&mut self, nodes: &[Node], groups: &Groups, a: u32, b: u32) -> bool {
        let (x, y) = (self.root(a), self.root(b));
        let excluded = |of: u32, by: u32| {
            let with = self.with.get(&of).into_iter().flatten();
            with.copied().any(|other| groups.are_two(nodes, other, by))
        };
        if x == y || excluded(a, b) || excluded(b, a) {
            return false;
        }
        self.joined.insert(x.max(y), x.min(y));
        self.with.entry(a).or_default().push(b);
        self.with.entry(b).or_default().push(a);
        true
    }
}
