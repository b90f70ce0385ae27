//! Keys made, rotated and revoked: the client's input → a call → a result by names of the schema.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::input::{self, Said};
use crate::access::{Caller, KeyFailure, KeyWish, Keys, NewKey, Role};
use crate::error::Fault;
use crate::store::id;

type Done = anyhow::Result<Result<Value, Said>>;

/// Prefix of the ids of keys.
const PREFIX: &str = "api_key";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    label: String,
    role: String,
    #[serde(default)]
    organisation: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    office: Option<String>,
    #[serde(default)]
    province_code: Option<String>,
    #[serde(default)]
    networks: Option<Vec<String>>,
    #[serde(default)]
    expires_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rotate {
    id: String,
    #[serde(default)]
    overlap_hours: Option<i64>,
}

/// `createKey`
pub(super) async fn create(keys: &Keys, by: &Caller, input: Value) -> Done {
    let wish: Create = input::read(input)?;
    let expires_at = match wish.expires_at.map(|text| moment(&text)).transpose() {
        Ok(moment) => moment,
        Err(fault) => return Ok(Err(fault.into())),
    };
    let wish = KeyWish {
        role: Role::named(&wish.role)
            .ok_or_else(|| anyhow::anyhow!("a role that the schema does not know"))?,
        label: wish.label,
        organisation: wish.organisation,
        scopes: wish.scopes,
        office: wish.office,
        province: wish.province_code,
        networks: wish.networks.unwrap_or_default(),
        expires_at,
    };
    told(keys.create(by, &wish).await.map(|new| made(&new)))
}

/// A moment as written; years that the database does not know are none.
fn moment(text: &str) -> Result<DateTime<Utc>, Fault> {
    let read = DateTime::parse_from_rfc3339(text).ok().filter(|read| (1..=9999).contains(&read.year()));
    read.map(|read| read.to_utc()).ok_or_else(|| {
        Fault::new(
            "EXPIRY_INVALID",
            "expiresAt is a moment as 2027-12-31T17:00:00Z (RFC 3339)",
            "expiresAt là thời điểm dạng 2027-12-31T17:00:00Z (RFC 3339)",
        )
    })
}

/// `rotateKey`
pub(super) async fn rotate(keys: &Keys, by: &Caller, input: Value) -> Done {
    let wish: Rotate = input::read(input)?;
    let key = match input::id_of(&wish.id, PREFIX, "id") {
        Ok(key) => key,
        Err(said) => return Ok(Err(said)),
    };
    let overlap = TimeDelta::try_hours(wish.overlap_hours.unwrap_or(168)).unwrap_or(TimeDelta::MAX);
    told(keys.rotate(by, key, overlap).await.map(|new| made(&new)))
}

/// `revokeKey`
pub(super) async fn revoke(keys: &Keys, by: &Caller, input: Value) -> Done {
    let wish: input::OnOne = input::read(input)?;
    let key = match input::id_of(&wish.id, PREFIX, "id") {
        Ok(key) => key,
        Err(said) => return Ok(Err(said)),
    };
    told(keys.revoke(by, key).await.map(|_| json!({ "key": encoded(key) })))
}

fn made(new: &NewKey) -> Value {
    json!({ "key": encoded(new.id), "secret": new.text })
}

fn encoded(key: Uuid) -> String {
    id::encode(PREFIX, key)
}

fn told(outcome: Result<Value, KeyFailure>) -> Done {
    match outcome {
        Ok(made) => Ok(Ok(made)),
        Err(KeyFailure::Fault(fault)) => Ok(Err(Said::from(fault))),
        Err(KeyFailure::Internal(error)) => Err(error),
    }
}
