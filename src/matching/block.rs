//! Which nodes are worth comparing: those with a key in common. A block too large is cut and reported.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::name::{Name, Style};
use super::node::Node;

/// Nodes of one block that are all compared with each other; beyond, each with the first few and its
/// neighbours.
const FULL_BLOCK: usize = 200;
/// How many of those.
const NEAR: usize = 8;

/// Pairs of nodes to compare (first before second), and how many blocks were too large to compare in full.
pub fn candidates(nodes: &[Node], style: Style) -> (Vec<(u32, u32)>, usize) {
    let mut keys: Vec<(u64, u32)> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        let at = at as u32;
        for id in &node.identifiers {
            keys.push((hash(&("identifier", id.field, &id.root)), at));
        }
        for name in &node.names {
            name_keys(node, name, style, |key| keys.push((key, at)));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    let mut pairs = Vec::new();
    let mut cut = 0;
    for block in keys.chunk_by(|a, b| a.0 == b.0) {
        cut += usize::from(block.len() > FULL_BLOCK);
        for (i, (_, left)) in block.iter().enumerate() {
            let all = block.len() <= FULL_BLOCK;
            let rest = block[i + 1..].iter().enumerate();
            pairs.extend(
                rest.filter(|(n, _)| all || i < NEAR || *n < NEAR).map(|(_, (_, right))| (*left, *right)),
            );
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    (pairs, cut)
}

fn name_keys(node: &Node, name: &Name, style: Style, mut push: impl FnMut(u64)) {
    let mut core = name.core.clone();
    core.dedup();
    let flat: String = core.iter().map(|t| t.flat.as_str()).collect();
    match style {
        Style::Known => push(hash(&("name", &flat))),
        Style::Goods => each_spelling(&flat, |spelling| push(hash(&("goods", &node.parents, spelling)))),
        Style::Placed => {
            for place in &node.places {
                if node.exact_place {
                    each_spelling(&flat, |spelling| push(hash(&("near", place, spelling))));
                }
                push(hash(&("place", place, &flat)));
            }
            push(hash(&("province", node.province, &flat)));
        }
    }
}

/// A text and all that is left of it with one letter less: texts one edit apart have one in common.
fn each_spelling(flat: &str, mut each: impl FnMut(&str)) {
    each(flat);
    if flat.len() < 5 {
        return;
    }
    for (at, c) in flat.char_indices() {
        each(&format!("{}{}", &flat[..at], &flat[at + c.len_utf8()..]));
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
