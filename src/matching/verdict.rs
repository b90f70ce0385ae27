//! Two nodes → what their evidence says: the same, the same if no other fits as well, doubtful, or nothing.
//! The one place where evidence is weighed; later weights belong here.

use super::likeness::{Likeness, Side, likeness};
use super::name::Name;
use super::node::{Identifier, Node};
use super::vocabulary::{FormMatch, VOCABULARY};

/// What two nodes are to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The same.
    Same(Reasons),
    /// The same if the poorer one fits no other as well; both are poor where `None`.
    SameIfOnly(Option<Side>, Reasons),
    /// The same name elsewhere in the province: doubtful when there are just these two of it.
    Elsewhere(Reasons),
    /// For a person to decide.
    Doubtful(Reasons),
    /// No ground to speak of.
    Apart,
}

/// Codes for (`+`) and against (`-`), in a fixed order.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reasons(pub std::collections::BTreeSet<&'static str>);

impl Reasons {
    /// Reasons of the codes given.
    pub fn of(codes: &[&'static str]) -> Self {
        Self(codes.iter().copied().collect())
    }

    /// The same with one more.
    pub fn and(mut self, code: &'static str) -> Self {
        self.0.insert(code);
        self
    }
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<&str> = self.0.iter().copied().collect();
        f.write_str(&all.join(" "))
    }
}

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
enum IdMatch {
    Equal,
    Branch,
    Open,
    Differs,
}

/// Weighs the evidence of two nodes of one type; `placed`: whether the type has places.
pub fn judge(a: &Node, b: &Node, placed: bool) -> Verdict {
    if a.parents != b.parents {
        return Verdict::Apart;
    }
    let ids = compare_ids(&a.identifiers, &b.identifiers);
    let place = compare_places(a, b, placed);
    let names = nearest_names(a, b);
    match (ids, names) {
        (IdMatch::Equal, names) => by_identifier(names, place),
        (_, None) => Verdict::Apart,
        (IdMatch::Differs, Some(pair)) if pair.is_exact() && place == PlaceMatch::Same => {
            Verdict::Doubtful(Reasons::of(&["+NAME", "+PLACE", "-IDENTIFIER"]))
        }
        (IdMatch::Differs, _) => Verdict::Apart,
        (ids, Some(pair)) => by_name(a, b, &pair, place, ids),
    }
}

/// Two names and how they stand to each other.
struct Pair<'a> {
    likeness: Likeness,
    form: FormMatch,
    numerals: bool,
    business: bool,
    branch: bool,
    names: (&'a Name, &'a Name),
}

impl Pair<'_> {
    fn is_exact(&self) -> bool {
        self.likeness == Likeness::Exact && self.fits() && self.form == FormMatch::Fits
    }

    fn fits(&self) -> bool {
        self.numerals && self.business && self.branch && self.form != FormMatch::Clashes
    }
}

/// The nearest of all pairs of names; two that both stand beside the name proper prove nothing.
fn nearest_names<'a>(a: &'a Node, b: &'a Node) -> Option<Pair<'a>> {
    let pairs = a.names.iter().flat_map(|x| b.names.iter().map(move |y| (x, y)));
    let pairs = pairs.filter(|(x, y)| !(x.alias && y.alias)).map(|(x, y)| pair(x, y));
    pairs.min_by_key(|p| (p.likeness, !p.numerals, p.form, !p.business, !p.branch))
}

fn pair<'a>(a: &'a Name, b: &'a Name) -> Pair<'a> {
    let specific =
        |n: &'a Name| n.industry.iter().filter(|i| VOCABULARY.is_specific(i)).collect::<Vec<&&str>>();
    let (of_a, of_b) = (specific(a), specific(b));
    Pair {
        likeness: likeness(a, b),
        form: VOCABULARY.forms_match(a.form, b.form),
        numerals: a.numerals == b.numerals,
        business: of_a.is_empty() || of_b.is_empty() || of_a.iter().any(|i| of_b.contains(i)),
        branch: a.branch == b.branch,
        names: (a, b),
    }
}

/// An equal identifier needs one more kind of evidence: a name of the same stem, or the same commune.
fn by_identifier(names: Option<Pair>, place: PlaceMatch) -> Verdict {
    let reasons = Reasons::of(&["+IDENTIFIER"]);
    let Some(pair) = names else { return Verdict::Same(reasons) };
    let related = pair.likeness < Likeness::Unlike;
    if related && !pair.numerals {
        return Verdict::Doubtful(reasons.and("-NUMERALS"));
    }
    if !pair.branch {
        return Verdict::Doubtful(reasons.and("-BRANCH"));
    }
    match (related, place) {
        (true, _) => Verdict::Same(reasons.and("+NAME")),
        (false, PlaceMatch::Same) => Verdict::Same(reasons.and("+PLACE")),
        (false, _) => Verdict::Doubtful(reasons.and("-NAME")),
    }
}

