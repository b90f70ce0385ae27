//! Operations bound by hand → what is taken, what of the result is written, which entities are looked up.

use super::super::answer::Coded;
use super::super::plan::*;
use super::Lowering;
use super::collect::Group;
use crate::access::allows;
use crate::catalog::{Entity, NODE, Operation, Shape, Taken};

impl<'a> Lowering<'a> {
    /// The operation that a field of the query or mutation type stands for.
    pub(super) fn operation(&self, root_type: &str, name: &str) -> Option<&'a Operation> {
        let operations = &self.catalog.operations;
        let of_type = if root_type == "Query" { &operations.queries } else { &operations.mutations };
        of_type.get(name)
    }

    /// An operation.
    pub(super) fn act(&self, operation: &Operation, group: &Group<'a>) -> Result<RootField, Coded> {
        self.allow(&operation.access, || group.name().to_owned())?;
        let arguments = self.taken(&operation.arguments, group);
        let mut entities = Vec::new();
        let fields = self.made(&operation.output, group, &mut entities)?;
        let (name, reads) = (group.name().to_owned(), operation.reads);
        Ok(RootField::Act(Act { name, reads, arguments, fields, entities }))
    }

    fn taken(&self, declared: &[Taken], group: &Group<'a>) -> Vec<(String, Source)> {
        let mut arguments = Vec::new();
        for taken in declared {
            let given = self.argument(group.fields[0], &taken.name).map(|given| self.source(&given));
            let default = || {
                let value = taken.default.clone()?.into_json().ok()?;
                Some(Source::Literal(value))
            };
            if let Some(source) = given.or_else(default) {
                arguments.push((taken.name.clone(), source));
            }
        }
        arguments
    }

    fn made(
        &self,
        shape: &Shape,
        group: &Group<'a>,
        entities: &mut Vec<Vec<Typed>>,
    ) -> Result<Vec<MadeField>, Coded> {
        let Some(result) = self.catalog.operations.results.get(&shape.name) else {
            return Err(Coded::internal(format!("{} is no result of an operation", shape.name)));
        };
        let mut fields = Vec::new();
        for inner in self.collect(&shape.name, &group.selections()) {
            let name = inner.name().to_owned();
            let (key, mut slot, mut arguments) = (Key::new(inner.key), name.clone(), Vec::new());
            let mut weight = None;
            let (out, nullable) = match result.fields.get(&name) {
                None => (MadeOut::Typename(shape.name.clone()), false),
                Some(field) => {
                    self.allow(&field.access, || format!("{}.{name}", shape.name))?;
                    weight = field.cost.weight;
                    if !field.arguments.is_empty() {
                        slot = inner.key.to_string();
                        arguments = self.taken(&field.arguments, &inner);
                    }
                    (self.made_out(&field.shape, &inner, entities)?, field.shape.nullable)
                }
            };
            fields.push(MadeField { key, name, slot, arguments, weight, out, nullable });
        }
        Ok(fields)
    }

    fn made_out(
        &self,
        shape: &Shape,
        group: &Group<'a>,
        entities: &mut Vec<Vec<Typed>>,
    ) -> Result<MadeOut, Coded> {
        if let Some(entity) = self.catalog.entities.get(&shape.name) {
            entities.push(vec![self.typed(entity, group, false)?]);
            return Ok(MadeOut::Entity(entities.len() - 1));
        }
        if shape.name == NODE {
            // What results name without saying its type was found by its words or its number, or counted by an
            // indicator.
            let is_found = |entity: &&Entity| {
                entity.search.is_some()
                    || !entity.verifiable.is_empty()
                    || self.catalog.indicators.counts(&entity.name)
            };
            let found = self.catalog.entities.values().filter(is_found);
            let found = found.filter(|entity| allows(&entity.access, self.viewer));
            let of: Result<_, _> = found.map(|entity| self.typed(entity, group, self.name_types)).collect();
            entities.push(of?);
            return Ok(MadeOut::Entity(entities.len() - 1));
        }
        match self.catalog.operations.results.contains_key(&shape.name) {
            true => Ok(MadeOut::Object(self.made(shape, group, entities)?)),
            false => Ok(MadeOut::Value),
        }
    }
}
