//! The keys of the demonstration: made once, kept in the data directory for its user alone, so that a restart shows the
//! same ones.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::key::make;
use crate::access::{KeyWish, Role};
use crate::hub::Hub;

/// In the data directory.
const FILE: &str = "demo_keys.json";

/// A key for each of those who come to a demonstration.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DemoKeys {
    /// Of a steward.
    pub steward: String,
    /// Of a partner.
    pub partner: String,
}

/// The keys of before, where they still open the hub; else new ones.
pub(super) async fn ready(hub: &Hub) -> anyhow::Result<DemoKeys> {
    let Some(dir) = hub.database.data_dir().await else { return fresh(hub).await };
    let path = dir.join(FILE);
    let kept = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<DemoKeys>(&bytes).ok());
    if let Some(keys) = kept
        && hub.keys.opens(&keys.steward).await
        && hub.keys.opens(&keys.partner).await
    {
        return Ok(keys);
    }
    let keys = fresh(hub).await?;
    keep(&path, &serde_json::to_vec(&keys)?)?;
    Ok(keys)
}

async fn fresh(hub: &Hub) -> anyhow::Result<DemoKeys> {
    let wish = |role, organisation: Option<&str>| KeyWish {
        label: "demo".to_owned(),
        organisation: organisation.map(str::to_owned),
        role,
        ..KeyWish::default()
    };
    Ok(DemoKeys {
        steward: make(hub, &wish(Role::Steward, None)).await?.text,
        partner: make(hub, &wish(Role::Partner, Some("Siêu thị Dùng thử"))).await?.text,
    })
}

fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Made anew: the mode counts for new files alone.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(bytes)
}
