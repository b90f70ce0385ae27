//! What the rows of a statement cost, and the statement that stands for many days.

use std::sync::Arc;

use super::{MadeField, MadeOut, Sort};

/// What the rows of a statement cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Price {
    /// Objects in each row: its own and those that to-one links join.
    pub objects: i64,
    /// The table that is looked through for it; none: its own rows alone are read.
    pub whole: Option<Box<Whole>>,
}

/// A table that is looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Whole {
    /// Its name.
    pub table: String,
    /// Where that stops.
    pub most: Option<i64>,
    /// Of the parents asked for alone, to which this column points.
    pub of_parents: Option<String>,
    /// Columns that are given a value: where one of them tells rows apart, only what it tells is looked at.
    pub given: Vec<String>,
    /// It is looked through for this order alone, and not where an index gives it.
    pub order: Option<Sort>,
}

/// A statement for many days, in the place of one for each.
#[derive(Debug)]
pub(in crate::graph) struct Over {
    /// SQL text.
    pub sql: Arc<str>,
    /// The parameter that takes the days in the place of the day.
    pub day: usize,
    /// The column that holds the number of the day, from 1.
    pub number: usize,
    /// Objects in each row.
    pub objects: i64,
}

/// Fields of a result that ask a question of their own.
pub(in crate::graph) fn questions(fields: &[MadeField]) -> usize {
    let of = |field: &MadeField| match &field.out {
        MadeOut::Object(within) => questions(within),
        _ => 0,
    };
    fields.iter().map(|field| usize::from(field.weight.is_some()) + of(field)).sum()
}
