//! Which nodes a change of deliveries touches: those that say something else now, and those that say the same
//! in a newer delivery. Reads, never writes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use futures_util::TryStreamExt;
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
    let sql = "with said as (
                   select r.import_id = any($1) as before, r.node_id, min(r.entity) as entity,
                          md5(string_agg(r.fields::text || r.evidence::text || coalesce(l.refs, ''), '/'
                                         order by r.fields::text, r.evidence::text, l.refs)) as words
                   from source_record r
                   left join lateral (
                       select string_agg(e.key || t.node_id::text, ',' order by e.key) as refs
                       from jsonb_each_text(r.refs) e
                       join source_record t on t.id = e.value::uuid
                   ) l on true
                   where r.import_id = any($1) or r.import_id = any($2)
                   group by 1, r.node_id
               )
               select node_id, min(entity), count(*) = 2 and min(words) = max(words) from said group by node_id";
    let ids = |of: &BTreeSet<Uuid>| Vec::from_iter(of.iter().copied());
    let mut rows = sqlx::query_as::<_, (Uuid, String, bool)>(sql).bind(ids(was)).bind(ids(is)).fetch(db);
    while let Some((node, entity, same)) = rows.try_next().await? {
        let dirt = out.entry(entity).or_default();
        if same {
            dirt.moved.insert(node)
        } else {
            dirt.changed.insert(node)
        };
    }
    Ok(())
}
