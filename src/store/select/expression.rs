//! Values of a row, and of many rows together.

/// Alias of a table in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alias {
    /// The entity itself (0) and what is joined to it: `t{n}`.
    Row(usize),
    /// A table within a condition or an order: `s{n}`.
    Inner(usize),
}

impl std::fmt::Display for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Alias::Row(n) => write!(f, "t{n}"),
            Alias::Inner(n) => write!(f, "s{n}"),
        }
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Expression {
    /// Table.
    pub table: Alias,
    /// Column, or function of the row's id.
    pub source: ExpressionSource,
    /// Read as text whatever its type (decimals, JSON, keys of cursors).
    pub as_text: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ExpressionSource {
    /// A column.
    Column(String),
    /// An SQL function of the row's id.
    Function(String),
    /// An SQL function of the row's id and the day in a parameter.
    FunctionOn(String, usize),
    /// A part of a day or a moment.
    Part(Part, Box<ExpressionSource>),
    /// What many rows come to.
    Measure(Measure, Box<ExpressionSource>),
    /// How many rows.
    Count,
    /// Nothing: null (what the caller may not see).
    Null,
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Year of a day, or of a moment by Vietnam's clock.
    Year {
        /// Whether it is a moment.
        moment: bool,
    },
    /// Quarter, 1 to 4.
    Quarter {
        /// Whether it is a moment.
        moment: bool,
    },
    /// Month, 1 to 12.
    Month {
        /// Whether it is a moment.
        moment: bool,
    },
}

/// What many values come to; null is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Different values.
    Distinct,
    /// Sum, as numeric unless the values are doubles.
    Sum,
    /// Mean.
    Average {
        /// As numeric, without zeros at the end; else as double.
        exact: bool,
    },
    /// Least.
    Least,
    /// Greatest.
    Greatest,
}

impl Expression {
    /// A column as it is.
    pub fn column(table: Alias, name: impl Into<String>) -> Self {
        Self { table, source: ExpressionSource::Column(name.into()), as_text: false }
    }

    /// The same value, with calls of functions of the entity's own rows in `calls`: the n-th is column `f{n}`.
    pub(super) fn once(&self, calls: &mut Vec<Self>) -> Self {
        let source = match self.table {
            Alias::Row(0) => self.source.once(calls),
            _ => self.source.clone(),
        };
        Self { source, ..self.clone() }
    }

    pub(super) fn sql(&self) -> String {
        let value = self.source.sql(self.table);
        if self.as_text { format!("{value}::text") } else { value }
    }
}

impl ExpressionSource {
    fn once(&self, calls: &mut Vec<Expression>) -> Self {
        match self {
            Self::Function(_) | Self::FunctionOn(..) => {
                let call = Expression { table: Alias::Row(0), source: self.clone(), as_text: false };
                let known = calls.iter().position(|c| *c == call);
                let n = known.unwrap_or_else(|| {
                    calls.push(call);
                    calls.len() - 1
                });
                Self::Column(format!("f{n}"))
            }
            Self::Part(part, of) => Self::Part(*part, Box::new(of.once(calls))),
            Self::Measure(measure, of) => Self::Measure(*measure, Box::new(of.once(calls))),
            Self::Column(_) | Self::Count | Self::Null => self.clone(),
        }
    }

    pub(super) fn sql(&self, table: Alias) -> String {
        match self {
            Self::Column(name) => format!("{table}.{name}"),
            Self::Function(name) => format!("{name}({table}.id)"),
            Self::FunctionOn(name, day) => format!("{name}({table}.id, ${})", day + 1),
            Self::Part(part, of) => part.sql(&of.sql(table)),
            Self::Measure(measure, of) => measure.sql(&of.sql(table)),
            Self::Count => "count(*)".to_owned(),
            Self::Null => "null::text".to_owned(),
        }
    }
}

impl Part {
    fn sql(self, of: &str) -> String {
        let (unit, moment) = match self {
            Part::Year { moment } => ("year", moment),
            Part::Quarter { moment } => ("quarter", moment),
            Part::Month { moment } => ("month", moment),
        };
        let day = if moment { format!("{of} at time zone 'Asia/Ho_Chi_Minh'") } else { of.to_owned() };
        format!("extract({unit} from {day})::int4")
    }
}

impl Measure {
    fn sql(self, of: &str) -> String {
        match self {
            Measure::Distinct => format!("count(distinct {of})"),
            Measure::Sum => format!("sum({of})"),
            Measure::Average { exact: true } => format!("trim_scale(avg({of}))"),
            Measure::Average { exact: false } => format!("avg({of})"),
            Measure::Least => format!("min({of})"),
            Measure::Greatest => format!("max({of})"),
        }
    }
}
