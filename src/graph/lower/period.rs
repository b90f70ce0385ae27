//! Values that are kept by period: the one that counts on a day, as a value of a row and in conditions.

use super::Lowering;
use super::rows::Rows;
use crate::catalog::Column;
use crate::store::select::{Alias, Comparison, Condition, Day, Expression, Inner};

/// The column of the value in a table of periods.
pub(super) const VALUE: &str = "value";

impl Lowering<'_> {
    /// The table of a field's values by period, and the day of the whole query.
    pub(super) fn periods<'c>(&self, rows: &mut Rows, column: &'c Column) -> Option<(&'c str, Day)> {
        let periods = column.periods.as_deref().filter(|_| column.personal.is_none())?;
        Some((periods, self.as_of().map_or(Day::Today, |day| Day::Param(rows.day(&day)))))
    }
}

/// Comparisons of the value that a row has on a day: there is a period that holds the day, and they are true of it.
pub(super) fn in_period(
    rows: &mut Rows,
    table: Alias,
    periods: &str,
    day: Day,
    comparisons: Vec<Comparison>,
) -> Condition {
    let period = |mut conditions: Vec<Condition>, alias: Alias| {
        conditions.insert(0, Condition::During(alias, day));
        let (condition, outer) = (Condition::All(conditions), (table, "id".to_owned()));
        let (table, column) = (periods.to_owned(), "id".to_owned());
        Box::new(Inner { table, alias, column, outer, condition })
    };
    let (missing, there): (Vec<_>, Vec<_>) =
        comparisons.into_iter().partition(|one| matches!(one, Comparison::IsNull(true)));
    let mut all = Vec::new();
    if !missing.is_empty() {
        all.push(Condition::Missing(period(Vec::new(), rows.alias())));
    }
    if !there.is_empty() {
        let alias = rows.alias();
        // Whether there is a value needs no comparison: periods without one are not kept.
        let compared = there.into_iter().filter(|one| !matches!(one, Comparison::IsNull(_)));
        let compared = compared.map(|one| Condition::Compare(Expression::column(alias, VALUE), one));
        all.push(Condition::Exists(period(compared.collect(), alias)));
    }
    Condition::All(all)
}
