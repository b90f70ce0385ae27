//! Columns made of others, put behind those of the sheet for reading: splits, joins, defaults, and one table
//! more for each heading that holds a value. The sheet's own cells stay as they came.

use std::collections::BTreeMap;

use super::{Analysis, Mapping, RowKind};
use crate::ingest::cell::{Cell, Sheet};
use crate::ingest::fold::tidy;
use crate::ingest::register::shape::{group_names, groups};
use crate::ingest::register::{Heading, Register, without_year};

/// Puts the columns that `register` makes into every table of a sheet.
pub fn apply(
    sheet: &Sheet,
    cells: &mut [Vec<Cell>],
    analysis: &mut Analysis,
    register: &Register,
    file: &str,
) {
    let shape = &register.model.shape;
    if shape.split.is_empty() && shape.join.is_empty() && shape.default.is_empty() && shape.unpivot.is_empty()
    {
        return;
    }
    let title = tidy(&analysis.title);
    let mut width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let tables = analysis.mappings.len();
    for table in 0..tables {
        let rows: Vec<usize> =
            (0..cells.len()).filter(|i| analysis.rows[*i] == RowKind::Data(table)).collect();
        let mut work = Work {
            register,
            mapping: &mut analysis.mappings[table],
            cells,
            rows,
            width,
            sheet,
            title: &title,
            file,
        };
        work.splits();
        work.joins();
        work.defaults();
        width = work.width;
        let variants = variants(register, &mut analysis.mappings[table], cells, &mut width);
        if !variants.is_empty() {
            let first = analysis.mappings.len();
            analysis.repeats.insert(table, (first..first + variants.len()).collect());
            analysis.mappings.extend(variants);
        }
    }
}

struct Work<'a> {
    register: &'a Register,
    mapping: &'a mut Mapping,
    cells: &'a mut [Vec<Cell>],
    rows: Vec<usize>,
    width: usize,
    sheet: &'a Sheet,
    title: &'a str,
    file: &'a str,
}

impl Work<'_> {
    fn splits(&mut self) {
        let register = self.register;
        for (rule, regex) in register.model.shape.split.iter().zip(&register.shaping.splits) {
            let fixed = self.fixed(&rule.column);
            if fixed.is_none() && !self.mapping.columns.contains_key(&rule.column) {
                continue;
            }
            let parts: Vec<BTreeMap<String, String>> = (self.rows.iter())
                .map(|row| {
                    let text = fixed.clone().unwrap_or_else(|| tidy(&self.cell(*row, &rule.column).text()));
                    regex.captures(&text).map(|c| groups(regex, &c)).unwrap_or_default()
                })
                .collect();
            for name in group_names(regex) {
                // A pattern that names its own column puts the part in the place of the whole.
                let own_first = name != rule.column;
                let values = parts.iter().map(|p| p.get(name).cloned()).collect();
                self.put(name, values, own_first, &rule.column);
            }
        }
    }

    fn joins(&mut self) {
        for rule in &self.register.model.shape.join {
            if !rule.from.iter().any(|c| c.starts_with('@') || self.mapping.columns.contains_key(c)) {
                continue;
            }
            let values = (self.rows.iter())
                .map(|row| {
                    let parts = rule
                        .from
                        .iter()
                        .map(|c| self.fixed(c).unwrap_or_else(|| tidy(&self.cell(*row, c).text())));
                    let parts: Vec<String> = parts.filter(|p| self.says(p)).collect();
                    (!parts.is_empty()).then(|| parts.join(&rule.with))
                })
                .collect();
            let own_first = !rule.from.contains(&rule.column);
            let first = rule.from.first().cloned().unwrap_or_default();
            self.put(&rule.column, values, own_first, &first);
        }
    }

    fn defaults(&mut self) {
        for (column, value) in &self.register.model.shape.default {
            let values = vec![Some(value.clone()); self.rows.len()];
            self.put(column, values, true, column);
        }
    }

    /// What does not change from row to row.
    fn fixed(&self, source: &str) -> Option<String> {
        match source {
            "@sheet" => Some(tidy(&self.sheet.name)),
            "@title" => Some(self.title.to_owned()),
            "@file" => Some(tidy(self.file.rsplit('/').next().unwrap_or(self.file))),
            _ => None,
        }
    }

    fn cell(&self, row: usize, column: &str) -> Cell {
        let at = self.mapping.columns.get(column).map(|(at, _)| *at);
        at.and_then(|at| self.cells[row].get(at).cloned()).unwrap_or_default()
    }

    fn says(&self, text: &str) -> bool {
        text.chars().any(char::is_alphanumeric) && !self.register.words().is_blank(text)
    }

    /// A column with these values; where it `keeps` its own, only in cells that say nothing.
    fn put(&mut self, column: &str, values: Vec<Option<String>>, keeps: bool, from: &str) {
        let fresh: Vec<Cell> = (self.rows.iter().zip(values))
            .map(|(row, value)| {
                let own = self.cell(*row, column);
                match value {
                    Some(value) if !keeps || !self.says(&own.text()) => Cell::Text(value),
                    _ => own,
                }
            })
            .collect();
        let unit = self.mapping.columns.get(column).and_then(|(_, unit)| unit.clone());
        let heading = |name: &str| {
            let at = self.mapping.columns.get(name).map(|(at, _)| *at);
            at.and_then(|at| self.mapping.headings.get(at).cloned())
        };
        let heading = heading(column).or_else(|| heading(from)).unwrap_or_default();
        let at = self.width;
        self.width += 1;
        for (row, cell) in self.rows.iter().zip(fresh) {
            self.cells[*row].resize(at, Cell::Empty);
            self.cells[*row].push(cell);
        }
        self.mapping.headings.resize(at, String::new());
        self.mapping.headings.push(heading);
        if let Some(own) = self.mapping.columns.insert(column.to_owned(), (at, unit)) {
            // The cells as they came were read, too; of several splits the first saw them.
            self.mapping.columns.entry(format!("{column} (as it came)")).or_insert(own);
        }
    }
}