fn by_name(a: &Node, b: &Node, pair: &Pair, place: PlaceMatch, ids: IdMatch) -> Verdict {
    if place == PlaceMatch::Apart && pair.is_exact() && telling(pair) && a.province == b.province {
        return Verdict::Elsewhere(Reasons::of(&["+NAME", "-PLACE"]));
    }
    if !pair.numerals || place == PlaceMatch::Apart {
        return Verdict::Apart;
    }
    let here = place == PlaceMatch::Same;
    let mut reasons = Reasons::of(if here { &["+PLACE"] } else { &[] });
    if ids == IdMatch::Branch {
        reasons = reasons.and("-BRANCH_CODE");
    }
    let fits = pair.fits();
    match pair.likeness {
        Likeness::Exact | Likeness::Bare(_) | Likeness::Slip(_) if fits => {
            weigh_weakness(a, b, pair, place, reasons.and("+NAME"))
        }
        Likeness::Exact if here => {
            let mut against = reasons.and("+NAME");
            for (clash, code) in [
                (pair.form == FormMatch::Clashes, "-LEGAL_FORM"),
                (!pair.business, "-BUSINESS"),
                (!pair.branch, "-BRANCH"),
            ] {
                against = if clash { against.and(code) } else { against };
            }
            Verdict::Doubtful(against)
        }
        Likeness::Tones if fits && !a.parents.is_empty() && lost_marks(pair).is_some() => {
            Verdict::SameIfOnly(lost_marks(pair), reasons.and("+NAME").and("-NO_MARKS"))
        }
        Likeness::Tones if here && fits => Verdict::Doubtful(reasons.and("-TONES")),
        Likeness::Edit if here && fits && pair.form == FormMatch::Fits => {
            Verdict::Doubtful(reasons.and("-LETTER"))
        }
        _ if ids == IdMatch::Branch && pair.likeness < Likeness::Unlike => Verdict::Doubtful(reasons),
        _ => Verdict::Apart,
    }
}

/// Whether a name says enough to be noticed far from where it is at home: two words or more.
fn telling(pair: &Pair) -> bool {
    pair.names.0.core.len() > 1
}

/// The side on which words stand without their marks, where all that differs is that. Beside one maker this
/// is a slip; two neighbours may well be Tân Thanh and Tân Thành.
fn lost_marks(pair: &Pair) -> Option<Side> {
    let (a, b) = (&pair.names.0.core, &pair.names.1.core);
    let odd = || a.iter().zip(b).filter(|(x, y)| x.tone != y.tone);
    if a.len() != b.len() || odd().any(|(x, y)| x.flat != y.flat) {
        return None;
    }
    poorer(odd().all(|(x, y)| !x.marked && y.marked), odd().all(|(x, y)| x.marked && !y.marked))
}

/// A name that fits, with what each side lacks: nothing lacking is the same; one poor side is the same if it
/// fits no other; two sides poor in different ways are doubtful.
fn weigh_weakness(a: &Node, b: &Node, pair: &Pair, place: PlaceMatch, mut reasons: Reasons) -> Verdict {
    let mut lacks: Vec<(Option<Side>, &'static str)> = Vec::new();
    match pair.likeness {
        Likeness::Bare(side) => lacks.push((Some(side), "-NO_MARKS")),
        Likeness::Slip(side) => lacks.push((Some(side), "-SLIP")),
        _ => {}
    }
    if pair.form == FormMatch::Open && !a.places.is_empty() | !b.places.is_empty() {
        lacks.push((poorer(pair.names.0.form.is_none(), pair.names.1.form.is_none()), "-NO_LEGAL_FORM"));
    }
    match place {
        PlaceMatch::Near => lacks.push((poorer(!a.exact_place, !b.exact_place), "-DISTRICT_ONLY")),
        PlaceMatch::Open => lacks.push((poorer(a.places.is_empty(), b.places.is_empty()), "-NO_PLACE")),
        _ => {}
    }
    for (_, code) in &lacks {
        reasons = reasons.and(code);
    }
    let one_register = a.anchor.1 == b.anchor.1 && a.distinct.is_empty() && b.distinct.is_empty();
    let sides: Vec<Option<Side>> = lacks.iter().map(|l| l.0).collect();
    match sides.as_slice() {
        [] => Verdict::Same(reasons),
        // One register, the same name, the same (lack of a) place.
        [None] if one_register && a.places == b.places => Verdict::Same(reasons),
        [first, rest @ ..] if rest.iter().all(|s| s == first) => Verdict::SameIfOnly(*first, reasons),
        _ => Verdict::Doubtful(reasons),
    }
}

fn poorer(left: bool, right: bool) -> Option<Side> {
    match (left, right) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}

fn compare_ids(a: &[Identifier], b: &[Identifier]) -> IdMatch {
    let mut found = IdMatch::Open;
    for (x, y) in a.iter().flat_map(|x| b.iter().map(move |y| (x, y))) {
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
        return match (a.places.iter().any(|p| b.places.contains(p)), a.exact_place && b.exact_place) {
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
