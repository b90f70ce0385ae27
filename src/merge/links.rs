//! Where records link to, when what they link to is not being matched: looked up in what was merged before.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::load::{aliases, load_nodes};
use super::pin::Pin;
use super::reach::Ground;
use super::sync::quoted;
use crate::catalog::{Catalog, Entity, LinkKind};
use crate::matching::{Clusters, History, Judgements, Matter, Nodes};
use crate::store::record::SourceRecord;

/// Tells the clusters the entities of what records link to.
pub async fn resolve(
    db: &mut PgConnection,
    clusters: &mut Clusters,
    records: &[SourceRecord],
) -> sqlx::Result<()> {
    let aliases = aliases(db, records, |_| false).await?;
    let unknown: HashSet<Uuid> =
        aliases.values().filter(|node| !clusters.entity_of_node.contains_key(*node)).copied().collect();
    know(db, clusters, unknown).await?;
    for (record, node) in &aliases {
        if let Some(entity) = clusters.entity_of_node.get(node) {
            clusters.entity_of.insert(*record, *entity);
        }
    }
    Ok(())
}

/// Tells the clusters which entities nodes are in.
async fn know(db: &mut PgConnection, clusters: &mut Clusters, nodes: HashSet<Uuid>) -> sqlx::Result<()> {
    if nodes.is_empty() {
        return Ok(());
    }
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, entity_id from node where id = any($1)")
        .bind(nodes.into_iter().collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    clusters.entity_of_node.extend(rows);
    Ok(())
}

/// Teaches the clusters the names of the makers of goods, where they are not known from matching these.
pub async fn teach_brands(
    db: &mut PgConnection,
    ground: Ground<'_>,
    clusters: &mut Clusters,
    entity: &Entity,
    records: &[SourceRecord],
) -> sqlx::Result<()> {
    let nothing = Judgements::default();
    let parents = {
        let history = History::new();
        let matter = Matter { records, history: &history, judgements: &nothing };
        Nodes::of(clusters, entity, &matter).parents()
    };
    let strange: Vec<Uuid> = parents.into_iter().filter(|id| !clusters.knows_brands(*id)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let of_parents: Vec<(Uuid, Uuid)> =
        sqlx::query_as("select id, entity_id from node where entity_id = any($1)")
            .bind(&strange)
            .fetch_all(&mut *db)
            .await?;
    clusters.entity_of_node.extend(of_parents.iter().copied());
    let nodes: Vec<Uuid> = of_parents.into_iter().map(|(node, _)| node).collect();
    let sources = load_nodes(db, ground.deliveries, &nodes).await?;
    for (name, part) in &sources.parts {
        let Some(of) = ground.catalog.entities.get(&**name) else { continue };
        let matter = Matter { records: part.newest(), history: &sources.history, judgements: &nothing };
        Nodes::of(clusters, of, &matter).teach_brands(clusters);
    }
    Ok(())
}

/// What leads to other entities.
#[derive(Debug, Clone, Copy)]
pub struct Leads<'a> {
    /// Records of one type.
    pub records: &'a [SourceRecord],
    /// Pins of all types.
    pub pins: &'a [Pin],
}

/// Entities that records or pins link to and that stand, of types and entities not merged in this run.
pub async fn standing(
    db: &mut PgConnection,
    catalog: &Catalog,
    clusters: &Clusters,
    entity: &Entity,
    Leads { records, pins }: Leads<'_>,
    known: &mut HashMap<String, BTreeSet<Uuid>>,
    merged: &HashMap<String, HashSet<Uuid>>,
) -> sqlx::Result<()> {
    let mut wanted: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for link in entity.links.values().filter(|l| matches!(l.kind, LinkKind::ToOne { .. })) {
        let is_merged = catalog.entities.get(&link.target).is_some_and(Entity::is_merged);
        let targets = records.iter().filter_map(|r| r.refs.get(&link.name));
        let ids = targets.filter_map(|record| clusters.entity_of.get(record));
        if is_merged {
            let pinned = pins.iter().filter(|pin| pin.entity == entity.name && pin.field == link.name);
            let pinned = pinned.filter_map(|pin| pin.leads(clusters));
            wanted.entry(&link.target).or_default().extend(ids.copied().chain(pinned));
        }
    }
    for (target, mut ids) in wanted {
        let Some(of) = catalog.entities.get(target) else { continue };
        if let Some(merged) = merged.get(target) {
            ids.retain(|id| !merged.contains(id));
        }
        let sql = format!("select id from {} where id = any($1)", quoted(&of.table));
        let found: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(ids.into_iter().collect::<Vec<_>>())
            .fetch_all(&mut *db)
            .await?;
        known.entry(target.to_owned()).or_default().extend(found);
    }
    Ok(())
}

/// Nodes of later types whose records stand in the same rows as those of these nodes and refer to them.
pub async fn dependents(
    db: &mut PgConnection,
    deliveries: &[Uuid],
    nodes: &[Uuid],
) -> sqlx::Result<Vec<(String, Uuid)>> {
    sqlx::query_as(
        "select distinct d.entity, d.node_id
         from source_record r
         join source_record d
           on d.import_id = r.import_id and d.sheet = r.sheet and d.row_no = r.row_no and d.id <> r.id
         where r.node_id = any($1) and r.import_id = any($2)
           and exists (select from jsonb_each_text(d.refs) l where l.value = r.id::text)",
    )
    .bind(nodes)
    .bind(deliveries)
    .fetch_all(db)
    .await
}
