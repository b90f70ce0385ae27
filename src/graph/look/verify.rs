//! `verify`: a code → what it stands for → a result by names of the schema.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::answer::Coded;
use super::super::run::store_error;
use crate::catalog::Catalog;
use crate::store::connections::Connections;
use crate::store::id;
use crate::verify::{Document, Item, Verification, VerifyError, verify};

/// Things of one document shown at most.
const ITEMS: usize = 50;

/// The answer to `verify`.
pub(super) async fn verified(
    database: &Connections,
    catalog: &Catalog,
    arguments: &Value,
) -> Result<Value, Coded> {
    let code = arguments["code"].as_str().unwrap_or_default();
    let found = verify(database, catalog, code, arguments["year"].as_i64()).await.map_err(coded)?;
    let (en, vi) = found.words(catalog);
    Ok(json!({
        "code": found.code,
        "found": !found.documents.is_empty(),
        "outcome": found.outcome(),
        "checkedOn": found.on,
        "messageEn": en,
        "messageVi": vi,
        "documents": found.documents.iter().map(|one| document(catalog, one)).collect::<Value>(),
        "nearMisses": near(&found),
    }))
}

fn near(found: &Verification) -> Value {
    found.near.iter().map(|(kind, code)| json!({ "kind": kind, "code": code })).collect()
}

fn document(catalog: &Catalog, document: &Document) -> Value {
    let (en, vi) = document.words(catalog);
    let mut sources: Vec<_> = document.items.iter().flat_map(|item| &item.sources).collect();
    sources.sort_unstable();
    sources.dedup();
    let sources = sources.iter().map(|(office, agency, day)| {
        let agency = agency.map(|uuid| encoded(catalog, AGENCY, uuid));
        json!({ "office": office, "agency": agency, "asOf": day })
    });
    json!({
        "kind": document.kind,
        "code": document.code,
        "issuer": document.issuer,
        "state": document.state().name(),
        "from": document.from(),
        "until": document.until(),
        "messageEn": en,
        "messageVi": vi,
        "sources": sources.collect::<Value>(),
        "itemCount": document.items.len(),
        "items": document.items.iter().take(ITEMS).map(|one| item(catalog, one)).collect::<Value>(),
    })
}

/// Result type whose field says what offices are.
const AGENCY: (&str, &str) = ("VerifiedSource", "agency");

fn item(catalog: &Catalog, item: &Item) -> Value {
    let node =
        |(entity, uuid): &(String, Uuid)| Some(id::encode(&catalog.entities.get(entity)?.id_prefix, *uuid));
    let (state_en, state_vi) = item.state.words();
    json!({
        "node": node(&item.node),
        "about": item.about.as_ref().and_then(node),
        "title": item.title,
        "holder": item.holder.as_ref().and_then(node),
        "holderName": item.holder_name,
        "state": item.state.name(),
        "stateEn": state_en,
        "stateVi": state_vi,
        "from": item.from,
        "until": item.until(),
        "revokedOn": item.revoked,
        "status": item.status,
    })
}

/// The id of what a field of a result leads to.
fn encoded(catalog: &Catalog, (result, field): (&str, &str), uuid: Uuid) -> Option<String> {
    let shape = &catalog.operations.results.get(result)?.fields.get(field)?.shape;
    Some(id::encode(&catalog.entities.get(&shape.name)?.id_prefix, uuid))
}

fn coded(error: VerifyError) -> Coded {
    match error {
        VerifyError::Fault(fault) => Coded::fault(fault.code, fault.en, fault.vi),
        VerifyError::Store(error) => store_error(&error),
        VerifyError::Unreadable(error) => Coded::internal(error.to_string()),
    }
}
