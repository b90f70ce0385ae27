//! Which nodes a change of deliveries touches: those that say something else now, and those that say the same
//! in a newer delivery. Reads, never writes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use sqlx::PgConnection;
use uuid::Uuid;

use super::load::Deliveries;

/// Nodes of one type that must be looked at again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dirt {
    /// They say something else, or have come or gone: to be matched anew.
    pub changed: HashSet<Uuid>,
    /// They say the same in another delivery: to be merged anew.
    pub moved: HashSet<Uuid>,
}

/// Nodes by type.
pub type Dirty = BTreeMap<String, Dirt>;

/// How many of them must be matched anew.
pub fn changed(dirty: &Dirty) -> usize {
    dirty.values().map(|dirt| dirt.changed.len()).sum()
}

/// What differs between the deliveries applied before and after.
pub async fn between(db: &mut PgConnection, before: &Deliveries, after: &Deliveries) -> sqlx::Result<Dirty> {
    let mut out = Dirty::new();
    for scope in touched_scopes(before, after) {
        let in_scope = |deliveries: &Deliveries| -> BTreeSet<Uuid> {
            deliveries.iter().filter(|(_, d)| d.scope == scope).map(|(id, _)| *id).collect()
        };
        let (old, new) = (in_scope(before), in_scope(after));
        let counting = |of: &Deliveries, ids: &BTreeSet<Uuid>| -> BTreeSet<Uuid> {
            ids.iter().filter(|id| of.get(*id).is_some_and(|d| d.rank == 0)).copied().collect()
        };
        let (was, is) = (counting(before, &old), counting(after, &new));
        // Deliveries that came or went without ever counting: all their nodes may have another past.
        let mut aside: BTreeSet<Uuid> = old.symmetric_difference(&new).copied().collect();
        aside.retain(|id| !was.contains(id) && !is.contains(id) || was.intersection(&is).next().is_some());
        add_all(db, &aside, &mut out).await?;
        compare(db, &was, &is, &mut out).await?;
    }
    Ok(out)
}

fn touched_scopes(before: &Deliveries, after: &Deliveries) -> BTreeSet<Arc<str>> {
    let came = after.iter().filter(|(id, _)| !before.contains_key(*id));
    let went = before.iter().filter(|(id, _)| !after.contains_key(*id));
    came.chain(went).map(|(_, d)| d.scope.clone()).collect()
}

async fn add_all(db: &mut PgConnection, imports: &BTreeSet<Uuid>, out: &mut Dirty) -> sqlx::Result<()> {
    if imports.is_empty() {
        return Ok(());
    }
    let rows: Vec<(String, Uuid)> =
        sqlx::query_as("select distinct entity, node_id from source_record where import_id = any($1)")
            .bind(Vec::from_iter(imports.iter().copied()))
            .fetch_all(db)
            .await?;
    for (entity, node) in rows {
        out.entry(entity).or_default().changed.insert(node);
    }
    Ok(())
}

/// Nodes of two sets of deliveries: those with the same words in both have moved, the others changed.
async fn compare(
    db: &mut PgConnection,
    was: &BTreeSet<Uuid>,
    is: &BTreeSet<Uuid>,
    out: &mut Dirty,
) -> sqlx::Result<()> {
    // Of deliveries that add up, those that stay are not touched by those that come.
    if !was.is_disjoint(is) {
        return Ok(());
    }
    if was.is_empty() || is.is_empty() {
        return add_all(db, if was.is_empty() { is } else { was }, out).await;
    }
    let (old, new) = (said(db, was).await?, said(db, is).await?);
    for (node, (entity, words)) in &new {
        let dirt = out.entry(entity.clone()).or_default();
        match old.get(node) {
            Some((_, same)) if same == words => dirt.moved.insert(*node),
            _ => dirt.changed.insert(*node),
        };
    }
    for (node, (entity, _)) in old.iter().filter(|(node, _)| !new.contains_key(*node)) {
        out.entry(entity.clone()).or_default().changed.insert(*node);
    }
    Ok(())
}

type Words = HashMap<Uuid, (String, String)>;

/// What deliveries say of each node: its type, and all its words in one text.
async fn said(db: &mut PgConnection, imports: &BTreeSet<Uuid>) -> sqlx::Result<Words> {
    if imports.is_empty() {
        return Ok(Words::new());
    }
    let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
        "select r.node_id, min(r.entity),
                md5(string_agg(r.fields::text || r.evidence::text || coalesce(l.refs, ''), '/'
                               order by r.fields::text, r.evidence::text, l.refs))
         from source_record r
         left join lateral (
             select string_agg(e.key || t.node_id::text, ',' order by e.key) as refs
             from jsonb_each_text(r.refs) e
             join source_record t on t.id = e.value::uuid
         ) l on true
         where r.import_id = any($1)
         group by r.node_id",
    )
    .bind(Vec::from_iter(imports.iter().copied()))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(node, entity, words)| (node, (entity, words))).collect())
}
