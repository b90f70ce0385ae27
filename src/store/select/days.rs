//! What a whole list comes to on each of many days, in one statement. A row counts in a span of days; so each row is
//! looked at once, rows are counted by the first and the last of the days that lie in their span, and these few counts
//! are spread over the days.

use std::fmt::Write;

use super::*;

/// A statement over many days.
#[derive(Debug, Clone)]
pub struct OverDays {
    /// Its text. In the place of the day it takes an array of days, each later than the one before.
    pub sql: String,
    /// The parameter of the day.
    pub day: usize,
    /// The column that holds the number of the day in the array, from 1.
    pub number: usize,
}

/// When rows count, as SQL, and what must hold of them besides.
#[derive(Default)]
struct Spans {
    day: Option<usize>,
    begins: Vec<String>,
    ends: Vec<String>,
    joins: String,
    conditions: Vec<String>,
}

impl Select {
    /// The same for many days, where the day says nothing but whether a row counts, and rows are only counted.
    pub fn over_days(&self) -> Option<OverDays> {
        let groups = match &self.scope {
            Scope::Count(None, None) => None,
            Scope::Groups(None, groups) if groups.having.is_empty() => Some(groups),
            _ => return None,
        };
        let spans = self.spans()?;
        let day = spans.day?;
        let (sql, number) = match groups {
            None => (self.count_of_days(&spans, day), 0),
            Some(groups) => (self.groups_of_days(&spans, day, groups)?, self.columns.len()),
        };
        Some(OverDays { sql, day, number })
    }

    /// None where the day is asked for in any other way.
    fn spans(&self) -> Option<Spans> {
        let mut spans = Spans::default();
        for part in self.condition.parts() {
            spans.add(part);
        }
        let day = spans.day?;
        let other = |text: &String| mentions(text, day);
        if spans.conditions.iter().chain(&spans.begins).chain(&spans.ends).any(other) {
            return None;
        }
        for (bounds, sign, end) in [(&spans.begins, "<=", last(day)), (&spans.ends, ">", first(day))] {
            let within = |bound: &String| format!("coalesce({bound} {sign} {end}, true)");
            spans.conditions.extend(bounds.iter().map(within).collect::<Vec<_>>());
        }
        Some(spans)
    }

    fn count_of_days(&self, spans: &Spans, day: usize) -> String {
        let rows = self.by_span(spans, day, "", &[]);
        format!(
            "select k.i, coalesce(sum(s.n), 0)::int8 from {} left join ({rows}) s on s.f <= k.i and k.i <= s.u \
             group by k.i order by k.i",
            numbered(day)
        )
    }

    fn groups_of_days(&self, spans: &Spans, day: usize, groups: &Groups) -> Option<String> {
        let mut joins = String::new();
        self.joined(&mut joins);
        let keys: Vec<String> = groups.by.iter().map(Expression::sql).collect();
        if keys.iter().chain([&joins]).any(|text| mentions(text, day)) {
            return None;
        }
        let place =
            |of: &Expression| groups.by.iter().position(|by| by.table == of.table && by.source == of.source);
        let mut columns = String::new();
        for column in &self.columns {
            let cast = if column.as_text { "::text" } else { "" };
            let _ = match (&column.source, place(column)) {
                (ExpressionSource::Count, _) => write!(columns, "x.n{cast}, "),
                (_, Some(n)) => write!(columns, "x.g{n}{cast}, "),
                _ => return None,
            };
        }
        let mut order = Vec::new();
        for term in &groups.order {
            order.push(match (&term.by.source, place(&term.by)) {
                (ExpressionSource::Count, _) => term.directed("sum(s.n)"),
                (_, Some(n)) => term.directed(&format!("s.g{n}")),
                _ => return None,
            });
        }
        let order = if order.is_empty() { String::new() } else { format!(" order by {}", order.join(", ")) };
        let known: String = (0..keys.len()).map(|n| format!(", s.g{n}")).collect();
        let rows = self.by_span(spans, day, &joins, &keys);
        Some(format!(
            "select {columns}x.i from (select k.i{known}, sum(s.n)::int8 as n, \
             row_number() over (partition by k.i{order}) as r from {} join ({rows}) s on s.f <= k.i and k.i <= s.u \
             group by k.i{known}) x where x.r <= ${} order by x.i, x.r",
            numbered(day),
            groups.limit + 1
        ))
    }

    /// How many rows there are of each span and of each combination of the keys.
    fn by_span(&self, spans: &Spans, day: usize, joins: &str, keys: &[String]) -> String {
        let days = days(day);
        let bound = |of: &[String], by: &str| match of {
            [only] => only.clone(),
            many => format!("{by}({})", many.join(", ")),
        };
        let (begin, end) = (bound(&spans.begins, "greatest"), bound(&spans.ends, "least"));
        let known: String = keys.iter().enumerate().map(|(n, key)| format!("{key} as g{n}, ")).collect();
        let by: String = (0..keys.len() + 2)
            .map(|n| if n == 0 { "1".to_owned() } else { format!(", {}", n + 1) })
            .collect();
        let conditions = spans.conditions.join(" and ");
        format!(
            "select {known}coalesce(width_bucket({begin} - 1, {days}) + 1, 1) as f, \
             coalesce(width_bucket({end} - 1, {days}), cardinality({days})) as u, count(*) as n \
             from {} t0{}{joins} where {conditions} group by {by}",
            self.table, spans.joins
        )
    }
}

impl Spans {
    fn add(&mut self, part: &Condition) {
        match part {
            Condition::InForce(in_force) if in_force.table == Alias::Row(0) && self.takes(in_force.day) => {
                let (begin, end) = in_force.span();
                self.begins.push(begin);
                self.ends.push(end);
                self.conditions.extend(in_force.standing());
            }
            Condition::Exists(inner) => match inner.during() {
                Some((alias, day)) if self.takes(Some(day)) => {
                    let (outer, column) = &inner.outer;
                    let _ = write!(
                        self.joins,
                        " join {} {alias} on {alias}.{} = {outer}.{column}",
                        inner.table, inner.column
                    );
                    self.begins.push(format!("{alias}.valid_from"));
                    self.ends.push(format!("{alias}.valid_to"));
                    let others =
                        inner.condition.parts().into_iter().filter(|c| !matches!(c, Condition::During(..)));
                    self.conditions.extend(others.map(Condition::sql));
                }
                _ => self.conditions.push(part.sql()),
            },
            other => self.conditions.push(other.sql()),
        }
    }

    /// Whether the day is the one that all go by.
    fn takes(&mut self, day: Option<usize>) -> bool {
        self.day = self.day.or(day);
        day.is_some() && self.day == day
    }
}

impl Inner {
    /// The alias of a table of periods, and the day that the one period holds.
    fn during(&self) -> Option<(Alias, usize)> {
        self.condition.parts().into_iter().find_map(|part| match part {
            Condition::During(alias, Day::Param(day)) if *alias == self.alias => Some((*alias, *day)),
            _ => None,
        })
    }
}

/// Whether a text names a parameter.
fn mentions(text: &str, param: usize) -> bool {
    let name = format!("${}", param + 1);
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
    text.match_indices(&name).any(|(at, _)| ends(&text[at + name.len()..]))
}

fn days(day: usize) -> String {
    format!("${}::date[]", day + 1)
}

fn first(day: usize) -> String {
    format!("({})[1]", days(day))
}

fn last(day: usize) -> String {
    format!("({})[cardinality({})]", days(day), days(day))
}

fn numbered(day: usize) -> String {
    format!("unnest({}) with ordinality k (day, i)", days(day))
}
