//! `lienthong rebuild`: all entities computed anew.

use super::audited::audited;
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::pipeline::By;

/// Compute all entities anew from the source records
///
/// Gives the same entities with the same ids, byte for byte. Where the rules have changed since the last
/// import, or a table was touched by hand, it says which tables are different now, and exits with 1.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let rebuilt =
            audited(hub, "operator", "rebuild", None, async || hub.pipeline.rebuild(&By::operator()).await);
        let rebuilt = rebuilt.await?;
        for (entity, counts) in &rebuilt.applied.entities {
            say(&format!("{entity}: {}\n", counts.total))?;
        }
        if rebuilt.differences.is_empty() {
            return say("all entities are computed anew, and are what they were\n");
        }
        let tables = rebuilt.differences.join(", ");
        Err(Fault::new(
            "REBUILD_DIFFERS",
            format!("all entities are computed anew; these tables held something else before: {tables}"),
            format!("đã tính lại toàn bộ; các bảng sau trước đó có nội dung khác: {tables}"),
        )
        .into())
    })
    .await
}
