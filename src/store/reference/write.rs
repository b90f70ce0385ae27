//! The reference tables brought to a dataset, by difference, in one transaction.

use sqlx::{PgConnection, PgExecutor, PgPool};

use super::Dataset;

/// Key of the advisory lock under which one hub at a time loads ("ref" in ASCII).
const LOCK: i64 = 0x72_65_66;

/// Whether the tables hold this version.
pub async fn is_current(connection: impl PgExecutor<'_>, version: &[u8]) -> anyhow::Result<bool> {
    Ok(sqlx::query_scalar(
        "select exists (select from reference_version where name = 'reference' and sha256 = $1)",
    )
    .bind(version)
    .fetch_one(connection)
    .await?)
}

/// Writes what differs, and deletes what the dataset has no more unless something refers to it.
pub async fn replace(pool: &PgPool, data: &Dataset, version: &[u8]) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
    if is_current(&mut *tx, version).await? {
        return Ok(()); // another hub was first
    }
    drop_changed_successions(&mut tx, data).await?;
    units(&mut tx, data).await?;
    groups(&mut tx, data).await?;
    agencies(&mut tx, data).await?;
    successions(&mut tx, data).await?;
    delete_stale(&mut tx, data).await?;
    sqlx::query(
        "insert into reference_version (name, sha256) values ('reference', $1)
         on conflict (name) do update set sha256 = excluded.sha256",
    )
    .bind(version)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // Fresh tables have no statistics, and the first queries would go by guesses.
    sqlx::raw_sql("analyze admin_unit, admin_unit_succession, product_group, agency").execute(pool).await?;
    Ok(())
}

async fn units(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "insert into admin_unit (id, level, code, name, valid_from, valid_to, parent_id, province_id,
                                 latitude, longitude, area_km2)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[], $7::uuid[],
                              $8::uuid[], $9::float8[], $10::float8[], $11::float8[])
         on conflict (id) do update set
             level = excluded.level, code = excluded.code, name = excluded.name, valid_from = excluded.valid_from,
             valid_to = excluded.valid_to, parent_id = excluded.parent_id, province_id = excluded.province_id,
             latitude = excluded.latitude, longitude = excluded.longitude, area_km2 = excluded.area_km2
         where admin_unit is distinct from excluded",
    )
    .bind(column(data.units.iter(), |unit| unit.id))
    .bind(column(data.units.iter(), |unit| unit.level.as_enum()))
    .bind(column(data.units.iter(), |unit| unit.code.as_str()))
    .bind(column(data.units.iter(), |unit| unit.name.as_str()))
    .bind(column(data.units.iter(), |unit| unit.valid_from))
    .bind(column(data.units.iter(), |unit| unit.valid_to))
    .bind(column(data.units.iter(), |unit| unit.parent_id))
    .bind(column(data.units.iter(), |unit| unit.province_id))
    .bind(column(data.units.iter(), |unit| unit.latitude))
    .bind(column(data.units.iter(), |unit| unit.longitude))
    .bind(column(data.units.iter(), |unit| unit.area_km2))
    .execute(connection)
    .await?;
    Ok(())
}

async fn groups(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "insert into product_group (id, scheme, level, number, name, cluster, valid_from, valid_to, parent_id)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::text[], $6::text[], $7::date[],
                              $8::date[], $9::uuid[])
         on conflict (id) do update set
             scheme = excluded.scheme, level = excluded.level, number = excluded.number, name = excluded.name,
             cluster = excluded.cluster, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
             parent_id = excluded.parent_id
         where product_group is distinct from excluded",
    )
    .bind(column(&data.groups, |group| group.id))
    .bind(column(&data.groups, |group| group.scheme.as_str()))
    .bind(column(&data.groups, |group| group.level))
    .bind(column(&data.groups, |group| group.number))
    .bind(column(&data.groups, |group| group.name.as_str()))
    .bind(column(&data.groups, |group| group.cluster.as_deref()))
    .bind(column(&data.groups, |group| group.valid_from))
    .bind(column(&data.groups, |group| group.valid_to))
    .bind(column(&data.groups, |group| group.parent_id))
    .execute(connection)
    .await?;
    Ok(())
}

async fn agencies(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "insert into agency (id, kind, name, province_id, valid_from, valid_to, successor_id)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::date[], $6::date[], $7::uuid[])
         on conflict (id) do update set
             kind = excluded.kind, name = excluded.name, province_id = excluded.province_id,
             valid_from = excluded.valid_from, valid_to = excluded.valid_to, successor_id = excluded.successor_id
         where agency is distinct from excluded",
    )
    .bind(column(&data.agencies, |agency| agency.id))
    .bind(column(&data.agencies, |agency| agency.kind.as_str()))
    .bind(column(&data.agencies, |agency| agency.name.as_str()))
    .bind(column(&data.agencies, |agency| agency.province_id))
    .bind(column(&data.agencies, |agency| agency.valid_from))
    .bind(column(&data.agencies, |agency| agency.valid_to))
    .bind(column(&data.agencies, |agency| agency.successor_id))
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing refers to a succession, so those that changed go first: else the old default and the new one would
/// meet in the index that allows one for each unit.
async fn drop_changed_successions(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "delete from admin_unit_succession s
         where not exists (
             select from unnest($1::uuid[], $2::text[], $3::bool[]) as n (id, scope, is_default)
             where (n.id, n.scope, n.is_default) = (s.id, s.scope, s.is_default)
         )",
    )
    .bind(column(&data.successions, |step| step.id))
    .bind(column(&data.successions, |step| scope(step.whole)))
    .bind(column(&data.successions, |step| step.is_default))
    .execute(connection)
    .await?;
    Ok(())
}

async fn successions(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "insert into admin_unit_succession (id, from_id, to_id, scope, is_default)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bool[])
         on conflict (id) do nothing",
    )
    .bind(column(&data.successions, |step| step.id))
    .bind(column(&data.successions, |step| step.from_id))
    .bind(column(&data.successions, |step| step.to_id))
    .bind(column(&data.successions, |step| scope(step.whole)))
    .bind(column(&data.successions, |step| step.is_default))
    .execute(connection)
    .await?;
    Ok(())
}

/// Agencies before units and communes before districts, since the first refer to the second.
async fn delete_stale(connection: &mut PgConnection, data: &Dataset) -> anyhow::Result<()> {
    sqlx::query(
        "select
             delete_unreferenced('agency', array(select id from agency where id <> all ($1))),
             delete_unreferenced('product_group',
                 array(select id from product_group where id <> all ($2) order by level desc)),
             delete_unreferenced('admin_unit',
                 array(select id from admin_unit where id <> all ($3) order by level))",
    )
    .bind(column(&data.agencies, |agency| agency.id))
    .bind(column(&data.groups, |group| group.id))
    .bind(column(data.units.iter(), |unit| unit.id))
    .fetch_one(connection)
    .await?;
    Ok(())
}

fn scope(whole: bool) -> &'static str {
    if whole { "WHOLE" } else { "PART" }
}

/// One array for one column.
fn column<'a, R: 'a, T>(rows: impl IntoIterator<Item = &'a R>, pick: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.into_iter().map(pick).collect()
}
