//! `supply`: a demand → the offers that meet it → a result by names of the schema.

use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::ask::Asking;
use super::super::run::{Running, store_error};
use super::{Wanted, bounded, coded, is_wanted};
use crate::catalog::{Catalog, Entity};
use crate::store::id;
use crate::supply::{self, Demand, Found, Match, Page, Stated, SupplyError, summary};

/// Offers at most.
const OFFERS: i64 = 100;
/// Offers left out at the beginning at most.
const OFFSET: i64 = 1000;

/// The answer to `supply`.
pub(super) async fn found(
    running: &Running<'_>,
    arguments: &Value,
    wanted: &[Wanted],
) -> Result<Value, Coded> {
    let kinds = Kinds::of(running.catalog)?;
    let page = Page {
        only_fitting: arguments["onlyFitting"].as_bool().unwrap_or_default(),
        first: bounded(arguments, "first", OFFERS)?,
        offset: bounded(arguments, "offset", OFFSET)?,
        together: is_wanted(wanted, "combined"),
    };
    let stated: Stated = serde_json::from_value(arguments["demand"].clone())
        .map_err(|error| Coded::internal(error.to_string()))?;
    let demand = demand(&running.asking, &stated).await?;
    let found = supply::find(running.database, &kinds.product.name, &demand, &page).await;
    let found = found.map_err(wrong)?;
    Ok(json!({
        "matches": found.matches.iter().map(|one| shown(&kinds, one, &demand)).collect::<Value>(),
        "count": found.count,
        "fittingCount": found.fitting,
        "combined": combined(&kinds, &found, &demand),
        "corrections": found.corrections.iter()
            .map(|(word, instead)| json!({ "word": word, "instead": instead })).collect::<Value>(),
        "relaxed": found.relaxed,
        "partial": found.partial,
        "deliveryFrom": demand.from,
        "deliveryTo": demand.to,
    }))
}

/// The demand that is stated: its place resolved, its days of today where it names none.
async fn demand(asking: &Asking<'_>, stated: &Stated) -> Result<Demand, Coded> {
    let place = match stated.place.as_deref().filter(|place| !place.trim().is_empty()) {
        Some(place) => Some(asking.places().one(place).await?),
        None => None,
    };
    stated.check(place, asking.today()).map_err(|mistake| wrong(SupplyError::Mistake(mistake)))
}

/// Entity types that a match names.
struct Kinds<'c> {
    offer: &'c Entity,
    product: &'c Entity,
    producer: &'c Entity,
    unit: &'c Entity,
    certificate: &'c Entity,
}

impl<'c> Kinds<'c> {
    /// By the result type of the question, so that the schema says which they are.
    fn of(catalog: &'c Catalog) -> Result<Self, Coded> {
        let fields = catalog.operations.results.get("SupplyMatch").map(|result| &result.fields);
        let named = |field: &str| {
            let shape = &fields?.get(field)?.shape;
            catalog.entities.get(&shape.name)
        };
        let all = || {
            Some(Self {
                offer: named("offer")?,
                product: named("product")?,
                producer: named("producer")?,
                unit: named("origin")?,
                certificate: named("certificates")?,
            })
        };
        all().ok_or_else(|| Coded::internal("the result of supply names no entity types"))
    }
}

fn shown(kinds: &Kinds<'_>, one: &Match, demand: &Demand) -> Value {
    let lacks = one.lacks(demand);
    let lacks = lacks.iter().map(|lack| {
        json!({
            "requirement": lack.requirement,
            "wanted": lack.wanted,
            "offered": lack.offered,
            "code": lack.code,
            "messageEn": lack.en,
            "messageVi": lack.vi,
        })
    });
    let certificates = one.certificates.iter().map(|uuid| id::encode(&kinds.certificate.id_prefix, *uuid));
    let (summary_en, summary_vi) = summary(one, demand);
    json!({
        "offer": id::encode(&kinds.offer.id_prefix, one.offer),
        "product": id::encode(&kinds.product.id_prefix, one.product),
        "producer": id::encode(&kinds.producer.id_prefix, one.producer),
        "fits": one.burden == 0.0,
        "score": one.score(demand),
        "lacks": lacks.collect::<Value>(),
        "capacityShare": one.share.map(|share| rounded(share, 1000.0)),
        "distanceKm": one.distance.map(|km| rounded(km, 10.0)),
        "certificates": certificates.collect::<Value>(),
        "stars": one.stars,
        "origin": one.origin.map(|unit| id::encode(&kinds.unit.id_prefix, unit)),
        "summaryEn": summary_en,
        "summaryVi": summary_vi,
    })
}

fn combined(kinds: &Kinds<'_>, found: &Found, demand: &Demand) -> Value {
    let together = &found.together;
    let offers = together.offers.iter().map(|uuid| id::encode(&kinds.offer.id_prefix, *uuid));
    json!({
        "meets": together.total >= demand.quantity,
        "offers": offers.collect::<Value>(),
        "quantity": rounded(together.total / demand.unit.factor, 1000.0),
        "availableOffers": together.able,
        "available": rounded(together.available / demand.unit.factor, 1000.0),
        "unit": demand.unit.stated,
    })
}

fn rounded(value: f64, to: f64) -> f64 {
    (value * to).round() / to
}

fn wrong(error: SupplyError) -> Coded {
    match error {
        SupplyError::Mistake(mistake) => {
            let fault = mistake.fault;
            Coded::fault(fault.code, fault.en, fault.vi)
        }
        SupplyError::Search(error) => coded(error),
        SupplyError::Store(error) => store_error(&error),
        SupplyError::Unreadable(error) => Coded::internal(error.to_string()),
    }
}
