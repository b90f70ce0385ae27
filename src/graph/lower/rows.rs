//! Collects what one statement must bring: columns, joins, conditions and the statements that continue from it.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::{Binding, Child, Conversion, Fetch, Over, Price, Sort, Source, Whole};
use crate::store::select::{Alias, Carry, Condition, Day, Expression, Join, ParamType, Scope, Select};

/// One statement in the making.
pub(super) struct Rows {
    table: String,
    columns: Vec<Expression>,
    known: HashMap<Expression, usize>,
    joins: Vec<Join>,
    /// What must hold, all of it.
    pub conditions: Vec<Condition>,
    /// What the order needs from other tables.
    pub carries: Vec<Carry>,
    bindings: Vec<Binding>,
    types: Vec<ParamType>,
    children: Vec<Child>,
    leading: Leading,
    /// Aliases given to tables within conditions and orders.
    inner: usize,
    /// Comparisons so far.
    compared: usize,
    /// The parameters that hold days that something is as of.
    days: Vec<(Source, usize)>,
    /// The order of a page of all rows.
    pub sort: Option<Sort>,
}

/// What rows begin with, before the columns asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leading {
    /// Nothing.
    Nothing,
    /// The number of their parent.
    Parent,
    /// Their natural key.
    Key,
}

impl Rows {
    /// Rows of `table`; `$1` is the array of keys if there are any.
    pub fn new(table: &str, keys: Option<Conversion>, leading: Leading) -> Self {
        let mut rows = Self {
            table: table.to_owned(),
            columns: Vec::new(),
            known: HashMap::new(),
            joins: Vec::new(),
            conditions: Vec::new(),
            carries: Vec::new(),
            bindings: Vec::new(),
            types: Vec::new(),
            children: Vec::new(),
            leading,
            inner: 0,
            compared: 0,
            days: Vec::new(),
            sort: None,
        };
        if let Some(keys) = keys {
            rows.param(Source::Literal(serde_json::Value::Null), keys, ParamType::Uuid);
        }
        rows
    }

    /// Rows of all, or of each of many parents.
    pub fn of(table: &str, by_parent: bool) -> Self {
        match by_parent {
            true => Self::new(table, Some(Conversion::Keys), Leading::Parent),
            false => Self::new(table, None, Leading::Nothing),
        }
    }

    /// The place of a value in the rows.
    pub fn output(&mut self, expression: Expression) -> usize {
        let first = usize::from(self.leading != Leading::Nothing);
        let next = self.columns.len() + first;
        let at = *self.known.entry(expression.clone()).or_insert(next);
        if at == next {
            self.columns.push(expression);
        }
        at
    }

    /// The alias of a to-one link's target.
    pub fn join(&mut self, table: &str, from: Alias, column: &str) -> Alias {
        self.joined(link(table, from, column))
    }

    /// The alias of the period, of those in `table`, that the day lies in.
    pub fn join_period(&mut self, table: &str, from: Alias, day: Day) -> Alias {
        self.joined(period(table, from, day))
    }

    fn joined(&mut self, join: Join) -> Alias {
        let known = self.joins.iter().position(|known| *known == join);
        let n = known.unwrap_or_else(|| {
            self.joins.push(join);
            self.joins.len() - 1
        });
        Alias::Row(n + 1)
    }

    /// The alias of a to-one link's target that the order goes by.
    pub fn carry(&mut self, table: &str, from: Alias, column: &str) -> Alias {
        self.carried(link(table, from, column))
    }

    /// The alias of the period that the order goes by.
    pub fn carry_period(&mut self, table: &str, from: Alias, day: Day) -> Alias {
        self.carried(period(table, from, day))
    }

    fn carried(&mut self, wanted: Join) -> Alias {
        let known = self.carries.iter().find_map(|carry| match carry {
            Carry::Link(join, alias) if *join == wanted => Some(*alias),
            _ => None,
        });
        known.unwrap_or_else(|| {
            let alias = self.alias();
            self.carries.push(Carry::Link(wanted, alias));
            alias
        })
    }

