//! Records → entities, type by type: everything, or what a few changed nodes touch. Both ways give the same.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::dirty::Dirty;
use super::links;
use super::load::{Part, load, load_nodes};
use super::pin::{self, Pin};
use super::reach::{Ground, gather};
use super::survive::{Judge, Merged};
use crate::catalog::Entity;
use crate::matching::name::Style;
use crate::matching::{Clusters, Matter, Placed, Void, in_order, style_of};
use crate::store::apart::apart;
use crate::store::record::SourceRecord;

/// A node with what the store keeps of it.
#[derive(Debug)]
pub struct NodeRow {
    /// Its entity and keys.
    pub placed: Placed,
    /// Scope.
    pub scope: String,
    /// Key within it.
    pub key: String,
    /// Whether a delivery that counts speaks of it.
    pub standing: bool,
}

/// What came of one type.
#[derive(Debug)]
pub struct Done<'c> {
    /// The type.
    pub entity: &'c Entity,
    /// Records of its entities.
    pub part: Part,
    /// The entities.
    pub merged: Merged,
    /// The nodes matched.
    pub nodes: Vec<NodeRow>,
    /// Identifiers that are no evidence.
    pub void: Void,
    /// What was computed anew; none: all of the type.
    pub within: Option<Touched>,
}

/// What of a type was computed anew.
#[derive(Debug, Default)]
pub struct Touched {
    /// Entities.
    pub entities: Vec<Uuid>,
    /// Nodes.
    pub nodes: Vec<Uuid>,
    /// Identifiers asked anew.
    pub identifiers: BTreeSet<(usize, String)>,
}

/// Everything computed.
#[derive(Debug)]
pub struct Computed<'c> {
    /// By type, in the order of their links.
    pub types: Vec<Done<'c>>,
    /// Which node is in which entity, doubtful pairs.
    pub clusters: Clusters,
}

/// Everything there is.
pub async fn everything<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    pins: &[Pin],
) -> anyhow::Result<Computed<'c>> {
    let Ground { catalog, deliveries, judgements } = ground;
    let mut sources = load(db, deliveries).await?;
    // Matching and merging take seconds of one core: off the threads that answer requests.
    Ok(apart(|| {
        let is_goods =
            |name: &String| catalog.entities.get(name).is_some_and(|e| style_of(e) == Style::Goods);
        let without_goods = !sources.parts.keys().any(is_goods);
        let mut clusters = Clusters::new(without_goods);
        let mut standing: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
        let mut types = Vec::new();
        for entity in in_order(catalog) {
            let part = sources.parts.remove(&entity.name).unwrap_or_default();
            let matter = Matter { records: part.newest(), history: &sources.history, judgements };
            let (placed, void) = clusters.match_type(entity, &matter);
            for (record, node) in &sources.aliases {
                if let Some(id) = clusters.entity_of_node.get(node) {
                    clusters.entity_of.insert(*record, *id);
                }
            }
            let nodes = node_rows(placed, part.newest(), &part.standing().collect());
            let pins = pin::by_entity(pins, &clusters);
            let judge = Judge { catalog, clusters: &clusters, standing: &standing, pins: &pins };
            let merged = judge.merge_type(entity, &part);
            standing.insert(entity.name.clone(), merged.rows.iter().map(|row| row.id).collect());
            types.push(Done { entity, part, merged, nodes, void, within: None });
        }
        Computed { types, clusters }
    }))
}

