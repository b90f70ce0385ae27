//! `where` → conditions of the statement. What a caller may not see is not compared either: every column goes
//! through `visible`.

use apollo_compiler::executable::Field;

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::{Conversion, Source};
use super::super::schema::words;
use super::Lowering;
use super::argument::Given;
use super::period::in_period;
use super::rows::Rows;
use crate::catalog::{Entity, Link, LinkKind, RootView, Scalar};
use crate::store::select::{
    Alias, Comparison, Condition, Expression, ExpressionSource, Inner, Operator, ParamType,
};

/// How values of a field are bound.
#[derive(Clone)]
pub(super) enum Bound {
    Value(ParamType),
    Id(String),
}

/// Where conditions stand: which row they speak of, how deep.
#[derive(Clone, Copy)]
struct At<'e> {
    entity: &'e Entity,
    table: Alias,
    depth: usize,
}

impl<'a> Lowering<'a> {
    /// The conditions of the part `view`, of the argument `where` and of the day that the whole query is as of.
    pub(super) fn conditions(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        view: Option<&RootView>,
        field: &'a Field,
    ) -> Result<(), Coded> {
        let table = Alias::Row(0);
        self.narrow(rows, entity, table);
        if let Some(view) = view
            && let Some(column) = entity.columns.get(&view.filter)
        {
            let left = Expression { table, source: self.visible(rows, column), as_text: false };
            rows.conditions.push(Condition::Compare(left, Comparison::Words(view.values.clone())));
        }
        if let Some(day) = self.as_of() {
            let in_force = self.in_force_as_of(rows, entity, table, &day);
            rows.conditions.extend(in_force);
        }
        if let Some(given) = self.argument(field, words::WHERE) {
            let at = At { entity, table, depth: 0 };
            let condition = self.condition(rows, at, &given)?;
            match condition {
                Condition::All(all) => rows.conditions.extend(all),
                other => rows.conditions.push(other),
            }
        }
        Ok(())
    }

