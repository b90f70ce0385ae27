//! What a delivery withdraws: things its predecessor had and it has not, under whatever key.

use std::collections::{BTreeMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::load::Deliveries;
use crate::matching::Clusters;

/// Records gone and records there were before, by entity type.
pub type Withdrawn = BTreeMap<String, Gone>;

/// How many are gone of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// Gone.
    pub gone: i64,
    /// There were.
    pub of: i64,
}

/// Most that may go without a person agreeing: this many records …
const MOST: i64 = 50;
/// … or one in this many.
const ONE_IN: i64 = 5;

impl Gone {
    /// Whether a person must agree.
    pub fn is_much(self) -> bool {
        self.gone > MOST || self.gone * ONE_IN > self.of
    }
}

/// What each of the imports withdraws.
pub async fn of(
    db: &mut PgConnection,
    imports: &[Uuid],
    deliveries: &Deliveries,
    clusters: &Clusters,
) -> sqlx::Result<BTreeMap<Uuid, Withdrawn>> {
    let mut out = BTreeMap::new();
    for import in imports {
        let Some(own) = deliveries.get(import).filter(|own| own.full) else { continue };
        let replaced = |d: &super::load::Delivery| d.scope == own.scope && d.full && d.rank == own.rank + 1;
        let Some((before, _)) = deliveries.iter().find(|(_, d)| replaced(d)) else { continue };
        let (old, new) = (nodes(db, *before).await?, nodes(db, *import).await?);
        let entities: HashSet<Uuid> = entity_of(db, &new, clusters).await?.into_values().collect();
        let all: HashSet<Uuid> = new.iter().map(|(_, node)| *node).collect();
        let missing: Vec<(String, Uuid)> =
            old.iter().filter(|(_, node)| !all.contains(node)).cloned().collect();
        let of_missing = entity_of(db, &missing, clusters).await?;
        let mut withdrawn = Withdrawn::new();
        for (entity, _) in &old {
            withdrawn.entry(entity.clone()).or_default().of += 1;
        }
        for (entity, node) in &missing {
            // Under another key the thing may still be there.
            if of_missing.get(node).is_none_or(|id| !entities.contains(id)) {
                withdrawn.entry(entity.clone()).or_default().gone += 1;
            }
        }
        withdrawn.retain(|_, gone| gone.gone > 0);
        if !withdrawn.is_empty() {
            out.insert(*import, withdrawn);
        }
    }
    Ok(out)
}

async fn nodes(db: &mut PgConnection, import: Uuid) -> sqlx::Result<Vec<(String, Uuid)>> {
    sqlx::query_as("select distinct entity, node_id from source_record where import_id = $1")
        .bind(import)
        .fetch_all(db)
        .await
}

async fn entity_of(
    db: &mut PgConnection,
    nodes: &[(String, Uuid)],
    clusters: &Clusters,
) -> sqlx::Result<BTreeMap<Uuid, Uuid>> {
    let mut out = BTreeMap::new();
    let mut others = Vec::new();
    for (_, node) in nodes {
        match clusters.entity_of_node.get(node) {
            Some(id) => drop(out.insert(*node, *id)),
            None => others.push(*node),
        }
    }
    if !others.is_empty() {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, entity_id from node where id = any($1)")
            .bind(&others)
            .fetch_all(db)
            .await?;
        out.extend(rows);
    }
    Ok(out)
}
