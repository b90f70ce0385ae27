//! Records → entities, type by type: everything, or what a few changed nodes touch. Both ways give the same. Of
//! everything a type is matched at once, and merged in parts.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::dirty::Dirty;
use super::doubts;
use super::links;
use super::load::{aliases, load_nodes};
use super::newest::{Newest, kinds, newest};
use super::pin::{self, Pin};
use super::reach::{Ground, gather};
use super::survive::Judge;
use super::write::{Matched, Writer};
use crate::catalog::Entity;
use crate::matching::name::Style;
use crate::matching::{Clusters, Matter, Placed, in_order, style_of};
use crate::store::apart::apart;
use crate::store::record::SourceRecord;

/// Nodes merged at a time.
const PART: usize = 4096;

/// A node with what the store keeps of it.
#[derive(Debug)]
pub struct NodeRow<'r> {
    /// Its entity and keys.
    pub placed: &'r Placed,
    /// Scope.
    pub scope: &'r str,
    /// Key within it.
    pub key: &'r str,
    /// Whether a delivery that counts speaks of it.
    pub standing: bool,
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

/// Everything there is.
pub async fn everything<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    pins: &[Pin],
    writer: &mut Writer<'c>,
) -> anyhow::Result<Clusters> {
    let catalog = ground.catalog;
    let kinds = kinds(db, ground.deliveries).await?;
    let is_goods = |name: &String| catalog.entities.get(name).is_some_and(|e| style_of(e) == Style::Goods);
    let mut clusters = Clusters::new(!kinds.keys().any(is_goods));
    let mut standing: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
    for entity in in_order(catalog) {
        let nodes = match kinds.contains_key(&entity.name) {
            true => match_all(db, ground, entity, &mut clusters, writer).await?,
            false => {
                let nothing = Matched { void: Default::default(), within: None };
                writer.begin(db, entity, &clusters, nothing).await?;
                vec![]
            }
        };
        let pins = pin::by_entity(pins, &clusters);
        let mut stand = BTreeSet::new();
        for part in parts(&nodes) {
            let nodes: Vec<Uuid> = part.iter().map(|(_, node)| *node).collect();
            let part = load_nodes(db, ground.deliveries, &nodes).await?.part(&entity.name);
            know_links(db, &mut clusters, part.newest()).await?;
            let judge = Judge { catalog, clusters: &clusters, standing: &standing, pins: &pins };
            let merged = apart(|| judge.merge_type(entity, &part));
            stand.extend(merged.rows.iter().map(|row| row.id));
            writer.entities(db, &part, merged).await?;
        }
        standing.insert(entity.name.clone(), stand);
    }
    Ok(clusters)
}

/// Matches all nodes of a type. They come back with a number that those of one entity have in common, in the
/// order of these numbers, which is about that of the store.
async fn match_all<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    entity: &'c Entity,
    clusters: &mut Clusters,
    writer: &mut Writer<'c>,
) -> anyhow::Result<Vec<(u32, Uuid)>> {
    let newest = newest(db, ground.deliveries, entity).await?;
    know_links(db, clusters, &newest.records).await?;
    let matter = Matter { records: &newest.records, history: &newest.history, judgements: ground.judgements };
    // Matching takes seconds of one core: off the threads that answer requests.
    let (placed, void) = apart(|| clusters.match_type(entity, &matter));
    writer.begin(db, entity, clusters, Matched { void, within: None }).await?;
    let rows = node_rows(&placed, &newest.records, |node| newest.is_standing(node));
    writer.nodes(db, entity, rows).await?;
    Ok(in_store_order(&placed, &newest))
}

fn in_store_order(placed: &[Placed], newest: &Newest) -> Vec<(u32, Uuid)> {
    let mut first: HashMap<Uuid, u32> = HashMap::new();
    for node in placed {
        let order = newest.order(node.node);
        first.entry(node.entity_id).and_modify(|first| *first = order.min(*first)).or_insert(order);
    }
    let number = |node: &Placed| first.get(&node.entity_id).copied().unwrap_or_default();
    let mut nodes: Vec<(u32, Uuid)> = placed.iter().map(|node| (number(node), node.node)).collect();
    nodes.sort_unstable();
    nodes
}

/// Nodes in parts of about the same size, all of an entity in one.
fn parts<K: Ord + Copy>(nodes: &[(K, Uuid)]) -> impl Iterator<Item = &[(K, Uuid)]> {
    let mut rest = nodes;
    std::iter::from_fn(move || {
        let last = rest.get(rest.len().min(PART).checked_sub(1)?)?.0;
        let (part, after) = rest.split_at(rest.partition_point(|(entity, _)| *entity <= last));
        rest = after;
        Some(part)
    })
}

/// Tells the clusters where records lead that link to what is not the newest of its node.
async fn know_links(
    db: &mut PgConnection,
    clusters: &mut Clusters,
    records: &[SourceRecord],
) -> sqlx::Result<()> {
    for (record, node) in aliases(db, records, |id| clusters.entity_of.contains_key(id)).await? {
        if let Some(entity) = clusters.entity_of_node.get(&node).copied() {
            clusters.entity_of.insert(record, entity);
        }
    }
    Ok(())
}

