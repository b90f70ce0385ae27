//! Identifiers that stand over many: a code typed over several clearly different names is no evidence, for
//! or against.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{PlaceMatch, compare_places};
use super::likeness::{Likeness, likeness};
use super::node::Node;

/// Identifiers that are no evidence: position of the field, root of the code.
pub type Void = BTreeSet<(usize, String)>;

/// From how many unlike owners on a code is void.
const TOO_MANY: usize = 3;
/// Nodes looked at for one code.
const ENOUGH: usize = 200;

/// Codes that are no evidence, by position of their field: they stand over too many unlike owners.
pub fn void(nodes: &[Node]) -> Void {
    let mut owners: BTreeMap<(usize, &str, bool), Vec<usize>> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for id in &node.identifiers {
            owners.entry((id.field, &id.root, id.phone)).or_default().push(at);
        }
    }
    owners.retain(|(.., phone), of| of.len() >= TOO_MANY && unlike_owners(nodes, of, *phone) >= TOO_MANY);
    owners.into_keys().map(|(field, root, _)| (field, root.to_owned())).collect()
}

/// Takes void codes off their nodes.
pub fn take_off(nodes: &mut [Node], void: &Void) {
    for node in nodes.iter_mut().filter(|_| !void.is_empty()) {
        node.identifiers.retain(|i| !void.contains(&(i.field, i.root.clone())));
    }
}

fn unlike_owners(nodes: &[Node], of: &[usize], phone: bool) -> usize {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &at in of.iter().take(ENOUGH) {
        let (with, without): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|g| g.iter().any(|&other| alike(&nodes[at], &nodes[other], phone)));
        groups = without;
        groups.push(with.into_iter().flatten().chain([at]).collect());
    }
    groups.len()
}

/// Neighbours with one tax code may be one that was renamed; neighbours with one phone share an accountant.
fn alike(a: &Node, b: &Node, phone: bool) -> bool {
    let named = a.names.iter().any(|x| b.names.iter().any(|y| likeness(x, y) < Likeness::Unlike));
    let places = !a.places.is_empty() && !b.places.is_empty();
    named
        || a.names.is_empty()
        || b.names.is_empty()
        || (places && !phone && compare_places(a, b, true) == PlaceMatch::Same)
}
