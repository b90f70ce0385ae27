//! `lienthong demo`: a hub with offices' files in it, ready to be asked.

mod keys;

use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use keys::DemoKeys;

use super::output::say;
use super::signal::unless_asked;
use super::{import, listen, report, serve};
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::hub::Hub;
use crate::ingest::{Input, Options};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/demo");

/// Kinds of files to import; what lies at the top, beside the folders, explains them.
const KINDS: [&str; 4] = ["xlsx", "xls", "csv", "json"];

/// Try it: serve a hub that has three provinces' example files in it
///
/// Imports the files that ship in the program, unless it has done so before, and serves. Its data directory
/// is another than that of `serve` and `import`, so that examples never mix with real data.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) settings: Settings,
}

pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    let listener = listen::bind_near(&config).await?;
    let hub = Arc::new(unless_asked(Hub::open(config, Clock::System, "-demo")).await?);
    let ready = async { anyhow::Ok((import_examples(&hub).await?, keys::ready(&hub).await?)) };
    match unless_asked(ready).await {
        Ok((summary, keys)) => {
            let address = listener.local_addr()?.to_string();
            say(&format!("{summary}{}", welcome(&hub, &address, &keys).await))?;
        }
        Err(error) => {
            // The first failure is the one to tell of.
            let _ = hub.close().await;
            return Err(error);
        }
    }
    serve::until_asked(hub, listener).await
}

/// Imports what is not imported yet; the words are for people.
async fn import_examples(hub: &Hub) -> anyhow::Result<String> {
    let known = applied(hub).await?;
    let fresh: Vec<_> = examples().into_iter().filter(|input| !known.contains(&hash(input))).collect();
    if fresh.is_empty() {
        return Ok(format!("The {} example files are imported already.\n", known.len()));
    }
    let inputs = fresh.into_iter().map(|input| (input.name.clone(), Ok(input))).collect::<Vec<_>>();
    let imported = import::import(hub, inputs.into_iter(), &Options::default()).await?;
    Ok(report::table(&imported.reports) + &report::merged(imported.applied.as_ref()))
}

fn examples() -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut dirs: Vec<&Dir> = FILES.dirs().collect();
    while let Some(dir) = dirs.pop() {
        dirs.extend(dir.dirs());
        for file in dir.files() {
            let kind = file.path().extension().map(|kind| kind.to_string_lossy().to_lowercase());
            if kind.is_some_and(|kind| KINDS.contains(&kind.as_str())) {
                let name = file.path().to_string_lossy().into_owned();
                inputs.push(Input { name, bytes: file.contents().to_vec() });
            }
        }
    }
    inputs.sort_by(|one, other| one.name.cmp(&other.name));
    inputs
}

fn hash(input: &Input) -> Vec<u8> {
    Sha256::digest(&input.bytes).to_vec()
}

/// Hashes of the files whose import is through.
async fn applied(hub: &Hub) -> anyhow::Result<Vec<Vec<u8>>> {
    let all: Vec<_> = examples().iter().map(hash).collect();
    let applied =
        sqlx::query_scalar("select distinct sha256 from import where state = 'APPLIED' and sha256 = any($1)")
            .bind(all)
            .fetch_all(&hub.database.work_pool)
            .await?;
    Ok(applied)
}

async fn welcome(hub: &Hub, address: &str, keys: &DemoKeys) -> String {
    let data = hub
        .database
        .data_dir()
        .await
        .map_or_else(|| "the server that DATABASE_URL names".to_owned(), |dir| dir.display().to_string());
    format!(
        "\nLiên Thông {version} is ready.\n\
         \n  Explorer   http://{address}/#key={steward}\
         \n  GraphQL    http://{address}/graphql\
         \n  Schema     http://{address}/schema.graphql\
         \n  Data       {data}\
         \n  Steward    {steward}\
         \n  Partner    {partner}\
         \n\nPrograms show a key as Authorization: Bearer lt_…; without one the public part answers.\
         \nStop it with Ctrl-C.\n",
        steward = keys.steward,
        partner = keys.partner,
        version = env!("CARGO_PKG_VERSION"),
    )
}
