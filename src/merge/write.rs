//! What was computed → tables: entities parents first, then what is gone children first, then what stands
//! beside them.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::apply::{Applied, Change};
use super::compute::{Computed, Done};
use super::field::{Field, Mask, fields};
use super::former;
use super::load::Deliveries;
use super::log::Log;
use super::pin;
use super::sync::{self, Within};
use super::table::{self, Shown};
use crate::catalog::Catalog;
use crate::matching::DoubtfulPair;
use crate::store::id;

/// Writes all of it.
pub async fn write(
    db: &mut PgConnection,
    catalog: &Catalog,
    computed: &Computed<'_>,
    deliveries: &Deliveries,
    change: &Change,
) -> anyhow::Result<Applied> {
    let mut applied = Applied::default();
    let mut of_types = Vec::new();
    for done in &computed.types {
        let fields = fields(catalog, done.entity);
        let generated = generated_columns(db, &done.entity.table).await?;
        let table = table::entity_table(done.entity, &fields, &generated);
        let log = Log::new(&done.entity.name, &fields, &generated, &change.cause);
        let records = done.part.words();
        let counts = sync::write(db, &table, Some(&log), done.merged.rows.iter(), |line, row| {
            table::put_entity(line, row, &fields, &generated, records, &change.take);
        });
        let counts = counts.await.with_context(|| done.entity.table.clone())?;
        applied.entities.insert(done.entity.name.clone(), counts);
        of_types.push((done, fields, generated, table));
    }
    // Nothing points at what is gone any more: those that point first.
    for (done, fields, generated, table) in of_types.iter().rev() {
        let log = Log::new(&done.entity.name, fields, generated, &change.cause);
        let deleted = sync::sweep(db, table, Some(&log), within_entities(done, "id")).await;
        let deleted = deleted.with_context(|| done.entity.table.clone())?;
        applied.entities.entry(done.entity.name.clone()).or_default().deleted = deleted;
    }
    let types: Vec<(&Done, Vec<Field>)> =
        of_types.into_iter().map(|(done, fields, ..)| (done, fields)).collect();
    beside(db, computed, &types, deliveries).await?;
    let fresh: Vec<(Uuid, String)> =
        computed.types.iter().flat_map(|done| done.merged.fresh_pins.iter().cloned()).collect();
    pin::note(db, &fresh).await?;
    let doubtful: i64 = sqlx::query_scalar("select count(*) from doubtful_match").fetch_one(db).await?;
    applied.doubtful = usize::try_from(doubtful).unwrap_or_default();
    Ok(applied)
}

fn within_entities<'d>(done: &'d Done<'_>, column: &'static str) -> Within<'d> {
    done.within.as_ref().map_or(Within::All, |touched| Within::Ids(column, &touched.entities))
}

/// All ids of a kind, over all types; none: all there are.
fn all<'a, T>(
    types: &[(&'a Done<'a>, Vec<Field>)],
    of: impl Fn(&'a super::compute::Touched) -> Vec<T>,
) -> Option<Vec<T>> {
    let each: Option<Vec<Vec<T>>> = types.iter().map(|(done, _)| done.within.as_ref().map(&of)).collect();
    each.map(|lists| lists.into_iter().flatten().collect())
}

fn within<'a>(column: &'static str, ids: &'a Option<Vec<Uuid>>) -> Within<'a> {
    ids.as_ref().map_or(Within::All, |ids| Within::Ids(column, ids))
}

async fn beside(
    db: &mut PgConnection,
    computed: &Computed<'_>,
    types: &[(&Done<'_>, Vec<Field<'_>>)],
    deliveries: &Deliveries,
) -> anyhow::Result<()> {
    let entities = all(types, |touched| touched.entities.clone());
    let nodes = all(types, |touched| touched.nodes.clone());

    let table = table::node_table();
    let rows = types.iter().flat_map(|(done, _)| done.nodes.iter().map(|node| (&done.entity.name, node)));
    sync::write(db, &table, None, rows, |line, (entity, node)| table::put_node(line, entity, node)).await?;
    sync::sweep(db, &table, None, within("id", &nodes)).await?;
    addresses(db, types).await?;
    former::follow(db, entities.as_deref()).await?;

    let table = table::member_table();
    let members = types
        .iter()
        .flat_map(|(done, fields)| table::members(&done.entity.name, &done.merged.rows, fields, &done.part));
    sync::write(db, &table, None, members, |line, member| table::put_member(line, &member)).await?;
    sync::sweep(db, &table, None, within("entity_id", &entities)).await?;

    conflicts(db, types, deliveries, &entities).await?;
    voids(db, types).await?;
    doubtful(db, computed, types, &entities).await
}

