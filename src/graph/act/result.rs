//! What operations did → JSON by the names of the schema, without personal data.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Viewer, allows};
use crate::catalog::{Catalog, LinkKind};
use crate::merge::Counts;
use crate::pipeline::{Difference, EntityChange, Outcome, shown};
use crate::store::id;

/// `Outcome`.
pub fn outcome(outcome: &Outcome) -> Value {
    json!({
        "entities": entities(&outcome.entities),
        "held": outcome.held.as_ref().map(records),
        "doubtful": outcome.doubtful,
    })
}

fn entities(counts: &BTreeMap<String, Counts>) -> Value {
    let one = |(entity, counts): (&String, &Counts)| {
        json!({
            "entityType": entity, "created": counts.inserted, "updated": counts.updated,
            "deleted": counts.deleted, "total": counts.total,
        })
    };
    // The types that nothing happened to are many and say nothing.
    let moved = |counts: &Counts| counts.inserted + counts.updated + counts.deleted > 0;
    counts.iter().filter(|(_, counts)| moved(counts)).map(one).collect()
}

fn records(counts: &BTreeMap<String, i64>) -> Value {
    counts.iter().map(|(entity, count)| json!({ "entityType": entity, "count": count })).collect()
}

/// `ImportPreview`.
pub(super) fn preview(import: Uuid, difference: &Difference, changes: Value) -> Value {
    json!({
        "import": id::encode("import", import),
        "entities": entities(&difference.entities),
        "changes": changes,
        "changeCount": difference.change_count,
        "rowsUnchanged": difference.rows_unchanged,
        "rowsQuarantined": difference.rows_quarantined,
        "withdrawn": records(&difference.withdrawn),
        "mustConfirm": difference.must_confirm,
        "toReview": difference.to_review,
    })
}

/// What an operation answers beside its mistakes when it did nothing.
pub(super) fn nothing(name: &str) -> Value {
    match name {
        "importPreview" => {
            let mut made = preview(Uuid::nil(), &Difference::default(), json!([]));
            made["import"] = Value::Null;
            made
        }
        _ => json!({}),
    }
}

/// `EntityChange`s, masked for those who may not see personal data.
pub(super) fn changes(catalog: &Catalog, viewer: Viewer, changes: &[EntityChange]) -> Value {
    let one = |change: &EntityChange| {
        let told = change.fields.iter().filter(|(field, _)| may_read(catalog, viewer, &change.entity, field));
        let field = |(field, (old, new)): (&String, &(Value, Value))| {
            let (old, new) = match link_prefix(catalog, &change.entity, field) {
                Some(prefix) => (linked(prefix, old), linked(prefix, new)),
                None if viewer.personal_data => (shown(old), shown(new)),
                None => change.public.get(field).cloned().unwrap_or_default(),
            };
            json!({ "field": field, "oldValue": old, "newValue": new })
        };
        let prefix = catalog.entities.get(&change.entity).map(|entity| entity.id_prefix.as_str());
        json!({
            "entityType": change.entity,
            "subject": id::encode(prefix.unwrap_or_default(), change.id),
            "kind": change.kind,
            "fields": told.map(field).collect::<Value>(),
        })
    };
    changes.iter().map(one).collect()
}

/// Whether the field is for the viewer; what it was and becomes is told to nobody else.
fn may_read(catalog: &Catalog, viewer: Viewer, entity: &str, field: &str) -> bool {
    let entity = catalog.entities.get(entity);
    let access = entity.and_then(|entity| {
        let column = entity.columns.get(field).map(|column| &column.access);
        column.or_else(|| entity.links.get(field).map(|link| &link.access))
    });
    access.is_none_or(|access| allows(access, viewer))
}

/// Prefix of the ids that a to-one link leads to.
fn link_prefix<'c>(catalog: &'c Catalog, entity: &str, field: &str) -> Option<&'c str> {
    let link = catalog.entities.get(entity)?.links.get(field)?;
    match link.kind {
        LinkKind::ToOne { .. } => Some(&catalog.entities.get(&link.target)?.id_prefix),
        LinkKind::ToMany { .. } => None,
    }
}

fn linked(prefix: &str, value: &Value) -> Option<String> {
    Some(id::encode(prefix, value.as_str()?.parse().ok()?))
}