    /// One object of conditions.
    fn condition(&self, rows: &mut Rows, at: At<'_>, given: &Given<'a>) -> Result<Condition, Coded> {
        if at.depth > limits::CONDITION_DEPTH {
            return Err(too_deep());
        }
        let mut all = Vec::new();
        for (name, value) in self.fields_and_nulls(given) {
            let value = value.ok_or_else(|| null_condition(&name, null_of(at.entity, &name)))?;
            match self.one(rows, at, &name, &value)? {
                Condition::All(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
        Ok(Condition::All(all))
    }

    fn one(&self, rows: &mut Rows, at: At<'_>, name: &str, value: &Given<'a>) -> Result<Condition, Coded> {
        let deeper = At { depth: at.depth + 1, ..at };
        match name {
            words::AND | words::OR => {
                let mut parts = Vec::new();
                for item in self.items(value) {
                    let item = item.ok_or_else(|| null_condition(name, None))?;
                    parts.push(self.condition(rows, deeper, &item)?);
                }
                return Ok(if name == words::AND { Condition::All(parts) } else { Condition::Any(parts) });
            }
            words::NOT => return Ok(Condition::Not(Box::new(self.condition(rows, deeper, value)?))),
            words::ON_DAY => return self.on_day(rows, deeper, value),
            words::WITHIN if at.entity.has_place() || self.catalog.is_unit(at.entity) => {
                rows.compare()?;
                return Ok(self.within(rows, at.entity, at.table, &self.source(value)));
            }
            words::IN_FORCE_ON if at.entity.validity.is_some() => {
                rows.compare()?;
                let day = self.source(value);
                let day = rows.param(day, Conversion::Value(ParamType::Date), ParamType::Date);
                return Ok(self
                    .in_force(at.entity, at.table, Some(day))
                    .map_or(Condition::All(Vec::new()), |in_force| Condition::InForce(Box::new(in_force))));
            }
            _ => {}
        }
        let name = name.strip_suffix(words::OF_FIELD).filter(|n| words::is_taken(n)).unwrap_or(name);
        if name == "id" {
            let left = Expression::column(at.table, "id");
            return self.compared(rows, &left, &Bound::Id(at.entity.id_prefix.clone()), value);
        }
        if let Some(column) = self.column(at.entity, name)? {
            let bound = Bound::Value(param_type(&column.ty));
            if let Some((periods, day)) = self.periods(rows, column) {
                let comparisons = self.comparisons(rows, &bound, value)?;
                return Ok(in_period(rows, at.table, periods, day, comparisons));
            }
            let source = self.visible(rows, column);
            let left = Expression { table: at.table, source, as_text: false };
            return self.compared(rows, &left, &bound, value);
        }
        self.linked(rows, deeper, name, value)
    }

    /// Conditions as of a day of their own. Whether the row itself is in force then, `inForceOn` asks.
    fn on_day(&self, rows: &mut Rows, at: At<'_>, given: &Given<'a>) -> Result<Condition, Coded> {
        let fields = self.fields(given);
        let field = |name: &str| fields.iter().find(|(given, _)| given == name).map(|(_, value)| value);
        let (Some(day), Some(conditions)) = (field(words::DAY), field(words::WHERE)) else {
            return Err(Coded::internal("conditions on a day without the day"));
        };
        rows.compare()?;
        let outside = self.day.replace(Some(self.source(day)));
        let inside = self.condition(rows, at, conditions);
        self.day.replace(outside);
        inside
    }

    /// Conditions on what a link leads to, or on how much it leads to.
    fn linked(&self, rows: &mut Rows, at: At<'_>, name: &str, value: &Given<'a>) -> Result<Condition, Coded> {
        if let Some(link) = self.link_of(at.entity, name)? {
            return match &link.kind {
                LinkKind::ToOne { column, .. } => self.to_one(rows, at, link, column, value),
                LinkKind::ToMany { column, .. } => self.to_many(rows, at, link, column, value),
            };
        }
        let counted = name.strip_suffix(words::COUNT_OF).map(|link| self.link_of(at.entity, link));
        if let Some(link) = counted.transpose()?.flatten()
            && let LinkKind::ToMany { column, .. } = &link.kind
        {
            return self.number(rows, at, link, column, value);
        }
        Err(Coded::internal(format!("no condition {name} on {}", at.entity.name)))
    }

    /// Conditions on the id go by the link's own column, so that `isNull` says whether there is a link.
    fn to_one(
        &self,
        rows: &mut Rows,
        at: At<'_>,
        link: &Link,
        column: &str,
        value: &Given<'a>,
    ) -> Result<Condition, Coded> {
        let target = &self.catalog.entities[&link.target];
        let (mut all, mut inner) = (Vec::new(), Vec::new());
        let table = rows.alias();
        let within = At { entity: target, table, depth: at.depth };
        for (name, value) in self.fields_and_nulls(value) {
            let value = value.ok_or_else(|| null_condition(&name, null_of(target, &name)))?;
            if name == "id" {
                let left = Expression::column(at.table, column);
                let bound = Bound::Id(target.id_prefix.clone());
                all.push(self.compared(rows, &left, &bound, &value)?);
            } else {
                inner.push(self.one(rows, within, &name, &value)?);
            }
        }
        let condition = Condition::All(inner);
        if !condition.is_true() {
            let outer = (at.table, column.to_owned());
            let inner = Inner {
                table: target.table.clone(),
                alias: table,
                column: "id".to_owned(),
                outer,
                condition,
            };
            all.push(Condition::Exists(Box::new(inner)));
        }
        Ok(Condition::All(all))
    }

    fn to_many(
        &self,
        rows: &mut Rows,
        at: At<'_>,
        link: &Link,
        column: &str,
        value: &Given<'a>,
    ) -> Result<Condition, Coded> {
        let target = &self.catalog.entities[&link.target];
        let mut all = Vec::new();
        for (quantifier, value) in self.fields_and_nulls(value) {
            let value = value.ok_or_else(|| null_condition(&quantifier, None))?;
            let alias = rows.alias();
            let within = At { entity: target, table: alias, depth: at.depth };
            let condition = self.condition(rows, within, &value)?;
            let every = quantifier == words::EVERY;
            let condition = if every { Condition::Not(Box::new(condition)) } else { condition };
            let inner = Box::new(self.inner(rows, at.table, target, alias, column, condition));
            all.push(match quantifier.as_str() {
                words::SOME => Condition::Exists(inner),
                _ => Condition::Missing(inner),
            });
        }
        Ok(Condition::All(all))
    }

    fn number(
        &self,
        rows: &mut Rows,
        at: At<'_>,
        link: &Link,
        column: &str,
        value: &Given<'a>,
    ) -> Result<Condition, Coded> {
        let target = &self.catalog.entities[&link.target];
        let mut all = Vec::new();
        for comparison in self.comparisons(rows, &Bound::Value(ParamType::Int), value)? {
            let alias = rows.alias();
            let inner = self.inner(rows, at.table, target, alias, column, Condition::All(Vec::new()));
            all.push(Condition::Number(Box::new(inner), comparison));
        }
        Ok(Condition::All(all))
    }

    /// The rows of a to-many link, as of the day of the whole query.
    pub(super) fn inner(
        &self,
        rows: &mut Rows,
        outer: Alias,
        target: &Entity,
        alias: Alias,
        column: &str,
        condition: Condition,
    ) -> Inner {
        let day = self.as_of();
        let in_force = day.and_then(|day| self.in_force_as_of(rows, target, alias, &day));
        let mut all: Vec<Condition> =
            in_force.into_iter().chain(self.for_them(rows, target, alias)).collect();
        let condition = if all.is_empty() {
            condition
        } else {
            all.extend((!condition.is_true()).then_some(condition));
            Condition::All(all)
        };
        let outer = (outer, "id".to_owned());
        Inner { table: target.table.clone(), alias, column: column.to_owned(), outer, condition }
    }

    fn compared(
        &self,
        rows: &mut Rows,
        left: &Expression,
        bound: &Bound,
        value: &Given<'a>,
    ) -> Result<Condition, Coded> {
        let comparisons = self.comparisons(rows, bound, value)?;
        let all = comparisons.into_iter().map(|c| Condition::Compare(left.clone(), c));
        Ok(Condition::All(all.collect()))
    }

    /// The comparisons of one object of operators.
    pub(super) fn comparisons(
        &self,
        rows: &mut Rows,
        bound: &Bound,
        given: &Given<'a>,
    ) -> Result<Vec<Comparison>, Coded> {
        let mut all = Vec::new();
        for (operator, value) in self.fields_and_nulls(given) {
            let value = value.ok_or_else(|| null_condition(&operator, Some("{isNull: true}")))?;
            rows.compare()?;
            if operator == words::BETWEEN {
                for (end, value) in self.fields(&value) {
                    let by = if end == words::FROM { Operator::AtLeast } else { Operator::AtMost };
                    all.push(Comparison::Value(by, param(rows, bound, self.source(&value))));
                }
                continue;
            }
            all.push(self.comparison(rows, &operator, &value, bound)?);
        }
        Ok(all)
    }

    fn comparison(
        &self,
        rows: &mut Rows,
        operator: &str,
        value: &Given<'a>,
        bound: &Bound,
    ) -> Result<Comparison, Coded> {
        if operator == "isNull" {
            return Ok(Comparison::IsNull(self.now(value) == serde_json::Value::Bool(true)));
        }
        let source = self.source(value);
        let mut text = |source| rows.param(source, Conversion::SearchText, ParamType::Text);
        let by = match operator {
            "in" => return Ok(Comparison::In(params(rows, bound, source))),
            "notIn" => return Ok(Comparison::NotIn(params(rows, bound, source))),
            "contains" => return Ok(Comparison::Contains(text(source))),
            "startsWith" => return Ok(Comparison::StartsWith(text(source))),
            "matches" => {
                return Ok(Comparison::Matches(rows.param(source, Conversion::Words, ParamType::Text)));
            }
            "eq" => Operator::Equal,
            "ne" if matches!(bound, Bound::Id(_)) => Operator::OtherThan,
            "ne" => Operator::NotEqual,
            "lt" => Operator::Less,
            "lte" => Operator::AtMost,
            "gt" => Operator::More,
            "gte" => Operator::AtLeast,
            other => return Err(Coded::internal(format!("no operator {other}"))),
        };
        Ok(Comparison::Value(by, param(rows, bound, source)))
    }
}

fn param(rows: &mut Rows, bound: &Bound, source: Source) -> usize {
    match bound {
        Bound::Value(ty) => rows.param(source, Conversion::Value(*ty), *ty),
        Bound::Id(prefix) => rows.param(source, Conversion::Id(prefix.clone()), ParamType::Uuid),
    }
}

fn params(rows: &mut Rows, bound: &Bound, source: Source) -> usize {
    match bound {
        Bound::Value(ty) => rows.param(source, Conversion::Array(*ty), *ty),
        Bound::Id(prefix) => rows.param(source, Conversion::Ids(prefix.clone()), ParamType::Uuid),
    }
}

/// A null where a condition must be: it could mean "is null" or "no condition", so it is neither. `instead` is how the
/// first is asked for, where it can be.
fn null_condition(name: &str, instead: Option<&str>) -> Coded {
    let (en, vi) = match instead {
        Some(instead) => {
            (format!("ask {instead}, or leave it out"), format!("hãy dùng {instead} hoặc bỏ đi"))
        }
        None => ("leave it out".to_owned(), "hãy bỏ đi".to_owned()),
    };
    Coded::fault(
        "NULL_IN_WHERE",
        format!("{name} is null, which is no condition: {en}"),
        format!("{name} là null, không phải điều kiện: {vi}"),
    )
}

/// How to ask for rows that have nothing in a field: what combines conditions, places and days have no such thing.
fn null_of(entity: &Entity, name: &str) -> Option<&'static str> {
    let name = name.strip_suffix(words::OF_FIELD).filter(|n| words::is_taken(n)).unwrap_or(name);
    if name == "id" || entity.columns.contains_key(name) {
        return Some("{isNull: true}");
    }
    let link = entity.links.get(name)?;
    matches!(link.kind, LinkKind::ToOne { .. }).then_some("{id: {isNull: true}}")
}

fn too_deep() -> Coded {
    let most = limits::CONDITION_DEPTH;
    Coded::fault(
        "WHERE_TOO_DEEP",
        format!("where takes {most} links, lists and negations within each other at most"),
        format!("where nhận tối đa {most} tầng liên kết, danh sách và phủ định lồng nhau"),
    )
}

pub(super) fn param_type(ty: &Scalar) -> ParamType {
    match ty {
        Scalar::String | Scalar::Enum(_) | Scalar::Json => ParamType::Text,
        Scalar::Int => ParamType::Int,
        Scalar::Float => ParamType::Float,
        Scalar::Boolean => ParamType::Bool,
        Scalar::Date => ParamType::Date,
        Scalar::DateTime => ParamType::DateTime,
        Scalar::Decimal => ParamType::Decimal,
    }
}

/// Where no condition looks any further.
pub(super) fn source_of(column: &str) -> ExpressionSource {
    ExpressionSource::Column(column.to_owned())
}