/// Every id an entity may ever have had leads to its node.
async fn addresses(db: &mut PgConnection, types: &[(&Done<'_>, Vec<Field<'_>>)]) -> sqlx::Result<()> {
    let nodes = || types.iter().flat_map(|(done, _)| &done.nodes);
    let ids: Vec<Uuid> = nodes().map(|node| node.placed.own_id).collect();
    let to: Vec<Uuid> = nodes().map(|node| node.placed.node).collect();
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into address (id, node_id)
         select n.id, n.node_id from unnest($1::uuid[], $2::uuid[]) as n (id, node_id)
         where not exists (select from address a where a.id = n.id)
         on conflict do nothing",
    )
    .bind(&ids)
    .bind(&to)
    .execute(db)
    .await
    .map(drop)
}

async fn conflicts(
    db: &mut PgConnection,
    types: &[(&Done<'_>, Vec<Field<'_>>)],
    deliveries: &Deliveries,
    entities: &Option<Vec<Uuid>>,
) -> sqlx::Result<()> {
    let table = table::conflict_table();
    let rows = types.iter().flat_map(|(done, fields)| {
        let rows = done.merged.rows.iter();
        rows.flat_map(move |row| {
            row.rivals.iter().map(move |rival| (*done, &fields[rival.field], row, rival))
        })
    });
    sync::write(db, &table, None, rows, |line, (done, field, row, rival)| {
        let records = done.part.words();
        table::put_conflict(line, done.entity, field, row, rival, records, deliveries);
    })
    .await?;
    sync::sweep(db, &table, None, within("entity_id", entities)).await.map(drop)
}

async fn voids(db: &mut PgConnection, types: &[(&Done<'_>, Vec<Field<'_>>)]) -> sqlx::Result<()> {
    let id = |done: &Done, field: usize, root: &str| table::void_id(&done.entity.name, field, root);
    let asked = types.iter().try_fold(Vec::new(), |mut ids, (done, _)| {
        let touched = done.within.as_ref()?;
        ids.extend(touched.identifiers.iter().map(|(field, root)| id(done, *field, root)));
        Some(ids)
    });
    let is_asked = |done: &Done, of: &(usize, String)| {
        done.within.as_ref().is_none_or(|touched| touched.identifiers.contains(of))
    };
    let rows: Vec<(&str, &(usize, String))> = types
        .iter()
        .flat_map(|(done, _)| done.void.iter().map(move |of| (*done, of)))
        .filter(|(done, of)| is_asked(done, of))
        .map(|(done, of)| (done.entity.name.as_str(), of))
        .collect();
    if rows.is_empty() && asked.as_ref().is_some_and(Vec::is_empty) {
        return Ok(());
    }
    let table = table::void_table();
    sync::write(db, &table, None, rows.into_iter(), |line, (entity, (field, root))| {
        table::put_void(line, entity, *field, root);
    })
    .await?;
    sync::sweep(db, &table, None, within("id", &asked)).await.map(drop)
}

async fn doubtful(
    db: &mut PgConnection,
    computed: &Computed<'_>,
    types: &[(&Done<'_>, Vec<Field<'_>>)],
    entities: &Option<Vec<Uuid>>,
) -> anyhow::Result<()> {
    let mut shown: HashMap<Uuid, Shown> = HashMap::new();
    let mut of_type: BTreeMap<&str, (&Done, Mask)> = BTreeMap::new();
    for (done, fields) in types {
        let name = fields.iter().position(Field::is_name);
        let mask = name.map_or(Mask::Hidden, |at| fields[at].mask);
        of_type.insert(&done.entity.name, (done, mask));
        for row in &done.merged.rows {
            let name = name.and_then(|at| row.chosen(at).map(|word| (at, word)));
            let name = name.and_then(|(at, word)| {
                let value = done.part.words()[word.record as usize].fields.get(fields[at].name)?;
                value.as_str().map(str::to_owned)
            });
            shown.insert(row.id, Shown { name, records: row.records.len() });
        }
    }
    // Both must stand.
    let pairs = computed.clusters.doubtful.iter().filter_map(|pair| {
        let (left, right) = (shown.get(&pair.left)?, shown.get(&pair.right)?);
        let (done, mask) = of_type.get(pair.entity.as_str())?;
        Some((pair, *done, *mask, [left, right]))
    });
    let table = table::doubtful_table();
    let pairs: BTreeMap<Uuid, (&DoubtfulPair, &Done, Mask, [&Shown; 2])> =
        pairs.map(|pair| (table::doubtful_id(pair.0), pair)).collect();
    let touched = entities.as_ref().map(|_| {
        let of = |done: &Done| {
            let ids = done.within.as_ref().map(|t| t.entities.as_slice()).unwrap_or_default();
            ids.iter().map(|id| id::encode(&done.entity.id_prefix, *id)).collect::<Vec<String>>()
        };
        types.iter().flat_map(|(done, _)| of(done)).collect::<Vec<String>>()
    });
    sync::write(db, &table, None, pairs.into_values(), |line, (pair, done, mask, sides)| {
        table::put_doubtful(line, pair, done.entity, mask, sides);
    })
    .await?;
    let within = touched.as_ref().map_or(Within::All, |ids| Within::Texts(["left_id", "right_id"], ids));
    sync::sweep(db, &table, None, within).await?;
    Ok(())
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
