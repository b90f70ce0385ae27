//! What is to be read, as data ([`Select`]), and its SQL (pure). One select is one statement: the entity,
//! its to-one links joined in, for one row, for many keys, a page for each of many parents, or what a whole
//! list comes to: counts, sums, groups.

mod condition;
mod days;
mod expression;
mod join;
mod measure;
mod page;
mod param;
mod sql;

pub use condition::{Comparison, Condition, InForce, Inner, Operator};
pub use days::OverDays;
pub use expression::{Alias, Expression, ExpressionSource, Measure, Part};
pub use join::{Day, Join};
pub use page::{Carried, Carry, Cursor, OrderTerm, Page, Term};
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
    /// What must hold.
    pub condition: Condition,
    /// How rows are found and how many.
    pub scope: Scope,
    /// Types of the parameters, `$1` first.
    pub params: Vec<ParamType>,
}

/// Whose rows: of all, or of each of many parents.
#[derive(Debug, Clone)]
pub struct Parents {
    /// Column that points to the parent.
    pub column: String,
    /// The array parameter of their ids.
    pub keys: usize,
}

/// How rows are found.
#[derive(Debug, Clone)]
pub enum Scope {
    /// Rows whose id is in the array parameter.
    Ids(usize),
    /// Rows with one of the natural keys in the array parameter; each row begins with its key.
    Keys {
        /// Column of the key.
        column: String,
        /// The array parameter: texts, which end in `@` and a day where `dated`.
        keys: usize,
        /// When a row is in force, where the key needs a day.
        on: Option<InForce>,
        /// The key holds the day; else it is today.
        dated: bool,
    },
    /// A page of all rows, or of each parent's; each row of a parent begins with the parent's number in the
    /// array of keys, from 1.
    Page(Option<Parents>, Page),
    /// How many rows there are, or each parent has; rows of parents are (number of the parent, count). With a
    /// parameter, counting stops there.
    Count(Option<Parents>, Option<usize>),
    /// What the rows come to: the columns are measures.
    Measures(Option<Parents>),
    /// What the rows come to for each combination of values.
    Groups(Option<Parents>, Groups),
    /// The planner's estimate of the rows there are.
    Estimate,
}

/// Groups of rows.
#[derive(Debug, Clone)]
pub struct Groups {
    /// Rows of one group agree in these.
    pub by: Vec<Expression>,
    /// What must hold of a group: a measure, and how it compares.
    pub having: Vec<(Expression, Comparison)>,
    /// Order of the groups.
    pub order: Vec<GroupOrder>,
    /// How many at most.
    pub limit: usize,
}

/// A term of the order of groups.
#[derive(Debug, Clone)]
pub struct GroupOrder {
    /// One of the values the groups go by, or a measure.
    pub by: Expression,
    /// Sorted by this collation.
    pub collation: Option<&'static str>,
    /// Nulls come first.
    pub nulls_first: bool,
    /// Descending.
    pub descending: bool,
}
