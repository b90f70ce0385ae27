//! Fields that SQL functions compute, of entities that a preview shows and of what these link to: their values
//! before and after. The functions themselves stand in the migrations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::EntityChange;
use crate::catalog::{Catalog, Column, Entity, LinkKind};
use crate::merge::quoted;

/// Entities by type.
pub type Looked = BTreeMap<String, BTreeSet<Uuid>>;
/// Computed fields by type and entity.
pub type Values = BTreeMap<(String, Uuid), BTreeMap<String, Value>>;

/// Changed entities with computed fields, and those with such fields that changed ones lead to, now or before.
pub async fn looked_at(
    db: &mut PgConnection,
    catalog: &Catalog,
    changes: &[EntityChange],
) -> sqlx::Result<Looked> {
    let mut out = Looked::new();
    let mut changed: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for change in changes {
        let Some(entity) = catalog.entities.get(&change.entity) else { continue };
        changed.entry(&entity.name).or_default().push(change.id);
        if computed(entity).next().is_some() {
            out.entry(entity.name.clone()).or_default().insert(change.id);
        }
        for (field, _, target) in leads(catalog, entity) {
            let Some((old, new)) = change.fields.get(field) else { continue };
            let ids = [old, new].into_iter().filter_map(|value| value.as_str()?.parse::<Uuid>().ok());
            out.entry(target.name.clone()).or_default().extend(ids);
        }
    }
    for (name, ids) in changed {
        let Some(entity) = catalog.entities.get(name) else { continue };
        for (_, column, target) in leads(catalog, entity) {
            let column = quoted(column);
            let table = quoted(&entity.table);
            let sql =
                format!("select distinct {column} from {table} where id = any($1) and {column} is not null");
            let found: Vec<Uuid> =
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(&ids).fetch_all(&mut *db).await?;
            out.entry(target.name.clone()).or_default().extend(found);
        }
    }
    Ok(out)
}

/// Their computed fields as the tables are now.
pub async fn values(db: &mut PgConnection, catalog: &Catalog, of: &Looked) -> sqlx::Result<Values> {
    let mut out = Values::new();
    for (name, ids) in of {
        let Some(entity) = catalog.entities.get(name) else { continue };
        let pairs: Vec<String> = computed(entity)
            .filter_map(|column| {
                Some(format!("'{}', {}(t.id)", column.name, quoted(column.function.as_ref()?)))
            })
            .collect();
        let sql = format!(
            "select t.id, jsonb_build_object({}) from {} t where t.id = any($1)",
            pairs.join(", "),
            quoted(&entity.table)
        );
        let ids: Vec<Uuid> = ids.iter().copied().collect();
        let rows: Vec<(Uuid, Json<BTreeMap<String, Value>>)> =
            sqlx::query_as(AssertSqlSafe(sql)).bind(ids).fetch_all(&mut *db).await?;
        out.extend(rows.into_iter().map(|(id, Json(fields))| ((name.clone(), id), fields)));
    }
    Ok(out)
}

/// Adds what differs to the changes; what changes in nothing else comes last.
pub fn add(changes: &mut Vec<EntityChange>, mut before: Values, mut after: Values) {
    let keys: BTreeSet<(String, Uuid)> = before.keys().chain(after.keys()).cloned().collect();
    for key in keys {
        let old = before.remove(&key).unwrap_or_default();
        let new = after.remove(&key).unwrap_or_default();
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let value = |of: &BTreeMap<String, Value>, name: &String| of.get(name).cloned().unwrap_or_default();
        let pairs = names.into_iter().map(|name| (name.clone(), (value(&old, name), value(&new, name))));
        let fields: BTreeMap<String, (Value, Value)> = pairs.filter(|(_, (old, new))| old != new).collect();
        if fields.is_empty() {
            continue;
        }
        let (entity, id) = key;
        match changes.iter_mut().find(|change| change.id == id && change.entity == entity) {
            Some(change) => change.fields.extend(fields),
            None => changes.push(EntityChange {
                entity,
                id,
                kind: "UPDATED".to_owned(),
                fields,
                public: BTreeMap::new(),
            }),
        }
    }
}

fn computed(entity: &Entity) -> impl Iterator<Item = &Column> {
    entity.columns.values().filter(|column| column.function.is_some())
}

/// Links to one thing with computed fields: field, column, where it leads.
fn leads<'c>(
    catalog: &'c Catalog,
    entity: &'c Entity,
) -> impl Iterator<Item = (&'c str, &'c str, &'c Entity)> {
    entity.links.values().filter_map(|link| {
        let LinkKind::ToOne { column, .. } = &link.kind else { return None };
        let target = catalog.entities.get(&link.target)?;
        computed(target).next().map(|_| (link.name.as_str(), column.as_str(), target))
    })
}
