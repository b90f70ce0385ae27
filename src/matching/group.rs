//! Groups of nodes with what must not be in one group: union-find that refuses. A union that evidence of the
//! whole groups speaks against is not made, and the pair is listed.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, other_tones};
use super::node::Node;
use super::rivals::{Claims, Fits};
use super::verdict::Reasons;

/// Pairs kept apart, by node, with their reasons.
pub type Doubts = BTreeMap<(u32, u32), Reasons>;

/// Groups that edges join each with.
type Neighbours = BTreeMap<u32, BTreeSet<u32>>;

/// Pairs that may be united: one step of the way.
#[derive(Debug, Clone)]
pub struct Edge {
    /// First node.
    pub a: u32,
    /// Second node.
    pub b: u32,
    /// Why.
    pub reasons: Reasons,
}

impl Edge {
    /// Whether neither a code nor contacts were compared: such an edge must not bridge what they part.
    fn is_bare(&self) -> bool {
        let compared = ["+IDENTIFIER", "+PHONE", "+PERSON", "-PERSON"];
        !compared.iter().any(|code| self.reasons.0.contains(code))
    }
}

/// Nodes in groups.
#[derive(Debug)]
pub struct Groups<'n> {
    parent: Vec<u32>,
    facts: Vec<Facts<'n>>,
    claims: Claims,
}

