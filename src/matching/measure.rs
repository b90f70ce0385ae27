//! How well records were grouped, against what is known to be true. Counts only; knows no file and no name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use uuid::Uuid;

/// A pair of items, the lesser first.
pub type Pair = (usize, usize);

/// One record of which the truth is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The true thing.
    pub truth: usize,
    /// What it became; none when its row was set aside.
    pub found: Option<Uuid>,
}

/// Pairs of items by what became of them, after all merging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs {
    /// One and merged.
    pub right: BTreeSet<Pair>,
    /// Different and merged.
    pub wrong: BTreeSet<Pair>,
    /// One, not merged, made one by true answers to what is listed.
    pub review: BTreeSet<Pair>,
    /// One, neither merged nor made one by answers.
    pub missed: BTreeSet<Pair>,
}

/// The figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Pairs that are one.
    pub true_pairs: usize,
    /// Pairs merged.
    pub merged_pairs: usize,
    /// Pairs merged that are not one.
    pub wrong_pairs: usize,
    /// Pairs that are one and wait for a person.
    pub review_pairs: usize,
    /// Pairs that are one and were missed.
    pub missed_pairs: usize,
    /// Share of the merged pairs that are one.
    pub precision: f64,
    /// Share of the true pairs that are merged.
    pub recall: f64,
    /// Share of the true pairs that are merged or listed for people.
    pub recall_with_review: f64,
    /// Harmonic mean of precision and recall of merged pairs.
    pub f1: f64,
}

/// B-cubed: precision and recall of the groups, averaged over the items.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BCubed {
    /// How pure an item's group is.
    pub precision: f64,
    /// How much of its thing an item's group holds.
    pub recall: f64,
    /// Harmonic mean.
    pub f1: f64,
}

/// What people would make one who answer all that is listed, and answer truly.
#[derive(Debug, Clone, Default)]
pub struct Answered(HashMap<(usize, Uuid), (usize, Uuid)>);

impl Answered {
    /// Of the pairs listed: of each thing what both hold comes together.
    pub fn of(items: &[Item], listed: &BTreeSet<(Uuid, Uuid)>) -> Self {
        let mut truths: BTreeMap<Uuid, BTreeSet<usize>> = BTreeMap::new();
        for item in items {
            truths.entry(item.found.unwrap_or_default()).or_default().insert(item.truth);
        }
        let mut out = Self::default();
        for (a, b) in listed {
            let (Some(of_a), Some(of_b)) = (truths.get(a), truths.get(b)) else { continue };
            for truth in of_a.intersection(of_b) {
                let (x, y) = (out.root((*truth, *a)), out.root((*truth, *b)));
                if x != y {
                    out.0.insert(x.max(y), x.min(y));
                }
            }
        }
        out
    }

    fn root(&self, mut part: (usize, Uuid)) -> (usize, Uuid) {
        while let Some(above) = self.0.get(&part) {
            part = *above;
        }
        part
    }

    /// Whether two parts of one thing come together.
    fn joins(&self, truth: usize, a: Uuid, b: Uuid) -> bool {
        self.root((truth, a)) == self.root((truth, b))
    }
}

/// Sorts all pairs of items that are one or became one.
pub fn pairs_of(items: &[Item], answered: &Answered) -> Pairs {
    let mut out = Pairs::default();
    let known = items.iter().enumerate();
    for group in grouped(known.clone().map(|(at, item)| (item.truth, at))) {
        each_pair(&group, |pair| {
            sort(items, answered, pair, true, &mut out);
        });
    }
    for group in grouped(known.filter_map(|(at, item)| Some((item.found?, at)))) {
        each_pair(&group, |pair| {
            if items[pair.0].truth != items[pair.1].truth {
                sort(items, answered, pair, false, &mut out);
            }
        });
    }
    out
}

/// Sorts one pair of which the truth is known.
pub fn sort(items: &[Item], answered: &Answered, pair: Pair, same: bool, out: &mut Pairs) {
    let found = (items[pair.0].found, items[pair.1].found);
    let merged = found.0.is_some() && found.0 == found.1;
    let waits = || match found {
        (Some(a), Some(b)) => answered.joins(items[pair.0].truth, a, b),
        _ => false,
    };
    let set = match (same, merged) {
        (true, true) => &mut out.right,
        (false, true) => &mut out.wrong,
        (true, false) if waits() => &mut out.review,
        (true, false) => &mut out.missed,
        (false, false) => return,
    };
    set.insert(pair);
}

impl Pairs {
    /// The figures of these pairs.
    pub fn figures(&self) -> Figures {
        let [right, wrong, review, missed] =
            [&self.right, &self.wrong, &self.review, &self.missed].map(BTreeSet::len);
        let all = right + review + missed;
        let (precision, recall) = (share(right, right + wrong), share(right, all));
        Figures {
            true_pairs: all,
            merged_pairs: right + wrong,
            wrong_pairs: wrong,
            review_pairs: review,
            missed_pairs: missed,
            precision,
            recall,
            recall_with_review: share(right + review, all),
            f1: harmonic(precision, recall),
        }
    }

