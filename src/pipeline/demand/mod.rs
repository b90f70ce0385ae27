//! Demands that buyers leave with the hub: kept, looked after, taken back. Their matches are the hub's own and follow
//! the entities after every change of theirs.

mod follow;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::{By, Failure, Pipeline, clean, unknown};
use crate::access::{Caller, Role};
use crate::error::Fault;
use crate::ingest::clean::figures::holds_long_number;
use crate::store::id;
use crate::supply::{Demand, Stated};

/// Demands that stand at one time.
const STANDING: i64 = 500;
/// Demands of one organisation among them.
const STANDING_OF_ONE: i64 = 50;
/// Letters of a name.
const LETTERS: usize = 200;

/// A demand to be stored.
#[derive(Debug, Clone)]
pub struct DemandWish {
    /// What the buyer calls it.
    pub name: String,
    /// Organisation that wants it.
    pub organisation: Option<String>,
    /// Retail partner that wants it.
    pub partner: Option<Uuid>,
    /// As stated.
    pub stated: Stated,
    /// As it makes sense.
    pub demand: Demand,
}

/// A mistake of a buyer, and the field of the input it is in.
#[derive(Debug)]
pub struct DemandMistake {
    /// What is wrong.
    pub fault: Fault,
    /// The field.
    pub field: &'static str,
}

impl Pipeline {
    /// Stores a demand and finds what matches it now: its id, and how many offers do.
    pub async fn store_demand(
        &self,
        by: &By,
        wish: &DemandWish,
    ) -> Result<Result<(Uuid, i64), DemandMistake>, Failure> {
        let wish = match whose(&by.caller, wish) {
            Ok(organisation) => &DemandWish { organisation, ..wish.clone() },
            Err(mistake) => return Ok(Err(mistake)),
        };
        if let Err(mistake) = presentable(wish) {
            return Ok(Err(mistake));
        }
        let mut tx = self.pool.begin().await?;
        follow::lock(&mut tx).await?;
        let today = self.clock.today();
        let (standing, own): (i64, i64) = sqlx::query_as(
            "select count(*), count(*) filter (where organisation is not distinct from $2)
             from demand where withdrawn_at is null and delivery_to >= $1",
        )
        .bind(today)
        .bind(named(wish.organisation.as_deref()))
        .fetch_one(&mut *tx)
        .await?;
        if standing >= STANDING || own >= STANDING_OF_ONE {
            return Ok(Err(DemandMistake { fault: too_many(own), field: "demand" }));
        }
        if let Some(partner) = wish.partner
            && !self.is_partner(&mut tx, partner).await?
        {
            let fault = unknown("retail_partner", "đối tác bán lẻ", partner);
            return Ok(Err(DemandMistake { fault, field: "partner" }));
        }
        let demand = self.keep(&mut tx, by, wish).await?;
        tx.commit().await?;
        let matches = self.follow_demand(demand, &wish.demand).await?;
        Ok(Ok((demand, matches)))
    }

    /// Takes a demand back; its matches end. One that is withdrawn already stays so.
    pub async fn withdraw_demand(&self, by: &By, demand: Uuid) -> Result<(), Failure> {
        self.may_withdraw(&by.caller, demand).await?;
        let mut tx = self.pool.begin().await?;
        follow::lock(&mut tx).await?;
        let now = self.clock.now();
        let found: Option<bool> = sqlx::query_scalar(
            "update demand set withdrawn_at = coalesce(withdrawn_at, $2), withdrawn_by = coalesce(withdrawn_by, $3)
             where id = $1 returning true",
        )
        .bind(demand)
        .bind(now)
        .bind(&by.actor.0)
        .fetch_optional(&mut *tx)
        .await?;
        if found.is_none() {
            return Err(unknown("demand", "nhu cầu", demand).into());
        }
        sqlx::query("update demand_match set ended_at = $2 where demand_id = $1 and ended_at is null")
            .bind(demand)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A partner withdraws its own alone.
    async fn may_withdraw(&self, caller: &Caller, demand: Uuid) -> Result<(), Failure> {
        let stored: Option<Option<String>> =
            sqlx::query_scalar("select organisation from demand where id = $1")
                .bind(demand)
                .fetch_optional(&self.pool)
                .await?;
        let of = stored.ok_or_else(|| unknown("demand", "nhu cầu", demand))?;
        let own = of.is_some() && of == caller.organisation;
        // As one that is not there: a partner sees no demands of others.
        if caller.role <= Role::Partner && !own {
            return Err(unknown("demand", "nhu cầu", demand).into());
        }
        Ok(())
    }

    async fn is_partner(&self, db: &mut PgConnection, partner: Uuid) -> sqlx::Result<bool> {
        sqlx::query_scalar(
            "select exists (
                 select from retail_partner p
                 where p.id = coalesce(
                     (select n.entity_id from address a join node n on n.id = a.node_id where a.id = $1), $1))",
        )
        .bind(partner)
        .fetch_one(db)
        .await
    }

