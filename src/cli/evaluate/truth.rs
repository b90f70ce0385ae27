//! Labels → what is true of which rows, and which entity type they are about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fault;
use super::labels::Labels;
use super::load::{Loaded, Row, TRUTH};
use super::refs::{Counting, Ref, resolve};
use super::words::is_truth;
use crate::catalog::{Catalog, Entity};
use crate::error::Fault;
use crate::ingest::fold::flat;
use crate::matching::{Roles, in_order};

/// What is known to be true.
#[derive(Debug, Default)]
pub(super) struct Truth {
    /// Rows of which something is known, in their order.
    pub(super) rows: Vec<usize>,
    /// Thing of each of them; where only pairs are known, what follows from those that are one.
    pub(super) thing: Vec<usize>,
    /// Pairs (positions in `rows`) that are one or not, when not all pairs are known.
    pub(super) pairs: Option<Vec<(usize, usize, bool)>>,
    /// Labels that say nothing sure, or whose row cannot be told.
    pub(super) skipped: usize,
    /// Labels that say once more what others said.
    pub(super) repeated: usize,
    /// Pairs said to differ though others together say that they are one.
    pub(super) contradicted: usize,
}

impl Truth {
    fn of_things(mut of: Vec<(usize, String)>) -> Self {
        of.sort();
        of.dedup();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let (mut rows, mut thing) = (Vec::new(), Vec::new());
        for (row, name) in of {
            let next = numbers.len();
            rows.push(row);
            thing.push(*numbers.entry(name).or_insert(next));
        }
        Self { rows, thing, ..Self::default() }
    }
}

/// By a column of the registers.
pub(super) fn of_column(loaded: &Loaded, heading: Option<&str>) -> Result<Truth, Fault> {
    let is_it = |row: &Row, name: &str| match heading {
        _ if name.contains(TRUTH) => true,
        Some(wanted) => flat(name) == flat(wanted),
        None => is_truth(name) && loaded.files[row.file].spare.contains(name),
    };
    let of = loaded.rows.iter().enumerate().filter_map(|(at, row)| {
        let cell = row.cells.iter().find(|(name, _)| is_it(row, name))?;
        Some((at, cell.1.clone()))
    });
    let of: Vec<(usize, String)> = of.collect();
    let files: BTreeSet<usize> = of.iter().map(|(at, _)| loaded.rows[*at].file).collect();
    let without: Vec<&str> = (0..loaded.files.len())
        .filter(|f| !files.contains(f))
        .map(|f| loaded.files[f].name.as_str())
        .collect();
    if of.is_empty() || (heading.is_some() && !without.is_empty()) {
        return Err(no_truth(loaded, heading, &without));
    }
    Ok(Truth::of_things(of))
}

fn no_truth(loaded: &Loaded, heading: Option<&str>, without: &[&str]) -> Fault {
    let spare: BTreeSet<&str> =
        loaded.files.iter().flat_map(|f| f.spare.iter().map(String::as_str)).collect();
    let spare = spare.into_iter().filter(|h| !h.is_empty()).take(20).collect::<Vec<_>>().join(", ");
    let heading = heading.unwrap_or("entity_id");
    let files = without.join(", ");
    fault(
        "TRUTH_COLUMN_MISSING",
        format!(
            "No column \"{heading}\" with the truth in {files}. Headings that the registers do not read: {spare}. \
             Name one with --truth, or give labels with --labels."
        ),
        format!(
            "Không có cột \"{heading}\" ghi sự thật trong {files}. Các tiêu đề chưa dùng: {spare}. Hãy chỉ định bằng \
             --truth, hoặc đưa tệp nhãn bằng --labels."
        ),
    )
}

