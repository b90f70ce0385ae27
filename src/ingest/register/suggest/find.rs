//! Where the headings of a table stand that no register knows, and the cells below them.

use super::Looks;
use super::likeness::Vocabulary;
use crate::ingest::cell::{Cell, Form, Sheet};
use crate::ingest::fold::{flat, tidy};
use crate::ingest::layout::{belongs, best_candidate, filled, headings};
use crate::ingest::place::Places;
use crate::ingest::register::Registers;

/// Rows in which headings are looked for.
const DEPTH: usize = 60;

/// A sheet's table.
pub struct Table<'a> {
    pub sheet: &'a Sheet,
    /// First and last row of headings, by position.
    pub lines: Option<(usize, usize)>,
    /// Position, readings of the heading (all rows joined first), looks.
    pub columns: Vec<(usize, Vec<String>, Looks)>,
    pub rows: usize,
}

/// Finds the table of a sheet.
pub fn table<'a>(sheet: &'a Sheet, words: &Vocabulary, places: &Places, registers: &Registers) -> Table<'a> {
    let cells = filled(sheet);
    let lines = known(sheet, &cells, registers).or_else(|| lines(sheet, &cells, words));
    let Some((top, bottom)) = lines else { return Table { sheet, lines, columns: Vec::new(), rows: 0 } };
    let texts = headings(sheet, &cells[top..=bottom], top);
    let width = texts.len().max(cells[bottom + 1..].iter().map(Vec::len).max().unwrap_or(0));
    // Sections, totals and notes have few cells; they are no values.
    let most = cells[bottom + 1..].iter().map(|r| said(r)).max().unwrap_or(0);
    let data: Vec<&Vec<Cell>> = cells[bottom + 1..].iter().filter(|r| said(r) * 3 >= most).collect();
    let empty = Cell::Empty;
    let mut columns = Vec::new();
    for at in 0..width {
        let readings: Vec<String> =
            texts.get(at).map(|h| h.readings.iter().map(|r| tidy(r)).collect()).unwrap_or_default();
        let below: Vec<&Cell> = data.iter().map(|row| row.get(at).unwrap_or(&empty)).collect();
        let looks = Looks::at(&below, places, registers, sheet.since_1904);
        if readings.iter().any(|r| !flat(r).is_empty()) || looks.filled > 0 {
            columns.push((at, readings, looks));
        }
    }
    Table { sheet, lines, columns, rows: data.len() }
}

fn said(row: &[Cell]) -> usize {
    row.iter().filter(|c| !c.is_blank()).count()
}

/// Headings that some register reads as they are.
fn known(sheet: &Sheet, cells: &[Vec<Cell>], registers: &Registers) -> Option<(usize, usize)> {
    let all = registers.all().iter().filter_map(|r| best_candidate(sheet, cells, r).complete());
    let best = all.max_by_key(|c| c.found)?;
    (best.found * 2 > best.seen.len()).then_some((best.start, best.start + best.span - 1))
}

fn lines(sheet: &Sheet, cells: &[Vec<Cell>], words: &Vocabulary) -> Option<(usize, usize)> {
    if sheet.form == Form::Items {
        return (cells.len() > 1).then_some((1, 1));
    }
    let depth = cells.len().min(DEPTH);
    let width = cells.iter().take(400).map(|r| said(r)).max().unwrap_or(0);
    let rated =
        (0..depth).filter(|i| is_like_headings(&cells[*i], width)).map(|i| (points(cells, i, words), i));
    let (_, best) = rated.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
    let (mut top, mut bottom) = (best, best);
    while top > 0 && bottom - top < 2 && is_above(sheet, cells, top - 1, bottom) {
        top -= 1;
    }
    if bottom == top && best + 1 < cells.len() && is_below(sheet, cells, best) {
        bottom += 1;
    }
    let next = sheet.rows.get(bottom + 1).filter(|row| row.no == sheet.rows[bottom].no + 1);
    bottom += usize::from(next.is_some_and(|row| belongs(&row.cells)));
    Some((top, bottom))
}