/// What changed nodes touch. None: too much, compute everything.
pub async fn touched<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    mut dirty: Dirty,
    pins: &[Pin],
    writer: &mut Writer<'c>,
) -> anyhow::Result<Option<Clusters>> {
    let mut clusters = Clusters::default();
    let mut standing: HashMap<String, BTreeSet<Uuid>> = HashMap::new();
    let mut merged_ids: HashMap<String, HashSet<Uuid>> = HashMap::new();
    let imports: Vec<Uuid> = ground.deliveries.keys().copied().collect();
    for entity in in_order(ground.catalog) {
        let Some(dirt) = dirty.remove(&entity.name) else { continue };
        let Some(mut found) = gather(db, ground, entity, &dirt.changed, &mut clusters).await? else {
            return Ok(None);
        };
        let matter =
            Matter { records: &found.records, history: &found.history, judgements: ground.judgements };
        let placed = clusters.match_part(entity, &matter, &found.void, &found.cut);
        let matched = entities_of(db, &found.nodes, &placed).await?;
        let mut entities = entities_of(db, &dirt.moved, &[]).await?;
        entities.extend(&matched);
        clusters.doubtful.extend(doubts::that_stay(db, entity, &matched, &mut entities).await?);
        let members = members_of(db, &entities, &found.nodes, &placed, &mut clusters).await?;
        let reached: Vec<Uuid> = found.nodes.iter().copied().collect();
        let dependents = links::dependents(db, &imports, &reached).await?;
        let within = Touched {
            entities: entities.iter().copied().collect(),
            nodes: reached,
            identifiers: std::mem::take(&mut found.rechecked),
        };
        let matched = Matched { void: std::mem::take(&mut found.void), within: Some(within) };
        writer.begin(db, entity, &clusters, matched).await?;
        let rows = node_rows(&placed, &found.records, |node| found.standing.contains(&node));
        writer.nodes(db, entity, rows).await?;
        let mut stand = BTreeSet::new();
        for nodes in parts(&members) {
            let nodes: Vec<Uuid> = nodes.iter().map(|(_, node)| *node).collect();
            let part = load_nodes(db, ground.deliveries, &nodes).await?.part(&entity.name);
            links::resolve(db, &mut clusters, part.newest()).await?;
            let leads = links::Leads { records: part.words(), pins };
            links::standing(db, ground.catalog, &clusters, entity, leads, &mut standing, &merged_ids).await?;
            let of_pins = pin::by_entity(pins, &clusters);
            let judge =
                Judge { catalog: ground.catalog, clusters: &clusters, standing: &standing, pins: &of_pins };
            let merged = judge.merge_type(entity, &part);
            stand.extend(merged.rows.iter().map(|row| row.id));
            writer.entities(db, &part, merged).await?;
        }
        standing.entry(entity.name.clone()).or_default().extend(stand);
        merged_ids.insert(entity.name.clone(), entities);
        for (of, node) in dependents {
            dirty.entry(of).or_default().changed.insert(node);
        }
    }
    Ok(Some(clusters))
}

fn node_rows<'r>(
    placed: &'r [Placed],
    records: &'r [SourceRecord],
    is_standing: impl Fn(Uuid) -> bool,
) -> impl Iterator<Item = NodeRow<'r>> {
    placed.iter().filter_map(move |placed| {
        let record = records.get(placed.record)?;
        let standing = is_standing(placed.node);
        Some(NodeRow { scope: &record.scope, key: &record.key, standing, placed })
    })
}

/// Entities that nodes were in, and that placed ones are in.
async fn entities_of(
    db: &mut PgConnection,
    nodes: &HashSet<Uuid>,
    placed: &[Placed],
) -> sqlx::Result<HashSet<Uuid>> {
    let ids: Vec<Uuid> = nodes.iter().copied().collect();
    let before: Vec<Uuid> = sqlx::query_scalar("select distinct entity_id from node where id = any($1)")
        .bind(&ids)
        .fetch_all(db)
        .await?;
    Ok(before.into_iter().chain(placed.iter().map(|node| node.entity_id)).collect())
}

/// All nodes of these entities as they are now, behind their entities and in the order of these.
async fn members_of(
    db: &mut PgConnection,
    entities: &HashSet<Uuid>,
    matched: &HashSet<Uuid>,
    placed: &[Placed],
    clusters: &mut Clusters,
) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, entity_id from node where entity_id = any($1)")
        .bind(entities.iter().copied().collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    let others: Vec<(Uuid, Uuid)> = rows.into_iter().filter(|(node, _)| !matched.contains(node)).collect();
    clusters.entity_of_node.extend(others.iter().copied());
    let others = others.into_iter().map(|(node, entity)| (entity, node));
    let mut all: Vec<(Uuid, Uuid)> =
        others.chain(placed.iter().map(|node| (node.entity_id, node.node))).collect();
    all.sort_unstable();
    Ok(all)
}