    async fn keep(&self, db: &mut PgConnection, by: &By, wish: &DemandWish) -> Result<Uuid, Failure> {
        let now = self.clock.now();
        let Demand { group, words, months, place, from, to, .. } = &wish.demand;
        let moment = by.moment(now);
        let identity = format!("demand|{}|{}|{moment}", wish.name, by.actor.0);
        let demand = id::stable(moment.date_naive(), &identity);
        let months: Option<Value> = (*months != 0).then(|| {
            let months = (1..=12).filter(|month| months & (1 << (month - 1)) != 0);
            months.collect::<Vec<i32>>().into()
        });
        let standards = &wish.demand.standards;
        let standards = (!standards.is_empty()).then(|| json!(standards));
        let positive = |number: i32| Some(number).filter(|number| *number > 0);
        sqlx::query(
            "insert into demand (id, name, organisation, partner_id, group_id, words, quantity, unit, months, place_id,
                 minimum_stars, standards, delivery_from, delivery_to, shelf_life_days, price_ceiling, minimum_order,
                 stored_at, stored_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             on conflict (id) do nothing",
        )
        .bind(demand)
        .bind(wish.name.trim())
        .bind(named(wish.organisation.as_deref()))
        .bind(wish.partner)
        .bind(group)
        .bind(words)
        .bind(decimal(Some(&wish.stated.quantity)).unwrap_or_default())
        .bind(&wish.demand.unit.stated)
        .bind(months.map(Json))
        .bind(place)
        .bind(positive(wish.demand.stars))
        .bind(standards.map(Json))
        .bind(from)
        .bind(to)
        .bind(positive(wish.demand.shelf_life))
        .bind(decimal(wish.stated.price_ceiling.as_ref()))
        .bind(decimal(wish.stated.minimum_order.as_ref()))
        .bind(now)
        .bind(&by.actor.0)
        .execute(db)
        .await?;
        Ok(demand)
    }
}

/// Whose the demand is: a partner's is its own organisation's.
fn whose(caller: &Caller, wish: &DemandWish) -> Result<Option<String>, DemandMistake> {
    if caller.role > Role::Partner {
        return Ok(wish.organisation.clone());
    }
    let given = named(wish.organisation.as_deref());
    match (&caller.organisation, given) {
        (Some(own), None) => Ok(Some(own.clone())),
        (Some(own), Some(given)) if own == given => Ok(Some(own.clone())),
        (own, _) => {
            let own = own.as_deref().unwrap_or("none");
            let fault = Fault::new(
                "FORBIDDEN",
                format!("a partner leaves demands of its own organisation alone; your key's is {own}"),
                format!("đối tác chỉ được lưu nhu cầu của đơn vị mình; đơn vị của khóa: {own}"),
            );
            Err(DemandMistake { fault, field: "organisation" })
        }
    }
}

/// A name as it is kept.
fn named(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|name| !name.is_empty())
}