    /// Those of them that a condition holds for.
    pub fn only(&self, wanted: impl Fn(&Pair) -> bool) -> Self {
        let part = |set: &BTreeSet<Pair>| set.iter().filter(|p| wanted(p)).copied().collect();
        Self {
            right: part(&self.right),
            wrong: part(&self.wrong),
            review: part(&self.review),
            missed: part(&self.missed),
        }
    }
}

/// B-cubed over the items.
pub fn b_cubed(items: &[Item]) -> BCubed {
    let mut both: HashMap<(usize, Option<Uuid>), usize> = HashMap::new();
    let (mut truths, mut founds) = (HashMap::new(), HashMap::new());
    for item in items {
        *truths.entry(item.truth).or_insert(0usize) += 1;
        if item.found.is_some() {
            *founds.entry(item.found).or_insert(0usize) += 1;
            *both.entry((item.truth, item.found)).or_insert(0) += 1;
        }
    }
    let mean = |of: &dyn Fn(&Item) -> (usize, usize)| {
        let mut parts: Vec<f64> =
            items.iter().map(of).map(|(part, whole)| part as f64 / whole as f64).collect();
        // In an order of its own: the sum must not depend on that of the items.
        parts.sort_by(f64::total_cmp);
        let all: f64 = parts.into_iter().sum();
        if items.is_empty() { 1.0 } else { all / items.len() as f64 }
    };
    // One that became nothing is alone.
    let common = |item: &Item| both.get(&(item.truth, item.found)).copied().unwrap_or(1);
    let precision = mean(&|item| (common(item), founds.get(&item.found).copied().unwrap_or(1)));
    let recall = mean(&|item| (common(item), truths.get(&item.truth).copied().unwrap_or(1)));
    BCubed { precision, recall, f1: harmonic(precision, recall) }
}

/// `part` of `whole`; of nothing all.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 { 0.0 } else { 2.0 * a * b / (a + b) }
}

fn grouped<K: Hash + Eq + Ord>(items: impl Iterator<Item = (K, usize)>) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (key, at) in items {
        groups.entry(key).or_default().push(at);
    }
    groups.into_values().collect()
}

fn each_pair(group: &[usize], mut each: impl FnMut(Pair)) {
    for (i, a) in group.iter().enumerate() {
        for b in &group[i + 1..] {
            each((*a.min(b), *a.max(b)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(of: &[(usize, u128)]) -> Vec<Item> {
        let item = |(truth, found): &(usize, u128)| Item {
            truth: *truth,
            found: Some(Uuid::from_u128(*found)).filter(|id| !id.is_nil()),
        };
        of.iter().map(item).collect()
    }

    #[test]
    fn counts_pairs_after_closure() {
        // Thing 1: three rows, two merged, one listed beside them. Thing 2: merged into another, one set aside.
        let items = items(&[(1, 7), (1, 7), (1, 8), (2, 9), (3, 9), (2, 0)]);
        let listed = BTreeSet::from([(Uuid::from_u128(7), Uuid::from_u128(8))]);
        let pairs = pairs_of(&items, &Answered::of(&items, &listed));
        assert_eq!(pairs.right, BTreeSet::from([(0, 1)]));
        assert_eq!(pairs.wrong, BTreeSet::from([(3, 4)]));
        assert_eq!(pairs.review, BTreeSet::from([(0, 2), (1, 2)]));
        assert_eq!(pairs.missed, BTreeSet::from([(3, 5)]));
        let figures = pairs.figures();
        assert_eq!((figures.precision, figures.recall, figures.recall_with_review), (0.5, 0.25, 0.75));
    }

    #[test]
    fn answers_reach_what_follows_from_them() {
        let items = items(&[(1, 7), (1, 8), (2, 8), (1, 9), (2, 9)]);
        let id = Uuid::from_u128;
        let listed = BTreeSet::from([(id(7), id(8)), (id(8), id(9))]);
        let pairs = pairs_of(&items, &Answered::of(&items, &listed));
        assert_eq!(pairs.review, BTreeSet::from([(0, 1), (0, 3), (1, 3), (2, 4)]));
        assert_eq!(pairs.wrong, BTreeSet::from([(1, 2), (3, 4)]));
    }

    #[test]
    fn b_cubed_is_the_mean_over_items() {
        let of = b_cubed(&items(&[(1, 7), (1, 7), (2, 7), (2, 8)]));
        let precision = (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0) / 4.0;
        assert!((of.precision - precision).abs() < 1e-9);
        assert!((of.recall - (1.0 + 1.0 + 0.5 + 0.5) / 4.0).abs() < 1e-9);
        assert_eq!(b_cubed(&items(&[(1, 7), (1, 7)])), BCubed { precision: 1.0, recall: 1.0, f1: 1.0 });
    }
}
