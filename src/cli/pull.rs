//! `lienthong pull`: registers fetched from sources on the network, by hand or, while serving, by schedule.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::ask::table;
use super::decide::failed;
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::hub::Hub;
use crate::pipeline::pull::{self, Pulled, Source};
use crate::store::id;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(10);

/// Fetch registers from sources on the network
///
/// The file of --sources names them. What comes is an ordinary import; what has not changed is not taken again.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Source; all of them when none is named
    name: Option<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config, wish: Arguments) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let sources = sources(hub)?;
        let mut chosen: Vec<&Source> = sources.iter().collect();
        if let Some(name) = &wish.name {
            chosen.retain(|source| source.name == *name);
        }
        if chosen.is_empty() {
            return Err(none(&sources, wish.name.as_deref()).into());
        }
        let mut rows = Vec::new();
        let mut refused = 0;
        for source in chosen {
            let pulled = hub.pipeline.pull(source, false).await.map_err(failed)?;
            refused += usize::from(matches!(pulled, Pulled::Refused(_)));
            rows.push(told(source, &pulled));
        }
        say(&match wish.json {
            true => format!("{}\n", json!(rows)),
            false => table(&["Source", "Outcome", "Import", "Told", "Cho biết"], &rows),
        })?;
        match refused {
            0 => Ok(()),
            _ => {
                Err(Fault::new("PULL_INCOMPLETE", "not every source was taken in", "có nguồn chưa lấy được")
                    .into())
            }
        }
    })
    .await
}

fn told(source: &Source, pulled: &Pulled) -> Vec<String> {
    let (word, import, en, vi) = match pulled {
        Pulled::Imported(report, _) => {
            let rows = format!("{} rows, {} set aside", report.counts.read, report.counts.quarantined);
            let in_vietnamese = format!("{} dòng, {} cách ly", report.counts.read, report.counts.quarantined);
            ("IMPORTED", id::encode("import", report.import_id), rows, in_vietnamese)
        }
        Pulled::Unchanged => {
            ("UNCHANGED", String::new(), "nothing new".to_owned(), "không có gì mới".to_owned())
        }
        Pulled::NotNow => {
            ("NOT_NOW", String::new(), "another hub is at it".to_owned(), "hệ thống khác đang lấy".to_owned())
        }
        Pulled::Refused(fault) => (fault.code, String::new(), fault.en.clone(), fault.vi.clone()),
    };
    vec![source.name.clone(), word.to_owned(), import, en, vi]
}

fn sources(hub: &Hub) -> Result<Vec<Source>, Fault> {
    match &hub.config.sources {
        Some(path) => pull::load(path, &hub.pipeline),
        None => Ok(Vec::new()),
    }
}

fn none(sources: &[Source], name: Option<&str>) -> Fault {
    let known: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let known = if known.is_empty() { "none: see --sources".to_owned() } else { known.join(", ") };
    let name = name.unwrap_or_default();
    Fault::new(
        "SOURCE_UNKNOWN",
        format!("there is no source {name:?}; known: {known}"),
        format!("không có nguồn {name:?}; hiện có: {known}"),
    )
}

/// Pulls what is due, until the hub stops. A mistake in the file is told at once.
pub(super) fn schedule(hub: &Arc<Hub>) -> Result<(), Fault> {
    let sources = sources(hub)?;
    let due: Vec<Source> = sources
        .into_iter()
        .filter(|source| source.every_minutes.is_some() || source.daily_at.is_some())
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    let pipeline = Arc::clone(&hub.pipeline);
    tokio::spawn(async move {
        loop {
            for source in &due {
                let (pipeline, source) = (Arc::clone(&pipeline), source.clone());
                let name = source.name.clone();
                let pulled =
                    crate::pipeline::detached(async move || pipeline.pull(&source, true).await).await;
                match pulled {
                    Ok(Ok(Pulled::NotNow)) => {}
                    Ok(Ok(Pulled::Imported(report, _))) => {
                        tracing::info!(source = name, rows = report.counts.read, "pulled");
                    }
                    Ok(Ok(Pulled::Unchanged)) => tracing::info!(source = name, "nothing new"),
                    Ok(Ok(Pulled::Refused(fault))) => {
                        tracing::warn!(source = name, code = fault.code, "{}", fault.en);
                    }
                    Ok(Err(error)) => {
                        tracing::error!(source = name, error = format!("{error:#}"), "a pull failed")
                    }
                    Err(error) => tracing::error!(source = name, %error, "a pull failed"),
                }
            }
            tokio::time::sleep(TICK).await;
        }
    });
    Ok(())
}
