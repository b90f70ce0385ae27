//! Names alone where another fits as well, and which questions are asked.

use super::node::{Node, Person};
use super::resolve::{Judged, Resolved, resolve};
use super::verdict::{Reasons, Verdict};

const NAME: [&str; 3] = ["+LEGAL_FORM", "+NAME", "+PLACE"];

fn headed(name: &str) -> Node<'static> {
    Node { people: Person::new(name).into_iter().collect(), ..Node::default() }
}

fn resolved(nodes: &[Node], verdicts: Vec<(u32, u32, Verdict)>) -> Resolved {
    resolve(nodes, verdicts, &Judged::default())
}

fn same(a: u32, b: u32, codes: &[&'static str]) -> (u32, u32, Verdict) {
    (a, b, Verdict::Same(Reasons::of(codes)))
}

fn doubtful(a: u32, b: u32, codes: &[&'static str]) -> (u32, u32, Verdict) {
    (a, b, Verdict::Doubtful(Reasons::of(codes)))
}

#[test]
fn a_name_is_not_sure_while_another_fits_about_as_well() {
    let nodes = [headed("Ngô Ngọc Vân"), headed(""), headed("Võ Đức Khánh")];
    let near = ["+LEGAL_FORM", "+NAME", "+PLACE", "-BUSINESS_OF_ONE"];
    let found = resolved(&nodes, vec![same(0, 1, &NAME), doubtful(1, 2, &near)]);
    assert_eq!(found.root_of, [0, 1, 2]);
    // Once that is answered, the other follows.
    assert_eq!(found.doubts.keys().copied().collect::<Vec<_>>(), [(0, 1)]);
    let far = ["+NAME", "+PLACE", "-LEGAL_FORM"];
    assert_eq!(resolved(&nodes, vec![same(0, 1, &NAME), doubtful(1, 2, &far)]).root_of, [0, 0, 2]);
    // One head: no rival.
    let nodes = [headed("Ngô Ngọc Vân"), headed(""), headed("Ngô Ngọc Vân")];
    assert_eq!(resolved(&nodes, vec![same(0, 1, &NAME), doubtful(1, 2, &near)]).root_of, [0, 0, 2]);
}

#[test]
fn the_name_of_a_place_is_sure_where_nothing_else_bears_it() {
    let place = ["+LEGAL_FORM", "+NAME", "+PLACE", "-PLACE_NAME"];
    let nodes = [headed(""), headed(""), headed("")];
    assert_eq!(resolved(&nodes, vec![same(0, 1, &place)]).root_of, [0, 0, 2]);
    let other = doubtful(1, 2, &["+LEGAL_FORM", "+NAME", "+PLACE", "-BUSINESS_OF_ONE", "-PLACE_NAME"]);
    assert_eq!(resolved(&nodes, vec![same(0, 1, &place), other]).root_of, [0, 1, 2]);
}

#[test]
fn what_follows_from_other_answers_is_not_asked() {
    let nodes = [headed(""), headed(""), headed("")];
    let codes = ["+NAME", "+PLACE", "-SLIP"];
    let found = resolved(&nodes, vec![doubtful(0, 1, &NAME), doubtful(1, 2, &codes), doubtful(0, 2, &codes)]);
    assert_eq!(found.doubts.keys().copied().collect::<Vec<_>>(), [(0, 1), (0, 2)]);
}
