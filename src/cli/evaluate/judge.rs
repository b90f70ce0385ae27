//! Clusters and truth → the figures. Words and layout of the answer are told elsewhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::load::Loaded;
use super::tell::{Kind, Report, Shown};
use super::truth::Truth;
use crate::catalog::Entity;
use crate::matching::measure::{Answered, Item, Pair, Pairs, b_cubed, pairs_of, share, sort};
use crate::matching::{
    Clusters, Explainer, History, Judgements, Matter, Roles, kinds_of_evidence, may_be_personal,
    model_version,
};
use crate::store::record::SourceRecord;

/// Compares what matching made of the labelled rows with what is true.
pub(super) fn judge(
    entity: &Entity,
    loaded: &Loaded,
    truth: &Truth,
    clusters: &Clusters,
    show: usize,
) -> Report {
    let of_type: Vec<SourceRecord> =
        loaded.records.iter().filter(|r| *r.entity == entity.name).cloned().collect();
    let position: HashMap<Uuid, usize> = of_type.iter().enumerate().map(|(at, r)| (r.id, at)).collect();
    let record_of = |row: &usize| {
        let records = loaded.rows[*row].records.iter();
        records.copied().find(|r| *loaded.records[*r].entity == entity.name)
    };
    let record: Vec<Option<usize>> = truth.rows.iter().map(record_of).collect();
    let found = |r: &Option<usize>| r.and_then(|r| clusters.entity_of.get(&loaded.records[r].id).copied());
    let items: Vec<Item> =
        truth.thing.iter().zip(&record).map(|(truth, r)| Item { truth: *truth, found: found(r) }).collect();
    let why_listed: BTreeMap<(Uuid, Uuid), &str> = clusters
        .doubtful
        .iter()
        .filter(|d| d.entity == entity.name)
        .map(|d| ((d.left.min(d.right), d.left.max(d.right)), d.reasons.as_str()))
        .collect();
    let listed: BTreeSet<(Uuid, Uuid)> = why_listed.keys().copied().collect();
    let answered = Answered::of(&items, &listed);
    let pairs = match &truth.pairs {
        None => pairs_of(&items, &answered),
        Some(known) => {
            let mut pairs = Pairs::default();
            known.iter().for_each(|(a, b, same)| sort(&items, &answered, (*a, *b), *same, &mut pairs));
            pairs
        }
    };
    let (history, judgements) = (History::new(), Judgements::default());
    let matter = Matter { records: &of_type, history: &history, judgements: &judgements };
    let explainer = Explainer::new(entity, &matter, clusters);
    let found = items.iter().map(|item| item.found).collect();
    let judge = Judge { entity, loaded, truth, record, position, explainer, found, why_listed };
    let mut report = judge.report(&items, &pairs, show);
    let vain = in_vain(&items, &listed);
    report.review_in_vain = vain.len();
    report.shown.extend(judge.shown("VAIN", &vain, show));
    report.waits(&items, &listed);
    report
}

/// Pairs listed for people though nothing in them is one: one pair of records of each.
fn in_vain(items: &[Item], listed: &BTreeSet<(Uuid, Uuid)>) -> BTreeSet<Pair> {
    let mut of: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        of.entry(item.found.unwrap_or_default()).or_default().push(at);
    }
    let vain = listed.iter().filter_map(|(a, b)| {
        let (a, b) = (of.get(a)?, of.get(b)?);
        let one = a.iter().any(|x| b.iter().any(|y| items[*x].truth == items[*y].truth));
        let (x, y) = (a.first()?, b.first()?);
        (!one).then_some((*x.min(y), *x.max(y)))
    });
    vain.collect()
}

struct Judge<'a> {
    entity: &'a Entity,
    loaded: &'a Loaded,
    truth: &'a Truth,
    record: Vec<Option<usize>>,
    /// Of each record of the type, by id, among those that are explained.
    position: HashMap<Uuid, usize>,
    explainer: Explainer<'a>,
    /// What each item became.
    found: Vec<Option<Uuid>>,
    /// Reasons of the pairs listed, by their entities.
    why_listed: BTreeMap<(Uuid, Uuid), &'a str>,
}

