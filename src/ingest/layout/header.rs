//! Finds the headings of a table: one to three rows whose words name the columns of a form.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Mapping, under};
use crate::ingest::cell::{Cell, Form, Merge, Sheet};
use crate::ingest::register::{Assigned, Heading, Layout, Register};

/// Rows in which headings are looked for.
pub(super) const DEPTH: usize = 80;

/// The best reading of some rows as headings.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// First row, by position.
    pub start: usize,
    /// How many rows.
    pub span: usize,
    /// What the rows name.
    pub mapping: Mapping,
    /// Required columns that are missing in the form that fits best.
    pub missing: Vec<String>,
    /// Columns named.
    pub found: usize,
    /// Headings as they stand in the file.
    pub seen: Vec<String>,
}

impl Candidate {
    /// Itself when nothing required is missing.
    pub fn complete(self) -> Option<Self> {
        (self.missing.is_empty() && self.found > 0).then_some(self)
    }
}

/// The rows that read best as headings, complete or not.
pub fn best_candidate(sheet: &Sheet, cells: &[Vec<Cell>], register: &Register) -> Candidate {
    let empty =
        Mapping { layout: 0, columns: BTreeMap::new(), headings: Vec::new(), unsure: BTreeMap::new() };
    let mut best = Candidate {
        start: 0,
        span: 1,
        mapping: empty,
        missing: vec!["?".into()],
        found: 0,
        seen: Vec::new(),
    };
    // A form complete beats one that is not, then the number of columns named; fewer rows break ties.
    let rank = |c: &Candidate| (c.found > 0 && c.missing.is_empty(), c.found, Reverse(c.missing.len()));
    // Most rows name no column at all; only those around one that does are worth the trouble.
    let names = |c: &&Cell| matches!(c, Cell::Text(t) if t.len() <= 120) && register.names_column(&c.text());
    let known: Vec<usize> =
        cells.iter().take(DEPTH + 3).map(|row| row.iter().filter(names).count()).collect();
    for start in 0..cells.len().min(DEPTH) {
        // Better headings than complete ones stand right below, if anywhere (a title can look like one).
        if best.found > 0 && best.missing.is_empty() && start > best.start + 3 {
            break;
        }
        if !known[start..cells.len().min(start + 3)].iter().any(|known| *known >= 2) {
            continue;
        }
        let spans = match sheet.form {
            Form::Grid => 3,
            Form::Delimited => 1 + below(cells, start),
            Form::Items => 1,
        };
        for span in 1..=spans {
            let end = start + span;
            let apart = || sheet.rows[start..end].windows(2).any(|w| w[1].no != w[0].no + 1);
            // A title is one text, in one cell or all over a merge; headings above headings are several.
            let thin = || span > 1 && sheet.rows[start..end].iter().any(|r| texts(&r.cells) < 2);
            if end > cells.len() || apart() || thin() || span > 1 && under::is_data(sheet, start, end - 1) {
                break;
            }
            let candidate = candidate(sheet, cells, register, start, span);
            // Of what is not complete only rows that are surely headings are shown to people: below them stand data.
            let fit = span == 1 || candidate.missing.is_empty() || are_joined(sheet, start, end);
            // "UBND TỈNH … | CỘNG HÒA …" right above headings adds nothing to them.
            let title_shed = rank(&candidate) == rank(&best)
                && candidate.span < best.span
                && known[best.start] == 0
                && texts(&sheet.rows[best.start].cells) <= 3;
            if fit && (rank(&candidate) > rank(&best) || title_shed) {
                best = candidate;
            }
        }
    }
    with_below(sheet, cells, register, best)
}

/// The headings with the row of units or of years right below, which names no column of its own.
fn with_below(sheet: &Sheet, cells: &[Vec<Cell>], register: &Register, found: Candidate) -> Candidate {
    let next = found.start + found.span;
    let right_below = found.found > 0
        && sheet.form != Form::Items
        && next < cells.len()
        && sheet.rows[next].no == sheet.rows[next - 1].no + 1;
    if !right_below || !belongs(&sheet.rows[next].cells) {
        return found;
    }
    candidate(sheet, cells, register, found.start, found.span + 1)
}

/// Whether a row under headings is a part of them though it names no column.
pub(crate) fn belongs(row: &[Cell]) -> bool {
    under::is_units(row) || under::is_years(row)
}

/// Whether cells of the first row reach down to the last.
fn are_joined(sheet: &Sheet, start: usize, end: usize) -> bool {
    let no = |row: usize| usize::try_from(sheet.rows[row].no - 1).unwrap_or(0);
    sheet.merges.iter().any(|m| m.top == no(start) && m.bottom == no(end - 1) && m.bottom > m.top)
}

/// Rows under a row of a text file that may be headings too: of some of its columns only, and no numbers.
fn below(cells: &[Vec<Cell>], start: usize) -> usize {
    let partly = |row: &&Vec<Cell>| {
        let filled = row.iter().filter(|c| !c.is_blank()).count();
        let number = |c: &Cell| under::year(c).is_none() && c.text().chars().any(|c| c.is_ascii_digit());
        filled >= 2 && filled < cells[start].len() && !row.iter().any(number)
    };
    cells.iter().skip(start + 1).take(2).take_while(partly).count()
}

/// How many different texts a row has.
fn texts(row: &[Cell]) -> usize {
    let texts: BTreeSet<String> = row.iter().filter(|c| !c.is_blank()).map(Cell::text).collect();
    texts.len()
}

