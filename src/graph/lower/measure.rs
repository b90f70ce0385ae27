//! `totalCount`, `count`, `aggregate` and `groups` of a connection → further statements over the same rows.

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::*;
use super::super::schema::{names, words};
use super::Lowering;
use super::argument::Given;
use super::collect::Group;
use super::filter::Bound;
use super::page::Over;
use super::rows::Rows;
use crate::catalog::{Entity, LinkKind, Scalar};
use crate::store::select::{
    Alias, Comparison, Expression, ExpressionSource, Groups, Measure, ParamType, Scope,
};

const ROW: Alias = Alias::Row(0);

impl<'a> Lowering<'a> {
    /// Rows of the whole list, under the connection's own conditions.
    fn whole(&self, over: Over<'_>, group: &Group<'a>) -> Result<Rows, Coded> {
        let mut rows = Rows::of(&over.entity.table, over.parent.is_some());
        self.conditions(&mut rows, over.entity, over.view, group.fields[0])?;
        Ok(rows)
    }

    /// How many rows there are; the number of the statement.
    pub(super) fn total(
        &self,
        extras: &mut Vec<Fetch>,
        over: Over<'_>,
        group: &Group<'a>,
        most: Option<i64>,
    ) -> Result<usize, Coded> {
        let mut rows = self.whole(over, group)?;
        let most = most.map(|most| {
            let none = Source::Literal(serde_json::Value::Null);
            rows.param(none, Conversion::Number(most + 1), ParamType::BigInt)
        });
        Ok(add(extras, rows.finish(Scope::Count(over.parents(), most))))
    }

    /// A count of stated truth.
    pub(super) fn count(
        &self,
        extras: &mut Vec<Fetch>,
        over: Over<'_>,
        group: &Group<'a>,
        inner: &Group<'a>,
    ) -> Result<CountOut, Coded> {
        let mode = self.argument(inner.fields[0], "mode").map(|given| self.now(&given));
        let mode = mode.as_ref().and_then(|mode| mode.as_str()).unwrap_or(names::EXACT);
        // The lists within an object are short: what is estimated of all is counted there.
        let most = match mode {
            names::CAPPED => Some(limits::COUNTED),
            names::ESTIMATE if over.parent.is_none() => Some(limits::COUNTED),
            _ => None,
        };
        let count = self.total(extras, over, group, most)?;
        let estimate = match mode == names::ESTIMATE && over.parent.is_none() {
            true => Some(add(extras, self.whole(over, group)?.finish(Scope::Estimate))),
            false => None,
        };
        let fields = self.collect(names::COUNT, &inner.selections());
        let field = |name: &str| match name {
            "value" => CountField::Value,
            "exact" => CountField::Exact,
            _ => CountField::Typename(names::COUNT.to_owned()),
        };
        let fields = fields.iter().map(|f| (Key::new(f.key), field(f.name()))).collect();
        Ok(CountOut { count, most, estimate, fields })
    }

    /// Measures of the whole list.
    pub(super) fn aggregate(
        &self,
        extras: &mut Vec<Fetch>,
        over: Over<'_>,
        group: &Group<'a>,
        inner: &Group<'a>,
    ) -> Result<PageField, Coded> {
        let mut rows = self.whole(over, group)?;
        let name = names::aggregate(over.entity);
        let fields = self.measures(&mut rows, over.entity, &name, inner, None)?;
        let number = add(extras, rows.finish(Scope::Measures(over.parents())));
        Ok(PageField::Aggregate(number, fields))
    }

    /// Groups of the list.
    pub(super) fn groups(
        &self,
        extras: &mut Vec<Fetch>,
        over: Over<'_>,
        group: &Group<'a>,
        inner: &Group<'a>,
    ) -> Result<PageField, Coded> {
        let mut rows = self.whole(over, group)?;
        let field = inner.fields[0];
        let mut by = self.grouped_by(&mut rows, over.entity, self.argument(field, "by"))?;
        let name = names::bucket(over.entity);
        let fields = self.measures(&mut rows, over.entity, &name, inner, Some(&mut by))?;
        let having = match self.argument(field, "having") {
            Some(given) => self.having(&mut rows, over.entity, &given)?,
            None => Vec::new(),
        };
        let order = self.group_order(&mut rows, over.entity, &by, self.argument(field, words::ORDER_BY))?;
        let size = match self.argument(field, "first") {
            Some(given) => self.source(&given),
            None => Source::Literal(limits::GROUPS.default.into()),
        };
        let most = limits::GROUPS.most;
        let limit = rows.param(size, Conversion::Groups { most }, ParamType::BigInt);
        let by = by.into_iter().map(|term| term.value).collect();
        let groups = Groups { by, having, order, limit };
        let number = add(extras, rows.finish(Scope::Groups(over.parents(), groups)));
        Ok(PageField::Groups(number, fields))
    }

