//! What an operation made → the bytes of its field: values of the result, and the entities looked up for it.

use serde_json::Value;

use super::super::answer::Coded;
use super::super::plan::*;
use super::loaded::Named;
use super::write::{Nulled, Step, Writer};

impl<'a> Writer<'a> {
    /// An object of a result, or a list of them.
    pub(super) fn made(
        &mut self,
        act: &'a Act,
        fields: &'a [MadeField],
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        let Some(items) = value.as_array() else { return self.made_object(act, fields, value, entities) };
        self.out.push(b'[');
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Step::Index(n));
            let outcome = self.made_object(act, fields, item, entities);
            self.path.pop();
            outcome?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn made_object(
        &mut self,
        act: &'a Act,
        fields: &'a [MadeField],
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for field in fields {
            self.key(&field.key, &mut first);
            self.path.push(Step::Key(&field.key.name));
            let inner = value.get(&field.slot).unwrap_or(&Value::Null);
            let outcome = self.nullable(field.nullable, |w| w.made_field(act, field, inner, entities));
            self.path.pop();
            outcome?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn made_field(
        &mut self,
        act: &'a Act,
        field: &'a MadeField,
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        if let Some(error) = self.running.failed.of(value) {
            return Err(self.fail(&error));
        }
        match &field.out {
            MadeOut::Typename(name) => self.string(name),
            MadeOut::Entity(place) => {
                return self.made_entities(act, *place, field.nullable, value, entities);
            }
            _ if value.is_null() => return self.none(field.nullable),
            MadeOut::Value => {
                let _ = serde_json::to_writer(&mut self.out, value);
            }
            MadeOut::Object(fields) => return self.made(act, fields, value, entities),
        }
        Ok(())
    }

    /// An entity by its id, or a list of them; what is gone meanwhile is left out of a list.
    fn made_entities(
        &mut self,
        act: &'a Act,
        place: usize,
        nullable: bool,
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        let found = |id: &Value| {
            let named = entities.get(place)?;
            Some((named, *named.places.get(id.as_str()?)?))
        };
        let Some(ids) = value.as_array() else {
            return match found(value) {
                Some((named, (ty, row))) => {
                    self.object(&act.entities[place][ty].fields, &named.loaded[ty], row)
                }
                None => self.none(nullable),
            };
        };
        self.out.push(b'[');
        for (n, (named, (ty, row))) in ids.iter().filter_map(found).enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Step::Index(n));
            let outcome = self.object(&act.entities[place][ty].fields, &named.loaded[ty], row);
            self.path.pop();
            outcome?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn none(&mut self, nullable: bool) -> Result<(), Nulled> {
        match nullable {
            true => {
                self.out.extend_from_slice(b"null");
                Ok(())
            }
            false => Err(self.fail(&Coded::internal("null in a field that has none"))),
        }
    }
}
