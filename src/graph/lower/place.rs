//! `within` and `inForceOn`: conditions that go by links which say where a row is, and by the days that say
//! when it is in force.

use super::super::plan::{Conversion, Source};
use super::Lowering;
use super::rows::Rows;
use crate::catalog::{Entity, Era, LinkKind};
use crate::store::select::{Alias, Comparison, Condition, Expression, InForce, Inner, ParamType};

impl<'a> Lowering<'a> {
    /// Whether the row is within the place. Of several links to units the one of the place's own time counts
    /// first: a commune of then lies in one district of then, one of today may have come from two.
    pub(super) fn within(&self, rows: &mut Rows, entity: &Entity, table: Alias, place: &Source) -> Condition {
        let mut units = |now| rows.param(place.clone(), Conversion::Units { now }, ParamType::Uuid);
        let is_unit = self.catalog.is_unit(entity);
        // A parameter that nothing uses has no type.
        let params = match is_unit || !places(self, entity, Era::Any).is_empty() {
            true => vec![(Era::Now, units(true)), (Era::Then, units(false))],
            false => Vec::new(),
        };
        if is_unit {
            let id = Expression::column(table, "id");
            let arm = |(_, param)| Condition::Compare(id.clone(), Comparison::In(param));
            return Condition::Any(params.into_iter().map(arm).collect());
        }
        let mut arms = Vec::new();
        for (era, param) in params {
            let columns = places(self, entity, era);
            for (n, column) in columns.iter().enumerate() {
                let nulls = columns[..n].iter();
                let null = |c: &String| {
                    Condition::Compare(Expression::column(table, c.as_str()), Comparison::IsNull(true))
                };
                let mut all: Vec<Condition> = nulls.map(null).collect();
                let own = Expression::column(table, column.as_str());
                all.push(Condition::Compare(own, Comparison::In(param)));
                arms.push(Condition::All(all));
            }
        }
        for link in entity.links.values().filter(|link| link.place.is_some()) {
            let target = &self.catalog.entities[&link.target];
            let LinkKind::ToOne { column, .. } = &link.kind else { continue };
            if !target.has_place() {
                continue;
            }
            let alias = rows.alias();
            let condition = self.within(rows, target, alias, place);
            let outer = (table, column.clone());
            let inner =
                Inner { table: target.table.clone(), alias, column: "id".to_owned(), outer, condition };
            arms.push(Condition::Exists(Box::new(inner)));
        }
        Condition::Any(arms)
    }

    /// Whether the row is in force as of the day of the whole query; none for what has no validity.
    pub(super) fn in_force_as_of(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        day: &Source,
    ) -> Option<Condition> {
        entity.validity.as_ref()?;
        let day = rows.day(day);
        self.in_force(entity, table, Some(day)).map(|in_force| Condition::InForce(Box::new(in_force)))
    }

    /// When a row is in force, by columns.
    pub(super) fn in_force(&self, entity: &Entity, table: Alias, day: Option<usize>) -> Option<InForce> {
        let validity = entity.validity.as_ref()?;
        let column = |field: &String| entity.columns.get(field).map(|c| c.column.clone());
        Some(InForce { table, rule: validity.named(column), day })
    }
}

/// Columns that lead to the unit a row is in, in the order in which they count for a place of this time.
fn places(lowering: &Lowering<'_>, entity: &Entity, era: Era) -> Vec<String> {
    let rank = |of: Era| match of {
        of if of == era => 0,
        Era::Any => 1,
        _ => 2,
    };
    let mut found: Vec<(u8, &String)> = Vec::new();
    for link in entity.links.values() {
        if let (Some(of), LinkKind::ToOne { column, .. }) = (link.place, &link.kind)
            && !lowering.catalog.entities[&link.target].has_place()
        {
            found.push((rank(of), column));
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, column)| column.clone()).collect()
}
