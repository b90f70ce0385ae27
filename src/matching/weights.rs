//! What evidence is worth, by `schema/reference/matching/weights.toml`: codes → bits → probability. Which codes
//! a pair has is found elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::name::Name;
use super::token::Token;
use super::verdict::Reasons;

const WEIGHTS: &str = include_str!("../../schema/reference/matching/weights.toml");
const WORDS: &str = include_str!("../../schema/reference/matching/name_words.csv");

/// The weights that ship with the hub.
pub static MODEL: LazyLock<Model> = LazyLock::new(|| toml::from_str(WEIGHTS).unwrap_or_default());

/// Bits of surprise of words of names, by their key with tone.
static SURPRISE: LazyLock<HashMap<String, f64>> = LazyLock::new(|| {
    let rows = WORDS.lines().skip(1).filter_map(|line| line.split_once(','));
    let bits = |per: &str| per.parse::<f64>().ok().map(|per| (10_000.0 / per).log2());
    rows.filter_map(|(word, per)| Some((Token::new(word).tone, bits(per)?))).collect()
});

/// A frozen set of weights.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Raised with every change.
    pub version: u32,
    /// Bits that two records of one block begin with.
    prior: f64,
    /// Probability from which pairs are merged.
    merge: f64,
    /// The same of pairs of which no more agrees than the name of their place, where nothing else bears it.
    merge_alone: f64,
    /// Probability from which pairs are listed.
    review: f64,
    /// The same where codes speak for them.
    review_code: f64,
    /// Bits of fitting no other; of a common name, which others bear unseen.
    only_one: f64,
    only_one_common: f64,
    /// Bits by which a record must fit one thing better than another that excludes it.
    rival: f64,
    surprise: Surprise,
    identifier: Bits,
    name: Bits,
    place: Bits,
    contact: Bits,
    goods: Bits,
    group: Bits,
}

type Bits = BTreeMap<String, f64>;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Surprise {
    common: f64,
    rare: f64,
    unknown: f64,
}

/// How surprising it is that two names agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rarity {
    /// Many have it.
    Common,
    /// Neither.
    Usual,
    /// Hardly two by chance.
    Rare,
}

impl Model {
    /// The kinds of evidence, each independent of the others.
    fn kinds(&self) -> [&Bits; 5] {
        [&self.identifier, &self.name, &self.place, &self.contact, &self.goods]
    }

    /// Bits of a code; of one that the model does not have none.
    pub fn bits(&self, code: &str) -> f64 {
        self.kinds().into_iter().chain([&self.group]).find_map(|kind| kind.get(code)).copied().unwrap_or(0.0)
    }

    /// The sum of all evidence.
    pub fn sum(&self, reasons: &Reasons) -> f64 {
        self.prior + reasons.0.iter().map(|code| self.bits(code)).sum::<f64>()
    }

    /// Whether so much evidence is enough to merge.
    pub fn merges(&self, reasons: &Reasons) -> bool {
        self.several_kinds(reasons) && probability(self.sum(reasons)) >= self.merge
    }

    /// Whether it is enough if the pair fits no other.
    pub fn merges_if_only(&self, reasons: &Reasons) -> bool {
        let common = reasons.0.contains("-COMMON_NAME");
        let only_one = if common { self.only_one_common } else { self.only_one };
        self.several_kinds(reasons) && probability(self.sum(reasons) + only_one) >= self.merge
    }

    /// Whether so many bits are too near to those of another to be sure of it.
    pub fn is_rival(&self, bits: f64, own: f64) -> bool {
        bits + self.rival > own
    }

    /// Evidence of the pair itself, without what groups say.
    pub fn own(&self, reasons: &Reasons) -> f64 {
        let of_group = reasons.0.iter().filter_map(|code| self.group.get(*code));
        self.sum(reasons) - of_group.sum::<f64>()
    }

    /// Whether more speaks for the one than for the other; of equals the first by their codes.
    pub fn is_stronger(&self, one: &Reasons, other: &Reasons) -> bool {
        self.sum(one).total_cmp(&self.sum(other)).then_with(|| other.cmp(one)).is_gt()
    }

    /// Whether people should look.
    pub fn is_doubtful(&self, reasons: &Reasons) -> bool {
        let by_code =
            reasons.0.iter().any(|code| code.starts_with('+') && self.identifier.contains_key(*code));
        probability(self.sum(reasons)) >= if by_code { self.review_code } else { self.review }
    }

