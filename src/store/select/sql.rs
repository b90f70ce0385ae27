//! [`Select`] → SQL text. Identifiers come from the catalog, values are parameters, and nothing else
//! gets in.

use std::fmt::Write;

use super::page::COUNTED;
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
            Scope::Keys { column, keys, on, dated } => {
                self.by_key(&mut sql, column, *keys, on.as_ref(), *dated);
            }
            Scope::Page(None, page) if page.is_nested() => {
                let count = if page.counted { format!(", t0.{COUNTED}") } else { String::new() };
                let _ = write!(sql, "select {}{count} from (", self.outputs());
                self.cut(&mut sql, page, None);
                sql.push_str(") t0");
                self.joined(&mut sql);
                page.order_by(&mut sql, "", false);
            }
            Scope::Page(None, page) => {
                let _ = write!(sql, "select {} {}", self.outputs(), self.from());
                let opened = self.conditions(&mut sql, " where ");
                page.seek(&mut sql, if opened { " and " } else { " where " });
                page.order_by(&mut sql, "", true);
                page.limit(&mut sql);
            }
            Scope::Page(Some(parents), page) => {
                let _ = write!(
                    sql,
                    "select k.i, {} from unnest(${}::uuid[]) with ordinality k(id, i) cross join lateral (",
                    self.outputs(),
                    parents.keys + 1,
                );
                self.cut(&mut sql, page, Some(&parents.column));
                sql.push_str(") t0");
                self.joined(&mut sql);
                page.order_by(&mut sql, "k.i, ", false);
            }
            Scope::Count(parents, most) => return self.count(parents.as_ref(), *most),
            Scope::Measures(parents) => return self.measures(parents.as_ref()),
            Scope::Groups(parents, groups) => return self.groups(parents.as_ref(), groups),
            Scope::Estimate => return self.estimate(),
        }
        sql
    }

    /// The rows of a page, before anything is joined to them.
    fn cut(&self, sql: &mut String, page: &Page, parent: Option<&str>) {
        let (joins, columns) = page.carried();
        let own = if columns.is_empty() { "*" } else { "t0.*" };
        let _ = write!(sql, "select {own}{columns} from {} t0{joins}", self.table);
        if let Some(column) = parent {
            let _ = write!(sql, " where t0.{column} = k.id");
        }
        let opened = self.conditions(sql, if parent.is_some() { " and " } else { " where " });
        page.seek(sql, if opened || parent.is_some() { " and " } else { " where " });
        // A list without a limit is sorted once, outside.
        if page.limit.is_some() {
            page.order_by(sql, "", true);
            page.limit(sql);
        }
    }

    fn by_key(&self, sql: &mut String, column: &str, keys: usize, on: Option<&InForce>, dated: bool) {
        let (key, day) = match dated {
            true => ("left(key, -11)", "right(key, 10)::date"),
            false => ("key", "(now() at time zone 'Asia/Ho_Chi_Minh')::date"),
        };
        let _ = write!(
            sql,
            "select k.key, {} from (select key, {key} as bare, {day} as day from unnest(${}::text[]) key) k \
             join {} t0 on t0.{column} = k.bare",
            self.outputs(),
            keys + 1,
            self.table,
        );
        if let Some(in_force) = on {
            let _ = write!(sql, " and {}", in_force.sql());
        }
        self.joined(sql);
        self.conditions(sql, " where ");
        sql.push_str(" order by t0.id");
    }

    pub(super) fn outputs(&self) -> String {
        if self.columns.is_empty() {
            return "null".to_owned();
        }
        let columns: Vec<String> = self.columns.iter().map(Expression::sql).collect();
        columns.join(", ")
    }

    pub(super) fn from(&self) -> String {
        let mut from = format!("from {} t0", self.table);
        self.joined(&mut from);
        from
    }

    pub(super) fn joined(&self, sql: &mut String) {
        for (n, join) in self.joins.iter().enumerate() {
            sql.push_str(&join.sql(Alias::Row(n + 1)));
        }
    }

    /// What must hold, behind `opening`; whether there was anything.
    pub(super) fn conditions(&self, sql: &mut String, opening: &str) -> bool {
        let parts = match &self.condition {
            Condition::All(all) => all.as_slice(),
            other => std::slice::from_ref(other),
        };
        for (n, part) in parts.iter().enumerate() {
            sql.push_str(if n == 0 { opening } else { " and " });
            sql.push_str(&part.sql());
        }
        !parts.is_empty()
    }
}
