//! From a few changed nodes to all that matching them needs: whatever could be the same as any of them, and
//! as any of those. What this gathers, matched alone, comes out as it would among all nodes. Reads only.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;

use super::links;
use super::load::{Deliveries, load_nodes};
use crate::catalog::{Catalog, Entity};
use crate::matching::{Clusters, History, Judgements, Matter, Nodes, Void, block_limit, has_key};
use crate::store::record::SourceRecord;

/// Nodes of one type to be matched, with all they are matched by.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Their newest records.
    pub records: Vec<SourceRecord>,
    /// Nodes that a delivery that counts speaks of.
    pub standing: HashSet<Uuid>,
    /// Their pasts.
    pub history: History,
    /// Identifiers that are no evidence now.
    pub void: Void,
    /// Identifiers of which that was asked anew.
    pub rechecked: BTreeSet<(usize, String)>,
    /// Keys of blocks too large to be compared, though few of one may be among these.
    pub cut: HashSet<i64>,
    /// All nodes that were changed or reached, those that are gone too.
    pub nodes: HashSet<Uuid>,
}

/// What everything is gathered by.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Entity types.
    pub catalog: &'a Catalog,
    /// Applied deliveries.
    pub deliveries: &'a Deliveries,
    /// What people decided.
    pub judgements: &'a Judgements,
}

/// Nodes loaded beyond which everything is matched instead.
const MOST: usize = 10_000;

/// Gathers what the changed nodes of a type need. None: match everything instead.
pub async fn gather(
    db: &mut PgConnection,
    ground: Ground<'_>,
    entity: &Entity,
    changed: &HashSet<Uuid>,
    clusters: &mut Clusters,
) -> sqlx::Result<Option<Gathered>> {
    let mut reach = Reach {
        entity,
        ground,
        known_void: known_void(db, entity).await?,
        loaded: BTreeMap::new(),
        out: Gathered::default(),
        keys: HashSet::new(),
        changed: changed.clone(),
        now: HashMap::new(),
        crossed: HashSet::new(),
    };
    let mut frontier = reach.start(db, clusters).await?;
    while !frontier.is_empty() && reach.loaded.len() <= MOST {
        frontier = reach.step(db, clusters, &frontier).await?;
    }
    Ok(frontier.is_empty().then(|| reach.finish()))
}

async fn known_void(db: &mut PgConnection, entity: &Entity) -> sqlx::Result<Void> {
    let rows: Vec<(i32, String)> =
        sqlx::query_as("select field, root from void_identifier where entity = $1")
            .bind(&entity.name)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().filter_map(|(field, root)| Some((usize::try_from(field).ok()?, root))).collect())
}

struct Reach<'a> {
    entity: &'a Entity,
    ground: Ground<'a>,
    known_void: Void,
    /// Newest records by node; none for nodes that are gone.
    loaded: BTreeMap<Uuid, Vec<SourceRecord>>,
    out: Gathered,
    /// Keys whose blocks are loaded in full.
    keys: HashSet<i64>,
    /// What changed in the first place.
    changed: HashSet<Uuid>,
    /// How many of these have a key now.
    now: HashMap<i64, usize>,
    /// Nodes of blocks that have crossed the size from which on they join nothing: all of them are touched.
    crossed: HashSet<Uuid>,
}

