//! Two nodes → what their evidence says: the same, the same if no other fits as well, doubtful, or nothing.
//! The one place where evidence is found and a verdict made of it; what it is worth stands in the weights.

use std::collections::BTreeSet;

use super::compare::{IdMatch, PlaceMatch, compare_ids, compare_places};
use super::likeness::{Likeness, Side, likeness};
use super::name::Name;
use super::node::Node;
use super::owner::{is_named_after, is_personal};
use super::slip::one_slip;
use super::vocabulary::{FormMatch, VOCABULARY};
use super::weights::{MODEL, Rarity};

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
}

impl std::fmt::Display for Reasons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&MODEL.waterfall(&self.0))
    }
}

/// Weighs the evidence of two nodes of one type; `placed`: whether the type has places.
pub fn judge(a: &Node, b: &Node, placed: bool) -> Verdict {
    if a.parents != b.parents {
        return Verdict::Apart;
    }
    let ids = compare_ids(a, b);
    let place = compare_places(a, b, placed);
    let one_list = a.anchor.1 == b.anchor.1;
    let mut reasons = Reasons::default();
    of_identifiers(ids, &mut reasons);
    if ids == IdMatch::Open && (one_slip(a, b) || one_slip(b, a)) {
        reasons.0.insert("+IDENTIFIER_SLIP");
    }
    let Some(pair) = nearest_names(a, b) else {
        return if ids == IdMatch::Equal { Verdict::Same(reasons) } else { Verdict::Apart };
    };
    // Two of one list are two: what it calls fine is not what it calls by the plain name.
    if pair.grade == Grade::Differs || (one_list && pair.grade != Grade::Same) {
        return Verdict::Apart;
    }
    of_names(&pair, a.parents.is_empty() && placed, lost_beside_maker(a, &pair), &mut reasons);
    of_place(place, ids, &mut reasons);
    of_contacts(a, b, pair.names, &mut reasons);
    if placed {
        of_goods(a, b, &mut reasons);
    }
    if a.torn || b.torn {
        reasons.0.insert("-TWO_IN_ONE");
    }
    if reached(&reasons) && reasons.0.remove("-LEGAL_FORM") {
        reasons.0.insert("-FORM_CHANGED");
    }
    decide(a, b, &pair, place, ids, reasons)
}

/// How the words of praise in two names of goods stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Same,
    /// This one has none.
    Lacking(Side),
    Differs,
}

/// Two names and how they stand to each other.
struct Pair<'a> {
    likeness: Likeness,
    grade: Grade,
    form: FormMatch,
    numerals: bool,
    business: bool,
    branch: bool,
    names: (&'a Name, &'a Name),
}

impl Pair<'_> {
    fn is_exact(&self) -> bool {
        let parts = self.numerals && self.business && self.branch;
        self.likeness == Likeness::Exact && parts && self.form == FormMatch::Fits
    }
}

/// The nearest of all pairs of names; two that both stand beside the name proper prove nothing.
fn nearest_names<'a>(a: &'a Node, b: &'a Node) -> Option<Pair<'a>> {
    let pairs = a.names.iter().flat_map(|x| b.names.iter().map(move |y| (x, y)));
    let pairs = pairs
        .filter(|(x, y)| !(x.alias && y.alias || x.cut && y.cut && x.core.len() < 2))
        .map(|(x, y)| pair(x, y));
    pairs.min_by_key(|p| (p.likeness, p.grade, !p.numerals, p.form, !p.business, !p.branch))
}

fn pair<'a>(a: &'a Name, b: &'a Name) -> Pair<'a> {
    let specific =
        |n: &'a Name| n.industry.iter().filter(|i| VOCABULARY.is_specific(i)).collect::<Vec<&&str>>();
    let (of_a, of_b) = (specific(a), specific(b));
    Pair {
        likeness: likeness(a, b),
        grade: match (a.grade.is_empty(), b.grade.is_empty()) {
            _ if a.grade == b.grade => Grade::Same,
            (true, _) => Grade::Lacking(Side::Left),
            (_, true) => Grade::Lacking(Side::Right),
            _ => Grade::Differs,
        },
        form: VOCABULARY.forms_match(a.form, b.form),
        numerals: a.numerals == b.numerals,
        business: of_a.is_empty() || of_b.is_empty() || of_a.iter().any(|i| of_b.contains(i)),
        branch: a.branch == b.branch,
        names: (a, b),
    }
}

