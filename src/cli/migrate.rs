//! `lienthong migrate`: the database brought to the state this version knows.

use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};

/// Bring the database to this version's state
///
/// `serve`, `import` and `demo` do so themselves when they start. Run it on its own where a deployment wants
/// that step apart. Several may run at once: one does the work, the others wait.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let mut text = String::new();
        for (version, name) in &hub.migrated.applied {
            text.push_str(&format!("applied {version:04} {name}\n"));
        }
        text.push_str(&format!("the database is at migration {:04}\n", hub.migrated.version));
        say(&text)
    })
    .await
}
