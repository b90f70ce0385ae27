//! `lienthong rebuild`: all entities computed anew.

use super::opened::with_hub;
use super::output::say;
use super::pending;
use crate::config::{Config, Settings};

/// Compute all entities anew from the source records
///
/// Gives the same entities with the same ids, byte for byte, unless the rules have changed since.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        pending::rebuild(hub).await?;
        say("all entities are computed anew\n")
    })
    .await
}