/// By a label file.
pub(super) fn of_labels(loaded: &Loaded, labels: Labels, counting: Option<Counting>) -> Result<Truth, Fault> {
    match labels {
        Labels::Clusters(list) => {
            let (refs, things): (Vec<Ref>, Vec<String>) = list.into_iter().unzip();
            let rows = resolve(loaded, &refs, counting)?;
            let of: Vec<(usize, String)> = rows.into_iter().zip(things).collect();
            let mut said: HashMap<usize, (usize, &str)> = HashMap::new();
            for (at, (row, thing)) in of.iter().enumerate() {
                let (first, before) = *said.entry(*row).or_insert((at, thing));
                if before != thing {
                    return Err(contradiction([&refs[first], &refs[at]], [before, thing]));
                }
            }
            let repeated = of.len() - said.len();
            Ok(Truth { repeated, ..Truth::of_things(of) })
        }
        Labels::Pairs(list) => {
            let refs: Vec<Ref> = list.iter().flat_map(|(a, b, _)| [a.clone(), b.clone()]).collect();
            let rows = resolve(loaded, &refs, counting)?;
            let same = list.iter().map(|(_, _, same)| *same);
            let mut said: BTreeMap<(usize, usize), (usize, bool)> = BTreeMap::new();
            for (at, (pair, (_, _, same))) in rows.chunks_exact(2).zip(&list).enumerate() {
                let Some(same) = *same else { continue };
                let key = (pair[0].min(pair[1]), pair[0].max(pair[1]));
                let (first, before) = *said.entry(key).or_insert((at, same));
                if before != same || (key.0 == key.1 && !same) {
                    let words = |same| if same { "same" } else { "different" };
                    return Err(contradiction([&list[first].0, &list[at].0], [words(before), words(same)]));
                }
            }
            Ok(of_pairs(rows.chunks_exact(2).map(|p| (p[0], p[1])).zip(same).collect()))
        }
    }
}

fn contradiction(refs: [&Ref; 2], said: [&str; 2]) -> Fault {
    let ([a, b], [x, y]) = (refs.map(|r| r.line), said);
    fault(
        "LABELS_CONTRADICT",
        format!(
            "Labels, line {b}: the same as in line {a} is labelled \"{y}\" here and \"{x}\" there; keep one."
        ),
        format!(
            "Nhãn, dòng {b}: trùng với dòng {a} nhưng ghi \"{y}\", còn dòng kia ghi \"{x}\"; hãy giữ một nhãn."
        ),
    )
}

/// When no pair is said to be different, all pairs that do not follow from those that are one are.
fn of_pairs(list: Vec<((usize, usize), Option<bool>)>) -> Truth {
    let rows: BTreeSet<usize> = list.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
    let rows: Vec<usize> = rows.into_iter().collect();
    let position: BTreeMap<usize, usize> = rows.iter().enumerate().map(|(at, row)| (*row, at)).collect();
    let mut thing: Vec<usize> = (0..rows.len()).collect();
    let mut pairs = Vec::new();
    for ((a, b), same) in &list {
        let (a, b) = (position[a], position[b]);
        pairs.extend(same.filter(|_| a != b).map(|same| (a.min(b), a.max(b), same)));
        if *same == Some(true) {
            let (keep, drop) = (thing[a].min(thing[b]), thing[a].max(thing[b]));
            thing.iter_mut().filter(|t| **t == drop).for_each(|t| *t = keep);
        }
    }
    let said = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    let repeated = said - pairs.len();
    let contradicted = pairs.iter().filter(|(a, b, same)| !same && thing[*a] == thing[*b]).count();
    let skipped = list.iter().filter(|(_, same)| same.is_none()).count();
    let pairs = Some(pairs).filter(|pairs| pairs.iter().any(|(_, _, same)| !same));
    Truth { rows, thing, pairs, skipped, repeated, contradicted }
}

/// The entity type that most labelled rows speak of, parents before what belongs to them.
pub(super) fn entity<'c>(
    catalog: &'c Catalog,
    loaded: &Loaded,
    truth: &Truth,
    wanted: Option<&str>,
) -> Result<&'c Entity, Fault> {
    let types: Vec<&Entity> = in_order(catalog).into_iter().filter(|e| Roles::of(e).compares()).collect();
    let names = || types.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        return types.iter().find(|e| e.name.eq_ignore_ascii_case(wanted)).copied().ok_or_else(|| {
            fault(
                "ENTITY_UNKNOWN",
                format!("No entity type \"{wanted}\" is matched by evidence; expected one of {}.", names()),
                format!("Không có loại thực thể \"{wanted}\" được so khớp; cần một trong: {}.", names()),
            )
        });
    }
    let rows_of = |entity: &Entity| {
        let speaks = |row: &&usize| {
            loaded.rows[**row].records.iter().any(|r| *loaded.records[*r].entity == entity.name)
        };
        truth.rows.iter().filter(speaks).count()
    };
    let counted =
        types.iter().enumerate().map(|(at, entity)| (rows_of(entity), std::cmp::Reverse(at), *entity));
    let best = counted.max_by_key(|(rows, at, _)| (*rows, *at)).filter(|(rows, _, _)| *rows > 0);
    best.map(|(_, _, entity)| entity).ok_or_else(|| {
        fault(
            "LABELS_EMPTY",
            "None of the labelled rows made a record that is matched by evidence.",
            "Không dòng nào có nhãn tạo ra bản ghi được so khớp.",
        )
    })
}
