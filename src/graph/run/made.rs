//! What an operation bound by hand made: its answer, then the entities it names, looked up by their ids.

use indexmap::IndexMap;
use serde_json::Value;

use super::super::answer::Coded;
use super::super::look::{Wanted, look};
use super::super::plan::*;
use super::Running;
use super::bind;
use super::load::by_ids;
use super::loaded::{LoadedRoot, Named};
use crate::store::id;

/// What an operation made, then the entities it names.
pub(super) async fn made(running: &Running<'_>, act: &Act) -> Result<LoadedRoot, Coded> {
    let arguments = bound(running, &act.arguments);
    let value = match act.reads {
        true => {
            look(running, &act.name, &arguments, &wanted(running, &act.fields.iter().collect::<Vec<_>>()))
                .await?
        }
        false => running.desk.run(&act.name, arguments).await?,
    };
    let mut entities = Vec::with_capacity(act.entities.len());
    for (n, of) in act.entities.iter().enumerate() {
        let mut ids = Vec::new();
        named(&act.fields, &value, n, &mut ids);
        ids.sort_unstable();
        ids.dedup();
        let wanted = ids.iter().filter_map(|id| id::decode(id)).collect();
        let (places, loaded) = by_ids(running, of, wanted).await?;
        let found = ids.iter().zip(places).filter_map(|(id, place)| Some(((*id).to_owned(), place?)));
        entities.push(Named { places: found.collect(), loaded });
    }
    Ok(LoadedRoot::Made(value, entities))
}

fn bound(running: &Running<'_>, arguments: &[(String, Source)]) -> Value {
    let bound = arguments.iter().map(|(name, source)| (name.clone(), bind::value(source, running.variables)));
    Value::Object(bound.collect())
}

/// The fields that are wanted of a result; what stands in one place of it is wanted once, whatever it is called.
fn wanted(running: &Running<'_>, fields: &[&MadeField]) -> Vec<Wanted> {
    let mut places: IndexMap<&str, Vec<&MadeField>> = IndexMap::new();
    for field in fields {
        places.entry(&field.slot).or_default().push(field);
    }
    let one = |fields: Vec<&MadeField>| {
        let first = fields.first()?;
        let within = fields.iter().flat_map(|field| match &field.out {
            MadeOut::Object(within) => within.as_slice(),
            _ => &[],
        });
        let within: Vec<&MadeField> = within.collect();
        Some(Wanted {
            name: first.name.clone(),
            slot: first.slot.clone(),
            arguments: bound(running, &first.arguments),
            within: wanted(running, &within),
        })
    };
    places.into_values().filter_map(one).collect()
}

/// The ids that a result names for its n-th look-up.
fn named<'v>(fields: &[MadeField], value: &'v Value, n: usize, ids: &mut Vec<&'v str>) {
    if let Some(items) = value.as_array() {
        return items.iter().for_each(|item| named(fields, item, n, ids));
    }
    for field in fields {
        let Some(inner) = value.get(&field.slot) else { continue };
        match &field.out {
            MadeOut::Entity(place) if *place == n => match inner.as_array() {
                Some(items) => ids.extend(items.iter().filter_map(Value::as_str)),
                None => ids.extend(inner.as_str()),
            },
            MadeOut::Object(within) => named(within, inner, n, ids),
            _ => {}
        }
    }
}
