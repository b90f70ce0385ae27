//! `lienthong audit …`: the audit log, listed and looked through.

use serde_json::{Value, json};

use super::ask::{ask, table, text};
use super::opened::with_hub;
use super::output::say;
use crate::access::{Broken, Chain};
use crate::config::{Config, Settings};
use crate::error::Fault;

/// Entries on one page of the graph.
const PAGE: i64 = 100;

const QUERY: &str = "query($first: Int) { auditEntries(first: $first) { nodes {
    number at stage action record code identity actor role organisation address purpose traceId hash } } }";

/// List the audit log, and see that nobody changed it
///
/// Who did what to which record, and who read personal data what for. Entries are only appended, each with the hash of
/// the one before.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) what: What,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    List(List),
    Verify(Verify),
}

/// List the newest entries
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// How many, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=PAGE))]
    first: i64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// Go through the whole log; exit code 1, and the first entry that does not hold, where somebody changed it
///
/// Each entry holds the hash of the one before. Who may change the table can make all hashes anew, or cut off the end:
/// only a hash that was kept elsewhere shows it.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// Hash of an entry that you kept: it must stand in the log still, so that none was cut off
    #[arg(long, value_name = "HASH")]
    head: Option<String>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

impl What {
    pub(super) fn settings(&self) -> &Settings {
        match self {
            What::List(List { settings, .. }) | What::Verify(Verify { settings, .. }) => settings,
        }
    }
}

pub(super) async fn run(config: Config, what: What) -> anyhow::Result<()> {
    with_hub(config, async |hub| match &what {
        What::List(wish) => {
            let mut data = ask(hub, QUERY, json!({ "first": wish.first })).await?;
            let entries = data["auditEntries"]["nodes"].take();
            if wish.json {
                return say(&format!("{entries}\n"));
            }
            let fields = ["number", "at", "stage", "action", "record", "code", "actor", "purpose"];
            let row = |entry: &Value| fields.iter().map(|field| text(&entry[*field])).collect();
            let rows: Vec<Vec<String>> = entries.as_array().into_iter().flatten().map(row).collect();
            say(&table(&["No", "At", "Stage", "Action", "Record", "Code", "By", "Purpose"], &rows))
        }
        What::Verify(wish) => {
            let kept = wish.head.as_deref();
            match hub.pipeline.audit.verify(kept).await? {
                Err(Broken { seq }) => Err(broken(seq).into()),
                Ok(Chain { holds: false, .. }) => Err(cut_off().into()),
                Ok(chain) => say(&match wish.json {
                    true => {
                        let Chain { entries, head, .. } = chain;
                        format!("{}\n", json!({ "entries": entries, "head": head, "proven": kept.is_some() }))
                    }
                    false => verified(&chain, kept.is_some()),
                }),
            }
        }
    })
    .await
}

fn verified(chain: &Chain, proven: bool) -> String {
    let Chain { entries, head, .. } = chain;
    let proof = match proven {
        true => "The hash you kept stands among them.",
        false => {
            "That none was cut off the end, or all made anew, is not proven: name a hash that was kept elsewhere by \
             --head; the hub's own log has one of each time it wrote (lienthong::audit)."
        }
    };
    format!("{entries} entries, each follows from the one before. {proof} Keep the last hash:\n{head}\n")
}

fn broken(seq: i64) -> Fault {
    Fault::new(
        "AUDIT_BROKEN",
        format!(
            "entry {seq} of the audit log is missing or not as it was written; what follows proves nothing"
        ),
        format!(
            "mục {seq} của nhật ký kiểm toán bị thiếu hoặc bị sửa; các mục sau không còn giá trị chứng minh"
        ),
    )
}

fn cut_off() -> Fault {
    Fault::new(
        "AUDIT_BROKEN",
        "the hash that was kept does not stand in the audit log: entries were cut off or made anew",
        "mã băm đã lưu không có trong nhật ký kiểm toán: nhật ký đã bị cắt hoặc tạo lại",
    )
}
