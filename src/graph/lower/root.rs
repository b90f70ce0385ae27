//! Root fields → plans.

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::*;
use super::super::schema::TYPE_KEY;
use super::Lowering;
use super::collect::Group;
use super::rows::Rows;
use crate::catalog::Entity;
use crate::store::select::{Expression, Scope};

impl<'a> Lowering<'a> {
    /// One root field.
    pub(super) fn root(&self, root_type: &str, group: &Group<'a>) -> Result<Root, Coded> {
        let field = match group.name() {
            "__typename" => RootField::Typename(root_type.to_owned()),
            "__schema" | "__type" => RootField::Introspection,
            "node" => {
                let of = self.typed_by(group, "id")?;
                RootField::One { id: self.required(group, "id")?, of }
            }
            "nodes" => {
                let of = self.typed_by(group, "ids")?;
                RootField::Many { ids: self.required(group, "ids")?, of }
            }
            name => match self.operation(root_type, name) {
                Some(operation) => self.act(operation, group)?,
                None => self.entity_root(name, group)?,
            },
        };
        Ok(Root { key: Key::new(group.key), field })
    }

    fn entity_root(&self, name: &str, group: &Group<'a>) -> Result<RootField, Coded> {
        for entity in self.catalog.entities.values() {
            if entity.singular == name {
                let of = vec![self.typed(entity, group, false)?];
                return Ok(RootField::One { id: self.required(group, "id")?, of });
            }
            let view = entity.roots.iter().find(|v| v.field == name);
            if entity.plural == name || view.is_some() {
                let page = self.page(entity, None, &entity.order, view, group, limits::ROOT_PAGE)?;
                return Ok(RootField::Page { fetch: page.fetch, count: page.count, page: page.out });
            }
        }
        Err(Coded::internal(format!("root field {name} is not in the catalog")))
    }

    fn required(&self, group: &Group<'a>, name: &str) -> Result<Source, Coded> {
        let given = self.argument(group.fields[0], name);
        given.map(|g| self.source(&g)).ok_or_else(|| Coded::internal(format!("argument {name} is missing")))
    }

    /// The types that the ids in the argument are of; ids that are none are told when they are bound.
    fn typed_by(&self, group: &Group<'a>, argument: &str) -> Result<Vec<Typed>, Coded> {
        let Some(given) = self.argument(group.fields[0], argument) else { return Ok(Vec::new()) };
        let value = self.now(&given);
        let ids: Vec<&str> = match &value {
            serde_json::Value::Array(items) => items.iter().filter_map(|v| v.as_str()).collect(),
            other => other.as_str().into_iter().collect(),
        };
        let mut typed = Vec::new();
        for entity in self.catalog.entities.values() {
            let prefix = |id: &&str| id.rsplit_once('_').is_some_and(|(p, _)| p == entity.id_prefix);
            if ids.iter().any(prefix) {
                typed.push(self.typed(entity, group, self.name_types)?);
            }
        }
        Ok(typed)
    }

    pub(super) fn typed(&self, entity: &Entity, group: &Group<'a>, name_type: bool) -> Result<Typed, Coded> {
        let mut rows = Rows::new(&entity.table, true, false);
        let id_column = rows.output(Expression::column(0, "id"));
        let mut fields = self.object(&mut rows, entity, 0, &group.selections())?;
        if name_type {
            fields.push(OutField { key: Key::new(TYPE_KEY), out: Out::Typename(entity.name.clone()) });
        }
        let fetch = rows.finish(Scope::Ids(0));
        let prefix = entity.id_prefix.clone();
        Ok(Typed { prefix, merged: entity.is_merged(), fetch, id_column, fields })
    }
}
