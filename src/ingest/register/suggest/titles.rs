//! What the rows above the headings call the list: of registers that fit about as well, the one whose title they say.

use std::collections::{BTreeMap, BTreeSet};

use super::find::Table;
use crate::ingest::fold::flat;
use crate::ingest::register::{Register, Registers};

/// Points for the register whose title is said best: as much as two columns.
const MOST: f64 = 200.0;
/// Share of a title's words, rare ones counting more, below which none is said.
const ENOUGH: f64 = 0.2;

/// Points of each register, by code.
pub fn points(tables: &[Table<'_>], registers: &Registers) -> BTreeMap<String, i64> {
    let above = tables.iter().flat_map(|table| &table.sheet.rows[..table.lines.map_or(0, |(top, _)| top)]);
    let said: BTreeSet<String> =
        above.flat_map(|row| &row.cells).flat_map(|cell| words(&cell.text())).collect();
    let mut registers_with: BTreeMap<String, usize> = BTreeMap::new();
    for register in registers.all() {
        words(&register.model.title.vi).into_iter().for_each(|w| *registers_with.entry(w).or_default() += 1);
    }
    let share = |register: &Register| {
        let own = words(&register.model.title.vi);
        let weight = |w: &String| 1.0 / registers_with.get(w).copied().unwrap_or(1) as f64;
        let of = |some: &mut dyn Iterator<Item = &String>| some.map(weight).sum::<f64>();
        of(&mut own.intersection(&said)) / of(&mut own.iter()).max(f64::EPSILON)
    };
    let shares: Vec<(&str, f64)> =
        registers.all().iter().map(|r| (r.model.code.as_str(), share(r))).collect();
    let best = shares.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    if best < ENOUGH {
        return BTreeMap::new();
    }
    shares.into_iter().map(|(code, share)| (code.to_owned(), (MOST * share / best) as i64)).collect()
}

fn words(text: &str) -> BTreeSet<String> {
    flat(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