/// Several short texts and hardly a number.
fn is_like_headings(row: &[Cell], width: usize) -> bool {
    let filled: Vec<&Cell> = row.iter().filter(|c| !c.is_blank()).collect();
    let texts = filled.iter().filter(|c| is_heading(c)).count();
    let different: std::collections::BTreeSet<String> = filled.iter().map(|c| flat(&c.text())).collect();
    texts >= 2
        && texts * 3 >= width
        && texts * 10 >= filled.len() * 8
        && different.len() * 10 >= filled.len() * 6
}

fn is_heading(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => {
            let chars = text.chars().count();
            let digits = text.chars().filter(char::is_ascii_digit).count();
            chars <= 120 && text.chars().any(char::is_alphabetic) && (digits <= 4 || digits * 3 < chars)
                || year(text.trim())
        }
        Cell::Number(n) => n.fract() == 0.0 && (2000.0..2100.0).contains(n),
        _ => false,
    }
}

fn year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u32>().is_ok_and(|y| (2000..2100).contains(&y))
}

/// Known words count, and columns below which other things stand than texts.
fn points(cells: &[Vec<Cell>], at: usize, words: &Vocabulary) -> f64 {
    let below: Vec<&Vec<Cell>> = cells[at + 1..].iter().take(12).filter(|r| said(r) >= 2).collect();
    let numbers = |column: usize| {
        let filled: Vec<&Cell> =
            below.iter().filter_map(|r| r.get(column)).filter(|c| !c.is_blank()).collect();
        let other = filled.iter().filter(|c| !is_heading(c)).count();
        !filled.is_empty() && other * 2 >= filled.len()
    };
    let each = |(i, cell): (usize, &Cell)| {
        let known = if words.has(&cell.text()) { 1.0 } else { 0.0 };
        0.4 + known + if is_heading(cell) && numbers(i) { 0.7 } else { 0.0 }
    };
    let filled = cells[at].iter().enumerate().filter(|(_, c)| !c.is_blank());
    filled.map(each).sum::<f64>() + if below.is_empty() { -5.0 } else { 0.0 }
}

/// A row above that belongs to the headings: merges reach from it down into them, or (where a file has none)
/// it has texts where they have gaps.
fn is_above(sheet: &Sheet, cells: &[Vec<Cell>], above: usize, bottom: usize) -> bool {
    let no = |i: usize| usize::try_from(sheet.rows[i].no).unwrap_or(0);
    if no(above) + 1 != no(above + 1) {
        return false;
    }
    let (first, last) = (no(above).saturating_sub(1), no(bottom).saturating_sub(1));
    if sheet.merges.iter().any(|m| m.top == first && m.bottom > m.top && m.bottom <= last) {
        return true;
    }
    let texts = cells[above].iter().filter(|c| is_heading(c)).count();
    let fills = (cells[above].iter().enumerate())
        .filter(|(i, c)| is_heading(c) && cells[above + 1].get(*i).is_none_or(Cell::is_blank));
    texts >= 3 && fills.count() >= 1
}

/// A row below that belongs to them: texts alone, under gaps.
fn is_below(sheet: &Sheet, cells: &[Vec<Cell>], at: usize) -> bool {
    let next = &cells[at + 1];
    let filled: Vec<usize> =
        (0..next.len()).filter(|i| !sheet.rows[at + 1].cells.get(*i).is_none_or(Cell::is_blank)).collect();
    let gaps = filled.iter().filter(|i| sheet.rows[at].cells.get(**i).is_none_or(Cell::is_blank)).count();
    sheet.rows[at].no + 1 == sheet.rows[at + 1].no
        && filled.len() >= 2
        && gaps >= 1
        && filled.iter().all(|i| is_heading(&next[*i]))
        && filled.len() * 10 < said(&cells[at]) * 9
}
