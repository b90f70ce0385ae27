//! Source records out of the database: of each node the newest ones, and what older deliveries said where
//! the newest are silent. Reads, never writes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

use super::newest::{COLUMNS, note, read};
use crate::matching::{History, Judgements};
use crate::store::fields::Names;
use crate::store::record::SourceRecord;

/// A delivery that has been applied.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// `register/OFFICE_KIND/province`.
    pub scope: Arc<str>,
    /// `OfficeKind` of the office.
    pub office: Arc<str>,
    /// Office that delivered it.
    pub agency: Option<Uuid>,
    /// Day it speaks of.
    pub as_of: NaiveDate,
    /// Whether it is a full list, so that what it lacks is gone.
    pub full: bool,
    /// 0 counts; 1 was replaced by it, and so on.
    pub rank: i64,
    /// Its place among all: by the day it speaks of, then as they were received.
    pub order: i64,
}

/// Applied deliveries by id.
pub type Deliveries = HashMap<Uuid, Delivery>;

/// The records of one type: ghosts, then those that count, then fillers.
#[derive(Debug, Default)]
pub struct Part {
    records: Vec<SourceRecord>,
    /// Of each the place of its delivery among all.
    delivered: Vec<i64>,
    ghosts: usize,
    newest: usize,
}

impl Part {
    fn new(
        mut ghosts: Vec<SourceRecord>,
        mut counting: Vec<SourceRecord>,
        mut older: Vec<SourceRecord>,
        deliveries: &Deliveries,
    ) -> Self {
        let (first, second) = (ghosts.len(), ghosts.len() + counting.len());
        ghosts.append(&mut counting);
        ghosts.append(&mut older);
        let order = |r: &SourceRecord| deliveries.get(&r.import_id).map_or(i64::MIN, |d| d.order);
        Self { delivered: ghosts.iter().map(order).collect(), records: ghosts, ghosts: first, newest: second }
    }

    /// The place of a record's delivery among all: later ones mend what earlier ones of their scope said.
    pub fn delivered(&self, at: usize) -> i64 {
        self.delivered[at]
    }

    /// What nodes are made of: newest records, of nodes that no delivery speaks of any more too.
    pub fn newest(&self) -> &[SourceRecord] {
        &self.records[..self.newest]
    }

    /// Whose word may count: all of them.
    pub fn words(&self) -> &[SourceRecord] {
        &self.records
    }

    /// Whether a record is of a delivery that counts; the others only fill what these leave blank.
    pub fn counts(&self, at: usize) -> bool {
        (self.ghosts..self.newest).contains(&at)
    }

    /// Nodes that stand.
    pub fn standing(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.records[self.ghosts..self.newest].iter().map(SourceRecord::node_id)
    }
}

/// What some entities are computed from.
#[derive(Debug, Default)]
pub struct Sources {
    /// Records by entity type.
    pub parts: BTreeMap<Arc<str>, Part>,
    /// Pasts of the nodes.
    pub history: History,
}

impl Sources {
    /// The records of one type.
    pub fn part(&mut self, entity: &str) -> Part {
        self.parts.remove(entity).unwrap_or_default()
    }
}

/// All applied deliveries.
pub async fn deliveries(db: &mut PgConnection) -> sqlx::Result<Deliveries> {
    let rows = sqlx::query(
        "select id, scope, office, agency_id, rank, mode = 'snapshot', as_of,
                row_number() over (order by as_of, received_at, id)
         from applied_import",
    )
    .fetch_all(db);
    let mut out = Deliveries::new();
    for row in rows.await? {
        let delivery = Delivery {
            scope: row.try_get::<&str, _>(1)?.into(),
            office: row.try_get::<&str, _>(2)?.into(),
            agency: row.try_get(3)?,
            rank: row.try_get(4)?,
            full: row.try_get(5)?,
            as_of: row.try_get(6)?,
            order: row.try_get(7)?,
        };
        out.insert(row.try_get(0)?, delivery);
    }
    Ok(out)
}

/// Loads what concerns some nodes.
pub async fn load_nodes(
    db: &mut PgConnection,
    deliveries: &Deliveries,
    nodes: &[Uuid],
) -> sqlx::Result<Sources> {
    let sql = format!("select {COLUMNS} from source_record where node_id = any($1)");
    let mut rows = sqlx::query(AssertSqlSafe(sql)).bind(nodes).fetch_all(db).await?;
    let rank = |row: &PgRow| -> sqlx::Result<(i64, Uuid)> {
        let rank = deliveries.get(&row.try_get(1)?).map_or(i64::MAX, |d| d.rank);
        Ok((rank, row.try_get(0)?))
    };
    rows.sort_by_cached_key(|row| rank(row).unwrap_or_default());
    let mut sorter = Sorter::new(deliveries);
    for row in &rows {
        sorter.put(row)?;
    }
    Ok(sorter.finish())
}

