//! Identifiers that stand over many: a code typed over several clearly different names is no evidence, for
//! or against.

use std::collections::BTreeMap;

use super::likeness::{Likeness, likeness};
use super::node::{Identifier, Node};
use super::verdict::{PlaceMatch, compare_places};

/// From how many unlike owners on a code is void.
const TOO_MANY: usize = 3;
/// Nodes looked at for one code.
const ENOUGH: usize = 200;

/// Takes codes with too many unlike owners off their nodes.
pub fn drop_shared(nodes: &mut [Node]) {
    let mut owners: BTreeMap<Identifier, Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for id in &node.identifiers {
            owners.entry(Identifier { branch: None, ..id.clone() }).or_default().push(at);
        }
    }
    for (id, of) in owners {
        if of.len() >= TOO_MANY && unlike_owners(nodes, &of) >= TOO_MANY {
            for at in of {
                nodes[at].identifiers.retain(|i| i.field != id.field || i.root != id.root);
            }
        }
    }
}

fn unlike_owners(nodes: &[Node], of: &[usize]) -> usize {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &at in of.iter().take(ENOUGH) {
        let (with, without): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|g| g.iter().any(|&other| alike(&nodes[at], &nodes[other])));
        groups = without;
        groups.push(with.into_iter().flatten().chain([at]).collect());
    }
    groups.len()
}

fn alike(a: &Node, b: &Node) -> bool {
    let named = a.names.iter().any(|x| b.names.iter().any(|y| likeness(x, y) < Likeness::Unlike));
    let places = !a.places.is_empty() && !b.places.is_empty();
    named
        || a.names.is_empty()
        || b.names.is_empty()
        || (places && compare_places(a, b, true) == PlaceMatch::Same)
}