/// Decimals come as texts or numbers.
fn decimal(value: Option<&Value>) -> Option<Decimal> {
    let value = value.filter(|value| !value.is_null())?;
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.trim().parse().ok().or_else(|| Decimal::from_scientific(text.trim()).ok())
}

/// A stored demand, as it was stored.
type Stored = (
    Uuid,
    Option<Uuid>,
    Option<String>,
    Decimal,
    String,
    Option<Json<Vec<i64>>>,
    Option<Uuid>,
    Option<i32>,
    Option<Json<Vec<String>>>,
    NaiveDate,
    NaiveDate,
    Option<i32>,
    Option<Decimal>,
    Option<Decimal>,
);

/// The demand of a row; none where its words mean nothing any more.
fn restored(row: Stored) -> Option<(Uuid, Demand)> {
    let (
        demand,
        group,
        words,
        quantity,
        unit,
        months,
        place,
        stars,
        standards,
        from,
        to,
        days,
        price,
        minimum,
    ) = row;
    let stated = Stated {
        group: group.map(|group| id::encode("product_group", group).into()),
        words,
        quantity: quantity.to_string().into(),
        unit,
        months: months.map(|Json(months)| months),
        minimum_stars: stars.map(i64::from),
        standards: standards.map(|Json(standards)| standards),
        delivery_from: Some(from.to_string()),
        delivery_to: Some(to.to_string()),
        shelf_life_days: days.map(i64::from),
        price_ceiling: price.map(|price| price.to_string().into()),
        minimum_order: minimum.map(|order| order.to_string().into()),
        place: None,
    };
    Some((demand, stated.demand(place, from).ok()?))
}

/// Names without contacts: offices and stewards read them, too.
fn presentable(wish: &DemandWish) -> Result<(), DemandMistake> {
    let texts = [
        ("name", Some(&wish.name)),
        ("organisation", wish.organisation.as_ref()),
        ("words", wish.demand.words.as_ref()),
    ];
    for (field, text) in texts.into_iter().filter_map(|(field, text)| Some((field, text?))) {
        clean(text).map_err(|fault| DemandMistake { fault, field })?;
        let letters = text.trim().chars().count();
        if letters > LETTERS || (letters == 0 && field == "name") {
            let fault = Fault::new(
                "NAME_INVALID",
                format!("{field} has 1 to {LETTERS} letters, not {letters}"),
                format!("{field} dài từ 1 đến {LETTERS} ký tự, không phải {letters}"),
            );
            return Err(DemandMistake { fault, field });
        }
        if has_contact(text) {
            let fault = Fault::new(
                "CONTACT_DATA",
                format!(
                    "{field} holds a phone, a personal code or a mail address; a demand takes none, leave it out"
                ),
                format!(
                    "{field} có số điện thoại, mã cá nhân hoặc thư điện tử; nhu cầu không nhận các thông tin này, hãy bỏ đi"
                ),
            );
            return Err(DemandMistake { fault, field });
        }
    }
    Ok(())
}

fn has_contact(text: &str) -> bool {
    holds_long_number(text) || text.nfkc().any(|letter| letter == '@')
}

fn too_many(own: i64) -> Fault {
    let (en, vi, most) = match own >= STANDING_OF_ONE {
        true => (" of this organisation", " của đơn vị này", STANDING_OF_ONE),
        false => ("", "", STANDING),
    };
    Fault::new(
        "DEMANDS_TOO_MANY",
        format!("{most} demands{en} stand already; withdraw one that is no longer wanted"),
        format!("đã có {most} nhu cầu{vi} đang lưu; hãy rút bớt nhu cầu không còn cần"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_seen_however_written() {
        for text in ["gọi 0905 123 456", "0905.123.456", "049180001234", "a@b.vn", "+84 (905) 123-456"] {
            assert!(has_contact(text), "{text}");
        }
        for text in ["Gạo ST25 quý 1 năm 2027", "GO! Đà Nẵng 2027-01", "Siêu thị 365", "2026/2027, 12 tháng"]
        {
            assert!(!has_contact(text), "{text}");
        }
    }
}
