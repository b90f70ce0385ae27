//! [`Select`] → SQL text. Identifiers come from the catalog, values are parameters, and nothing else
//! gets in.

use std::fmt::Write;

use super::*;

impl Select {
    /// The statement.
    pub fn sql(&self) -> String {
        let mut sql = String::with_capacity(256);
        match &self.scope {
            Scope::Ids(keys) => {
                let _ = write!(sql, "select {} {}", self.outputs(), self.from());
                let _ = write!(sql, " where t0.id = any(${})", keys + 1);
                self.conditions(&mut sql, " and ");
            }
            Scope::All(page) => {
                let _ = write!(sql, "select {} {}", self.outputs(), self.from());
                let opened = self.conditions(&mut sql, " where ");
                page.seek(&mut sql, if opened { " and " } else { " where " });
                page.order_by(&mut sql, "");
                page.limit(&mut sql);
            }
            Scope::Parents { column, keys, page } => self.pages(&mut sql, column, *keys, page),
            Scope::Count => {
                let _ = write!(sql, "select count(*) from {} t0", self.table);
                self.conditions(&mut sql, " where ");
            }
            Scope::CountParents { column, keys } => {
                let _ = write!(
                    sql,
                    "select k.i, (select count(*) from {} t0 where t0.{column} = k.id",
                    self.table
                );
                self.conditions(&mut sql, " and ");
                let _ = write!(sql, ") from unnest(${}::uuid[]) with ordinality k(id, i)", keys + 1);
            }
        }
        sql
    }

    fn pages(&self, sql: &mut String, column: &str, keys: usize, page: &Page) {
        let _ = write!(
            sql,
            "select k.i, {} from unnest(${}::uuid[]) with ordinality k(id, i) cross join lateral \
             (select * from {} t0 where t0.{column} = k.id",
            self.outputs(),
            keys + 1,
            self.table,
        );
        self.conditions(sql, " and ");
        page.seek(sql, " and ");
        if page.limit.is_some() {
            page.order_by(sql, "");
            page.limit(sql);
        }
        sql.push_str(") t0");
        self.joined(sql);
        page.order_by(sql, "k.i, ");
    }

    fn outputs(&self) -> String {
        if self.columns.is_empty() {
            return "null".to_owned();
        }
        let columns: Vec<String> = self.columns.iter().map(Expression::sql).collect();
        columns.join(", ")
    }

    fn from(&self) -> String {
        let mut from = format!("from {} t0", self.table);
        self.joined(&mut from);
        from
    }

    fn joined(&self, sql: &mut String) {
        for (n, join) in self.joins.iter().enumerate() {
            let alias = n + 1;
            let _ = write!(
                sql,
                " left join {} t{alias} on t{alias}.id = t{}.{}",
                join.table, join.from, join.column
            );
        }
    }

    /// The filters, the first behind `opening`; whether there were any.
    fn conditions(&self, sql: &mut String, opening: &str) -> bool {
        for (n, filter) in self.filters.iter().enumerate() {
            sql.push_str(if n == 0 { opening } else { " and " });
            let left = filter.left.sql(0);
            let _ = match &filter.comparison {
                Comparison::Equal(param) => write!(sql, "{left} = ${}", param + 1),
                Comparison::In(param) => write!(sql, "{left} = any(${})", param + 1),
                Comparison::IsNull(true) => write!(sql, "{left} is null"),
                Comparison::IsNull(false) => write!(sql, "{left} is not null"),
                Comparison::Words(words) => {
                    let quoted: Vec<String> =
                        words.iter().map(|w| format!("'{}'", w.replace('\'', "''"))).collect();
                    write!(sql, "{left} in ({})", quoted.join(", "))
                }
            };
        }
        !self.filters.is_empty()
    }
}

impl Expression {
    fn sql(&self) -> String {
        let value = self.source.sql(self.table);
        if self.as_text { format!("{value}::text") } else { value }
    }
}

impl ExpressionSource {
    fn sql(&self, table: usize) -> String {
        match self {
            ExpressionSource::Column(name) => format!("t{table}.{name}"),
            ExpressionSource::Function(name) => format!("{name}(t{table}.id)"),
            ExpressionSource::Null => "null::text".to_owned(),
        }
    }
}

impl Page {
    fn order_by(&self, sql: &mut String, first: &str) {
        let _ = write!(sql, " order by {first}");
        for term in &self.order {
            let descending = term.descending != self.backward;
            let _ = write!(sql, "t0.{}{}", term.column, if descending { " desc" } else { "" });
            // Ascending puts nulls last by itself, descending first; they are to come last forwards.
            if term.nullable && descending != self.backward {
                sql.push_str(if self.backward { " nulls first" } else { " nulls last" });
            }
            sql.push_str(", ");
        }
        sql.push_str(if self.backward { "t0.id desc" } else { "t0.id" });
    }

    fn limit(&self, sql: &mut String) {
        if let Some(param) = self.limit {
            let _ = write!(sql, " limit ${}", param + 1);
        }
    }

    /// Only rows behind the cursor: for each term, equal so far and this one further on.
    fn seek(&self, sql: &mut String, opening: &str) {
        let Some(cursor) = &self.cursor else { return };
        sql.push_str(opening);
        sql.push('(');
        let mut equal = String::new();
        for (term, param) in self.order.iter().zip(&cursor.terms) {
            let _ = write!(sql, "{equal}{} or ", term.beyond(*param, self.backward));
            let same = if term.nullable { "is not distinct from" } else { "=" };
            let _ = write!(equal, "t0.{} {same} ${}::{} and ", term.column, param + 1, term.cast);
        }
        let sign = if self.backward { '<' } else { '>' };
        let _ = write!(sql, "{equal}t0.id {sign} ${})", cursor.id + 1);
    }
}

impl OrderTerm {
    /// Whether the row's value lies behind the cursor's, nulls at the end.
    fn beyond(&self, param: usize, backward: bool) -> String {
        let (column, cast, n) = (&self.column, self.cast, param + 1);
        let sign = if self.descending != backward { '<' } else { '>' };
        let further = format!("t0.{column} {sign} ${n}::{cast}");
        match (self.nullable, backward) {
            (false, _) => further,
            (true, false) => format!("({further} or (${n} is not null and t0.{column} is null))"),
            (true, true) => format!("({further} or (${n} is null and t0.{column} is not null))"),
        }
    }
}
