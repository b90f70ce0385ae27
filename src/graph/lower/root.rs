//! Root fields → plans.

use super::super::answer::Coded;
use super::super::limits;
use super::super::plan::*;
use super::super::schema::{TYPE_KEY, words};
use super::Lowering;
use super::collect::Group;
use super::page::Over;
use super::rows::{Leading, Rows};
use crate::catalog::Entity;
use crate::store::select::{Alias, Expression, ExpressionSource, Scope};

const ROW: Alias = Alias::Row(0);

impl<'a> Lowering<'a> {
    /// One root field.
    pub(super) fn root(&self, root_type: &str, group: &Group<'a>) -> Result<Root, Coded> {
        let day = self.argument(group.fields[0], words::AS_OF);
        self.day.replace(day.map(|given| self.source(&given)));
        let field = match group.name() {
            "__typename" => RootField::Typename(root_type.to_owned()),
            "__schema" | "__type" => RootField::Introspection,
            "node" => {
                let of = self.typed_by(group, "id")?;
                RootField::One { by: By::Id(self.required(group, "id")?), of }
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
                self.enter(entity)?;
                return self.by_key(entity, group);
            }
            let view = entity.roots.iter().find(|v| v.field == name);
            if entity.plural == name || view.is_some() {
                self.enter(entity)?;
                let over = Over { entity, parent: None, view, order: &entity.order };
                let page = self.page(over, group, limits::ROOT_PAGE)?;
                let (fetch, extras, counting) = (page.fetch, page.extras, page.counting);
                return Ok(RootField::Page { fetch, extras, page: Box::new(page.out), counting });
            }
        }
        Err(Coded::internal(format!("root field {name} is not in the catalog")))
    }

    /// One object by its id or one of its natural keys, of which exactly one is given.
    fn by_key(&self, entity: &Entity, group: &Group<'a>) -> Result<RootField, Coded> {
        let field = group.fields[0];
        let names = std::iter::once("id").chain(entity.keys.iter().map(|key| key.field.as_str()));
        let given: Vec<_> = names.filter_map(|name| Some((name, self.argument(field, name)?))).collect();
        let day = self.argument(field, "on").map(|given| self.source(&given));
        let [(name, value)] = given.as_slice() else { return Err(one_key(entity)) };
        let value = self.source(value);
        if *name == "id" {
            let of = vec![self.typed(entity, group, false)?];
            return if day.is_none() {
                Ok(RootField::One { by: By::Id(value), of })
            } else {
                Err(one_key(entity))
            };
        }
        let Some(column) = self.column(entity, name)? else {
            return Err(Coded::internal(format!("no key {name} of {}", entity.name)));
        };
        let mut rows = Rows::new(&entity.table, Some(Conversion::TextKeys), Leading::Key);
        let ExpressionSource::Column(column) = self.visible(&mut rows, column) else {
            return Err(Coded::internal(format!("{name} is no column of its own")));
        };
        self.narrow(&mut rows, entity, ROW);
        let id_column = rows.output(Expression::column(ROW, "id"));
        let fields = self.object(&mut rows, entity, ROW, &group.selections())?;
        let needs_day = entity.keys.iter().any(|key| key.field == *name && key.dated);
        let on = self.in_force(entity, ROW, None).filter(|_| needs_day);
        let dated = day.is_some();
        if dated && on.is_none() {
            return Err(one_key(entity));
        }
        let fetch = rows.finish(Scope::Keys { column, keys: 0, on, dated });
        let typed = Typed { prefix: entity.id_prefix.clone(), merged: false, fetch, id_column, fields };
        Ok(RootField::One { by: By::Key(value, day), of: vec![typed] })
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
        self.enter(entity)?;
        let mut rows = Rows::new(&entity.table, Some(Conversion::Keys), Leading::Nothing);
        self.narrow(&mut rows, entity, ROW);
        let id_column = rows.output(Expression::column(ROW, "id"));
        let mut fields = self.object(&mut rows, entity, ROW, &group.selections())?;
        if name_type {
            fields.push(OutField { key: Key::new(TYPE_KEY), out: Out::Typename(entity.name.clone()) });
        }
        let fetch = rows.finish(Scope::Ids(0));
        let prefix = entity.id_prefix.clone();
        Ok(Typed { prefix, merged: entity.is_merged(), fetch, id_column, fields })
    }
}

fn one_key(entity: &Entity) -> Coded {
    let keys: Vec<&str> =
        std::iter::once("id").chain(entity.keys.iter().map(|key| key.field.as_str())).collect();
    let keys = keys.join(", ");
    Coded::fault(
        "ONE_KEY",
        format!("{} takes exactly one of {keys}; on goes with a code that needs a day", entity.singular),
        format!("{} nhận đúng một trong {keys}; on chỉ đi cùng mã cần ngày", entity.singular),
    )
}
