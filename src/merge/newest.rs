//! What all nodes of a type are matched from: of each its newest records, as far as matching looks at them, and
//! its past. Much of it is held at once, so it is kept small; whose word counts is found out later, by parts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures_util::TryStreamExt;
use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

use super::load::{Deliveries, Delivery};
use crate::catalog::Entity;
use crate::matching::{History, Roles};
use crate::store::fields::Names;
use crate::store::record::{Evidence, SourceRecord};

/// What [`read`] reads, then the node.
pub const COLUMNS: &str = "id, import_id, entity, key, observed_on, fields, refs, evidence, node_id";

/// Newest records of the nodes of one type, of those that no delivery speaks of any more too.
#[derive(Debug, Default)]
pub struct Newest {
    /// The records, without fields that do not count in matching.
    pub records: Vec<SourceRecord>,
    /// Pasts of the nodes.
    pub history: History,
    nodes: HashMap<Uuid, Seen>,
}

/// What has been seen of a node.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Rank of its newest delivery.
    rank: i64,
    /// How many nodes came before it.
    order: u32,
}

impl Newest {
    /// Whether a delivery that counts speaks of a node.
    pub fn is_standing(&self, node: Uuid) -> bool {
        self.nodes.get(&node).is_some_and(|seen| seen.rank == 0)
    }

    /// How many nodes came before this one.
    pub fn order(&self, node: Uuid) -> u32 {
        self.nodes.get(&node).map_or(0, |seen| seen.order)
    }

    fn put(&mut self, row: &PgRow, deliveries: &Deliveries, names: &mut Names) -> sqlx::Result<()> {
        let (import_id, node): (Uuid, Uuid) = (row.try_get(1)?, row.try_get(8)?);
        let Some(delivery) = deliveries.get(&import_id) else { return Ok(()) };
        note(&mut self.history, node, import_id, delivery);
        let order = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let seen = *self.nodes.entry(node).or_insert(Seen { rank: delivery.rank, order });
        if seen.rank == delivery.rank {
            self.records.push(read(row, import_id, delivery, names)?);
        }
        Ok(())
    }
}

/// How many records of each type there are in applied deliveries.
pub async fn kinds(db: &mut PgConnection, deliveries: &Deliveries) -> sqlx::Result<BTreeMap<String, i64>> {
    let kinds: Vec<(String, i64)> = sqlx::query_as(
        "select entity, count(*) from source_record where import_id = any($1) group by entity",
    )
    .bind(deliveries.keys().copied().collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(kinds.into_iter().collect())
}

/// The newest records of a type, in the order in which the store has them.
pub async fn newest(db: &mut PgConnection, deliveries: &Deliveries, entity: &Entity) -> sqlx::Result<Newest> {
    let mut ranks: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for (id, delivery) in deliveries {
        ranks.entry(delivery.rank).or_default().push(*id);
    }
    let mut names = Names::only(Roles::of(entity).fields());
    let mut out = Newest::default();
    let sql: Arc<str> =
        format!("select {COLUMNS} from source_record where import_id = any($1) and entity = $2").into();
    for ids in ranks.values() {
        let query = sqlx::query(AssertSqlSafe(Arc::clone(&sql))).bind(ids).bind(&entity.name);
        let mut rows = query.fetch(&mut *db);
        while let Some(row) = rows.try_next().await? {
            out.put(&row, deliveries, &mut names)?;
        }
    }
    Ok(out)
}

/// Notes that a delivery spoke of a node.
pub fn note(history: &mut History, node: Uuid, import: Uuid, delivery: &Delivery) {
    let past = history.entry(node).or_default();
    past.first_seen = Some(past.first_seen.map_or(delivery.as_of, |day| day.min(delivery.as_of)));
    if !past.deliveries.contains(&import) {
        // Most are in one delivery.
        past.deliveries.reserve_exact(1);
        past.deliveries.push(import);
    }
}

/// A record, of its fields and links those that are wanted. Where in its file it stands is not asked for.
pub fn read(
    row: &PgRow,
    import_id: Uuid,
    delivery: &Delivery,
    names: &mut Names,
) -> sqlx::Result<SourceRecord> {
    let json = |at: usize| row.try_get::<Json<&RawValue>, _>(at).map(|json| json.0.get());
    let wrong = |error: serde_json::Error| sqlx::Error::Decode(error.into());
    let mut evidence = row.try_get::<Json<Evidence>, _>(7)?.0;
    evidence.places.shrink_to_fit();
    Ok(SourceRecord {
        id: row.try_get(0)?,
        import_id,
        scope: Arc::clone(&delivery.scope),
        entity: names.share(row.try_get(2)?),
        key: row.try_get(3)?,
        office: Arc::clone(&delivery.office),
        observed_on: row.try_get(4)?,
        fields: names.read(json(5)?).map_err(wrong)?,
        refs: names.read(json(6)?).map_err(wrong)?,
        evidence,
        sheet: String::new(),
        row: 0,
    })
}