/// Codes of the names: how near they are, and their parts.
fn of_names(pair: &Pair, placed: bool, lost_marks: bool, codes: &mut Reasons) {
    let likeness: &[&'static str] = match pair.likeness {
        Likeness::Exact => &["+NAME"],
        Likeness::Bare(_) => &["+NAME", "-NO_MARKS"],
        Likeness::Tones if lost_marks => &["+NAME", "-NO_MARKS"],
        Likeness::Slip(_) => &["+NAME", "-SLIP"],
        // Two words that lost their marks are hardly two names.
        Likeness::Tones if !placed || words_without_marks(pair) > 1 => &["+NAME", "-MARKS"],
        Likeness::Tones => &["+NAME", "-TONES"],
        Likeness::Edit => &["+NAME", "-LETTER"],
        Likeness::Akin => &["-NAME_PART"],
        Likeness::Unlike => &["-NAME"],
    };
    codes.0.extend(likeness);
    let near = pair.likeness < Likeness::Akin;
    let specific = |n: &Name| n.industry.iter().any(|i| VOCABULARY.is_specific(i));
    let (a, b) = pair.names;
    for (holds, code) in [
        (!pair.numerals, "-NUMERALS"),
        (near && pair.grade != Grade::Same, "-NO_GRADE"),
        (!pair.business, "-BUSINESS"),
        (near && pair.business && specific(a) && specific(b), "+BUSINESS"),
        (near && placed && words(a, b) == Some(true), "+WORDS"),
        (near && placed && words(a, b) == Some(false), "-OTHER_WORDS"),
        (near && placed && specific(a) != specific(b), "-BUSINESS_OF_ONE"),
        (!pair.branch, "-BRANCH"),
        (pair.form == FormMatch::Clashes, "-LEGAL_FORM"),
        (near && pair.form == FormMatch::Fits && a.form.is_some(), "+LEGAL_FORM"),
        (placed && pair.form == FormMatch::Open, "-NO_LEGAL_FORM"),
    ] {
        if holds {
            codes.0.insert(code);
        }
    }
    if near && placed && (a.alias || b.alias) {
        codes.0.insert("-OTHER_NAME");
    }
    if near && placed {
        if a.of_place || b.of_place {
            codes.0.insert("-PLACE_NAME");
            // Several are called by their commune, and tell each other apart by what they do, if at all.
            let said = a.industry == b.industry && !a.industry.is_empty();
            if !said && !specific(a) && !specific(b) {
                codes.0.insert("-WORDS_OF_ONE");
            }
        }
        match rarity(a, b) {
            Rarity::Common => drop(codes.0.insert("-COMMON_NAME")),
            Rarity::Rare => drop(codes.0.insert("+RARE_NAME")),
            Rarity::Usual => {}
        }
    }
}

/// Whether both say in general words what they do, and in the same; none where one does not.
fn words(a: &Name, b: &Name) -> Option<bool> {
    let general = |n: &Name| -> BTreeSet<&'static str> {
        n.industry.iter().copied().filter(|i| !VOCABULARY.is_specific(i)).collect()
    };
    let (x, y) = (general(a), general(b));
    let said = !x.is_empty() && !y.is_empty();
    match x == y {
        true => said.then_some(true),
        false => (said && x.is_disjoint(&y)).then_some(false),
    }
}

/// How surprising it is that two have this name. Never very, when it is a person's or its own village's.
fn rarity(a: &Name, b: &Name) -> Rarity {
    let rarity = MODEL.rarity(a).max(MODEL.rarity(b));
    let borne_by_many = [a, b].iter().any(|n| n.of_place || is_personal(n));
    if borne_by_many { rarity.min(Rarity::Usual) } else { rarity }
}

