//! The place of a maker that stands beside it in the next row alone: a list of goods that leaves the place out where
//! the maker is the one of the row above or below. The sheet's own cells stay as they came.

use super::{Analysis, Mapping, RowKind};
use crate::ingest::cell::Cell;
use crate::ingest::fold;
use crate::ingest::register::Register;

/// Where a mention has its name and its place.
struct Mention {
    name: usize,
    places: Vec<usize>,
}

/// Puts the place of the row above, else of the row below, into a row that names the same maker and no place.
pub fn place_beside(cells: &mut [Vec<Cell>], analysis: &Analysis, register: &Register) {
    let mentions: Vec<Vec<Mention>> = analysis.mappings.iter().map(|m| mentions(m, register)).collect();
    let rows: Vec<(usize, usize)> = (0..)
        .zip(&analysis.rows)
        .filter_map(|(at, kind)| match kind {
            RowKind::Data(table) => Some((at, *table)),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (nth, (at, table)) in rows.iter().enumerate() {
        let above = nth.checked_sub(1).and_then(|above| rows.get(above));
        let beside = || [above, rows.get(nth + 1)].into_iter().flatten().filter(|(_, of)| of == table);
        for mention in &mentions[*table] {
            if mention.places.iter().any(|place| !is_blank(&cells[*at], *place)) {
                continue;
            }
            let same = |other: &&(usize, usize)| is_same(&cells[*at], &cells[other.0], mention);
            found.extend(beside().find(same).map(|(other, _)| (*at, *other, &mention.places)));
        }
    }
    let taken: Vec<(usize, usize, Cell)> = found
        .into_iter()
        .flat_map(|(at, other, places)| places.iter().map(move |place| (at, other, *place)))
        .filter_map(|(at, other, place)| Some((at, place, cells[other].get(place)?.clone())))
        .collect();
    for (at, place, cell) in taken {
        let row = &mut cells[at];
        if row.len() <= place {
            row.resize(place + 1, Cell::Empty);
        }
        row[place] = cell;
    }
}

/// Those whose place nothing else in the row has: who is named by name and place, in a register that has many rows
/// for each.
fn mentions(mapping: &Mapping, register: &Register) -> Vec<Mention> {
    let at = |column: &String| mapping.columns.get(column).map(|(at, _)| *at);
    let layout = &register.model.layout[mapping.layout];
    let targets = || layout.targets.iter().filter_map(|name| register.model.target.get(name));
    let placed = targets().filter(|target| target.place.is_some()).count();
    let only = targets().filter(|target| placed == 1 && !target.distinct);
    let mention = |rule: &crate::ingest::register::PlaceRule| {
        let columns = [&rule.commune, &rule.district, &rule.address, &rule.province];
        let places: Vec<usize> = columns.into_iter().filter_map(at).collect();
        Some(Mention { name: at(&rule.name)?, places }).filter(|m| !m.places.is_empty())
    };
    only.filter_map(|target| mention(target.place.as_ref()?)).collect()
}

fn is_blank(row: &[Cell], at: usize) -> bool {
    row.get(at).is_none_or(Cell::is_blank)
}

/// Whether another row names the same, and a place.
fn is_same(row: &[Cell], other: &[Cell], mention: &Mention) -> bool {
    let name = |row: &[Cell]| row.get(mention.name).map(|cell| fold::tone(&cell.text())).unwrap_or_default();
    let placed = mention.places.iter().any(|place| !is_blank(other, *place));
    placed && !name(row).is_empty() && name(row) == name(other)
}
