//! Demands stored and withdrawn: the client's input → a call of the pipeline → a result by names of the schema.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::place::Places;
use super::input::{self, Said};
use super::split;
use crate::error::Fault;
use crate::pipeline::{By, DemandWish, Pipeline};
use crate::store::id;
use crate::supply::Stated;

type Done = anyhow::Result<Result<Value, Said>>;

#[derive(Deserialize)]
struct Store {
    demand: Stated,
    name: String,
    #[serde(default)]
    organisation: Option<String>,
    #[serde(default)]
    partner: Option<Value>,
}

/// `storeDemand`
pub(super) async fn store(pipeline: &Pipeline, places: &Places, by: &By, input: Value) -> Done {
    let wish: Store = input::read(input)?;
    let wish = match checked(pipeline, places, wish).await? {
        Ok(wish) => wish,
        Err(said) => return Ok(Err(said)),
    };
    match pipeline.store_demand(by, &wish).await {
        Ok(Ok((demand, matches))) => Ok(Ok(json!({ "demand": encoded(demand), "matchCount": matches }))),
        Ok(Err(mistake)) => Ok(Err(Said { fault: mistake.fault, field: Some(mistake.field.to_owned()) })),
        Err(failure) => Ok(Err(split(failure)?)),
    }
}

/// `withdrawDemand`
pub(super) async fn withdraw(pipeline: &Pipeline, by: &By, input: Value) -> Done {
    let wish: input::OnOne = input::read(input)?;
    let demand = match input::id_of(&wish.id, PREFIX, "id") {
        Ok(demand) => demand,
        Err(said) => return Ok(Err(said)),
    };
    match pipeline.withdraw_demand(by, demand).await {
        Ok(()) => Ok(Ok(json!({ "demand": encoded(demand) }))),
        Err(failure) => Ok(Err(split(failure)?)),
    }
}

/// Prefix of the ids of demands.
const PREFIX: &str = "demand";
/// Prefix of the ids of who sells.
const PARTNER: &str = "retail_partner";

fn encoded(demand: Uuid) -> String {
    id::encode(PREFIX, demand)
}

/// A mistake is the caller's and kept under their key; a fault of the hub's or the database's is neither.
async fn checked(
    pipeline: &Pipeline,
    places: &Places,
    wish: Store,
) -> anyhow::Result<Result<DemandWish, Said>> {
    let place = match wish.demand.place.as_deref().filter(|place| !place.trim().is_empty()) {
        Some(place) => match places.one(place).await {
            Ok(place) => Some(place),
            Err(coded) => {
                let ours = coded.cause.is_some();
                let vi = coded.message_vi.unwrap_or_else(|| coded.message.clone());
                let fault = Fault::new(coded.code, coded.message, vi);
                if ours {
                    return Err(fault.into());
                }
                return Ok(Err(Said { fault, field: Some("demand.place".to_owned()) }));
            }
        },
        None => None,
    };
    Ok(sensible(pipeline, wish, place))
}

fn sensible(pipeline: &Pipeline, wish: Store, place: Option<Uuid>) -> Result<DemandWish, Said> {
    let demand = wish
        .demand
        .check(place, pipeline.clock.today())
        .map_err(|mistake| Said { fault: mistake.fault, field: Some(format!("demand.{}", mistake.field)) })?;
    let partner = wish.partner.filter(|partner| !partner.is_null());
    let partner = partner.map(|partner| partner.as_str().map_or_else(|| partner.to_string(), str::to_owned));
    let partner = partner.map(|partner| input::id_of(&partner, PARTNER, "partner")).transpose()?;
    let Store { demand: stated, name, organisation, .. } = wish;
    Ok(DemandWish { name, organisation, partner, stated, demand })
}
