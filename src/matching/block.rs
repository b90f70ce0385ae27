//! Which nodes are worth comparing: those with a key in common. Keys are kept between runs, so what they are
//! made of does not change lightly. A block too large is left out and reported.

use super::name::{Name, Style};
use super::node::{Identifier, Node};

/// Nodes that one key may join; a key of more says too little to compare by.
const LARGEST: usize = 64;
/// The same of keys that join what is far apart: among so many of one name a place unknown tells nothing.
const LARGEST_FAR: usize = 12;

/// How many nodes a key may join: its lowest bit tells.
pub fn limit(key: i64) -> usize {
    if key & 1 == 1 { LARGEST_FAR } else { LARGEST }
}

/// Keys of one node, sorted: two nodes with none in common are not compared.
pub fn keys(node: &Node, style: Style) -> Vec<i64> {
    let mut out = Vec::new();
    out.extend(node.identifiers.iter().map(identifier_key));
    for name in &node.names {
        name_keys(node, name, style, &mut out);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The key that all nodes with an identifier have.
pub fn identifier_key(id: &Identifier) -> i64 {
    hash("identifier", &[&id.field.to_string(), &id.root])
}

/// Each pair of those that have a key in common, once, in order, first before second; tells how many blocks were
/// too large. There may be many pairs, so they are not listed.
pub fn each_pair(mut keys: Vec<(i64, u32)>, mut each: impl FnMut(u32, u32)) -> usize {
    keys.sort_unstable();
    keys.dedup();
    // Of each member of a block where those behind it stand.
    let mut behind: Vec<(u32, u32, u32)> = Vec::with_capacity(keys.len());
    let (mut cut, mut end) = (0, 0);
    for block in keys.chunk_by(|a, b| a.0 == b.0) {
        let start = end;
        end += block.len() as u32;
        if block.first().is_some_and(|(key, _)| block.len() > limit(*key)) {
            cut += 1;
            continue;
        }
        behind.extend((start + 1..end).map(|next| (keys[next as usize - 1].1, next, end)));
    }
    behind.sort_unstable();
    let mut others: Vec<u32> = Vec::new();
    for of in behind.chunk_by(|a, b| a.0 == b.0) {
        others.clear();
        let behind = of.iter().flat_map(|(_, next, end)| &keys[*next as usize..*end as usize]);
        others.extend(behind.map(|(_, other)| *other));
        others.sort_unstable();
        others.dedup();
        others.iter().for_each(|other| each(of[0].0, *other));
    }
    cut
}

fn name_keys(node: &Node, name: &Name, style: Style, out: &mut Vec<i64>) {
    let mut core = name.core.clone();
    core.dedup();
    let words: Vec<&str> = core.iter().map(|t| t.flat.as_str()).collect();
    let flat = words.concat();
    match style {
        Style::Known => out.push(hash("name", &[&flat])),
        Style::Goods => {
            let parents = node.parents.iter().map(|p| p.simple().to_string()).collect::<Vec<_>>().join(" ");
            out.push(hash("goods", &[&parents, &flat]));
            each_nearby(&words, |nearby| out.push(hash("near goods", &[&parents, nearby])));
        }
        Style::Placed => {
            for place in &node.places {
                out.push(hash("place", &[place, &flat]));
                if node.exact_place {
                    each_nearby(&words, |nearby| out.push(hash("near", &[place, nearby])));
                }
            }
            out.push(hash("province", &[node.province, &flat]) | 1);
        }
    }
}

/// What is left of a name with one word less, or of one word with one letter less, and that word itself:
/// names that differ in one word, or in one letter of their only word, have one in common.
fn each_nearby(words: &[&str], mut each: impl FnMut(&str)) {
    match words {
        [] => {}
        [only] => {
            each(only);
            for (at, c) in only.char_indices().filter(|_| only.len() > 3) {
                each(&format!("{}{}", &only[..at], &only[at + c.len_utf8()..]));
            }
        }
        many => {
            for skipped in 0..many.len() {
                let kept = many.iter().enumerate().filter(|(at, _)| *at != skipped).map(|(_, word)| *word);
                each(&kept.collect::<String>());
            }
        }
    }
}

/// FNV-1a of 64 bits over what kind of key it is and its parts. Our own, for it must be the same in every
/// release and on every machine.
pub fn hash(kind: &str, parts: &[&str]) -> i64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in std::iter::once(&kind).chain(parts) {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash.cast_signed() & !1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_every_release() {
        assert_eq!(hash("", &[]), 0xaf64_724c_8602_eb6e_u64.cast_signed());
        assert_eq!(hash("province", &["49", "tanthanh"]), hash("province", &["49", "tanthanh"]));
        assert_ne!(hash("province", &["4", "9"]), hash("province", &["49", ""]));
    }

    #[test]
    fn one_word_or_one_letter_apart_is_nearby() {
        let of = |words: &[&str]| {
            let mut all = Vec::new();
            each_nearby(words, |nearby| all.push(nearby.to_owned()));
            all
        };
        let common = |a: &[&str], b: &[&str]| of(a).iter().any(|x| of(b).contains(x));
        assert!(common(&["tan", "thanh"], &["tan", "thnah"]) && common(&["thuan"], &["thuna"]));
        assert!(!common(&["tan", "thanh"], &["an", "phu"]));
    }

    #[test]
    fn a_block_too_large_is_left_out_and_told() {
        let paired = |keys: Vec<(i64, u32)>| {
            let mut pairs = Vec::new();
            let cut = each_pair(keys, |a, b| pairs.push((a, b)));
            (pairs, cut)
        };
        let block = |size: u32| (0..size).map(|at| (2, at)).collect::<Vec<_>>();
        assert_eq!(paired(block(3)), (vec![(0, 1), (0, 2), (1, 2)], 0));
        assert_eq!(paired(block(LARGEST as u32 + 1)), (vec![], 1));
        let twice = [block(3), vec![(4, 1), (4, 0), (4, 4), (6, 7)]].concat();
        assert_eq!(paired(twice), (vec![(0, 1), (0, 2), (0, 4), (1, 2), (1, 4)], 0));
    }
}
