//! What the rows of a statement cost.

/// What the rows of a statement cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Price {
    /// Objects in each row: its own and those that to-one links join.
    pub objects: i64,
    /// The table that is looked through for it; none: its own rows alone are read.
    pub whole: Option<Whole>,
}

/// A table that is looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Whole {
    /// Its name.
    pub table: String,
    /// Where that stops.
    pub most: Option<i64>,
}