/// A column, its position and the unit of its heading.
type Under = (String, usize, Option<String>);

/// One mapping for each value that headings hold: "2023" and "Lợi nhuận 2023" make one of the year 2023.
fn variants(
    register: &Register,
    mapping: &mut Mapping,
    cells: &mut [Vec<Cell>],
    width: &mut usize,
) -> Vec<Mapping> {
    let rules = &register.model.shape.unpivot;
    let mut by_value: Vec<(BTreeMap<String, String>, Vec<Under>)> = Vec::new();
    for (at, text) in mapping.headings.clone().iter().enumerate().filter(|_| !rules.is_empty()) {
        let heading = Heading { readings: vec![text.clone()] };
        let Some((rule, values)) = register.shaping.unpivot(&heading) else { continue };
        let found = (rules[rule].value.clone(), at, crate::ingest::register::unit_of(text));
        match by_value.iter_mut().find(|(v, _)| *v == values) {
            Some((_, list)) => list.push(found),
            None => by_value.push((values, vec![found])),
        }
    }
    if by_value.is_empty() {
        return Vec::new();
    }
    let years = of_years(mapping, &by_value);
    // Of a year that no other heading has: told as not read.
    mapping
        .columns
        .retain(|column, _| years.get(column).is_none_or(|own| by_value.iter().any(|(v, _)| is_of(v, *own))));
    let base = mapping.clone();
    let mut out = Vec::new();
    for (i, (values, columns)) in by_value.into_iter().enumerate() {
        let mut variant = base.clone();
        // "LN 2024" says nothing of 2022.
        variant.columns.retain(|column, _| years.get(column).is_none_or(|own| is_of(&values, *own)));
        for (column, at, unit) in columns {
            // The base knows the column too, so that nobody says it was not read.
            mapping
                .columns
                .insert(if i == 0 { column.clone() } else { format!("{column} {i}") }, (at, unit.clone()));
            variant.columns.insert(column, (at, unit));
        }
        for (column, value) in values {
            for row in cells.iter_mut() {
                row.resize(*width, Cell::Empty);
                row.push(Cell::Text(value.clone()));
            }
            variant.headings.resize(*width, String::new());
            variant.headings.push(value);
            variant.columns.insert(column, (*width, None));
            *width += 1;
        }
        out.push(variant);
    }
    out
}

/// Columns whose own heading names one year, where headings hold years.
fn of_years(mapping: &Mapping, by_value: &[(BTreeMap<String, String>, Vec<Under>)]) -> BTreeMap<String, i32> {
    let yearly = by_value.iter().all(|(values, _)| values.values().any(|v| year(v).is_some()));
    let own = |at: usize| without_year(mapping.headings.get(at)?).map(|(_, year)| year);
    let columns = mapping.columns.iter().filter(|_| yearly);
    columns.filter_map(|(name, (at, _))| Some((name.clone(), own(*at)?))).collect()
}

fn year(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| (2000..2100).contains(year))
}

/// Whether such values are those of a year.
fn is_of(values: &BTreeMap<String, String>, own: i32) -> bool {
    values.values().any(|v| year(v) == Some(own))
}
