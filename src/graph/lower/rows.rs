//! Collects what one statement must bring: columns, joins and the statements that continue from it.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::plan::{Binding, Child, Conversion, Fetch, Source};
use crate::store::select::{Expression, Filter, Join, ParamType, Scope, Select};

/// One statement in the making.
pub(super) struct Rows {
    table: String,
    columns: Vec<Expression>,
    known: HashMap<Expression, usize>,
    joins: Vec<Join>,
    pub filters: Vec<Filter>,
    bindings: Vec<Binding>,
    types: Vec<ParamType>,
    children: Vec<Child>,
    /// Rows begin with the number of their parent.
    by_parent: bool,
}

impl Rows {
    /// Rows of `table`; `$1` is the array of keys unless it is a page of all.
    pub fn new(table: &str, keyed: bool, by_parent: bool) -> Self {
        let mut rows = Self {
            table: table.to_owned(),
            columns: Vec::new(),
            known: HashMap::new(),
            joins: Vec::new(),
            filters: Vec::new(),
            bindings: Vec::new(),
            types: Vec::new(),
            children: Vec::new(),
            by_parent,
        };
        if keyed {
            rows.param(Source::Literal(serde_json::Value::Null), Conversion::Keys, ParamType::Uuid);
        }
        rows
    }

    /// The place of a value in the rows.
    pub fn output(&mut self, expression: Expression) -> usize {
        let first = usize::from(self.by_parent);
        let next = self.columns.len() + first;
        let at = *self.known.entry(expression.clone()).or_insert(next);
        if at == next {
            self.columns.push(expression);
        }
        at
    }

    /// The alias of a to-one link's target.
    pub fn join(&mut self, table: &str, from: usize, column: &str) -> usize {
        let known = self.joins.iter().position(|j| j.from == from && j.column == column && j.table == table);
        let n = known.unwrap_or_else(|| {
            self.joins.push(Join { table: table.to_owned(), from, column: column.to_owned() });
            self.joins.len() - 1
        });
        n + 1
    }

    /// The number of a new parameter.
    pub fn param(&mut self, source: Source, to: Conversion, ty: ParamType) -> usize {
        self.bindings.push(Binding { source, to });
        self.types.push(ty);
        self.bindings.len() - 1
    }

    /// The number of a new statement for a list within.
    pub fn child(&mut self, key_column: usize, fetch: Fetch) -> usize {
        self.children.push(Child { key_column, fetch });
        self.children.len() - 1
    }

    /// The statement.
    pub fn finish(self, scope: Scope) -> Fetch {
        let by_parent = self.by_parent;
        let (bindings, children) = (self.bindings, self.children);
        let select = Select {
            table: self.table,
            joins: self.joins,
            columns: self.columns,
            filters: self.filters,
            scope,
            params: self.types,
        };
        Fetch { sql: Arc::from(select.sql()), bindings, by_parent, children }
    }
}
