//! Codes typed wrong: how near they are to right ones. What that is worth is said elsewhere.

use super::node::Node;

/// Whether a code typed wrong on one side is a slip away from a right one of the other.
pub fn one_slip(wrong: &Node, right: &Node) -> bool {
    wrong.mistyped.iter().any(|typed| right.codes().any(|code| is_slip(typed, &code.root)))
}

/// Whether one digit differs, or two neighbours stand the other way round.
fn is_slip(typed: &str, code: &str) -> bool {
    if typed.len() != code.len() {
        return false;
    }
    let (typed, code) = (typed.as_bytes(), code.as_bytes());
    let odd: Vec<usize> = (0..code.len()).filter(|&at| typed[at] != code[at]).collect();
    match odd[..] {
        [_] => true,
        [x, y] => y == x + 1 && typed[x] == code[y] && typed[y] == code[x],
        _ => false,
    }
}
