//! Conditions and their SQL. Each is true or it is not: what PostgreSQL calls unknown counts as not true,
//! also within `not`, so that a condition and its negation share all rows between them.

use std::fmt::Write;

use super::{Alias, Day, Expression, ExpressionSource};
use crate::catalog::Validity;

/// What must hold of a row.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All of these; none: always.
    All(Vec<Condition>),
    /// One of these; none: never.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// A value compares so.
    Compare(Expression, Comparison),
    /// A row of another table is there.
    Exists(Box<Inner>),
    /// No row of another table is there.
    Missing(Box<Inner>),
    /// So many rows of another table are there.
    Number(Box<Inner>, Comparison),
    /// The row is in force on a day.
    InForce(Box<InForce>),
    /// The period of the row holds a day.
    During(Alias, Day),
}

impl Condition {
    /// Whether it holds of every row.
    pub fn is_true(&self) -> bool {
        matches!(self, Condition::All(all) if all.iter().all(Condition::is_true))
    }
}

/// Rows of another table that belong to a row.
#[derive(Debug, Clone)]
pub struct Inner {
    /// The table.
    pub table: String,
    /// Its alias.
    pub alias: Alias,
    /// Its column that the link goes by.
    pub column: String,
    /// The other end of the link: alias and column.
    pub outer: (Alias, String),
    /// What must hold of such a row.
    pub condition: Condition,
}

