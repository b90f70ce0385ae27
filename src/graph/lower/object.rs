//! Fields of an entity → columns, joins and lists of the statement.

use std::sync::Arc;

use apollo_compiler::executable::SelectionSet;

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::{Key, LeafKind, Out, OutField};
use super::Lowering;
use super::collect::Group;
use super::page::Over;
use super::period::VALUE;
use super::rows::Rows;
use crate::catalog::{Column, Entity, Link, LinkKind, Personal, Scalar};
use crate::store::select::{Alias, Expression, ExpressionSource};

impl<'a> Lowering<'a> {
    /// The fields that `sets` select of `entity`, whose alias in `rows` is `table`.
    pub(super) fn object(
        &self,
        rows: &mut Rows,
        entity: &Entity,
        table: Alias,
        sets: &[&'a SelectionSet],
    ) -> Result<Vec<OutField>, Coded> {
        let mut fields = Vec::new();
        for group in self.collect(&entity.name, sets) {
            let out = self.field(rows, entity, table, &group).map_err(self.at(&group))?;
            fields.push(OutField { key: Key::new(group.key), out });
        }
        Ok(fields)
    }

    fn field(&self, rows: &mut Rows, entity: &Entity, table: Alias, group: &Group<'a>) -> Result<Out, Coded> {
        match group.name() {
            "__typename" => return Ok(Out::Typename(entity.name.clone())),
            "id" => {
                let column = rows.output(Expression::column(table, "id"));
                return Ok(Out::Id { column, prefix: format!("\"{}_", entity.id_prefix) });
            }
            _ => {}
        }
        if let Some(column) = self.column(entity, group.name())? {
            return Ok(self.leaf(rows, table, column));
        }
        let Some(link) = self.link_of(entity, group.name())? else {
            return Err(Coded::internal(format!("{}.{} is not in the catalog", entity.name, group.name())));
        };
        self.link(rows, table, link, group)
    }

    fn leaf(&self, rows: &mut Rows, table: Alias, column: &Column) -> Out {
        let (kind, as_text) = self.leaf_kind(&column.ty);
        let value = self.value(rows, table, column);
        let as_text = as_text && value.source != ExpressionSource::Null;
        let column_index = rows.output(Expression { as_text, ..value });
        Out::Leaf { column: column_index, kind, nullable: column.nullable || column.personal.is_some() }
    }

    /// The column the caller may see in the place of a field, as of the day of the whole query.
    pub(super) fn visible(&self, rows: &mut Rows, column: &Column) -> ExpressionSource {
        if column.personal.is_some() && self.viewer.personal_data {
            self.note_personal(column);
        }
        match (&column.personal, &column.function) {
            (Some(Personal::Hidden), _) if !self.viewer.personal_data => ExpressionSource::Null,
            (Some(Personal::Masked(mask)), _) if !self.viewer.personal_data => {
                ExpressionSource::Column(mask.clone())
            }
            (_, Some(function)) => match (&column.function_on, self.as_of()) {
                (Some(on), Some(day)) => ExpressionSource::FunctionOn(on.clone(), rows.day(&day)),
                _ => ExpressionSource::Function(function.clone()),
            },
            _ => ExpressionSource::Column(column.column.clone()),
        }
    }

    /// The same as a value of the row under `table`: where its periods are kept, out of the one that counts.
    pub(super) fn value(&self, rows: &mut Rows, table: Alias, column: &Column) -> Expression {
        match self.periods(rows, column) {
            Some((periods, day)) => Expression::column(rows.join_period(periods, table, day), VALUE),
            None => Expression { table, source: self.visible(rows, column), as_text: false },
        }
    }

    pub(super) fn leaf_kind(&self, ty: &Scalar) -> (LeafKind, bool) {
        match ty {
            Scalar::String => (LeafKind::Text, false),
            Scalar::Int => (LeafKind::Int, false),
            Scalar::Float => (LeafKind::Float, false),
            Scalar::Boolean => (LeafKind::Boolean, false),
            Scalar::Date => (LeafKind::Date, false),
            Scalar::DateTime => (LeafKind::DateTime, false),
            Scalar::Decimal => (LeafKind::Text, true),
            Scalar::Json => (LeafKind::Json, true),
            Scalar::Enum(name) => {
                let values = self.catalog.enums.get(name).map(|e| e.values.keys().cloned());
                (LeafKind::Enum(values.map(|v| v.collect()).unwrap_or_else(|| Arc::from([]))), false)
            }
        }
    }

    fn link(&self, rows: &mut Rows, table: Alias, link: &Link, group: &Group<'a>) -> Result<Out, Coded> {
        let target = &self.catalog.entities[&link.target];
        match &link.kind {
            LinkKind::ToOne { column, nullable } => {
                let joined = rows.join(&target.table, table, column);
                let id_column = rows.output(Expression::column(joined, "id"));
                let fields = self.object(rows, target, joined, &group.selections())?;
                Ok(Out::One { id_column, nullable: *nullable, fields })
            }
            LinkKind::ToMany { column, order, list: true } => {
                let key_column = rows.output(Expression::column(table, "id"));
                let (fetch, fields) = self.list(target, column, order, group)?;
                Ok(Out::List { child: rows.child(key_column, fetch), key_column, fields })
            }
            LinkKind::ToMany { column, order, .. } => {
                let key_column = rows.output(Expression::column(table, "id"));
                let over = Over { entity: target, parent: Some(column), view: None, order };
                let page = self.page(over, group, limits::NESTED_PAGE)?;
                let child = page.fetch.map(|fetch| rows.child(key_column, fetch));
                let extras = page.extras.into_iter().map(|fetch| rows.child(key_column, fetch)).collect();
                Ok(Out::Page { child, extras, key_column, page: page.out })
            }
        }
    }
}
