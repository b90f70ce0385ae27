//! Matches of stored demands follow the entities. What changed stands in the log of changes, so a hub that stopped in
//! between goes on where it was. Runs after a change is written and seen, never within it: many demands keep nobody
//! waiting for an import.

use std::collections::HashMap;

use serde_json::{Map, Value};
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{Stored, restored};
use crate::pipeline::{Failure, Pipeline};
use crate::store::connections::Connections;
use crate::store::id;
use crate::supply::{self, Demand, Match};

/// The lock under which matches are written: "demand" in ASCII.
const LOCK: i64 = 0x6465_6d61_6e64;
/// Offers touched beyond which each demand is matched with all of them anew.
const MANY: i64 = 20_000;
/// Matches of a demand at most.
const MATCHES: i64 = 1000;
/// How much an offer may lack to be told of: one requirement, or two of which nothing is known.
const BURDEN: f64 = 1.0;

/// Waits until nobody else writes matches; until the end of the transaction.
pub(super) async fn lock(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(db).await.map(drop)
}

impl Pipeline {
    /// Lets the matches of all standing demands follow what changed since they did last: how many demands were looked
    /// at. A failure is one of matches alone, so it is logged, and made up for the next time.
    pub async fn follow_demands(&self) -> usize {
        match self.follow_changes().await {
            Ok(demands) => demands,
            Err(error) => {
                tracing::error!(%error, "matches of stored demands could not follow; they will with the next change");
                0
            }
        }
    }

    async fn follow_changes(&self) -> Result<usize, Failure> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx).await?;
        let demands = self.standing(&mut tx).await?;
        // Writers of the log hold a lock of their own and come one after the other: its numbers are in their order.
        let (seen, last): (i64, i64) = sqlx::query_as(
            "select w.seq, greatest(w.seq, coalesce((select max(seq) from entity_change), 0)) from demand_watermark w",
        )
        .fetch_one(&mut *tx)
        .await?;
        if last > seen && !demands.is_empty() {
            let touched = touched(&mut tx, seen, last).await?;
            let database = Connections::beside(&self.pool).map_err(anyhow::Error::from)?;
            if touched.as_ref().is_none_or(|touched| !touched.is_empty()) {
                for (id, demand) in &demands {
                    self.match_one(&mut tx, &database, *id, demand, touched.as_deref()).await?;
                }
            }
        }
        sqlx::query("update demand_watermark set seq = $1").bind(last).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(demands.len())
    }

    /// Matches one demand with all offers: how many matches it has.
    pub(super) async fn follow_demand(&self, id: Uuid, demand: &Demand) -> Result<i64, Failure> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx).await?;
        let database = Connections::beside(&self.pool).map_err(anyhow::Error::from)?;
        self.match_one(&mut tx, &database, id, demand, None).await?;
        let matches =
            sqlx::query_scalar("select count(*) from demand_match where demand_id = $1 and ended_at is null")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(matches)
    }

    async fn standing(&self, db: &mut PgConnection) -> Result<Vec<(Uuid, Demand)>, Failure> {
        let rows: Vec<Stored> = sqlx::query_as(
            "select id, group_id, words, quantity, unit, months, place_id, minimum_stars, standards, delivery_from, delivery_to,
                    shelf_life_days, price_ceiling, minimum_order
             from demand where withdrawn_at is null and delivery_to >= $1 order by id",
        )
        .bind(self.clock.today())
        .fetch_all(db)
        .await?;
        Ok(rows.into_iter().filter_map(restored).collect())
    }

    async fn match_one(
        &self,
        db: &mut Transaction<'_, Postgres>,
        database: &Connections,
        id: Uuid,
        demand: &Demand,
        touched: Option<&[Uuid]>,
    ) -> Result<(), Failure> {
        let near = supply::near(database, TITLES, demand, (BURDEN, MATCHES), touched).await;
        let near = near.map_err(anyhow::Error::from)?;
        let standing: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "select offer_id, id from demand_match
             where demand_id = $1 and ended_at is null and ($2::uuid[] is null or offer_id = any($2))",
        )
        .bind(id)
        .bind(touched)
        .fetch_all(&mut **db)
        .await?;
        let mut standing: HashMap<Uuid, Uuid> = standing.into_iter().collect();
        let now = self.clock.now();
        let mut written = Written::default();
        for found in &near {
            let known = standing.remove(&found.offer);
            let fresh = || id::stable(now.date_naive(), &format!("demand_match|{id}|{}|{now}", found.offer));
            written.add(known.unwrap_or_else(fresh), found, demand);
        }
        written.write(db, id, now).await?;
        let ended: Vec<Uuid> = standing.into_values().collect();
        if !ended.is_empty() {
            sqlx::query("update demand_match set ended_at = $2 where id = any($1)")
                .bind(ended)
                .bind(now)
                .execute(&mut **db)
                .await?;
        }
        Ok(())
    }
}

