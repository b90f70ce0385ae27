//! Deliveries and decisions → computed tables, in one transaction, by difference. The order of the steps, no
//! more.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use uuid::Uuid;

use super::compute;
use super::dirty::{self, Dirty};
use super::documents;
use super::load;
use super::log::Cause;
use super::pin::{self, Pin};
use super::reach::Ground;
use super::survive::Incomplete;
use super::sync::{Counts, quoted};
use super::withdrawn::{self, Withdrawn};
use super::write::Writer;
use crate::catalog::Catalog;
use crate::matching::{Clusters, in_order};

/// The lock under which computed tables are written: "merge" in ASCII.
pub(super) const LOCK: i64 = 0x006d_6572_6765;
/// Nodes to be matched anew beyond which everything is computed.
const MANY: usize = 3000;

/// What shall change.
#[derive(Debug)]
pub struct Change {
    /// Imports that begin to count.
    pub take: Vec<Uuid>,
    /// Imports that cease to.
    pub revert: Vec<Uuid>,
    /// Nodes that a decision of a person, or a mended row, touches, by type.
    pub touch: Vec<(String, Uuid)>,
    /// Whether to compute everything whatever changes.
    pub whole: bool,
    /// Why.
    pub cause: Cause,
}

impl Change {
    /// Nothing but what the store has waiting.
    pub fn new(cause: Cause) -> Self {
        Self { take: vec![], revert: vec![], touch: vec![], whole: false, cause }
    }
}

/// What applying changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// By entity type.
    pub entities: BTreeMap<String, Counts>,
    /// Pairs that may be the same and are kept apart, in all.
    pub doubtful: usize,
    /// Entities that cannot stand.
    pub incomplete: Vec<Incomplete>,
    /// Blocks of records too large to be compared, by entity type.
    pub cut: BTreeMap<String, usize>,
    /// What each import taken withdraws, where it withdraws anything.
    pub withdrawn: BTreeMap<Uuid, Withdrawn>,
    /// Whether everything was computed anew, not the touched part alone.
    pub whole: bool,
}

/// Makes the computed tables follow a change.
pub async fn apply(pool: &PgPool, catalog: &Catalog, change: &Change) -> anyhow::Result<Applied> {
    let mut tx = pool.begin().await?;
    lock(&mut tx).await?;
    let applied = apply_in(&mut tx, catalog, change).await?;
    tx.commit().await.context("applying")?;
    Ok(applied)
}

/// Fills in how many entities of each type there are in all, where only a part was computed.
pub async fn count(pool: &PgPool, catalog: &Catalog, applied: &mut Applied) -> sqlx::Result<()> {
    for entity in in_order(catalog) {
        let sql = format!("select count(*) from {}", quoted(&entity.table));
        let total: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(pool).await?;
        applied.entities.entry(entity.name.clone()).or_default().total = total.unsigned_abs();
    }
    Ok(())
}

/// Waits until nobody else writes the computed tables; until the end of the transaction.
pub async fn lock(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(db).await.map(drop)
}

/// Applies within a transaction that holds the lock.
pub async fn apply_in(db: &mut PgConnection, catalog: &Catalog, change: &Change) -> anyhow::Result<Applied> {
    let before = load::deliveries(db).await?;
    mark(db, change).await?;
    let after = load::deliveries(db).await?;
    let mut dirty = dirty::between(db, &before, &after).await.context("finding what changed")?;
    for (entity, node) in &change.touch {
        dirty.entry(entity.clone()).or_default().changed.insert(*node);
    }
    let judgements = load::judgements(db).await?;
    let pins = pin::load(db).await?;
    // What a pin leads to may go or be merged away, and nothing of the pinned entity's own would tell.
    for pin in pins.iter().filter(|pin| pin.to.is_some()) {
        dirty.entry(pin.entity.clone()).or_default().moved.insert(pin.node);
    }
    let ground = Ground { catalog, deliveries: &after, judgements: &judgements };
    let whole = change.whole || before.is_empty();
    let begin = || Writer::new(catalog, &after, change);
    let (writer, clusters) = compute(db, ground, dirty, &pins, whole, begin).await?;
    let touched = writer.touched();
    let mut applied = writer.finish(db, &clusters).await.context("writing entities")?;
    let of = touched.as_ref().map_or(documents::Of::Merged, documents::Of::Touched);
    documents::refresh(db, catalog, of).await.context("writing search documents")?;
    applied.withdrawn = withdrawn::of(db, &change.take, &after, &clusters).await?;
    applied.cut = clusters.cut;
    Ok(applied)
}

async fn mark(db: &mut PgConnection, change: &Change) -> sqlx::Result<()> {
    let Change { take, revert, cause, .. } = change;
    if !take.is_empty() {
        sqlx::query("update import set state = 'APPLIED', applied_at = $2 where id = any($1)")
            .bind(take)
            .bind(cause.at)
            .execute(&mut *db)
            .await?;
    }
    if !revert.is_empty() {
        sqlx::query(
            "update import set state = 'REVERTED', reverted_at = $2, reverted_by = $3 where id = any($1)",
        )
        .bind(revert)
        .bind(cause.at)
        .bind(&cause.by)
        .execute(db)
        .await?;
    }
    Ok(())
}

async fn compute<'c>(
    db: &mut PgConnection,
    ground: Ground<'c>,
    dirty: Dirty,
    pins: &[Pin],
    whole: bool,
    begin: impl Fn() -> Writer<'c>,
) -> anyhow::Result<(Writer<'c>, Clusters)> {
    if !whole && dirty::changed(&dirty) <= MANY {
        let mut writer = begin();
        // What was staged when it comes out that too much is touched shall not stay.
        let mut part = db.begin().await?;
        let clusters = compute::touched(&mut part, ground, dirty, pins, &mut writer).await;
        if let Some(clusters) = clusters.context("matching a part")? {
            part.commit().await?;
            return Ok((writer, clusters));
        }
        part.rollback().await?;
    }
    let mut writer = begin();
    let clusters = compute::everything(db, ground, pins, &mut writer).await.context("matching")?;
    Ok((writer, clusters))
}
