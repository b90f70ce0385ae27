//! Rows right under headings: units and years that belong to them, and data that do not.

use std::collections::BTreeSet;

use crate::ingest::cell::{Cell, Sheet};
use crate::ingest::clean::units;
use crate::ingest::fold::flat;

/// Whether a row says the units of the headings above it, and nothing else.
pub(super) fn is_units(row: &[Cell]) -> bool {
    let mut measures = false;
    let is_one = |cell: &Cell| {
        let Cell::Text(text) = cell else { return false };
        let text = text.trim();
        let bracketed = text.starts_with(['(', '[']) && text.chars().count() <= 24;
        let number = text.bytes().any(|b| b.is_ascii_digit());
        measures |= units::is_measure(text) || bracketed && units::is_one(text.trim_matches(['(', ')']));
        units::is_one(text) || bracketed && !number && text.chars().any(char::is_alphabetic)
    };
    row.iter().filter(|c| !c.is_blank()).all(is_one) && measures
}

/// Whether a row has years alone, several, under the headings of a row above ("Doanh thu" over 2022, 2023, 2024).
pub(super) fn is_years(row: &[Cell]) -> bool {
    let filled = || row.iter().filter(|c| !c.is_blank());
    let years: BTreeSet<i32> = filled().filter_map(year).collect();
    years.len() >= 2 && filled().all(|cell| year(cell).is_some())
}

/// "2022", "Năm 2022".
pub(super) fn year(cell: &Cell) -> Option<i32> {
    let found = match cell {
        Cell::Text(text) => {
            let folded = flat(text);
            let digits = folded.strip_prefix("nam ").unwrap_or(&folded);
            if digits.len() == 4 { digits.parse().ok()? } else { return None }
        }
        Cell::Number(n) if n.fract() == 0.0 && n.abs() < 1e5 => *n as i32,
        _ => return None,
    };
    (2000..2100).contains(&found).then_some(found)
}

/// Whether a row under headings holds data: a number where the table begins, a day, an amount, or numbers in most
/// of the columns. Years, months and numbers of columns may be headings.
pub(super) fn is_data(sheet: &Sheet, top: usize, at: usize) -> bool {
    let first = |row: usize| sheet.rows[row].cells.iter().position(|c| !c.is_blank());
    let row = &sheet.rows[at].cells;
    let numbers: Vec<f64> = row.iter().filter(|c| year(c).is_none()).filter_map(number).collect();
    if row.iter().any(|c| matches!(c, Cell::Date(_)))
        || numbers.iter().any(|n| n.fract() != 0.0 || *n > 2100.0)
    {
        return true;
    }
    let begins = first(at).filter(|own| first(top).is_none_or(|top| *own <= top));
    let in_turn = numbers.windows(2).all(|w| w[1] == w[0] + 1.0);
    let numbered = begins.is_some_and(|at| number(&row[at]).is_some_and(|n| n < 2000.0));
    let filled = |row: usize| sheet.rows[row].cells.iter().filter(|c| !c.is_blank()).count();
    let more = row.iter().any(|c| !c.is_blank() && number(c).is_none());
    numbered && more || numbers.len() >= 2 && !in_turn && filled(at) * 3 >= filled(top) * 2
}

/// The number that a cell is, as a whole.
fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(n) => Some(*n),
        Cell::Text(text) => {
            let text = text.trim();
            let digits =
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
            digits.then(|| text.replace(',', ".").parse().unwrap_or(f64::MAX))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::cell::{Form, Row};

    fn row(cells: &[&str]) -> Vec<Cell> {
        cells.iter().map(|c| c.parse().map_or_else(|_| Cell::Text((*c).to_owned()), Cell::Number)).collect()
    }

    #[test]
    fn units_and_years_stand_alone_in_a_row() {
        for (cells, units, years) in [
            (&["", "", "(tr.đ)", "(người)"][..], true, false),
            (&["", "Triệu đồng", "Người"], true, false),
            (&["", "ha", "(ghi rõ)"], true, false),
            (&["", "(người)", "(1)"], false, false),
            (&["1", "HTX", "ha"], false, false),
            (&["(ghi chú)", "(nếu có)"], false, false),
            (&["", "2022", "2023"], false, true),
            (&["", "Năm 2022", "Năm 2023"], false, true),
            (&["1", "2022", "2023"], false, false),
            (&["", "2022"], false, false),
        ] {
            assert_eq!((is_units(&row(cells)), is_years(&row(cells))), (units, years), "{cells:?}");
        }
    }

    #[test]
    fn data_under_headings_are_none() {
        let top = ["STT", "Đơn vị", "Doanh thu", "", "", "Lao động"];
        for (cells, data) in [
            (&["1", "HTX Một", "256.6", "8105", "3139.4", "49"][..], true),
            (&["1", "HTX Một", "2022", "2023", "2024", "49"], true),
            (&["", "HTX Một", "5", "7", "3", "49"], true),
            (&["", "HTX Một", "8,105", "", "", ""], true),
            (&["", "", "2022", "2023", "2024", ""], false),
            (&["", "", "1", "2", "3", ""], false),
            (&["1", "2", "3", "4", "5", "6"], false),
            (&["", "", "Quý 1", "Quý 2", "Cả năm", ""], false),
        ] {
            let rows = vec![Row::new(1, row(&top)), Row::new(2, row(cells))];
            assert_eq!(is_data(&Sheet::plain("", Form::Grid, rows), 0, 1), data, "{cells:?}");
        }
    }
}
