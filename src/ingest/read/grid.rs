//! Cells of a workbook's sheet as they come → rows, within what a file may cost. Knows no format.

use crate::ingest::cell::{Cell, Row};

/// A row costs about as much as this many cells, however few it has.
const ROW: usize = 4;

/// Why a sheet is not read to its end.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It would cost more than a file may.
    Cells,
    /// It is broken.
    Cause(String),
}

impl Trouble {
    pub(super) fn cause(error: impl std::fmt::Display) -> Self {
        Self::Cause(error.to_string())
    }
}

/// What is left of a file's allowance.
#[derive(Debug)]
pub(super) struct Budget {
    pub left: usize,
    pub columns: usize,
}

/// The rows of one sheet while they are read.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    budget: &'a mut Budget,
    rows: Vec<(u32, Vec<Cell>)>,
    in_order: bool,
}

impl<'a> Grid<'a> {
    pub(super) fn new(budget: &'a mut Budget) -> Self {
        Self { budget, rows: Vec::new(), in_order: true }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Puts a cell into its row; rows and columns from 0. What counts is what must be held: the empty cells
    /// before it, too.
    pub(super) fn put(&mut self, row: u32, column: usize, cell: Cell) -> Result<(), Trouble> {
        if cell.is_blank() {
            return Ok(());
        }
        // Numbers of rows are kept as 32 bits with a sign, and each row must have its own.
        if column >= self.budget.columns || i32::try_from(row).is_err() || row == i32::MAX as u32 {
            return Err(Trouble::Cells);
        }
        if self.rows.last().is_none_or(|(last, _)| *last != row) {
            self.in_order &= self.rows.last().is_none_or(|(last, _)| *last < row);
            self.spend(ROW)?;
            let width = self.rows.last().map_or(0, |(_, cells)| cells.len());
            self.rows.push((row, Vec::with_capacity(width.max(column + 1))));
        }
        let held = self.rows.last().map_or(0, |(_, cells)| cells.len());
        self.spend((column + 1).saturating_sub(held))?;
        if let Some((_, cells)) = self.rows.last_mut() {
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = cell;
        }
        Ok(())
    }

    fn spend(&mut self, cells: usize) -> Result<(), Trouble> {
        self.budget.left = self.budget.left.checked_sub(cells).ok_or(Trouble::Cells)?;
        Ok(())
    }

    /// The rows in order; of a cell given twice the later one.
    pub(super) fn finish(mut self) -> Vec<Row> {
        if !self.in_order {
            self.rows.sort_by_key(|(no, _)| *no);
            self.rows.dedup_by(|later, first| {
                let same = later.0 == first.0;
                if same {
                    overlay(&mut first.1, std::mem::take(&mut later.1));
                }
                same
            });
        }
        let number = |no: u32| i32::try_from(no).map_or(i32::MAX, |no| no.saturating_add(1));
        self.rows.into_iter().map(|(no, cells)| Row::new(number(no), cells)).collect()
    }
}

fn overlay(under: &mut Vec<Cell>, over: Vec<Cell>) {
    if under.len() < over.len() {
        under.resize(over.len(), Cell::Empty);
    }
    for (at, cell) in over.into_iter().enumerate().filter(|(_, c)| !c.is_blank()) {
        under[at] = cell;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_out_of_order_are_put_in_order() {
        let mut budget = Budget { left: 100, columns: 10 };
        let mut grid = Grid::new(&mut budget);
        for (row, column, text) in [(4, 1, "e"), (2, 0, "a"), (2, 2, "c"), (4, 0, "d"), (2, 0, "b")] {
            assert!(grid.put(row, column, Cell::Text(text.into())).is_ok());
        }
        let rows: Vec<(i32, Vec<String>)> =
            grid.finish().iter().map(|r| (r.no, r.cells.iter().map(Cell::text).collect())).collect();
        let texts = |all: &[&str]| all.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert_eq!(rows, [(3, texts(&["b", "", "c"])), (5, texts(&["d", "e"]))]);
    }

    #[test]
    fn what_is_held_is_paid_for() {
        let mut budget = Budget { left: 12, columns: 8 };
        let mut grid = Grid::new(&mut budget);
        assert!(grid.put(0, 7, Cell::Bool(true)).is_ok());
        assert!(matches!(grid.put(0, 8, Cell::Bool(true)), Err(Trouble::Cells)));
        assert!(grid.put(u32::MAX, 0, Cell::Empty).is_ok());
        assert!(matches!(grid.put(1, 0, Cell::Bool(true)), Err(Trouble::Cells)));
    }
}
