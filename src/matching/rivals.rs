//! What else a record fits: of groups that exclude each other one at most is right, so that none is sure while
//! another fits about as well. Counts evidence of pairs; unites nothing.

use super::verdict::Verdict;
use super::weights::MODEL;

/// Evidence for each pair that is not apart, in bits; pairs of one name elsewhere left out.
#[derive(Debug, Clone, Default)]
pub struct Claims(Vec<(u32, u32, f64)>);

/// Groups that fit each other, with the bits of the nearest pair of their nodes; both ways, in order.
#[derive(Debug, Default)]
pub struct Fits(Vec<(u32, u32, f64)>);

impl Claims {
    /// Of all verdicts.
    pub fn of(verdicts: &[(u32, u32, Verdict)]) -> Self {
        let bits = |verdict: &Verdict| match verdict {
            Verdict::Same(r) | Verdict::SameIfOnly(_, r) | Verdict::Doubtful(r) => Some(MODEL.sum(r)),
            Verdict::Elsewhere(_) | Verdict::Apart => None,
        };
        Self(verdicts.iter().filter_map(|(a, b, verdict)| Some((*a, *b, bits(verdict)?))).collect())
    }

    /// By the groups that the nodes are in now.
    pub fn by_group(&self, root: impl Fn(u32) -> u32) -> Fits {
        let groups = self.0.iter().map(|(a, b, bits)| (root(*a), root(*b), *bits)).filter(|(a, b, _)| a != b);
        let mut fits: Vec<_> = groups.flat_map(|(a, b, bits)| [(a, b, bits), (b, a, bits)]).collect();
        fits.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then_with(|| y.2.total_cmp(&x.2)));
        fits.dedup_by_key(|fit| (fit.0, fit.1));
        Fits(fits)
    }
}

impl Fits {
    /// Groups beside `other` that `middle` fits about as well.
    pub fn beside(&self, middle: u32, other: u32) -> impl Iterator<Item = u32> {
        let start = self.0.partition_point(|(group, ..)| *group < middle);
        let end = self.0.partition_point(|(group, ..)| *group <= middle);
        let of = &self.0[start..end];
        let own = of.iter().find(|(_, group, _)| *group == other).map(|(.., bits)| *bits).unwrap_or_default();
        let near = move |(_, group, bits): &(u32, u32, f64)| *group != other && MODEL.is_rival(*bits, own);
        of.iter().filter(move |fit| near(fit)).map(|(_, group, _)| *group)
    }
}
