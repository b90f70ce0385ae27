//! Source records → computed tables, in one transaction, by difference. The order of the steps, no more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Context as _;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::field::{Field, fields};
use super::load::{Sources, load};
use super::survive::{Incomplete, Merged, survive};
use super::sync::{self, Counts, Table};
use super::table;
use crate::catalog::{Catalog, Entity};
use crate::matching::{Clusters, DoubtfulPair, cluster, in_order};

/// The lock under which computed tables are written: "merge" in ASCII.
pub(super) const LOCK: i64 = 0x006d_6572_6765;

/// What applying changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// By entity type.
    pub entities: BTreeMap<String, Counts>,
    /// Pairs that may be the same and are kept apart.
    pub doubtful: usize,
    /// Entities that cannot stand.
    pub incomplete: Vec<Incomplete>,
    /// Blocks of records too large to be compared in full, by entity type.
    pub cut: BTreeMap<String, usize>,
}

/// Makes the computed tables follow the deliveries that count, and marks those applied.
pub async fn apply(pool: &PgPool, catalog: &Catalog) -> anyhow::Result<Applied> {
    let mut tx = pool.begin().await?;
    lock(&mut tx).await?;
    let applied = apply_in(&mut tx, catalog).await?;
    tx.commit().await.context("applying")?;
    Ok(applied)
}

/// Applies what a crash left between staging and applying; none when there is nothing.
pub async fn catch_up(pool: &PgPool, catalog: &Catalog) -> anyhow::Result<Option<Applied>> {
    let waiting: bool = sqlx::query_scalar("select exists (select from import where state = 'STAGED')")
        .fetch_one(pool)
        .await?;
    if waiting { apply(pool, catalog).await.map(Some) } else { Ok(None) }
}

/// Waits until nobody else writes the computed tables; until the end of the transaction.
pub async fn lock(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(db).await.map(drop)
}

/// Applies within a transaction that holds the lock.
pub async fn apply_in(db: &mut PgConnection, catalog: &Catalog) -> anyhow::Result<Applied> {
    // Staged before loading: whatever is staged meanwhile waits for the next run.
    let staged: Vec<Uuid> =
        sqlx::query_scalar("select id from import where state = 'STAGED'").fetch_all(&mut *db).await?;
    let sources = load(db).await.context("loading source records")?;
    let computed = compute(catalog.clone(), sources).await?;
    let mut applied = write(db, catalog, &computed).await.context("writing entities")?;
    sqlx::query("update import set state = 'APPLIED' where id = any($1)").bind(&staged).execute(db).await?;
    applied.incomplete = computed.incomplete;
    applied.cut = computed.clusters.cut;
    Ok(applied)
}

struct Computed {
    sources: Sources,
    clusters: Clusters,
    merged: Vec<Merged>,
    incomplete: Vec<Incomplete>,
}

/// Matching and merging take seconds of one core: off the threads that answer requests.
async fn compute(catalog: Catalog, sources: Sources) -> anyhow::Result<Computed> {
    let work = move || {
        let clusters = cluster(&catalog, &sources.records, &sources.first_seen);
        let (merged, incomplete) = survive(&catalog, &sources.records, &clusters);
        Computed { sources, clusters, merged, incomplete }
    };
    tokio::task::spawn_blocking(work).await.context("matching")
}

async fn write(db: &mut PgConnection, catalog: &Catalog, computed: &Computed) -> anyhow::Result<Applied> {
    let records = &computed.sources.records;
    let mut applied = Applied::default();
    let mut of_types: HashMap<&str, Vec<Field>> = HashMap::new();
    let mut written: Vec<(&Entity, Table)> = Vec::new();
    for entity in in_order(catalog) {
        let fields = fields(catalog, entity);
        let generated = generated_columns(db, &entity.table).await?;
        let table = table::entity_table(entity, &fields, &generated);
        let rows = computed.merged.iter().filter(|m| m.entity == entity.name).flat_map(|m| &m.rows);
        let counts = sync::write(db, &table, rows, |line, row| {
            table::put_entity(line, row, &fields, &generated, records);
        });
        applied.entities.insert(entity.name.clone(), counts.await.with_context(|| entity.table.clone())?);
        of_types.insert(&entity.name, fields);
        written.push((entity, table));
    }
    // Nothing points at what is gone any more: those that point first.
    for (entity, table) in written.iter().rev() {
        let deleted = sync::sweep(db, table).await.with_context(|| entity.table.clone())?;
        applied.entities.entry(entity.name.clone()).or_default().deleted = deleted;
    }
    applied.doubtful = write_beside(db, catalog, computed, &of_types).await?;
    Ok(applied)
}

/// Members, origins and doubtful pairs; says how many pairs.
async fn write_beside(
    db: &mut PgConnection,
    catalog: &Catalog,
    computed: &Computed,
    of_types: &HashMap<&str, Vec<Field<'_>>>,
) -> sqlx::Result<usize> {
    let Computed { sources, merged, .. } = computed;
    let table = table::member_table();
    sync::write(db, &table, table::members(merged, &sources.records), |line, (record, entity, id)| {
        line.show(record);
        line.field(Some(entity));
        line.show(id);
    })
    .await?;
    sync::sweep(db, &table).await?;

    let table = table::origin_table();
    let origins = table::origins(merged, of_types, &sources.records);
    sync::write(db, &table, origins, |line, o| table::put_origin(line, &o, &sources.imports)).await?;
    sync::sweep(db, &table).await?;

    let table = table::doubtful_table();
    let standing: BTreeSet<Uuid> = merged.iter().flat_map(|m| m.rows.iter().map(|r| r.id)).collect();
    let both_stand = |p: &&DoubtfulPair| standing.contains(&p.left) && standing.contains(&p.right);
    let pairs: Vec<&DoubtfulPair> = computed.clusters.doubtful.iter().filter(both_stand).collect();
    sync::write(db, &table, pairs.iter(), |line, pair| table::put_doubtful(line, pair, catalog)).await?;
    sync::sweep(db, &table).await?;
    Ok(pairs.len())
}

async fn generated_columns(db: &mut PgConnection, table: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select attname::text from pg_attribute
         where attrelid = to_regclass($1) and attgenerated <> '' and not attisdropped",
    )
    .bind(sync::quoted(table))
    .fetch_all(db)
    .await
}
