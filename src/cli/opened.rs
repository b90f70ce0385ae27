//! A hub for the time of one command.

use crate::clock::Clock;
use crate::config::Config;
use crate::hub::Hub;

use super::signal::unless_asked;

/// Opens the hub, does the work, closes the hub, however the work ends.
pub(super) async fn with_hub(
    config: Config,
    work: impl AsyncFnOnce(&Hub) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let hub = unless_asked(Hub::open(config, Clock::System, "")).await?;
    let result = unless_asked(work(&hub)).await;
    // The first failure is the one to tell of.
    result.and(hub.close().await)
}