fn of_place(place: PlaceMatch, ids: IdMatch, codes: &mut Reasons) {
    let place: &[&'static str] = match place {
        PlaceMatch::Same => &["+PLACE"],
        PlaceMatch::Near => &["+PLACE", "-DISTRICT_ONLY"],
        PlaceMatch::Open => &["+PROVINCE", "-NO_PLACE"],
        PlaceMatch::Apart if ids == IdMatch::Equal => &["-PLACE"],
        PlaceMatch::Apart => &["-ELSEWHERE"],
    };
    codes.0.extend(place);
}

fn of_identifiers(ids: IdMatch, codes: &mut Reasons) {
    let ids: &[&'static str] = match ids {
        IdMatch::Equal => &["+IDENTIFIER"],
        IdMatch::Branch => &["+IDENTIFIER_ROOT", "-BRANCH_CODE"],
        IdMatch::Differs => &["-IDENTIFIER"],
        IdMatch::Open => &[],
    };
    codes.0.extend(ids);
}

/// Phones and people: what one side does not say is no evidence, nor what the name says already.
fn of_contacts(a: &Node, b: &Node, names: (&Name, &Name), codes: &mut Reasons) {
    let phones = |n: &Node| n.identifiers.iter().filter(|i| i.phone).count();
    let equal = a.identifiers.iter().any(|i| i.phone && b.identifiers.contains(i));
    if equal {
        codes.0.insert("+PHONE");
    } else if phones(a) > 0 && phones(b) > 0 {
        codes.0.insert("-PHONE");
    }
    let people = || a.people.iter().flat_map(|x| b.people.iter().map(move |y| (x, y)));
    if let Some((one, _)) = people().find(|(x, y)| x.may_be(y)) {
        if !(is_named_after(names.0, one) && is_named_after(names.1, one)) {
            codes.0.insert("+PERSON");
        }
    } else if !a.people.is_empty() && !b.people.is_empty() {
        codes.0.insert("-PERSON");
    }
}

/// What both make. Where other people answer it says little: neighbours make the same.
fn of_goods(a: &Node, b: &Node, codes: &mut Reasons) {
    let others = codes.0.contains("-PERSON") || codes.0.contains("-PHONE");
    if !others && a.goods.iter().any(|name| b.goods.binary_search(name).is_ok()) {
        codes.0.insert("+GOODS");
    }
}

/// Whether a phone or a person is shared.
fn reached(reasons: &Reasons) -> bool {
    reasons.0.contains("+PHONE") || reasons.0.contains("+PERSON")
}

/// What the sum of the evidence comes to, with what forbids merging whatever the sum.
fn decide(a: &Node, b: &Node, pair: &Pair, place: PlaceMatch, ids: IdMatch, reasons: Reasons) -> Verdict {
    let known = ids == IdMatch::Equal;
    let reached = known || reached(&reasons);
    let one_code = known && pair.likeness < Likeness::Unlike;
    if !(pair.numerals || one_code) {
        return Verdict::Apart;
    }
    if place == PlaceMatch::Apart && !known {
        return elsewhere(a, b, pair, ids, reasons);
    }
    let near = pair.likeness < Likeness::Tones || lost_beside_maker(a, pair) || reached_alike(pair, &reasons);
    let veto = !pair.numerals
        || !pair.branch
        || ids == IdMatch::Differs
        || ((a.torn || b.torn) && !known)
        || !(known || (near && pair.business))
        || (pair.form == FormMatch::Clashes && !reached);
    let weak = weaknesses(a, b, pair, place);
    let one_side = || weak.iter().all(|side| *side == weak[0]);
    // One register, the same name, the same (lack of a) place.
    let typed_again = weak == [None] && one_register(a, b) && a.places == b.places;
    let surely = weak.is_empty() || known || reached;
    match weak.first() {
        _ if veto => {}
        _ if surely && MODEL.merges(&reasons) => return Verdict::Same(reasons),
        Some(_) if near && typed_again => return Verdict::Same(reasons),
        Some(side) if near && one_side() && MODEL.merges_if_only(&reasons) => {
            return Verdict::SameIfOnly(*side, reasons);
        }
        _ => {}
    }
    if MODEL.is_doubtful(&reasons) { Verdict::Doubtful(reasons) } else { Verdict::Apart }
}

