//! Keys made, rotated and revoked: the client's input → a call → a result by names of the schema.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::input::{self, Said};
use crate::access::{Caller, KeyFailure, KeyWish, Keys, NewKey, Role};
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
    expires_at: Option<DateTime<Utc>>,
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
    let wish = KeyWish {
        role: Role::named(&wish.role)
            .ok_or_else(|| anyhow::anyhow!("a role that the schema does not know"))?,
        label: wish.label,
        organisation: wish.organisation,
        scopes: wish.scopes,
        office: wish.office,
        province: wish.province_code,
        networks: wish.networks.unwrap_or_default(),
        expires_at: wish.expires_at,
    };
    told(keys.create(by, &wish).await.map(|new| made(&new)))
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