impl Reach<'_> {
    /// The changed nodes, those of their old entities, those they were compared with, and those that people
    /// set beside them.
    async fn start(&mut self, db: &mut PgConnection, clusters: &mut Clusters) -> sqlx::Result<HashSet<Uuid>> {
        let ids: Vec<Uuid> = self.changed.iter().copied().collect();
        self.load(db, clusters, ids.clone()).await?;
        self.now = self.keys_now(clusters);
        let rows: Vec<(Uuid, Vec<i64>)> =
            sqlx::query_as("select entity_id, block_keys from node where id = any($1)")
                .bind(&ids)
                .fetch_all(&mut *db)
                .await?;
        let entities: HashSet<Uuid> = rows.iter().map(|(id, _)| *id).collect();
        let keys: HashSet<i64> = rows.into_iter().flat_map(|(_, keys)| keys).collect();
        let mut frontier = self.changed.clone();
        frontier.extend(self.of_entities(db, &entities).await?);
        frontier.extend(self.of_keys(db, &keys).await?);
        frontier.extend(self.crossed.drain());
        self.out.nodes.extend(&frontier);
        Ok(frontier)
    }

    /// Loads what the frontier is compared with, and tells which of it is reached.
    async fn step(
        &mut self,
        db: &mut PgConnection,
        clusters: &mut Clusters,
        frontier: &HashSet<Uuid>,
    ) -> sqlx::Result<HashSet<Uuid>> {
        let mut next = self.judged_with(frontier);
        self.load(db, clusters, frontier.iter().copied().collect()).await?;
        let records = self.records();
        let keys: HashSet<i64> = {
            let nodes = Nodes::of(clusters, self.entity, &self.matter(&records));
            let of_frontier = (0..nodes.len()).filter(|at| frontier.contains(&nodes.id(*at)));
            of_frontier.flat_map(|at| nodes.keys(at).to_vec()).collect()
        };
        let candidates = self.of_keys(db, &keys).await?;
        self.load(db, clusters, candidates).await?;
        next.extend(self.crossed.drain());
        let records = self.records();
        let mut nodes = Nodes::of(clusters, self.entity, &self.matter(&records));
        let (void, rechecked, owners) = self.recheck(&nodes);
        nodes.take_off(&void);
        next.extend(owners);
        next.extend(related(&nodes, frontier, &self.out.cut));
        (self.out.void, self.out.rechecked) = (void, rechecked);
        next.retain(|id| !self.out.nodes.contains(id));
        self.out.nodes.extend(&next);
        Ok(next)
    }

    /// Identifiers that are no evidence, those of them that were asked anew because all their owners are
    /// loaded, and owners of such that have become evidence or have ceased to be.
    fn recheck(&self, nodes: &Nodes) -> (Void, BTreeSet<(usize, String)>, HashSet<Uuid>) {
        let now = nodes.void();
        let identifiers = nodes.identifiers();
        let whole = identifiers.iter().filter(|(_, key)| self.keys.contains(key));
        let rechecked: BTreeSet<(usize, String)> = whole.map(|(id, _)| id.clone()).collect();
        let mut owners = HashSet::new();
        for id in rechecked.iter().filter(|id| now.contains(id) != self.known_void.contains(id)) {
            let owns = |at: &usize| nodes.keys(*at).contains(&identifiers[id]);
            owners.extend((0..nodes.len()).filter(owns).map(|at| nodes.id(at)));
        }
        let mut void: Void = self.known_void.difference(&rechecked).cloned().collect();
        void.extend(now.intersection(&rechecked).cloned());
        (void, rechecked, owners)
    }

    fn judged_with(&self, frontier: &HashSet<Uuid>) -> HashSet<Uuid> {
        let Judgements { same, different, unsure } = self.ground.judgements;
        let pairs = same.iter().chain(different).chain(unsure);
        let beside = |(a, b): &(Uuid, Uuid)| match (frontier.contains(a), frontier.contains(b)) {
            (true, _) => Some(*b),
            (_, true) => Some(*a),
            _ => None,
        };
        pairs.filter_map(beside).collect()
    }

    async fn of_entities(&self, db: &mut PgConnection, entities: &HashSet<Uuid>) -> sqlx::Result<Vec<Uuid>> {
        sqlx::query_scalar("select id from node where entity_id = any($1)")
            .bind(entities.iter().copied().collect::<Vec<_>>())
            .fetch_all(db)
            .await
    }

    /// Nodes of the type with one of these keys.
    async fn of_keys(&mut self, db: &mut PgConnection, keys: &HashSet<i64>) -> sqlx::Result<Vec<Uuid>> {
        let is_known = |key: &&i64| self.keys.contains(*key) || self.out.cut.contains(*key);
        let fresh: Vec<i64> = keys.iter().filter(|key| !is_known(key)).copied().collect();
        if fresh.is_empty() {
            return Ok(vec![]);
        }
        let rows: Vec<(Uuid, Vec<i64>)> =
            sqlx::query_as("select id, block_keys from node where entity = $1 and block_keys && $2")
                .bind(&self.entity.name)
                .bind(&fresh)
                .fetch_all(db)
                .await?;
        if has_key(self.entity) {
            self.keys.extend(&fresh);
            return Ok(rows.into_iter().map(|(id, _)| id).collect());
        }
        let mut before: HashMap<i64, Vec<Uuid>> = fresh.iter().map(|key| (*key, vec![])).collect();
        for (id, keys) in &rows {
            for key in keys {
                if let Some(of) = before.get_mut(key) {
                    of.push(*id);
                }
            }
        }
        let mut out = Vec::new();
        for (key, of) in before {
            let stay = of.iter().filter(|id| !self.changed.contains(*id)).count();
            let size = stay + self.now.get(&key).copied().unwrap_or(0);
            let is_cut = size > block_limit(key);
            if is_cut != (of.len() > block_limit(key)) {
                self.crossed.extend(&of);
            }
            // What joins nothing is not loaded either.
            if is_cut {
                self.out.cut.insert(key);
            } else {
                self.keys.insert(key);
                out.extend(of);
            }
        }
        Ok(out)
    }

    /// How many of the loaded nodes have each key.
    fn keys_now(&self, clusters: &Clusters) -> HashMap<i64, usize> {
        let records = self.records();
        let nodes = Nodes::of(clusters, self.entity, &self.matter(&records));
        let mut out = HashMap::new();
        for key in (0..nodes.len()).flat_map(|at| nodes.keys(at)) {
            *out.entry(*key).or_default() += 1;
        }
        out
    }

    /// Loads the records of nodes, and what they link to.
    async fn load(
        &mut self,
        db: &mut PgConnection,
        clusters: &mut Clusters,
        mut ids: Vec<Uuid>,
    ) -> sqlx::Result<()> {
        ids.retain(|id| !self.loaded.contains_key(id));
        if ids.is_empty() {
            return Ok(());
        }
        let mut sources = load_nodes(db, self.ground.deliveries, &ids).await?;
        self.out.history.extend(sources.history.drain());
        self.loaded.extend(ids.into_iter().map(|id| (id, vec![])));
        let part = sources.part(&self.entity.name);
        links::resolve(db, clusters, part.newest()).await?;
        links::teach_brands(db, self.ground, clusters, self.entity, part.newest()).await?;
        self.out.standing.extend(part.standing());
        for record in part.newest() {
            self.loaded.entry(record.node_id()).or_default().push(record.clone());
        }
        Ok(())
    }

    fn records(&self) -> Vec<SourceRecord> {
        self.loaded.values().flatten().cloned().collect()
    }

    fn matter<'m>(&'m self, records: &'m [SourceRecord]) -> Matter<'m> {
        Matter { records, history: &self.out.history, judgements: self.ground.judgements }
    }

    fn finish(mut self) -> Gathered {
        let reached = self.loaded.into_iter().filter(|(node, _)| self.out.nodes.contains(node));
        self.out.records = reached.flat_map(|(_, records)| records).collect();
        self.out
    }
}

/// Nodes beside the frontier that are not apart from it.
fn related(nodes: &Nodes, frontier: &HashSet<Uuid>, cut: &HashSet<i64>) -> HashSet<Uuid> {
    let mut blocks: HashMap<i64, Vec<usize>> = HashMap::new();
    for at in 0..nodes.len() {
        for key in nodes.keys(at).iter().filter(|key| !cut.contains(key)) {
            blocks.entry(*key).or_default().push(at);
        }
    }
    let mut out = HashSet::new();
    for at in (0..nodes.len()).filter(|at| frontier.contains(&nodes.id(*at))) {
        let blocks = nodes.keys(at).iter().filter_map(|key| blocks.get(key));
        let beside: BTreeSet<usize> = blocks.flatten().copied().filter(|other| *other != at).collect();
        out.extend(beside.into_iter().filter(|b| nodes.related(at, *b)).map(|b| nodes.id(b)));
    }
    out
}