/// Comparisons; parameters are counted from 0.
#[derive(Debug, Clone)]
pub enum Comparison {
    /// With one parameter.
    Value(Operator, usize),
    /// Equal to an element of the array parameter.
    In(usize),
    /// Not null, and equal to no element of the array parameter.
    NotIn(usize),
    /// Null or not.
    IsNull(bool),
    /// Equal to one of these words of the catalog.
    Words(Vec<String>),
    /// Holds the parameter, both folded.
    Contains(usize),
    /// Begins with the parameter, both folded.
    StartsWith(usize),
    /// Holds what the parameter, a text in the language of `tsquery`, asks for, folded; null asks for nothing that is.
    Matches(usize),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<>`, also when the parameter is null, which stands for what is never equal.
    OtherThan,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// When a row is in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// Alias of the table.
    pub table: Alias,
    /// The rule, by the table's columns.
    pub rule: Validity,
    /// The day: a parameter, or nothing where the scope gives it.
    pub day: Option<usize>,
}

impl Condition {
    /// Columns of the statement's own rows that must have one of the values given.
    pub fn given(&self) -> Vec<&str> {
        self.parts().into_iter().filter_map(Condition::given_column).collect()
    }

    fn given_column(&self) -> Option<&str> {
        match self {
            Condition::Compare(
                Expression { table: Alias::Row(0), source: ExpressionSource::Column(column), .. },
                Comparison::Value(Operator::Equal, _) | Comparison::In(_),
            ) => Some(column),
            _ => None,
        }
    }

    /// What must hold, each part by itself.
    pub(super) fn parts(&self) -> Vec<&Condition> {
        match self {
            Condition::All(all) => all.iter().flat_map(Condition::parts).collect(),
            other => vec![other],
        }
    }

    pub(super) fn sql(&self) -> String {
        match self {
            Condition::All(all) => joined(all, " and ", "true"),
            Condition::Any(any) => joined(any, " or ", "false"),
            Condition::Not(inner) => format!("({}) is not true", inner.sql()),
            Condition::Compare(left, comparison) => comparison.sql(&left.sql()),
            Condition::Exists(inner) => format!("exists (select {})", inner.sql()),
            Condition::Missing(inner) => format!("not exists (select {})", inner.sql()),
            Condition::Number(inner, comparison) => {
                comparison.sql(&format!("(select count(*) {})", inner.sql()))
            }
            Condition::InForce(in_force) => in_force.sql(),
            Condition::During(alias, day) => format!("({})", day.within(*alias)),
        }
    }
}

fn joined(parts: &[Condition], by: &str, none: &str) -> String {
    match parts {
        [] => none.to_owned(),
        [only] => only.sql(),
        many => {
            let parts: Vec<String> = many.iter().map(Condition::sql).collect();
            format!("({})", parts.join(by))
        }
    }
}

impl Inner {
    /// `from … where …`
    pub(super) fn sql(&self) -> String {
        let (alias, (outer, column)) = (self.alias, &self.outer);
        let mut sql = format!("from {} {alias} where {alias}.{} = {outer}.{column}", self.table, self.column);
        if !self.condition.is_true() {
            let _ = write!(sql, " and {}", self.condition.sql());
        }
        sql
    }
}

impl Comparison {
    pub(super) fn sql(&self, left: &str) -> String {
        match self {
            Comparison::Value(operator, param) => operator.sql(left, param + 1),
            Comparison::In(param) => format!("{left} = any(${})", param + 1),
            Comparison::NotIn(param) => format!("({left} is not null and {left} <> all(${}))", param + 1),
            Comparison::IsNull(true) => format!("{left} is null"),
            Comparison::IsNull(false) => format!("{left} is not null"),
            Comparison::Words(words) => format!("{left} in ({})", quoted(words)),
            Comparison::Contains(param) => {
                format!("fold_text({left}) like like_within(${})", param + 1)
            }
            Comparison::StartsWith(param) => {
                format!("fold_text({left}) like like_beginning(${})", param + 1)
            }
            Comparison::Matches(param) => {
                format!("folded_words({left}) @@ ${}::text::tsquery", param + 1)
            }
        }
    }
}

impl Operator {
    fn sql(self, left: &str, param: usize) -> String {
        let sign = match self {
            Operator::Equal => "=",
            Operator::NotEqual => "<>",
            Operator::Less => "<",
            Operator::AtMost => "<=",
            Operator::More => ">",
            Operator::AtLeast => ">=",
            Operator::OtherThan => {
                return format!("({left} is not null and {left} is distinct from ${param})");
            }
        };
        format!("{left} {sign} ${param}")
    }
}

impl InForce {
    /// Whether it is in force, as SQL.
    pub fn text(&self) -> String {
        self.sql()
    }

    /// Its first day, and the first day no longer in force, as SQL; null where there is none.
    pub fn span(&self) -> (String, String) {
        let begin = self.begin();
        let after = |(end, sign): (String, &str)| if sign == "<" { end } else { format!("({end} + 1)") };
        let ends: Vec<String> = self.ends(begin.as_ref()).into_iter().map(after).collect();
        let stop =
            if ends.is_empty() { "null::date".to_owned() } else { format!("least({})", ends.join(", ")) };
        (begin.unwrap_or_else(|| "null::date".to_owned()), stop)
    }

    fn column(&self, name: &str) -> String {
        ExpressionSource::Column(name.to_owned()).sql(self.table)
    }

    fn begin(&self) -> Option<String> {
        let mut beginnings: Vec<String> = self.rule.from.iter().map(|name| self.column(name)).collect();
        let year = self.rule.year.iter();
        beginnings.extend(year.map(|year| format!("make_date({}, 1, 1)", self.column(year))));
        match beginnings.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            many => Some(format!("coalesce({})", many.join(", "))),
        }
    }

    /// Ends, and how a day within compares with each.
    fn ends(&self, begin: Option<&String>) -> Vec<(String, &'static str)> {
        let ends = self.rule.to.iter().map(|to| (self.column(to), "<"));
        let ends = ends.chain(self.rule.last.iter().map(|last| (self.column(last), "<=")));
        let lasting = |(n, (end, sign)): (usize, (String, &'static str))| match (n, self.rule.months, begin) {
            (0, Some(months), Some(begin)) => {
                (format!("coalesce({end}, ({begin} + interval '{months} months')::date)"), sign)
            }
            _ => (end, sign),
        };
        ends.enumerate().map(lasting).collect()
    }

    pub(super) fn sql(&self) -> String {
        let day = self.day.map_or_else(|| "k.day".to_owned(), |param| format!("${}", param + 1));
        let begin = self.begin();
        let mut all: Vec<String> = Vec::new();
        all.extend(begin.iter().map(|begin| format!("({begin} is null or {begin} <= {day})")));
        let ends = self.ends(begin.as_ref());
        all.extend(ends.iter().map(|(end, sign)| format!("({end} is null or {day} {sign} {end})")));
        all.extend(self.standing());
        if all.is_empty() { "true".to_owned() } else { format!("({})", all.join(" and ")) }
    }

    /// What must hold on whatever day.
    pub(super) fn standing(&self) -> Vec<String> {
        let mut all = Vec::new();
        let stated = self.rule.to.iter().chain(&self.rule.last);
        let open: Vec<String> = stated.map(|end| format!("{} is not null", self.column(end))).collect();
        if self.rule.known {
            all.push(format!("({})", open.join(" or ")));
        }
        if let Some((field, words)) = &self.rule.except {
            let field = self.column(field);
            let mut unless = open;
            unless.push(format!("{field} is null"));
            unless.push(format!("{field} not in ({})", quoted(words)));
            all.push(format!("({})", unless.join(" or ")));
        }
        all
    }
}

/// Words of the catalog as SQL literals.
fn quoted(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| format!("'{}'", w.replace('\'', "''"))).collect();
    quoted.join(", ")
}
