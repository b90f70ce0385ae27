//! What an operation made → the bytes of its field: values of the result, and the entities looked up for it.

use serde_json::Value;

use super::super::answer::Coded;
use super::super::plan::*;
use super::loaded::Named;
use super::write::{Nulled, Writer};

impl Writer<'_> {
    /// An object of a result, or a list of them.
    pub(super) fn made(
        &mut self,
        act: &Act,
        fields: &[MadeField],
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        let Some(items) = value.as_array() else { return self.made_object(act, fields, value, entities) };
        self.out.push(b'[');
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Value::from(n));
            let outcome = self.made_object(act, fields, item, entities);
            self.path.pop();
            outcome?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn made_object(
        &mut self,
        act: &Act,
        fields: &[MadeField],
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        self.out.push(b'{');
        let mut first = true;
        for field in fields {
            self.key(&field.key, &mut first);
            self.path.push(Value::from(&*field.key.name));
            let inner = value.get(&field.name).unwrap_or(&Value::Null);
            let outcome = self.nullable(field.nullable, |w| w.made_field(act, field, inner, entities));
            self.path.pop();
            outcome?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn made_field(
        &mut self,
        act: &Act,
        field: &MadeField,
        value: &Value,
        entities: &[Named],
    ) -> Result<(), Nulled> {
        match &field.out {
            MadeOut::Typename(name) => self.string(name),
            MadeOut::Entity(place) => match value.as_array() {
                Some(ids) => return self.made_entities(act, *place, ids, entities),
                None if self.made_entity(act, *place, value, entities)? => {}
                None => return self.none(field.nullable),
            },
            _ if value.is_null() => return self.none(field.nullable),
            MadeOut::Value => {
                let _ = serde_json::to_writer(&mut self.out, value);
            }
            MadeOut::Object(fields) => return self.made(act, fields, value, entities),
        }
        Ok(())
    }

    /// The entity of an id; false where there is none.
    fn made_entity(
        &mut self,
        act: &Act,
        place: usize,
        id: &Value,
        entities: &[Named],
    ) -> Result<bool, Nulled> {
        let named = entities.get(place);
        let found = named.zip(id.as_str()).and_then(|(n, id)| Some((n, *n.places.get(id)?)));
        let Some((named, (ty, row))) = found else { return Ok(false) };
        self.object(&act.entities[place][ty].fields, &named.loaded[ty], row)?;
        Ok(true)
    }

    /// The entities of a list of ids; what went away meanwhile is left out.
    fn made_entities(
        &mut self,
        act: &Act,
        place: usize,
        ids: &[Value],
        entities: &[Named],
    ) -> Result<(), Nulled> {
        let there = |id: &&Value| {
            let named = entities.get(place).zip(id.as_str());
            named.is_some_and(|(named, id)| named.places.contains_key(id))
        };
        self.out.push(b'[');
        for (n, id) in ids.iter().filter(there).enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            self.path.push(Value::from(n));
            let outcome = self.made_entity(act, place, id, entities);
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
