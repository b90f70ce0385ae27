//! An order and a window in it.

use std::fmt::Write;

use super::{Alias, Expression, Inner, Join};

/// An order and a window in it.
#[derive(Debug, Clone)]
pub struct Page {
    /// Terms before the id, which breaks ties.
    pub order: Vec<OrderTerm>,
    /// What terms need that are no columns of the entity: found before the page is cut.
    pub carries: Vec<Carry>,
    /// From the end towards the beginning.
    pub backward: bool,
    /// Rows at most; none: all.
    pub limit: Option<usize>,
    /// The row to continue behind.
    pub cursor: Option<Cursor>,
    /// Each row ends with how many there are in all, in one pass over them. Only without a cursor.
    pub counted: bool,
}

/// The column that holds how many rows there are in all.
pub(super) const COUNTED: &str = "o_count";

/// Something that the order goes by and that stands in another table.
#[derive(Debug, Clone)]
pub enum Carry {
    /// A to-one link, or the period of a value; its alias.
    Link(Join, Alias),
    /// A number of rows; the alias of the one row that holds it, in `n`.
    Number(Inner, Alias),
}

/// A term of an order.
#[derive(Debug, Clone)]
pub struct OrderTerm {
    /// What it goes by.
    pub by: Term,
    /// Its type in PostgreSQL, for the cursor's value.
    pub cast: &'static str,
    /// Sorted by this collation.
    pub collation: Option<&'static str>,
    /// Whether null is possible.
    pub nullable: bool,
    /// Nulls come first.
    pub nulls_first: bool,
    /// Descending.
    pub descending: bool,
}

/// What a term of an order goes by.
#[derive(Debug, Clone)]
pub enum Term {
    /// A column of the entity.
    Own(String),
    /// Anything else: known within the page under this name.
    Carried(Carried),
}

/// A value that the rows of a page carry for their order.
#[derive(Debug, Clone)]
pub struct Carried {
    /// How it is computed.
    pub value: Expression,
    /// Name of the column that holds it.
    pub name: String,
}

/// Parameters of the row to continue behind: a text a term, and the id.
#[derive(Debug, Clone)]
pub struct Cursor {
    /// Text parameters in the order of the terms.
    pub terms: Vec<usize>,
    /// The id.
    pub id: usize,
}

impl Page {
    /// Whether rows must be cut to the page before anything is joined to them.
    pub(super) fn is_nested(&self) -> bool {
        self.counted
            || self.order.iter().any(|term| term.collation.is_some() || matches!(term.by, Term::Carried(_)))
    }

    /// What stands behind the entity's table, and what it brings: `(joins, columns)`.
    pub(super) fn carried(&self) -> (String, String) {
        let (mut joins, mut columns) = (String::new(), String::new());
        for carry in &self.carries {
            let _ = match carry {
                Carry::Link(join, alias) => write!(joins, "{}", join.sql(*alias)),
                Carry::Number(inner, alias) => {
                    write!(joins, " cross join lateral (select count(*) as n {}) {alias}", inner.sql())
                }
            };
        }
        for term in &self.order {
            if let Term::Carried(carried) = &term.by {
                let _ = write!(columns, ", {} as {}", carried.value.sql(), carried.name);
            }
        }
        if self.counted {
            let _ = write!(columns, ", count(*) over () as {COUNTED}");
        }
        (joins, columns)
    }

    /// `order by …`, within the page or outside of it.
    pub(super) fn order_by(&self, sql: &mut String, first: &str, within: bool) {
        let _ = write!(sql, " order by {first}");
        for term in &self.order {
            let descending = term.descending != self.backward;
            let _ = write!(sql, "{}{}", term.sql(within), if descending { " desc" } else { "" });
            // Ascending puts nulls last by itself, descending first.
            let nulls_first = term.nulls_first != self.backward;
            if term.nullable && nulls_first != descending {
                sql.push_str(if nulls_first { " nulls first" } else { " nulls last" });
            }
            sql.push_str(", ");
        }
        sql.push_str(if self.backward { "t0.id desc" } else { "t0.id" });
    }

    pub(super) fn limit(&self, sql: &mut String) {
        if let Some(param) = self.limit {
            let _ = write!(sql, " limit ${}", param + 1);
        }
    }

    /// Only rows behind the cursor: for each term, equal so far and this one further on.
    pub(super) fn seek(&self, sql: &mut String, opening: &str) {
        let Some(cursor) = &self.cursor else { return };
        sql.push_str(opening);
        sql.push('(');
        let mut equal = String::new();
        for (term, param) in self.order.iter().zip(&cursor.terms) {
            let _ = write!(sql, "{equal}{} or ", term.beyond(*param, self.backward));
            let same = if term.nullable { "is not distinct from" } else { "=" };
            let _ = write!(equal, "{} {same} ${}::{} and ", term.bare(true), param + 1, term.cast);
        }
        let sign = if self.backward { '<' } else { '>' };
        let _ = write!(sql, "{equal}t0.id {sign} ${})", cursor.id + 1);
    }
}

impl OrderTerm {
    fn bare(&self, within: bool) -> String {
        match &self.by {
            Term::Own(column) => format!("t0.{column}"),
            Term::Carried(carried) if within => carried.value.sql(),
            Term::Carried(carried) => format!("t0.{}", carried.name),
        }
    }

    fn sql(&self, within: bool) -> String {
        let bare = self.bare(within);
        self.collation.map_or(bare.clone(), |collation| format!("{bare} collate {collation}"))
    }

    /// Whether the row's value lies behind the cursor's.
    fn beyond(&self, param: usize, backward: bool) -> String {
        let (value, bare, cast, n) = (self.sql(true), self.bare(true), self.cast, param + 1);
        let sign = if self.descending != backward { '<' } else { '>' };
        let further = format!("{value} {sign} ${n}::{cast}");
        match (self.nullable, self.nulls_first != backward) {
            (false, _) => further,
            (true, false) => format!("({further} or (${n} is not null and {bare} is null))"),
            (true, true) => format!("({further} or (${n} is null and {bare} is not null))"),
        }
    }
}
