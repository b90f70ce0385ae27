//! What is joined to a row: what a to-one link leads to, or the one period of a value that a day lies in.

use super::Alias;

/// A row of another table, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Its table.
    pub table: String,
    /// Alias of the table that holds the link's column.
    pub from: Alias,
    /// The link's column there.
    pub column: String,
    /// The table holds periods: of these the one that the day lies in.
    pub during: Option<Day>,
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// The day that is today in Vietnam.
    Today,
    /// The day in a parameter.
    Param(usize),
}

impl Join {
    /// `left join … on …`, behind a space.
    pub(super) fn sql(&self, alias: Alias) -> String {
        let during = self.during.map(|day| format!(" and {}", day.within(alias))).unwrap_or_default();
        format!(" left join {} {alias} on {alias}.id = {}.{}{during}", self.table, self.from, self.column)
    }
}

impl Day {
    fn sql(self) -> String {
        match self {
            Day::Today => "(now() at time zone 'Asia/Ho_Chi_Minh')::date".to_owned(),
            Day::Param(param) => format!("${}", param + 1),
        }
    }

    /// That the period of a row holds the day.
    pub(super) fn within(self, alias: Alias) -> String {
        let day = self.sql();
        format!("{alias}.valid_from <= {day} and {day} < {alias}.valid_to")
    }
}
