//! How identifiers and places of two nodes stand to each other. What that is worth is said elsewhere.

use super::node::Node;

/// How two places stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceMatch {
    /// A commune in common, or places do not count for the type.
    Same,
    /// In common, but one or both are known to the district only.
    Near,
    /// Unknown on one side or both, within one province.
    Open,
    /// Nothing in common.
    Apart,
}

/// How identifiers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdMatch {
    Equal,
    Branch,
    Open,
    Differs,
}

/// Compares the codes of two nodes.
pub(super) fn compare_ids(a: &Node, b: &Node) -> IdMatch {
    let mut found = IdMatch::Open;
    for (x, y) in a.codes().flat_map(|x| b.codes().map(move |y| (x, y))) {
        if x == y {
            return IdMatch::Equal;
        }
        if x.field == y.field && x.root == y.root {
            found = IdMatch::Branch;
        } else if x.comparable(y) && found == IdMatch::Open {
            found = IdMatch::Differs;
        }
    }
    found
}

/// Compares places; where one is unknown, what is glued to the names still speaks.
pub fn compare_places(a: &Node, b: &Node, placed: bool) -> PlaceMatch {
    if !placed {
        return PlaceMatch::Same;
    }
    if !a.places.is_empty() && !b.places.is_empty() {
        let shared = a.places.iter().any(|p| b.places.contains(p));
        return match (shared && !of_other_communes(a, b), a.exact_place && b.exact_place) {
            (false, _) => PlaceMatch::Apart,
            (true, true) => PlaceMatch::Same,
            (true, false) => PlaceMatch::Near,
        };
    }
    let glued = |n: &Node| n.names.iter().find_map(|n| n.place.clone());
    match (glued(a), glued(b)) {
        (Some(x), Some(y)) if x != y => PlaceMatch::Apart,
        _ if a.province != b.province => PlaceMatch::Apart,
        _ => PlaceMatch::Open,
    }
}

/// Whether each is of a former commune of its own: that both went into one of today does not make them neighbours.
fn of_other_communes(a: &Node, b: &Node) -> bool {
    let known = !a.former.is_empty() && !b.former.is_empty();
    known && !a.former.iter().any(|unit| b.former.contains(unit))
}