    /// An alias for a table within a condition or an order.
    pub fn alias(&mut self) -> Alias {
        self.inner += 1;
        Alias::Inner(self.inner - 1)
    }

    /// Counts a comparison; too many are refused.
    pub fn compare(&mut self) -> Result<(), Coded> {
        self.compared += 1;
        if self.compared <= limits::CONDITIONS {
            return Ok(());
        }
        Err(Coded::fault(
            "TOO_MANY_CONDITIONS",
            format!("where takes {} comparisons at most; use in for lists of values", limits::CONDITIONS),
            format!(
                "where nhận tối đa {} phép so sánh; hãy dùng in cho danh sách giá trị",
                limits::CONDITIONS
            ),
        ))
    }

    /// The number of a new parameter.
    pub fn param(&mut self, source: Source, to: Conversion, ty: ParamType) -> usize {
        self.bindings.push(Binding { source, to });
        self.types.push(ty);
        self.bindings.len() - 1
    }

    /// The parameter that holds the day that something is as of.
    pub fn day(&mut self, source: &Source) -> usize {
        if let Some((_, day)) = self.days.iter().find(|(known, _)| known == source) {
            return *day;
        }
        let day = self.param(source.clone(), Conversion::Value(ParamType::Date), ParamType::Date);
        self.days.push((source.clone(), day));
        day
    }

    /// The number of a new statement for a list within.
    pub fn child(&mut self, key_column: usize, fetch: Fetch) -> usize {
        self.children.push(Child { key_column, fetch });
        self.children.len() - 1
    }

    /// The statement.
    pub fn finish(self, scope: Scope) -> Fetch {
        let by_parent = self.leading == Leading::Parent;
        let price = Price { objects: 1 + self.joins.len() as i64, whole: self.looks_through(&scope) };
        let select = self.select(scope);
        let (sql, over) = (Arc::from(select.sql()), select.over_days());
        let objects = price.objects;
        let over =
            over.map(|over| Over { sql: Arc::from(over.sql), day: over.day, number: over.number, objects });
        Fetch { sql, over, bindings: self.bindings, by_parent, price, children: self.children }
    }

    /// The table it looks through, whatever comes of it.
    fn looks_through(&self, scope: &Scope) -> Option<Box<Whole>> {
        let chosen = || !self.conditions.is_empty();
        let (parents, most, order) = match scope {
            Scope::Count(parents, most) => (parents, most.map(|_| limits::COUNTED), None),
            Scope::Measures(parents) | Scope::Groups(parents, _) => (parents, None, None),
            // Until enough rows meet the conditions; perhaps none does.
            Scope::Page(parents, _) if chosen() => (parents, None, None),
            Scope::Page(None, _) => (&None, None, Some(self.sort.clone()?)),
            _ => return None,
        };
        let of_parents = parents.as_ref().map(|parents| parents.column.clone());
        let given = self.conditions.iter().flat_map(Condition::given).map(str::to_owned).collect();
        Some(Box::new(Whole { table: self.table.clone(), most, of_parents, given, order }))
    }

    /// Its text.
    pub fn text(&self, scope: Scope) -> Arc<str> {
        Arc::from(self.select(scope).sql())
    }

    fn select(&self, scope: Scope) -> Select {
        Select {
            table: self.table.clone(),
            joins: self.joins.clone(),
            columns: self.columns.clone(),
            condition: Condition::All(self.conditions.clone()),
            scope,
            params: self.types.clone(),
        }
    }
}

fn link(table: &str, from: Alias, column: &str) -> Join {
    Join { table: table.to_owned(), from, column: column.to_owned(), during: None }
}

fn period(table: &str, from: Alias, day: Day) -> Join {
    Join { table: table.to_owned(), from, column: "id".to_owned(), during: Some(day) }
}