    /// Whether two kinds of evidence speak for it. A rare name of its own counts twice.
    fn several_kinds(&self, reasons: &Reasons) -> bool {
        let speaks =
            |kind: &&Bits| reasons.0.iter().any(|code| code.starts_with('+') && kind.contains_key(*code));
        let kinds = self.kinds().iter().filter(|kind| speaks(kind)).count();
        kinds + usize::from(reasons.0.contains("+RARE_NAME")) >= 2
    }

    /// Whether it is the name of a place and no more, and enough to merge where nothing else bears it.
    pub fn merges_if_alone(&self, reasons: &Reasons) -> bool {
        let against = [
            "-BUSINESS_OF_ONE",
            "-PERSON",
            "-PHONE",
            "-NO_PLACE",
            "-DISTRICT_ONLY",
            "-NO_LEGAL_FORM",
            "-TWO_IN_ONE",
        ];
        self.is_place_alone(reasons)
            && self.merges_if_only(reasons)
            && probability(self.sum(reasons)) >= self.merge_alone
            && !against.iter().any(|code| reasons.0.contains(code))
    }

    /// Whether all that speaks for it is the name of a place, at that place: one kind of evidence said twice.
    pub fn is_place_alone(&self, reasons: &Reasons) -> bool {
        let more = ["+BUSINESS", "+WORDS", "+RARE_NAME"];
        let speaks = |code: &&&'static str| {
            let kinds = [&self.identifier, &self.contact, &self.goods];
            more.contains(*code) || kinds.iter().any(|kind| kind.contains_key(**code))
        };
        reasons.0.contains("-PLACE_NAME")
            && !reasons.0.iter().filter(|code| code.starts_with('+')).any(|code| speaks(&code))
    }

    /// The codes with their bits and the probability that comes of them: `+NAME:8.0 +PLACE:4.0 p=0.992`.
    pub fn waterfall(&self, codes: &BTreeSet<&'static str>) -> String {
        let weighed = codes.iter().map(|code| format!("{code}:{:.1} ", self.bits(code)));
        let reasons = Reasons(codes.clone());
        format!("{}p={:.3}", weighed.collect::<String>(), probability(self.sum(&reasons)))
    }

    /// The kinds of evidence that speak for it, in their order.
    pub fn kinds_for(&self, codes: &[&str]) -> Vec<&'static str> {
        let names = ["IDENTIFIER", "NAME", "PLACE", "CONTACT", "GOODS"];
        let speaks = |kind: &Bits| codes.iter().any(|code| code.starts_with('+') && kind.contains_key(*code));
        self.kinds().iter().zip(names).filter(|(kind, _)| speaks(kind)).map(|(_, name)| name).collect()
    }

    /// How surprising the agreement of two names with this core is.
    pub fn rarity(&self, name: &Name) -> Rarity {
        let of = |t: &Token| SURPRISE.get(&t.tone).copied().unwrap_or(self.surprise.unknown);
        let bits: f64 = name.core.iter().map(of).sum();
        match bits {
            bits if bits < self.surprise.common => Rarity::Common,
            bits if bits > self.surprise.rare => Rarity::Rare,
            _ => Rarity::Usual,
        }
    }
}

/// Odds in bits → probability.
fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_well_formed() {
        let model: Model = toml::from_str(WEIGHTS).expect("weights");
        assert!(model.version > 0 && model.bits("+NAME") > 0.0);
        for kind in model.kinds().into_iter().chain([&model.group]) {
            assert!(kind.keys().all(|code| code.starts_with(['+', '-'])));
        }
        assert!(SURPRISE.len() > 500);
    }

    #[test]
    fn bits_add_up_to_a_probability() {
        assert!(
            (probability(0.0) - 0.5).abs() < 1e-9 && probability(6.63) >= 0.99 && probability(6.62) < 0.99
        );
        let reasons = Reasons::of(&["+NAME", "+PLACE", "+LEGAL_FORM"]);
        assert!(MODEL.merges(&reasons) && !MODEL.merges(&Reasons::of(&["+NAME"])));
        assert!(MODEL.waterfall(&reasons.0).ends_with("p=0.996"), "{}", MODEL.waterfall(&reasons.0));
    }

    #[test]
    fn tells_common_names_from_rare_ones() {
        let rarity = |text: &str| {
            MODEL.rarity(&crate::matching::name::parse(text, crate::matching::name::Style::Placed)[0])
        };
        assert_eq!(rarity("HTX Tân Thành"), Rarity::Common);
        assert_eq!(rarity("HTX Quyết Tiến"), Rarity::Usual);
        assert_eq!(rarity("HTX Nguyên Diệu Quỳnh"), Rarity::Rare);
    }
}
