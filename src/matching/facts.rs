//! What a whole group of nodes holds, and in what two groups differ. Says what is so; refuses nothing.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::node::{Identifier, Node, Person};
use super::vocabulary::{FormMatch, VOCABULARY};

/// What a whole group holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts<'n> {
    pub(super) identifiers: BTreeSet<&'n Identifier>,
    /// Deliveries in which it has a row of its own, with the identifiers of that row's node.
    pub(super) distinct: BTreeSet<(Uuid, u32)>,
    pub(super) places: BTreeSet<&'n str>,
    /// Former communes that are meant for sure.
    pub(super) former: BTreeSet<Uuid>,
    pub(super) numerals: BTreeSet<&'n [String]>,
    /// Lines of business that tell one organisation from another.
    pub(super) business: BTreeSet<&'static str>,
    /// Cores of names typed with all their marks: without marks, with them.
    pub(super) tones: BTreeSet<(String, String)>,
    /// Legal forms, of former names too.
    pub(super) forms: BTreeSet<&'static str>,
    /// Phones, with how many nodes have them.
    pub(super) phones: BTreeMap<&'n Identifier, usize>,
    pub(super) people: BTreeSet<&'n Person>,
    /// Words of praise in names of goods, by the list that has the name.
    pub(super) grades: BTreeSet<(&'n str, &'n BTreeSet<&'static str>)>,
    /// Nodes that people said are something else.
    pub(super) different: BTreeSet<u32>,
}

impl Facts<'_> {
    /// Whether the goods of two groups are praised differently: at all, or as one list tells two apart.
    pub(super) fn other_grade(&self, other: &Self) -> bool {
        let mut pairs = self.grades.iter().flat_map(|x| other.grades.iter().map(move |y| (x, y)));
        pairs.any(|((list, x), (of, y))| x != y && (list == of || (!x.is_empty() && !y.is_empty())))
    }

    /// Whether two groups have a phone in common.
    pub(super) fn one_phone(&self, other: &Self) -> bool {
        self.phones.keys().any(|p| other.phones.contains_key(p))
    }

    /// Whether two groups have a person in common.
    pub(super) fn one_person(&self, other: &Self) -> bool {
        self.people.iter().any(|x| other.people.iter().any(|y| x.may_be(y)))
    }

    /// Whether each has phones and people of its own, or a phone that two registers know it by, and none in common.
    pub(super) fn others_answer(&self, other: &Self) -> bool {
        let sure = |of: &Self| of.phones.values().any(|nodes| *nodes > 1);
        let known = |of: &Self| !of.phones.is_empty() && !of.people.is_empty();
        let answers = (known(self) && known(other)) || (sure(self) && sure(other));
        answers && !self.one_phone(other) && !self.one_person(other)
    }

    /// Whether each has people and they are others; a phone in common makes them heads of one house.
    pub(super) fn other_people(&self, other: &Self) -> bool {
        let known = !self.people.is_empty() && !other.people.is_empty();
        known && !self.one_person(other) && !self.one_phone(other)
    }

    /// Whether each has other people, or other phones and no person in common.
    pub(super) fn answers_apart(&self, other: &Self) -> bool {
        let phones = !self.phones.is_empty() && !other.phones.is_empty();
        self.other_people(other) || (phones && !self.one_phone(other) && !self.one_person(other))
    }

    /// Whether all legal forms of the one exclude all of the other; a form was changed where a phone or a person
    /// stayed.
    pub(super) fn other_forms(&self, other: &Self) -> bool {
        let clash = |x: &&str| {
            other.forms.iter().all(|y| VOCABULARY.forms_match(Some(x), Some(y)) == FormMatch::Clashes)
        };
        let known = !self.forms.is_empty() && !other.forms.is_empty();
        known && self.forms.iter().all(clash) && !self.one_phone(other) && !self.one_person(other)
    }
}

impl<'n> Facts<'n> {
    /// Adds what another group holds.
    pub(super) fn absorb(&mut self, taken: Self) {
        self.identifiers.extend(taken.identifiers);
        self.distinct.extend(taken.distinct);
        self.places.extend(taken.places);
        self.former.extend(taken.former);
        self.numerals.extend(taken.numerals);
        self.business.extend(taken.business);
        self.tones.extend(taken.tones);
        self.forms.extend(taken.forms);
        self.grades.extend(taken.grades);
        for (phone, nodes) in taken.phones {
            *self.phones.entry(phone).or_default() += nodes;
        }
        self.people.extend(taken.people);
        self.different.extend(taken.different);
    }

    /// Of one node.
    pub(super) fn of(at: u32, node: &'n Node<'n>) -> Self {
        Self {
            identifiers: node.codes().collect(),
            distinct: node.distinct.iter().map(|import| (*import, at)).collect(),
            places: node.places.iter().filter(|_| node.exact_place).copied().collect(),
            former: node.former.iter().copied().collect(),
            numerals: node.names.iter().filter(|n| !n.alias).map(|n| n.numerals.as_slice()).collect(),
            business: business(node),
            tones: tones(node),
            forms: node.names.iter().filter(|_| node.parents.is_empty()).filter_map(|n| n.form).collect(),
            phones: node.identifiers.iter().filter(|i| i.phone).map(|i| (i, 1)).collect(),
            people: node.people.iter().collect(),
            grades: node.names.iter().map(|n| (node.anchor.1, &n.grade)).collect(),
            different: BTreeSet::new(),
        }
    }
}

/// Lines of business in the names of a node, former names left out.
fn business(node: &Node) -> BTreeSet<&'static str> {
    let names = node.names.iter().filter(|name| !name.alias);
    names.flat_map(|name| name.industry.iter().copied()).filter(|i| VOCABULARY.is_specific(i)).collect()
}

/// Names of a node that surely have all their marks. Of goods none: beside one maker a lost mark is a slip.
fn tones(node: &Node) -> BTreeSet<(String, String)> {
    let whole =
        |n: &&std::rc::Rc<super::name::Name>| !n.unmarked && n.core.iter().all(|w| w.number || w.is_legal());
    let names = node.names.iter().filter(|_| node.parents.is_empty()).filter(whole);
    names.map(|n| (n.flat(), n.tone())).collect()
}

/// Whether two groups have names that differ in marks only, and none in common.
pub(super) fn other_tones(x: &BTreeSet<(String, String)>, y: &BTreeSet<(String, String)>) -> bool {
    !x.is_empty() && x.is_disjoint(y) && x.iter().any(|(flat, _)| y.iter().any(|(other, _)| other == flat))
}