/// What changed nodes touch. None: too much, compute everything.
pub async fn touched<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    mut dirty: Dirty,
    pins: &[Pin],
) -> anyhow::Result<Option<Computed<'c>>> {
    let mut clusters = Clusters::default();
    let mut standing: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
    let mut merged_ids: HashMap<String, HashSet<Uuid>> = HashMap::new();
    let mut types = Vec::new();
    let imports: Vec<Uuid> = ground.deliveries.keys().copied().collect();
    for entity in in_order(ground.catalog) {
        let Some(dirt) = dirty.remove(&entity.name) else { continue };
        let Some(mut found) = gather(db, ground, entity, &dirt.changed, &mut clusters).await? else {
            return Ok(None);
        };
        let matter =
            Matter { records: &found.records, history: &found.history, judgements: ground.judgements };
        let placed = clusters.match_part(entity, &matter, &found.void);
        let nodes = node_rows(placed, &found.records, &found.standing);
        let moved = dirt.moved.difference(&found.nodes).copied().collect::<HashSet<_>>();
        let entities = entities_of(db, &found.nodes, &moved, &nodes).await?;
        let members = members_of(db, &entities, &found.nodes, &nodes, &mut clusters).await?;
        let mut sources = load_nodes(db, ground.deliveries, &members).await?;
        links::resolve(db, &mut clusters, &sources.aliases).await?;
        let part = sources.parts.remove(&entity.name).unwrap_or_default();
        let words = part.words();
        links::standing(db, ground.catalog, &clusters, entity, words, pins, &mut standing, &merged_ids)
            .await?;
        let of_pins = pin::by_entity(pins, &clusters);
        let judge =
            Judge { catalog: ground.catalog, clusters: &clusters, standing: &standing, pins: &of_pins };
        let merged = judge.merge_type(entity, &part);
        standing.entry(entity.name.clone()).or_default().extend(merged.rows.iter().map(|row| row.id));
        merged_ids.insert(entity.name.clone(), entities.clone());
        let reached: Vec<Uuid> = found.nodes.iter().copied().collect();
        for (of, node) in links::dependents(db, &imports, &reached).await? {
            dirty.entry(of).or_default().changed.insert(node);
        }
        let within = Touched {
            entities: entities.into_iter().collect(),
            nodes: reached,
            identifiers: std::mem::take(&mut found.rechecked),
        };
        types.push(Done { entity, part, merged, nodes, void: found.void, within: Some(within) });
    }
    Ok(Some(Computed { types, clusters }))
}

fn node_rows(placed: Vec<Placed>, records: &[SourceRecord], standing: &HashSet<Uuid>) -> Vec<NodeRow> {
    let of: HashMap<Uuid, &SourceRecord> = records.iter().map(|r| (r.node_id(), r)).collect();
    let row = |placed: Placed| {
        let record = of.get(&placed.node)?;
        Some(NodeRow {
            scope: record.scope.clone(),
            key: record.key.clone(),
            standing: standing.contains(&placed.node),
            placed,
        })
    };
    placed.into_iter().filter_map(row).collect()
}

/// Entities that matched or moved nodes were in or are in.
async fn entities_of(
    db: &mut PgConnection,
    matched: &HashSet<Uuid>,
    moved: &HashSet<Uuid>,
    nodes: &[NodeRow],
) -> sqlx::Result<HashSet<Uuid>> {
    let ids: Vec<Uuid> = matched.union(moved).copied().collect();
    let before: Vec<Uuid> = sqlx::query_scalar("select distinct entity_id from node where id = any($1)")
        .bind(&ids)
        .fetch_all(db)
        .await?;
    Ok(before.into_iter().chain(nodes.iter().map(|node| node.placed.entity_id)).collect())
}

/// All nodes of these entities as they are now.
async fn members_of(
    db: &mut PgConnection,
    entities: &HashSet<Uuid>,
    matched: &HashSet<Uuid>,
    nodes: &[NodeRow],
    clusters: &mut Clusters,
) -> sqlx::Result<Vec<Uuid>> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, entity_id from node where entity_id = any($1)")
        .bind(entities.iter().copied().collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    let others: Vec<(Uuid, Uuid)> = rows.into_iter().filter(|(node, _)| !matched.contains(node)).collect();
    clusters.entity_of_node.extend(others.iter().copied());
    let others = others.into_iter().map(|(node, _)| node);
    Ok(others.chain(nodes.iter().map(|node| node.placed.node)).collect())
}