    /// The fields of an aggregate or, with `by`, of a group.
    fn measures(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        name: &str,
        group: &Group<'a>,
        mut by: Option<&mut Vec<super::group::GroupTerm>>,
    ) -> Result<Vec<OutField>, Coded> {
        let mut fields = Vec::new();
        for inner in self.collect(name, &group.selections()) {
            let out = match (inner.name(), by.as_deref_mut()) {
                ("__typename", _) => Out::Typename(name.to_owned()),
                ("key", Some(by)) => Out::Object(self.group_key(rows, entity, ROW, "", &inner, by)?),
                ("count", _) => {
                    let count = Expression { table: ROW, source: ExpressionSource::Count, as_text: false };
                    let column = rows.output(count);
                    Out::Leaf { column, kind: LeafKind::Int, nullable: false }
                }
                (measure, _) => Out::Object(self.measured(rows, entity, measure, &inner)?),
            };
            fields.push(OutField { key: Key::new(inner.key), out });
        }
        Ok(fields)
    }

    /// One measure of several fields.
    fn measured(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        measure: &str,
        group: &Group<'a>,
    ) -> Result<Vec<OutField>, Coded> {
        let ty = names::measure_type(entity, measure);
        let mut fields = Vec::new();
        for inner in self.collect(&ty, &group.selections()) {
            let out = match inner.name() {
                "__typename" => Out::Typename(ty.clone()),
                field => {
                    let (value, kind) = self.measure(rows, entity, measure, field)?;
                    let nullable = measure != names::COUNT_DISTINCT;
                    Out::Leaf { column: rows.output(value), kind, nullable }
                }
            };
            fields.push(OutField { key: Key::new(inner.key), out });
        }
        Ok(fields)
    }

    /// One measure of one field, and how it is written.
    pub(super) fn measure(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        measure: &str,
        field: &str,
    ) -> Result<(Expression, LeafKind), Coded> {
        let measured = |by, of: Expression, as_text| Expression {
            table: of.table,
            source: ExpressionSource::Measure(by, Box::new(of.source)),
            as_text,
        };
        if measure == names::COUNT_DISTINCT {
            let (column, link) = (self.column(entity, field)?, self.link_of(entity, field)?);
            let value = match (column, link.map(|l| &l.kind)) {
                (Some(column), _) => self.value(rows, ROW, column),
                (_, Some(LinkKind::ToOne { column, .. })) => Expression::column(ROW, column),
                _ => return Err(Coded::internal(format!("no measure of {field}"))),
            };
            return Ok((measured(Measure::Distinct, value, false), LeafKind::Int));
        }
        let Some(column) = self.column(entity, field)? else {
            return Err(Coded::internal(format!("no measure of {field}")));
        };
        let value = self.value(rows, ROW, column);
        let float = column.ty == Scalar::Float;
        Ok(match measure {
            names::SUM | names::AVERAGE => {
                let by = match measure {
                    names::SUM => Measure::Sum,
                    _ => Measure::Average { exact: !float },
                };
                let kind = if float { LeafKind::Float } else { LeafKind::Text };
                (measured(by, value, !float), kind)
            }
            _ => {
                let by = if measure == names::LEAST { Measure::Least } else { Measure::Greatest };
                let (kind, as_text) = self.leaf_kind(&column.ty);
                (measured(by, value, as_text), kind)
            }
        })
    }

    /// Conditions on groups: measures and how they compare.
    fn having(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        given: &Given<'a>,
    ) -> Result<Vec<(Expression, Comparison)>, Coded> {
        let mut all = Vec::new();
        let mut compare = |rows: &mut Rows, left: Expression, ty, given: &Given<'a>| {
            let comparisons = self.comparisons(rows, &Bound::Value(ty), given)?;
            all.extend(comparisons.into_iter().map(|comparison| (left.clone(), comparison)));
            Ok::<(), Coded>(())
        };
        for (measure, given) in self.fields(given) {
            if measure == "count" {
                let count = Expression { table: ROW, source: ExpressionSource::Count, as_text: false };
                compare(rows, count, ParamType::Int, &given)?;
                continue;
            }
            for (field, given) in self.fields(&given) {
                let (mut left, kind) = self.measure(rows, entity, &measure, &field)?;
                left.as_text = false;
                let ty = match (measure.as_str(), kind) {
                    (names::COUNT_DISTINCT, _) => ParamType::Int,
                    (_, LeafKind::Float) => ParamType::Float,
                    _ => ParamType::Decimal,
                };
                compare(rows, left, ty, &given)?;
            }
        }
        Ok(all)
    }
}

fn add(extras: &mut Vec<Fetch>, fetch: Fetch) -> usize {
    extras.push(fetch);
    extras.len() - 1
}