impl<'n> Groups<'n> {
    /// Each node by itself, with all that may be one. Of nodes that are in no pair nothing will be asked.
    pub fn new(nodes: &'n [Node<'n>], claims: Claims, is_paired: impl Fn(u32) -> bool) -> Self {
        let facts = (0..).zip(nodes).map(|(at, node)| match is_paired(at) {
            true => Facts::of(at, node),
            false => Facts::default(),
        });
        Self { parent: (0..nodes.len() as u32).collect(), facts: facts.collect(), claims }
    }

    /// The least node of the group.
    pub fn root(&self, mut node: u32) -> u32 {
        while self.parent[node as usize] != node {
            node = self.parent[node as usize];
        }
        node
    }

    /// Forbids two nodes and the groups they come to be in ever to be one.
    pub fn keep_apart(&mut self, a: u32, b: u32) {
        let (of_a, of_b) = (self.root(a) as usize, self.root(b) as usize);
        self.facts[of_a].different.insert(b);
        self.facts[of_b].different.insert(a);
    }

    /// Whether people said that the groups of two nodes are different things.
    pub fn judged_different(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.facts[a as usize].different.iter().any(|of| self.root(*of) == b)
    }

    /// Why two groups must not become one, if they must not.
    pub fn conflict(&self, nodes: &[Node], a: u32, b: u32) -> Option<&'static str> {
        if self.judged_different(a, b) {
            return Some("-JUDGED_DIFFERENT");
        }
        let (x, y) = (&self.facts[a as usize], &self.facts[b as usize]);
        if x.identifiers.iter().any(|i| y.identifiers.contains(i)) {
            return one_delivery(nodes, x, y).then_some("-ONE_REGISTER");
        }
        let roots =
            |f: &Facts<'n>| f.identifiers.iter().map(|i| (i.field, i.root.as_str())).collect::<Vec<_>>();
        let shared_root = roots(x).iter().any(|r| roots(y).contains(r));
        let comparable = x.identifiers.iter().any(|i| y.identifiers.iter().any(|j| i.comparable(j)));
        if comparable && !shared_root {
            return Some("-IDENTIFIER");
        }
        if one_delivery(nodes, x, y) {
            return Some("-ONE_REGISTER");
        }
        let apart = |empty: bool, shared: bool| !empty && !shared;
        let places = x.places.is_empty() || y.places.is_empty();
        if apart(places, x.places.iter().any(|p| y.places.contains(p))) {
            return Some("-PLACE");
        }
        let former = x.former.is_empty() || y.former.is_empty();
        if apart(former, !x.former.is_disjoint(&y.former)) {
            return Some("-COMMUNE");
        }
        let numerals = x.numerals.is_empty() || y.numerals.is_empty();
        if apart(numerals, x.numerals.iter().any(|n| y.numerals.contains(n))) {
            return Some("-NUMERALS");
        }
        if x.other_grade(y) {
            return Some("-GRADE");
        }
        let business = x.business.is_empty() || y.business.is_empty();
        if apart(business, x.business.iter().any(|b| y.business.contains(b))) {
            return Some("-BUSINESS");
        }
        if !x.one_phone(y) && other_tones(&x.tones, &y.tones) {
            return Some("-TONES");
        }
        if x.other_forms(y) {
            return Some("-LEGAL_FORM");
        }
        x.others_answer(y).then_some("-CONTACTS")
    }

    /// Why an edge must not make one of two groups, if it must not.
    fn against(&self, nodes: &[Node], edge: &Edge, a: u32, b: u32) -> Option<&'static str> {
        let parted = || edge.is_bare() && self.facts[a as usize].other_people(&self.facts[b as usize]);
        self.conflict(nodes, a, b).or_else(|| parted().then_some("-CONTACTS"))
    }

    /// Whether groups that one record fits by its name alone have other people, and nothing else joins them.
    fn are_parted(&self, of: &BTreeSet<u32>, neighbours: &Neighbours) -> bool {
        let joined = |a: &u32, b: &u32| neighbours.get(a).is_some_and(|of| of.contains(b));
        let other = |a: &u32, b: &u32| self.facts[*a as usize].other_people(&self.facts[*b as usize]);
        of.iter().any(|a| of.range(a + 1..).any(|b| !joined(a, b) && other(a, b)))
    }

    /// Whether a name alone would join two groups while one of them fits a third about as well that excludes the
    /// other or, where it must be `alone`, is another at all. What an edge joins to the other is no other.
    fn is_contested(
        &self,
        nodes: &[Node],
        fits: &Fits,
        edge: &Edge,
        edges: &Neighbours,
        alone: bool,
    ) -> bool {
        if !edge.is_bare() || !nodes[edge.a as usize].parents.is_empty() {
            return false;
        }
        let (a, b) = (self.root(edge.a), self.root(edge.b));
        let joined = |other: u32, third: u32| edges.get(&other).is_some_and(|of| of.contains(&third));
        let rival = |middle: u32, other: u32, third: u32| {
            self.against(nodes, edge, middle, third).is_none()
                && (self.exclude(nodes, middle, other, third)
                    || (!joined(other, third) && (alone || self.answer_apart(other, third))))
        };
        [(a, b), (b, a)]
            .into_iter()
            .any(|(middle, other)| fits.beside(middle, other).any(|third| rival(middle, other, third)))
    }

    /// Whether two groups cannot both be what a third is.
    pub fn are_two(&self, nodes: &[Node], a: u32, b: u32) -> bool {
        self.conflict(nodes, a, b).is_some() || self.answer_apart(a, b)
    }

    /// Whether two groups have other people, or other phones and no person in common.
    fn answer_apart(&self, a: u32, b: u32) -> bool {
        self.facts[a as usize].answers_apart(&self.facts[b as usize])
    }

    /// Unites what the edges join. A group that fits two groups which exclude each other joins neither; with
    /// `alone`, neither does one that fits two at all. What is not united is listed.
    pub fn settle(&mut self, nodes: &[Node], edges: &[Edge], alone: bool, doubts: &mut Doubts) {
        let bare = edges.iter().any(Edge::is_bare);
        let fits = if bare { self.claims.by_group(|node| self.root(node)) } else { Fits::default() };
        let mut neighbours = Neighbours::new();
        let mut bare = neighbours.clone();
        let mut open = Vec::new();
        for edge in edges {
            let (a, b) = (self.root(edge.a), self.root(edge.b));
            if a == b {
                continue;
            }
            match self.against(nodes, edge, a, b) {
                Some(against) => doubt(doubts, edge, against),
                None => {
                    neighbours.entry(a).or_default().insert(b);
                    neighbours.entry(b).or_default().insert(a);
                    if edge.is_bare() {
                        bare.entry(a).or_default().insert(b);
                        bare.entry(b).or_default().insert(a);
                    }
                    open.push(edge);
                }
            }
        }
        let torn: BTreeSet<u32> = neighbours
            .iter()
            .filter(|(at, of)| {
                self.exclude_each_other(nodes, **at, of)
                    || bare.get(at).is_some_and(|of| self.are_parted(of, &neighbours))
            })
            .map(|(at, _)| *at)
            .collect();
        let (wait, go): (Vec<&Edge>, Vec<&Edge>) = open.into_iter().partition(|e| {
            torn.contains(&self.root(e.a))
                || torn.contains(&self.root(e.b))
                || self.is_contested(nodes, &fits, e, &neighbours, alone)
        });
        for edge in wait {
            doubt(doubts, edge, "-SEVERAL_FIT");
        }
        for edge in go {
            self.unite(nodes, edge, doubts);
        }
    }

    /// Unites poor nodes with the one group each fits, as long as that leaves others with one; `poor` by
    /// the poorer node of each edge.
    pub fn settle_poor(&mut self, nodes: &[Node], poor: &BTreeMap<u32, Vec<Edge>>, doubts: &mut Doubts) {
        loop {
            let claims = self.claims.by_group(|node| self.root(node));
            let fits: Vec<Vec<(&Edge, u32)>> =
                poor.iter().map(|(at, of)| self.fitting(nodes, *at, of)).collect();
            let only_one =
                |of: &&Vec<(&Edge, u32)>| of.iter().all(|(_, root)| Some(*root) == of.first().map(|f| f.1));
            let sure = |of: &&Vec<(&Edge, u32)>| {
                only_one(of)
                    && !of
                        .iter()
                        .any(|(edge, _)| self.is_contested(nodes, &claims, edge, &Neighbours::new(), false))
            };
            let go: Vec<&Edge> = fits.iter().filter(sure).flatten().map(|(edge, _)| *edge).collect();
            if go.is_empty() {
                for (edge, _) in fits.iter().flatten() {
                    doubt(doubts, edge, "-SEVERAL_FIT");
                }
                return;
            }
            for edge in go {
                self.unite(nodes, edge, doubts);
            }
        }
    }

    /// Edges of a node to groups that it may join, with those groups.
    fn fitting<'e>(&self, nodes: &[Node], node: u32, edges: &'e [Edge]) -> Vec<(&'e Edge, u32)> {
        let own = self.root(node);
        let other = |e: &'e Edge| (e, self.root(if e.a == node { e.b } else { e.a }));
        let fits =
            |(edge, root): &(&Edge, u32)| *root != own && self.against(nodes, edge, own, *root).is_none();
        edges.iter().map(other).filter(fits).collect()
    }

    /// Lists pairs of groups of which neither is in another such pair.
    pub fn list_lone_pairs(&self, edges: Vec<Edge>, doubts: &mut Doubts) {
        let mut others: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (a, b) in edges.iter().map(|e| (self.root(e.a), self.root(e.b))).filter(|(a, b)| a != b) {
            others.entry(a).or_default().insert(b);
            others.entry(b).or_default().insert(a);
        }
        let lone = |node: u32| others.get(&self.root(node)).is_some_and(|of| of.len() == 1);
        for edge in edges.into_iter().filter(|e| lone(e.a) && lone(e.b)) {
            doubts.entry((edge.a, edge.b)).or_default().0.extend(edge.reasons.0);
        }
    }

    /// Whether some of the groups that fit one exclude each other. That they are at two places does not, where
    /// the one in the middle has places of its own: it shares one with each, and is known at both.
    fn exclude_each_other(&self, nodes: &[Node], middle: u32, of: &BTreeSet<u32>) -> bool {
        of.iter().any(|a| of.range(a + 1..).any(|b| self.exclude(nodes, middle, *a, *b)))
    }

    /// Whether two of the groups that fit one exclude each other.
    fn exclude(&self, nodes: &[Node], middle: u32, a: u32, b: u32) -> bool {
        let at_both = !self.facts[middle as usize].places.is_empty();
        match self.conflict(nodes, a, b) {
            Some("-PLACE") => !at_both,
            against => against.is_some(),
        }
    }

    /// Unites the groups of an edge, unless what has come together since speaks against it.
    fn unite(&mut self, nodes: &[Node], edge: &Edge, doubts: &mut Doubts) {
        let (a, b) = (self.root(edge.a), self.root(edge.b));
        if a == b {
            return;
        }
        if let Some(against) = self.against(nodes, edge, a, b) {
            return doubt(doubts, edge, against);
        }
        self.join(edge.a, edge.b);
    }

    /// Makes one of the groups of two nodes, whatever speaks against it.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (root, child) = (a.min(b), a.max(b));
        self.parent[child as usize] = root;
        let taken = std::mem::take(&mut self.facts[child as usize]);
        self.facts[root as usize].absorb(taken);
    }
}

fn doubt(doubts: &mut Doubts, edge: &Edge, against: &'static str) {
    let reasons = doubts.entry((edge.a, edge.b)).or_insert_with(|| edge.reasons.clone());
    reasons.0.insert(against);
}

/// Whether two groups have rows of their own in one delivery, and those rows share no identifier.
fn one_delivery(nodes: &[Node], x: &Facts, y: &Facts) -> bool {
    x.distinct.iter().any(|(import, a)| {
        y.distinct.range((*import, 0)..=(*import, u32::MAX)).any(|(_, b)| {
            let (a, b) = (&nodes[*a as usize], &nodes[*b as usize]);
            a.anchor != b.anchor && !a.codes().any(|i| b.identifiers.contains(i))
        })
    })
}