/// Verdict, the two nodes, and what stood in their entities.
type Judgement = (String, Uuid, Uuid, Vec<Uuid>, Vec<Uuid>);

/// What people decided and have not taken back.
pub async fn judgements(db: &mut PgConnection) -> sqlx::Result<Judgements> {
    let rows: Vec<Judgement> = sqlx::query_as(
        "select verdict, left_node, right_node, left_nodes, right_nodes
         from judgement where retracted_at is null order by id",
    )
    .fetch_all(db)
    .await?;
    let mut out = Judgements::default();
    for (verdict, left, right, with_left, with_right) in rows {
        // Who says that two are one has both before them as they are.
        if verdict == "SAME" {
            out.same.extend(with_left.into_iter().map(|node| (left, node)));
            out.same.extend(with_right.into_iter().map(|node| (right, node)));
        }
        let list = match verdict.as_str() {
            "SAME" => &mut out.same,
            "DIFFERENT" => &mut out.different,
            _ => &mut out.unsure,
        };
        list.push((left, right));
    }
    Ok(out)
}

/// Sorts records, newest deliveries first, into those that count, ghosts and fillers.
struct Sorter<'d> {
    deliveries: &'d Deliveries,
    names: Names,
    /// By type: ghosts, counting, fillers.
    lists: BTreeMap<Arc<str>, [Vec<SourceRecord>; 3]>,
    history: History,
    nodes: HashMap<Uuid, Seen>,
}

/// What has been seen of a node.
struct Seen {
    /// Rank of its newest delivery.
    rank: i64,
    /// Fields that have been said.
    said: BTreeSet<Arc<str>>,
    /// Places of its newest records.
    places: Vec<String>,
}

impl<'d> Sorter<'d> {
    fn new(deliveries: &'d Deliveries) -> Self {
        let (names, lists) = (Names::default(), BTreeMap::new());
        Self { deliveries, names, lists, history: History::new(), nodes: HashMap::new() }
    }

    fn put(&mut self, row: &PgRow) -> sqlx::Result<()> {
        let import_id: Uuid = row.try_get(1)?;
        let Some(delivery) = self.deliveries.get(&import_id) else { return Ok(()) };
        let record = read(row, import_id, delivery, &mut self.names)?;
        let node: Uuid = row.try_get(8)?;
        note(&mut self.history, node, import_id, delivery);
        let seen = self.nodes.entry(node).or_insert_with(|| Seen {
            rank: delivery.rank,
            said: BTreeSet::new(),
            places: record.evidence.places.clone(),
        });
        let kept = if seen.rank == delivery.rank {
            seen.said.extend(record.fields.names().cloned());
            Some((usize::from(seen.rank == 0), record))
        } else if seen.rank == 0 {
            filler(record, seen).map(|record| (2, record))
        } else {
            None
        };
        if let Some((list, record)) = kept {
            self.lists.entry(Arc::clone(&record.entity)).or_default()[list].push(record);
        }
        Ok(())
    }

    fn finish(self) -> Sources {
        let part = |[ghosts, counting, older]: [Vec<SourceRecord>; 3]| {
            Part::new(ghosts, counting, older, self.deliveries)
        };
        let parts = self.lists.into_iter().map(|(entity, lists)| (entity, part(lists))).collect();
        Sources { parts, history: self.history }
    }
}

/// What an older record says that the newer ones leave blank; nothing of where, when it was elsewhere.
fn filler(mut record: SourceRecord, seen: &mut Seen) -> Option<SourceRecord> {
    let moved = !record.evidence.places.iter().any(|p| seen.places.contains(p));
    let moved = moved && !record.evidence.places.is_empty() && !seen.places.is_empty();
    let is_link = |value: &Value| value.as_str().is_some_and(|text| text.parse::<Uuid>().is_ok());
    record.fields.retain(|name, value| !(seen.said.contains(name) || moved && is_link(value)));
    record.refs.clear();
    seen.said.extend(record.fields.names().cloned());
    (!record.fields.is_empty()).then_some(record)
}

/// Nodes of records that these refer to, save of those that are known.
pub async fn aliases(
    db: &mut PgConnection,
    records: &[SourceRecord],
    is_known: impl Fn(&Uuid) -> bool,
) -> sqlx::Result<HashMap<Uuid, Uuid>> {
    let own: HashSet<Uuid> = records.iter().map(|r| r.id).collect();
    let strange = |id: &&Uuid| !own.contains(*id) && !is_known(id);
    let wanted: HashSet<Uuid> =
        records.iter().flat_map(|r| r.refs.values()).filter(strange).copied().collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as("select id, node_id from source_record where id = any($1)")
        .bind(wanted.into_iter().collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