/// Type whose titles the words of a demand are searched in.
const TITLES: &str = "Product";

/// Matches on their way into the table, column by column.
#[derive(Default)]
struct Written {
    ids: Vec<Uuid>,
    offers: Vec<Uuid>,
    products: Vec<Uuid>,
    producers: Vec<Uuid>,
    fits: Vec<bool>,
    scores: Vec<f64>,
    lacks: Vec<Json<Value>>,
}

impl Written {
    fn add(&mut self, id: Uuid, found: &Match, demand: &Demand) {
        let lacks = found.lacks(demand);
        let lacks = lacks.iter().map(|lack| (lack.requirement.to_owned(), Value::from(lack.code)));
        self.ids.push(id);
        self.offers.push(found.offer);
        self.products.push(found.product);
        self.producers.push(found.producer);
        self.fits.push(found.burden == 0.0);
        self.scores.push(found.score(demand));
        self.lacks.push(Json(Value::Object(lacks.collect::<Map<_, _>>())));
    }

    async fn write(
        self,
        db: &mut PgConnection,
        demand: Uuid,
        now: chrono::DateTime<chrono::Utc>,
    ) -> sqlx::Result<()> {
        if self.ids.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "insert into demand_match (id, demand_id, offer_id, product_id, producer_id, fits, score, lacks, first_seen_at)
             select n.id, $1, n.offer_id, n.product_id, n.producer_id, n.fits, n.score, n.lacks, $2
             from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bool[], $8::float8[], $9::jsonb[])
                 as n (id, offer_id, product_id, producer_id, fits, score, lacks)
             on conflict (id) do update
             set product_id = excluded.product_id, producer_id = excluded.producer_id, fits = excluded.fits,
                 score = excluded.score, lacks = excluded.lacks
             where (demand_match.product_id, demand_match.producer_id, demand_match.fits, demand_match.score, demand_match.lacks)
                   is distinct from (excluded.product_id, excluded.producer_id, excluded.fits, excluded.score, excluded.lacks)",
        )
        .bind(demand)
        .bind(now)
        .bind(self.ids)
        .bind(self.offers)
        .bind(self.products)
        .bind(self.producers)
        .bind(self.fits)
        .bind(self.scores)
        .bind(self.lacks)
        .execute(db)
        .await
        .map(drop)
    }
}

/// Offers that changes of `(seen, last]` touch: themselves, their product, its recognitions, their producer and its
/// certificates. None: so many that all count as touched.
async fn touched(db: &mut PgConnection, seen: i64, last: i64) -> sqlx::Result<Option<Vec<Uuid>>> {
    let changes: i64 = sqlx::query_scalar("select count(*) from entity_change where seq > $1 and seq <= $2")
        .bind(seen)
        .bind(last)
        .fetch_one(&mut *db)
        .await?;
    if changes > MANY {
        return Ok(None);
    }
    let offers: Vec<Uuid> = sqlx::query_scalar(
        "with changed as materialized (
             select entity, entity_id, old_values, new_values from entity_change
             where seq > $1 and seq <= $2
               and entity in ('SupplyOffer', 'Product', 'Producer', 'Recognition', 'QualityCertificate')
         ), products as (
             select entity_id as id from changed where entity = 'Product'
             union
             select r.product_id from changed c join recognition r on r.id = c.entity_id where c.entity = 'Recognition'
             union
             select v::uuid from changed c, unnest(array[c.old_values ->> 'product', c.new_values ->> 'product']) v
             where c.entity = 'Recognition' and v is not null
         ), producers as (
             select entity_id as id from changed where entity = 'Producer'
             union
             select q.holder_id from changed c join quality_certificate q on q.id = c.entity_id
             where c.entity = 'QualityCertificate'
             union
             select v::uuid from changed c, unnest(array[c.old_values ->> 'holder', c.new_values ->> 'holder']) v
             where c.entity = 'QualityCertificate' and v is not null
         )
         select entity_id from changed where entity = 'SupplyOffer'
         union
         select o.id from products p join supply_offer o on o.product_id = p.id
         union
         select o.id from producers p join supply_offer o on o.producer_id = p.id
         limit $3",
    )
    .bind(seen)
    .bind(last)
    .bind(MANY + 1)
    .fetch_all(db)
    .await?;
    let few = i64::try_from(offers.len()).is_ok_and(|offers| offers <= MANY);
    Ok(few.then_some(offers))
}
