//! Verdicts on pairs → groups, by way of what people decided. Looks at nothing but the nodes, the verdicts
//! that are not apart and the judgements: what is connected by none of these is decided apart.

use std::collections::{BTreeMap, BTreeSet};

use super::ask;
use super::group::{Doubts, Edge, Groups};
use super::likeness::Side;
use super::node::Node;
use super::rivals::Claims;
use super::verdict::{Reasons, Verdict};
use super::weights::MODEL;

/// What people decided on pairs of nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// The same, whatever the evidence says.
    pub same: Vec<(u32, u32)>,
    /// Not the same; nor are the groups they are in.
    pub different: Vec<(u32, u32)>,
    /// Not to be told: the groups they are in are not asked about again.
    pub unsure: Vec<(u32, u32)>,
}

/// Which nodes are one, and which may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The least node of each node's group.
    pub root_of: Vec<u32>,
    /// Pairs kept apart for a person to look at.
    pub doubts: Doubts,
}

/// Groups nodes; neither the order of the verdicts nor that of the judgements matters.
pub fn resolve(nodes: &[Node], verdicts: Vec<(u32, u32, Verdict)>, judged: &Judged) -> Resolved {
    let of_verdicts = verdicts.iter().map(|(a, b, _)| (*a, *b));
    let pairs = of_verdicts.chain(judged.same.iter().copied()).chain(judged.different.iter().copied());
    let mut paired = vec![false; nodes.len()];
    pairs.flat_map(|(a, b)| [a, b]).for_each(|at| paired[at as usize] = true);
    let mut groups = Groups::new(nodes, Claims::of(&verdicts), |at| paired[at as usize]);
    let mut doubts = Doubts::new();
    let contradictory = settle_judged(&mut groups, judged);
    let steps = Steps::of(verdicts, &mut doubts);
    groups.settle(nodes, &steps.by_identifier, false, &mut doubts);
    // One that agrees in both does not wait for others that share a phone alone.
    groups.settle(nodes, &steps.by_contacts, false, &mut doubts);
    groups.settle(nodes, &steps.by_contact, false, &mut doubts);
    groups.settle(nodes, &steps.by_name, false, &mut doubts);
    groups.settle_poor(nodes, &steps.poor, &mut doubts);
    groups.settle(nodes, &steps.both_poor, false, &mut doubts);
    groups.settle(nodes, &steps.by_place, true, &mut doubts);
    groups.list_lone_pairs(steps.elsewhere, &mut doubts);
    doubts.retain(|(a, b), reasons| !groups.judged_different(*a, *b) && MODEL.is_doubtful(reasons));
    let mut doubts = ask::worth_asking(nodes, &groups, doubts, &judged.unsure);
    doubts.extend(contradictory);
    Resolved { root_of: (0..nodes.len() as u32).map(|n| groups.root(n)).collect(), doubts }
}

/// What people decided comes before all evidence. Of judgements that contradict each other "different" stands,
/// and the "same" that would break it is listed.
fn settle_judged(groups: &mut Groups, judged: &Judged) -> Doubts {
    let in_order = |pairs: &[(u32, u32)]| -> BTreeSet<(u32, u32)> {
        pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| (*a.min(b), *a.max(b))).collect()
    };
    for (a, b) in in_order(&judged.different) {
        groups.keep_apart(a, b);
    }
    let mut contradictory = Doubts::new();
    for (a, b) in in_order(&judged.same) {
        if groups.judged_different(a, b) {
            contradictory.insert((a, b), Reasons::of(&["-JUDGED_DIFFERENT"]));
        } else {
            groups.join(a, b);
        }
    }
    contradictory
}

/// Pairs in the order in which they are settled: the surest first.
#[derive(Default)]
struct Steps {
    by_identifier: Vec<Edge>,
    /// By phone and person.
    by_contacts: Vec<Edge>,
    by_contact: Vec<Edge>,
    by_name: Vec<Edge>,
    /// By the poorer node of each.
    poor: BTreeMap<u32, Vec<Edge>>,
    both_poor: Vec<Edge>,
    /// By no more than the name of their place.
    by_place: Vec<Edge>,
    elsewhere: Vec<Edge>,
}

impl Steps {
    fn of(mut verdicts: Vec<(u32, u32, Verdict)>, doubts: &mut Doubts) -> Self {
        let mut steps = Self::default();
        verdicts.sort_by_key(|(a, b, _)| (*a, *b));
        for (a, b, verdict) in verdicts {
            match verdict {
                Verdict::Same(reasons) if reasons.0.contains("+IDENTIFIER") => {
                    steps.by_identifier.push(Edge { a, b, reasons });
                }
                Verdict::Same(reasons) if reasons.0.contains("+PHONE") && reasons.0.contains("+PERSON") => {
                    steps.by_contacts.push(Edge { a, b, reasons });
                }
                Verdict::Same(reasons) if reasons.0.contains("+PHONE") => {
                    steps.by_contact.push(Edge { a, b, reasons });
                }
                Verdict::Same(reasons) if MODEL.is_place_alone(&reasons) => {
                    steps.by_place.push(Edge { a, b, reasons });
                }
                Verdict::Same(reasons) => steps.by_name.push(Edge { a, b, reasons }),
                Verdict::SameIfOnly(Some(side), reasons) => {
                    let node = if side == Side::Left { a } else { b };
                    steps.poor.entry(node).or_default().push(Edge { a, b, reasons });
                }
                Verdict::SameIfOnly(None, reasons) => steps.both_poor.push(Edge { a, b, reasons }),
                Verdict::Elsewhere(reasons) => steps.elsewhere.push(Edge { a, b, reasons }),
                Verdict::Doubtful(reasons) if MODEL.merges_if_alone(&reasons) => {
                    steps.by_place.push(Edge { a, b, reasons });
                }
                Verdict::Doubtful(reasons) => {
                    doubts.insert((a, b), reasons);
                }
                Verdict::Apart => {}
            }
        }
        let poor = &steps.poor;
        steps.both_poor.retain(|e| !poor.contains_key(&e.a) && !poor.contains_key(&e.b));
        steps
    }
}
