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
        let mut calls = Vec::new();
        let columns = self.columns.iter().map(|c| c.once(&mut calls)).collect();
        self.of_parents(parents, &self.rows_of(parents, columns, &calls, ""))
    }

    /// Measures of the rows of each group.
    pub(super) fn groups(&self, parents: Option<&Parents>, groups: &Groups) -> String {
        let mut calls = Vec::new();
        let columns = self.columns.iter().map(|c| c.once(&mut calls)).collect();
        let mut end = String::new();
        let by: Vec<String> = groups.by.iter().map(|term| term.once(&mut calls).sql()).collect();
        // By nothing: all rows are one group.
        let by = if by.is_empty() { "()".to_owned() } else { by.join(", ") };
        let _ = write!(end, " group by {by}");
        for (n, (measure, comparison)) in groups.having.iter().enumerate() {
            let holds = comparison.sql(&measure.once(&mut calls).sql());
            let _ = write!(end, "{}{holds}", if n == 0 { " having " } else { " and " });
        }
        let terms: Vec<String> = groups.order.iter().map(|term| term.sql(&mut calls)).collect();
        if !terms.is_empty() {
            let _ = write!(end, " order by {}", terms.join(", "));
        }
        let _ = write!(end, " limit ${}", groups.limit + 1);
        self.of_parents(parents, &self.rows_of(parents, columns, &calls, &end))
    }

    /// `select … from … where …` and what follows. Functions are called once a row, in a table of their own:
    /// PostgreSQL would call them again wherever their value is passed on.
    fn rows_of(
        &self,
        parents: Option<&Parents>,
        columns: Vec<Expression>,
        calls: &[Expression],
        end: &str,
    ) -> String {
        let columns = columns.iter().enumerate();
        let columns: Vec<String> = columns.map(|(n, c)| format!("{} as c{n}", c.sql())).collect();
        let columns = if columns.is_empty() { "null".to_owned() } else { columns.join(", ") };
        let (table, mut rows, mut joins) = (&self.table, String::new(), String::new());
        if let Some(parents) = parents {
            let _ = write!(rows, " where t0.{} = k.id", parents.column);
        }
        self.conditions(&mut rows, if parents.is_some() { " and " } else { " where " });
        self.joined(&mut joins);
        if calls.is_empty() {
            return format!("select {columns} from {table} t0{joins}{rows}{end}");
        }
        let calls = calls.iter().enumerate();
        let calls: String = calls.map(|(n, call)| format!(", {} as f{n}", call.sql())).collect();
        let once = format!("select t0.*{calls} from {table} t0{rows} offset 0");
        format!("select {columns} from ({once}) t0{joins}{end}")
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
    fn sql(&self, calls: &mut Vec<Expression>) -> String {
        self.directed(&self.by.once(calls).sql())
    }

    /// The value with how it is sorted.
    pub(super) fn directed(&self, value: &str) -> String {
        let collation = self.collation.map(|c| format!(" collate {c}")).unwrap_or_default();
        let direction = if self.descending { " desc" } else { "" };
        let nulls = match self.nulls_first {
            true if !self.descending => " nulls first",
            false if self.descending => " nulls last",
            _ => "",
        };
        format!("{value}{collation}{direction}{nulls}")
    }
}
