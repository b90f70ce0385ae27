//! What is to be read, as data ([`Select`]), and its SQL (pure). One select is one statement: the entity,
//! its to-one links joined in, for one row, for many keys, or a page for each of many parents.

mod param;
mod sql;

pub(super) use param::arguments;
pub use param::{Param, ParamType};

/// One statement to come.
#[derive(Debug, Clone)]
pub struct Select {
    /// Table of the entity; its alias is `t0`.
    pub table: String,
    /// To-one links joined in; the n-th has the alias `t{n+1}`.
    pub joins: Vec<Join>,
    /// What each row holds, in this order.
    pub columns: Vec<Expression>,
    /// Conditions on the entity's own columns, all of which must hold.
    pub filters: Vec<Filter>,
    /// How rows are found and how many.
    pub scope: Scope,
    /// Types of the parameters, `$1` first.
    pub params: Vec<ParamType>,
}

/// A to-one link, joined.
#[derive(Debug, Clone)]
pub struct Join {
    /// Table of the target.
    pub table: String,
    /// Alias number of the table that holds the link's column.
    pub from: usize,
    /// The link's column there.
    pub column: String,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expression {
    /// Alias number.
    pub table: usize,
    /// Column, or function of the row's id.
    pub source: ExpressionSource,
    /// Read as text whatever its type (decimals, JSON, keys of cursors).
    pub as_text: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExpressionSource {
    /// A column.
    Column(String),
    /// An SQL function of the row's id.
    Function(String),
    /// Nothing: null (what the caller may not see).
    Null,
}

impl Expression {
    /// A column as it is.
    pub fn column(table: usize, name: impl Into<String>) -> Self {
        Self { table, source: ExpressionSource::Column(name.into()), as_text: false }
    }
}

/// A condition.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is compared; its table is `t0`.
    pub left: ExpressionSource,
    /// How.
    pub comparison: Comparison,
}

/// Comparisons; parameters are counted from 0.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// Equal to the parameter.
    Equal(usize),
    /// Equal to an element of the array parameter.
    In(usize),
    /// Null or not.
    IsNull(bool),
    /// Equal to one of these words of the catalog.
    Words(Vec<String>),
}

/// How rows are found.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Rows whose id is in the array parameter.
    Ids(usize),
    /// A page of all rows.
    All(Page),
    /// A page for each parent: `column` equals an element of the array parameter; each row begins with
    /// the number of its parent in that array, from 1.
    Parents {
        /// Column that points to the parent.
        column: String,
        /// The array parameter.
        keys: usize,
        /// The page.
        page: Page,
    },
    /// How many rows there are in all.
    Count,
    /// How many rows each parent has; rows are (number of the parent, count).
    CountParents {
        /// Column that points to the parent.
        column: String,
        /// The array parameter.
        keys: usize,
    },
}

/// An order and a window in it.
#[derive(Debug, Clone)]
pub struct Page {
    /// Terms before the id, which breaks ties.
    pub order: Vec<OrderTerm>,
    /// From the end towards the beginning.
    pub backward: bool,
    /// Rows at most; none: all.
    pub limit: Option<usize>,
    /// The row to continue behind.
    pub cursor: Option<Cursor>,
}

/// A term of an order.
#[derive(Debug, Clone)]
pub struct OrderTerm {
    /// Column of `t0`.
    pub column: String,
    /// Its type in PostgreSQL, for the cursor's value.
    pub cast: &'static str,
    /// Whether null is possible; nulls come last.
    pub nullable: bool,
    /// Descending.
    pub descending: bool,
}

/// Parameters of the row to continue behind: a text a term, and the id.
#[derive(Debug, Clone)]
pub struct Cursor {
    /// Text parameters in the order of the terms.
    pub terms: Vec<usize>,
    /// The id.
    pub id: usize,
}
