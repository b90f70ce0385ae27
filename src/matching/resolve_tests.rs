//! Judgements against evidence and against each other.

use super::node::{Identifier, Node, Person};
use super::resolve::{Judged, Resolved, resolve};
use super::verdict::{Reasons, Verdict};

/// Nodes of which each two that differ in their code exclude each other.
fn nodes<'a>(codes: &[&str]) -> Vec<Node<'a>> {
    let node =
        |code: &&str| Node { identifiers: Identifier::new(0, code).into_iter().collect(), ..Node::default() };
    codes.iter().map(node).collect()
}

fn same(a: u32, b: u32) -> (u32, u32, Verdict) {
    (a, b, Verdict::Same(Reasons::of(&["+NAME"])))
}

fn told(resolved: &Resolved) -> Vec<String> {
    resolved
        .doubts
        .iter()
        .map(|((a, b), why)| format!("{a}{b} {}", Vec::from_iter(why.0.iter().copied()).join(" ")))
        .collect()
}

#[test]
fn people_unite_over_vetoes() {
    let nodes = nodes(&["9940003687", "9940006078", ""]);
    let judged = Judged { same: vec![(1, 0)], ..Judged::default() };
    let resolved = resolve(&nodes, vec![same(1, 2), same(0, 1)], &judged);
    assert_eq!(resolved.root_of, [0, 0, 0]);
    assert_eq!(told(&resolved), [""; 0]);
}

#[test]
fn nothing_bridges_what_people_keep_apart() {
    let nodes = nodes(&["", "", ""]);
    let judged = Judged { different: vec![(2, 0)], ..Judged::default() };
    let resolved = resolve(&nodes, vec![same(0, 1), same(1, 2), same(0, 2)], &judged);
    assert_ne!(resolved.root_of[0], resolved.root_of[2]);
    assert!(told(&resolved).iter().all(|t| !t.starts_with("02")), "{:?}", told(&resolved));
    let judged = Judged { same: vec![(0, 1)], ..judged };
    let resolved = resolve(&nodes, vec![same(1, 2), same(0, 2)], &judged);
    assert_eq!((resolved.root_of.as_slice(), told(&resolved)), ([0, 0, 2].as_slice(), vec![]));
}

#[test]
fn a_contradiction_unites_nothing_and_is_told() {
    let nodes = nodes(&["", "", ""]);
    let judged = Judged { same: vec![(1, 2), (0, 1)], different: vec![(0, 2)], ..Judged::default() };
    let resolved = resolve(&nodes, vec![], &judged);
    assert_eq!(resolved.root_of, [0, 0, 2]);
    assert_eq!(told(&resolved), ["12 -JUDGED_DIFFERENT"]);
}

#[test]
fn the_order_of_verdicts_and_judgements_does_not_matter() {
    let nodes = nodes(&["", "9940003687", "", "9940006078", ""]);
    let verdicts: Vec<_> = (0..5).flat_map(|b| (0..b).map(move |a| same(a, b))).collect();
    let judged = Judged { same: vec![(0, 1), (4, 2)], different: vec![(0, 4), (3, 0)], ..Judged::default() };
    let expected = resolve(&nodes, verdicts.clone(), &judged);
    let turned = |pairs: &[(u32, u32)]| pairs.iter().rev().map(|(a, b)| (*b, *a)).collect::<Vec<_>>();
    let judged =
        Judged { same: turned(&judged.same), different: turned(&judged.different), ..Judged::default() };
    assert_eq!(resolve(&nodes, verdicts.into_iter().rev().collect(), &judged), expected);
}

#[test]
fn a_name_alone_bridges_no_two_with_other_heads() {
    let head = |name: &str| Node { people: Person::new(name).into_iter().collect(), ..Node::default() };
    let nodes = [head("Ngô Ngọc Vân"), head(""), head("Võ Đức Khánh")];
    let resolved = resolve(&nodes, vec![same(0, 1), same(1, 2)], &Judged::default());
    assert_eq!(resolved.root_of, [0, 1, 2]);
    let known = |a, b, codes| (a, b, Verdict::Same(Reasons::of(codes)));
    let strong = ["+NAME", "+PLACE", "+LEGAL_FORM"];
    let resolved = resolve(&nodes, vec![known(0, 1, &strong), known(1, 2, &strong)], &Judged::default());
    assert_eq!(resolved.root_of, [0, 1, 2]);
    assert_eq!(resolved.doubts.len(), 1, "the other answer follows");
    let heads = known(0, 2, &["+NAME", "+PLACE", "-PERSON"]);
    let all = vec![known(0, 1, &strong), known(1, 2, &strong), heads];
    let resolved = resolve(&nodes, all, &Judged::default());
    assert_eq!(resolved.root_of, [0, 0, 0], "the two were compared, heads and all");
}

#[test]
fn a_title_is_no_part_of_a_name() {
    let person = |text| Person::new(text).expect("a person");
    assert!(person("Bà Nguyễn Thị Lan").may_be(&person("NGUYỄN THỊ LAN")));
    assert!(person("Ông. Trần An").may_be(&person("Trần An")));
    assert!(person("Ba Nguyen Thi Lan").may_be(&person("Nguyễn Thị Lan")));
    assert!(!person("Bà Nguyễn Thị Lan").may_be(&person("Nguyễn Thị Loan")));
    assert_eq!(person("Anh Thư").words().count(), 2, "nothing of a name would be left");
}