/// The same name elsewhere in the province, and a telling one: two words or more.
fn elsewhere(a: &Node, b: &Node, pair: &Pair, ids: IdMatch, reasons: Reasons) -> Verdict {
    let telling = pair.names.0.core.len() > 1;
    if ids != IdMatch::Differs && pair.is_exact() && telling && a.province == b.province {
        return match MODEL.is_doubtful(&reasons) && (reasons.0.contains("+PHONE") || ids == IdMatch::Branch) {
            true => Verdict::Doubtful(reasons),
            false => Verdict::Elsewhere(reasons),
        };
    }
    Verdict::Apart
}

/// Words that stand without their marks, where all that differs is that. Beside one maker this is a slip; two
/// neighbours may well be Tân Thanh and Tân Thành.
fn lost_beside_maker(a: &Node, pair: &Pair) -> bool {
    pair.likeness == Likeness::Tones && !a.parents.is_empty() && lost_marks(pair).is_some()
}

/// Whether names that differ in a mark or a letter are reached by one phone. Not people's: kin share phones.
fn reached_alike(pair: &Pair, reasons: &Reasons) -> bool {
    let personal = is_personal(pair.names.0) || is_personal(pair.names.1);
    pair.likeness < Likeness::Akin && reasons.0.contains("+PHONE") && !personal
}

/// The side on which words lost their marks.
fn lost_marks(pair: &Pair) -> Option<Side> {
    let (a, b) = (&pair.names.0.core, &pair.names.1.core);
    let odd = || a.iter().zip(b).filter(|(x, y)| x.tone != y.tone);
    if a.len() != b.len() || odd().any(|(x, y)| x.flat != y.flat) {
        return None;
    }
    poorer(odd().all(|(x, y)| !x.marked && y.marked), odd().all(|(x, y)| x.marked && !y.marked))
}

/// Words that lost their marks, where all that differs is that.
fn words_without_marks(pair: &Pair) -> usize {
    let (a, b) = pair.names;
    let odd = a.core.iter().zip(&b.core).filter(|(x, y)| x.tone != y.tone).count();
    if lost_marks(pair).is_some() { odd } else { 0 }
}

/// What each side lacks, by side: one poor side is the same if it fits no other; two sides poor in different
/// ways are doubtful.
fn weaknesses(a: &Node, b: &Node, pair: &Pair, place: PlaceMatch) -> Vec<Option<Side>> {
    let mut lacks: Vec<Option<Side>> = Vec::new();
    match pair.likeness {
        Likeness::Bare(side) | Likeness::Slip(side) => lacks.push(Some(side)),
        Likeness::Tones => lacks.push(lost_marks(pair)),
        _ => {}
    }
    if let Grade::Lacking(side) = pair.grade {
        lacks.push(Some(side));
    }
    if pair.form == FormMatch::Open && !a.places.is_empty() | !b.places.is_empty() {
        lacks.push(poorer(pair.names.0.form.is_none(), pair.names.1.form.is_none()));
    }
    match place {
        PlaceMatch::Near => lacks.push(poorer(!a.exact_place, !b.exact_place)),
        PlaceMatch::Open => lacks.push(poorer(a.places.is_empty(), b.places.is_empty())),
        _ => {}
    }
    lacks
}

fn one_register(a: &Node, b: &Node) -> bool {
    a.anchor.1 == b.anchor.1 && a.distinct.is_empty() && b.distinct.is_empty()
}

fn poorer(left: bool, right: bool) -> Option<Side> {
    match (left, right) {
        (true, false) => Some(Side::Left),
        (false, true) => Some(Side::Right),
        _ => None,
    }
}