/// Whether more than half of a row's cells are headings as they stand. Asked of every row of data, so it gives up
/// as soon as they cannot be.
fn may_be_headings(row: &[Cell], register: &Register) -> bool {
    let filled = row.iter().filter(|c| !c.is_blank()).count();
    let mut others = 0;
    for cell in row.iter().filter(|c| !c.is_blank()) {
        let known = matches!(cell, Cell::Text(t) if t.len() <= 200 && register.names_column(t));
        others += usize::from(!known);
        if others * 2 >= filled {
            return false;
        }
    }
    filled >= 3
}

/// A row deep in a sheet that is the headings of another table.
pub(super) fn another(row: &[Cell], register: &Register) -> Option<Mapping> {
    if !may_be_headings(row, register) {
        return None;
    }
    let headings: Vec<Heading> = row.iter().map(|c| Heading { readings: vec![c.text()] }).collect();
    let assigned = register.assign(&headings);
    let exact = assigned.iter().filter(|a| a.exact).count();
    let filled = row.iter().filter(|c| !c.is_blank()).count();
    let assigned: Vec<Assigned> = assigned.into_iter().filter(|a| a.exact).collect();
    let unsure = unsure(&assigned);
    let (layout, missing, columns) = fit(register, &headings, &[], assigned.into_iter());
    let headings = row.iter().map(Cell::text).collect();
    (missing.is_empty() && exact * 2 > filled).then_some(Mapping { layout, columns, headings, unsure })
}

fn candidate(
    sheet: &Sheet,
    cells: &[Vec<Cell>],
    register: &Register,
    start: usize,
    span: usize,
) -> Candidate {
    let headings = headings(sheet, &cells[start..start + span], start);
    let assigned = register.assign(&headings);
    let found = assigned.len();
    let unsure = unsure(&assigned);
    let (layout, missing, columns) = fit(register, &headings, &sheet.path, assigned.into_iter());
    let texts: Vec<String> =
        headings.into_iter().map(|h| h.readings.into_iter().next().unwrap_or_default()).collect();
    let seen = texts.iter().filter(|t| !t.trim().is_empty()).cloned().collect();
    let mapping = Mapping { layout, columns, headings: texts, unsure };
    Candidate { start, span, mapping, missing, found, seen }
}

fn unsure(assigned: &[Assigned]) -> BTreeMap<String, String> {
    assigned.iter().filter_map(|a| Some((a.column.clone(), a.unsure.clone()?))).collect()
}

type Columns = BTreeMap<String, (usize, Option<String>)>;

/// The form with the fewest columns missing; of several complete ones the one that asks for most.
fn fit(
    register: &Register,
    headings: &[Heading],
    path: &[String],
    assigned: impl Iterator<Item = Assigned>,
) -> (usize, Vec<String>, Columns) {
    let columns: Columns =
        assigned.map(|a| (a.column, (a.at, a.unit.and_then(|u| register.words().unit(&u))))).collect();
    let made = match columns.is_empty() {
        true => BTreeSet::new(),
        false => register.makes(&columns.keys().map(String::as_str).collect(), headings),
    };
    let missing = |layout: &Layout| -> Vec<String> {
        let has =
            |r: &&String| !r.split('|').map(str::trim).any(|c| columns.contains_key(c) || made.contains(c));
        layout.required.iter().filter(has).cloned().collect()
    };
    let best = register
        .model
        .layout
        .iter()
        .enumerate()
        .filter(|(_, layout)| register.reads(layout, path))
        .map(|(i, layout)| (i, missing(layout), layout.required.len()))
        .min_by_key(|(i, missing, required)| (missing.len(), Reverse(*required), *i));
    match best {
        Some((i, missing, _)) => (i, missing, columns),
        None => (0, vec!["?".into()], columns),
    }
}

/// Readings of each column: all rows joined, then from the bottom up.
pub(crate) fn headings(sheet: &Sheet, rows: &[Vec<Cell>], start: usize) -> Vec<Heading> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let texts: Vec<Vec<String>> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| spread(sheet, row, start + i, width, i + 1 < rows.len()))
        .collect();
    let units: Vec<bool> =
        (0..rows.len()).map(|i| i > 0 && under::is_units(&sheet.rows[start + i].cells)).collect();
    (0..width)
        .map(|at| {
            let mut parts: Vec<String> = Vec::new();
            for (row, units) in texts.iter().zip(&units) {
                let text = row[at].trim();
                match parts.last_mut() {
                    _ if text.is_empty() => {}
                    Some(last) if last == text => {}
                    // A unit is a part of the heading above it.
                    Some(last) if *units => last.push_str(&format!(" ({})", text.trim_matches(['(', ')']))),
                    _ => parts.push(text.to_owned()),
                }
            }
            let mut readings = vec![parts.join(" ")];
            readings.extend(parts.into_iter().rev());
            readings.dedup();
            Heading { readings }
        })
        .collect()
}

/// A row of headings with a merged heading in all its columns. Above other headings, one without merge
/// information reaches to the next.
fn spread(sheet: &Sheet, row: &[Cell], at: usize, width: usize, above: bool) -> Vec<String> {
    let mut out: Vec<String> = (0..width).map(|c| row.get(c).map(Cell::text).unwrap_or_default()).collect();
    let no = sheet.rows[at].no as usize - usize::from(sheet.rows[at].no > 0);
    for Merge { left, right, .. } in sheet.merges.iter().filter(|m| m.top <= no && no <= m.bottom) {
        let value = out.get(*left).cloned().unwrap_or_default();
        for cell in out.iter_mut().take(right + 1).skip(left + 1).filter(|c| c.trim().is_empty()) {
            cell.clone_from(&value);
        }
    }
    if above && sheet.merges.is_empty() {
        for c in 1..width {
            if out[c].trim().is_empty() {
                out[c] = out[c - 1].clone();
            }
        }
    }
    out
}
