//! `lienthong errors ID --out FILE`: an office's own file back, with what is wrong in it.

use std::path::PathBuf;

use uuid::Uuid;

use super::ask::uuid_of;
use super::audited;
use super::decide::failed;
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::store::id;

/// Write an office's own file with a column that says what is wrong
///
/// A workbook stays as it is but for that column; .xls, .ods and .xlsb come back as .xlsx.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Import
    #[arg(value_parser = uuid_of)]
    id: Uuid,

    /// File to write [default: the office's name for it with .errors in it, here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config, wish: Arguments) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        // The office's rows as they came, with whatever personal data stand in them.
        audited::read(hub, "errors", id::encode("import", wish.id)).await?;
        let marked = hub.pipeline.marked(wish.id).await.map_err(failed)?;
        let path = wish.out.clone().unwrap_or_else(|| PathBuf::from(&marked.name));
        std::fs::write(&path, &marked.bytes).map_err(|error| {
            let path = path.display();
            Fault::new(
                "FILE_NOT_WRITTEN",
                format!("cannot write {path}: {error}"),
                format!("không ghi được {path}: {error}"),
            )
        })?;
        say(&format!("{}\n", path.display()))
    })
    .await
}
