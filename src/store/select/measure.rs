//! What whole lists come to: counts, measures, groups.

use std::fmt::Write;

use super::*;

impl Select {
    /// How many rows there are.
    pub(super) fn count(&self, parents: Option<&Parents>, most: Option<usize>) -> String {
        let (table, mut inner) = (&self.table, String::new());
        self.conditions(&mut inner, if parents.is_some() { " and " } else { " where " });
        match (parents, most) {
            (None, None) => format!("select count(*) from {table} t0{inner}"),
            (None, Some(most)) => {
                let most = most + 1;
                format!("select count(*) from (select from {table} t0{inner} limit ${most}) c")
            }
            (Some(parents), most) => {
                let (column, keys) = (&parents.column, parents.keys + 1);
                let rows = match most {
                    None => format!("select count(*) from {table} t0 where t0.{column} = k.id{inner}"),
                    Some(most) => format!(
                        "select count(*) from (select from {table} t0 where t0.{column} = k.id{inner} limit ${}) c",
                        most + 1
                    ),
                };
                format!("select k.i, ({rows}) from unnest(${keys}::uuid[]) with ordinality k(id, i)")
            }
        }
    }

    /// The planner's estimate.
    pub(super) fn estimate(&self) -> String {
        let mut sql = format!("explain (format json) select from {} t0", self.table);
        self.conditions(&mut sql, " where ");
        sql
    }

    /// Measures of all rows together.
    pub(super) fn measures(&self, parents: Option<&Parents>) -> String {
        self.of_parents(parents, &self.rows_of(parents, ""))
    }

    /// Measures of the rows of each group.
    pub(super) fn groups(&self, parents: Option<&Parents>, groups: &Groups) -> String {
        let mut end = String::new();
        if !groups.by.is_empty() {
            let by: Vec<String> = groups.by.iter().map(Expression::sql).collect();
            let _ = write!(end, " group by {}", by.join(", "));
        }
        for (n, (measure, operator, param)) in groups.having.iter().enumerate() {
            let left = measure.sql();
            let _ = write!(
                end,
                "{}{}",
                if n == 0 { " having " } else { " and " },
                operator.sql(&left, param + 1)
            );
        }
        let terms: Vec<String> = groups.order.iter().map(GroupOrder::sql).collect();
        if !terms.is_empty() {
            let _ = write!(end, " order by {}", terms.join(", "));
        }
        let _ = write!(end, " limit ${}", groups.limit + 1);
        self.of_parents(parents, &self.rows_of(parents, &end))
    }

    /// `select … from … where …` and what follows.
    fn rows_of(&self, parents: Option<&Parents>, end: &str) -> String {
        let columns = self.columns.iter().enumerate();
        let columns: Vec<String> = columns.map(|(n, c)| format!("{} as c{n}", c.sql())).collect();
        let columns = if columns.is_empty() { "null".to_owned() } else { columns.join(", ") };
        let mut sql = format!("select {columns} {}", self.from());
        if let Some(parents) = parents {
            let _ = write!(sql, " where t0.{} = k.id", parents.column);
        }
        self.conditions(&mut sql, if parents.is_some() { " and " } else { " where " });
        sql.push_str(end);
        sql
    }

    /// The statement for each parent.
    fn of_parents(&self, parents: Option<&Parents>, rows: &str) -> String {
        let Some(parents) = parents else { return rows.to_owned() };
        let keys = parents.keys + 1;
        format!(
            "select k.i, a.* from unnest(${keys}::uuid[]) with ordinality k(id, i) \
             cross join lateral ({rows}) a order by k.i"
        )
    }
}

impl GroupOrder {
    fn sql(&self) -> String {
        let collation = self.collation.map(|c| format!(" collate {c}")).unwrap_or_default();
        let direction = if self.descending { " desc" } else { "" };
        let nulls = match self.nulls_first {
            true if !self.descending => " nulls first",
            false if self.descending => " nulls last",
            _ => "",
        };
        format!("{}{collation}{direction}{nulls}", self.by.sql())
    }
}
