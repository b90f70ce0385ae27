//! What of a connection is written.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Key, Listing, OutField, Source};

/// What of a connection is written.
#[derive(Debug)]
pub(in crate::graph) struct PageOut {
    /// Its fields.
    pub fields: Vec<(Key, PageField)>,
    /// Size of the page.
    pub size: Source,
    /// From the end.
    pub backward: bool,
    /// Whether the page continues behind a cursor.
    pub continued: bool,
    /// What its cursors are good for.
    pub list: Listing,
    /// Columns of the cursor's terms (as text), then of the id; empty when no cursor is asked for.
    pub cursor: Vec<usize>,
}

/// A field of a connection.
#[derive(Debug)]
pub(in crate::graph) enum PageField {
    /// `__typename`.
    Typename(String),
    /// `edges`.
    Edges(Vec<(Key, EdgeField)>),
    /// `nodes`.
    Nodes(Vec<OutField>),
    /// `pageInfo`.
    Info(Vec<(Key, InfoField)>),
    /// `totalCount`: which of the further statements counts.
    TotalCount(usize),
    /// `count`.
    Count(CountOut),
    /// `aggregate`: which of the further statements measures, and the object.
    Aggregate(usize, Vec<OutField>),
    /// `groups`: as above, a list.
    Groups(usize, Vec<OutField>),
}

/// A count of stated truth.
#[derive(Debug)]
pub(in crate::graph) struct CountOut {
    /// The further statement that counts.
    pub count: usize,
    /// Where counting stopped.
    pub most: Option<i64>,
    /// The further statement that estimates, for what lies beyond.
    pub estimate: Option<usize>,
    /// What is written.
    pub fields: Vec<(Key, CountField)>,
}

/// A field of a count.
#[derive(Debug)]
pub(in crate::graph) enum CountField {
    /// `__typename`.
    Typename(String),
    /// `value`.
    Value,
    /// `exact`.
    Exact,
}

/// A field of an edge.
#[derive(Debug)]
pub(in crate::graph) enum EdgeField {
    /// `__typename`.
    Typename(String),
    /// `node`.
    Node(Vec<OutField>),
    /// `cursor`.
    Cursor,
}

/// A field of `PageInfo`.
#[derive(Debug)]
pub(in crate::graph) enum InfoField {
    /// `__typename`.
    Typename(String),
    /// `hasNextPage`.
    HasNext,
    /// `hasPreviousPage`.
    HasPrevious,
    /// `startCursor`.
    Start,
    /// `endCursor`.
    End,
}

/// An order over a whole table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Sort {
    /// The table.
    pub table: String,
    /// The column it goes by first; none where that is none of the table's.
    pub column: Option<String>,
    /// Its collation; empty: the column's own.
    pub collation: String,
    /// Whether null is possible.
    pub nullable: bool,
    /// Descending.
    pub descending: bool,
    /// Nulls come first.
    pub nulls_first: bool,
}

/// The page and its count in one statement, which costs less than two where few rows are counted: conditions are
/// looked at once. Where there are many, an order with an index gives the page without looking at all of them.
#[derive(Debug)]
pub(in crate::graph) struct Counting {
    /// The page's statement, whose rows end with the count; its parameters are the page's.
    pub sql: Arc<str>,
    /// Which further statement it stands for.
    pub extra: usize,
    /// Whether there were few when it was last asked.
    pub few: AtomicBool,
}
