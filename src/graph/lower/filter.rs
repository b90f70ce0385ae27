//! `where` → conditions of the statement.

use apollo_compiler::executable::Field;

use super::super::answer::Coded;
use super::super::plan::Conversion;
use super::Lowering;
use super::argument::Given;
use super::rows::Rows;
use crate::catalog::{Entity, LinkKind, RootView, Scalar};
use crate::store::select::{Comparison, ExpressionSource, Filter, ParamType};

/// How values of a field are bound.
enum Bound {
    Value(ParamType),
    Id(String),
}

impl<'a> Lowering<'a> {
    /// The conditions of the part `view` and of the argument `where`.
    pub(super) fn filters(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        view: Option<&RootView>,
        field: &'a Field,
    ) -> Result<(), Coded> {
        if let Some(view) = view
            && let Some(column) = entity.columns.get(&view.filter)
        {
            let left = self.visible(column);
            rows.filters.push(Filter { left, comparison: Comparison::Words(view.values.clone()) });
        }
        let Some(given) = self.argument(field, "where") else { return Ok(()) };
        for (name, conditions) in self.fields(&given) {
            let (left, bound) = self.filtered(entity, &name)?;
            for (comparison, value) in self.fields(&conditions) {
                let comparison = self.comparison(rows, &comparison, &value, &bound);
                rows.filters.push(Filter { left: left.clone(), comparison });
            }
        }
        Ok(())
    }

    fn filtered(&self, entity: &Entity, name: &str) -> Result<(ExpressionSource, Bound), Coded> {
        if name == "id" {
            return Ok((ExpressionSource::Column("id".to_owned()), Bound::Id(entity.id_prefix.clone())));
        }
        if let Some(column) = entity.columns.get(name) {
            return Ok((self.visible(column), Bound::Value(param_type(&column.ty))));
        }
        if let Some(link) = entity.links.get(name)
            && let LinkKind::ToOne { column, .. } = &link.kind
        {
            let prefix = self.catalog.entities[&link.target].id_prefix.clone();
            return Ok((ExpressionSource::Column(column.clone()), Bound::Id(prefix)));
        }
        Err(Coded::internal(format!("no filter {name} on {}", entity.name)))
    }

    fn comparison(&self, rows: &mut Rows, name: &str, value: &Given<'a>, bound: &Bound) -> Comparison {
        if name == "isNull" {
            return Comparison::IsNull(self.now(value) == serde_json::Value::Bool(true));
        }
        let source = self.source(value);
        match (name, bound) {
            ("in", Bound::Value(ty)) => Comparison::In(rows.param(source, Conversion::Array(*ty), *ty)),
            ("in", Bound::Id(prefix)) => {
                Comparison::In(rows.param(source, Conversion::Ids(prefix.clone()), ParamType::Uuid))
            }
            (_, Bound::Value(ty)) => Comparison::Equal(rows.param(source, Conversion::Value(*ty), *ty)),
            (_, Bound::Id(prefix)) => {
                Comparison::Equal(rows.param(source, Conversion::Id(prefix.clone()), ParamType::Uuid))
            }
        }
    }
}

fn param_type(ty: &Scalar) -> ParamType {
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