impl Judge<'_> {
    fn report(&self, items: &[Item], pairs: &Pairs, show: usize) -> Report {
        let file = |at: usize| self.loaded.rows[self.truth.rows[at]].file;
        let across = pairs.only(|(a, b)| file(*a) != file(*b));
        let one: Vec<&Pair> = pairs.right.iter().chain(&pairs.review).chain(&pairs.missed).collect();
        let compared = one.iter().filter(|p| self.why(p).is_some_and(|w| w.1)).count();
        let mut shown = self.shown("WRONG", &pairs.wrong, show);
        shown.extend(self.shown("MISSED", &pairs.missed, show));
        shown.extend(self.shown("REVIEW", &pairs.review, show));
        let (by_evidence, by_code) = self.kinds(pairs);
        let things: BTreeSet<usize> = items.iter().map(|i| i.truth).collect();
        let founds: BTreeSet<Uuid> = items.iter().filter_map(|i| i.found).collect();
        Report {
            model_version: model_version(),
            entity: self.entity.name.clone(),
            files: self.loaded.files.iter().map(|f| (f.name.clone(), f.register.clone())).collect(),
            rows: self.loaded.rows.len(),
            records: items.len(),
            set_aside: items.iter().filter(|i| i.found.is_none()).count(),
            skipped_labels: self.truth.skipped,
            repeated_labels: self.truth.repeated,
            contradicted_labels: self.truth.contradicted,
            merged_without_label: self.merged_without_label(items),
            true_entities: things.len(),
            found_entities: founds.len(),
            all: pairs.figures(),
            across_files: across.figures(),
            b_cubed: self.truth.pairs.is_none().then(|| b_cubed(items)),
            pair_completeness: share(compared, one.len()),
            by_evidence,
            by_code,
            shown,
            ..Report::default()
        }
    }

    /// Merged pairs of labelled rows of which the labels do not say whether they are one.
    fn merged_without_label(&self, items: &[Item]) -> Option<usize> {
        let known = self.truth.pairs.as_ref()?;
        let merged = |a: usize, b: usize| items[a].found.is_some() && items[a].found == items[b].found;
        let mut sizes: BTreeMap<Uuid, usize> = BTreeMap::new();
        items.iter().filter_map(|i| i.found).for_each(|id| *sizes.entry(id).or_default() += 1);
        let all: usize = sizes.values().map(|n| n * (n - 1) / 2).sum();
        Some(all.saturating_sub(known.iter().filter(|(a, b, _)| merged(*a, *b)).count()))
    }

    /// Reasons of a pair, and whether it was compared at all.
    fn why(&self, pair: &Pair) -> Option<(String, bool)> {
        let at = |at: usize| self.position.get(&self.loaded.records[self.record[at]?].id).copied();
        let why = self.explainer.pair(at(pair.0)?, at(pair.1)?)?;
        let reasons = match (why.one_key, why.compared, why.reasons) {
            (true, ..) => "ONE_KEY".to_owned(),
            (_, _, reasons) if !reasons.is_empty() => reasons,
            (_, true, _) => "APART".to_owned(),
            (_, false, _) => "NOT_COMPARED".to_owned(),
        };
        Some((reasons, why.compared))
    }

    fn reasons(&self, pair: &Pair) -> String {
        self.why(pair).map_or_else(|| "SET_ASIDE".to_owned(), |(reasons, _)| reasons)
    }

    /// Pairs counted by the kinds of evidence that speak for them, and by each code of their reasons. Merged
    /// ones whose own evidence is none were merged through others.
    fn kinds(&self, pairs: &Pairs) -> (Vec<Kind>, Vec<Kind>) {
        let (mut kinds, mut codes) = (BTreeMap::new(), BTreeMap::new());
        let sets: [(&BTreeSet<Pair>, bool, Add); 4] = [
            (&pairs.right, true, |k| k.right += 1),
            (&pairs.wrong, true, |k| k.wrong += 1),
            (&pairs.review, false, |k| k.review += 1),
            (&pairs.missed, false, |k| k.missed += 1),
        ];
        for (set, merged, add) in sets {
            for pair in set {
                let reasons = self.reasons(pair);
                let of = codes_of(&reasons);
                let mut kind = kinds_of_evidence(&of).join(" + ");
                if kind.is_empty() {
                    let through_others = merged && matches!(reasons.as_str(), "APART" | "NOT_COMPARED");
                    kind = if through_others { "BY_OTHERS".to_owned() } else { of.join(" ") };
                }
                count(&mut kinds, &kind, add);
                of.iter().filter(|c| c.starts_with(['+', '-'])).for_each(|code| count(&mut codes, code, add));
            }
        }
        (told(kinds), told(codes))
    }

    fn shown(&self, what: &'static str, pairs: &BTreeSet<Pair>, most: usize) -> Vec<Shown> {
        let one = |pair: &Pair| Shown {
            what,
            left: self.place(pair.0),
            right: self.place(pair.1),
            names: self.name(pair.0).zip(self.name(pair.1)).map(|(a, b)| [a, b]),
            reasons: self.listed_reasons(pair).unwrap_or_else(|| self.reasons(pair)),
        };
        pairs.iter().take(most).map(one).collect()
    }

    /// Why the two entities that a pair became are listed, where they are.
    fn listed_reasons(&self, pair: &Pair) -> Option<String> {
        let (a, b) = (self.found[pair.0]?, self.found[pair.1]?);
        self.why_listed.get(&(a.min(b), a.max(b))).map(|reasons| (*reasons).to_owned())
    }

    fn place(&self, at: usize) -> String {
        let row = &self.loaded.rows[self.truth.rows[at]];
        let file = self.loaded.files[row.file].name.rsplit('/').next().unwrap_or_default();
        let sheet = if row.sheet.is_empty() { String::new() } else { format!("{}:", row.sheet) };
        format!("{file}:{sheet}{}", row.no)
    }

    /// The name, unless it may be a person's.
    fn name(&self, at: usize) -> Option<String> {
        let record = &self.loaded.records[self.record[at]?];
        let field = Roles::of(self.entity).names.first().copied()?;
        let name = record.fields.get(field)?.as_str()?;
        (!may_be_personal(name)).then(|| name.to_owned())
    }
}

/// Counts a pair of a kind.
type Add = fn(&mut Kind);

fn count(kinds: &mut BTreeMap<String, Kind>, evidence: &str, add: Add) {
    let new = || Kind { evidence: evidence.to_owned(), ..Kind::default() };
    add(kinds.entry(evidence.to_owned()).or_insert_with(new));
}

/// With their precision, the most frequent first.
fn told(kinds: BTreeMap<String, Kind>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = kinds.into_values().collect();
    for kind in &mut kinds {
        let merged = kind.right + kind.wrong;
        kind.precision = (merged > 0).then(|| share(kind.right, merged));
    }
    kinds.sort_by_key(|k| std::cmp::Reverse(k.right + k.wrong + k.review + k.missed));
    kinds
}

/// The codes of reasons without their weights.
fn codes_of(reasons: &str) -> Vec<&str> {
    let words = reasons.split(' ').filter(|w| !w.contains('='));
    words.map(|w| w.split(':').next().unwrap_or_default()).collect()
}
