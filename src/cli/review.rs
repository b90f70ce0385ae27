//! `lienthong review` and `lienthong conflicts`: what waits for a person.

use serde_json::json;

use super::ask::{ask, table};
use super::imports::{more, rows, shown};
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};

/// List the pairs that may be the same
///
/// The heaviest first, with the reasons for and against. `judge LEFT RIGHT same|different|unsure` decides.
#[derive(Debug, clap::Args)]
pub(super) struct Review {
    /// Only pairs of this entity type
    #[arg(long = "type", value_name = "TYPE")]
    entity: Option<String>,

    /// Pairs shown at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

/// List offices' words that differ from those that stand
///
/// By office and field. `pin ID FIELD VALUE` decides.
#[derive(Debug, clap::Args)]
pub(super) struct Conflicts {
    /// Only words of this kind of office, e.g. AGRICULTURE
    #[arg(long, value_name = "KIND")]
    office: Option<String>,

    /// Only this field
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,

    /// Only those in this state: OPEN, PINNED, REOPENED
    #[arg(long, value_name = "STATE")]
    status: Option<String>,

    /// Conflicts shown at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    limit: i64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) settings: Settings,
}

const PAIRS: &str = "query Review($first: Int, $where: DoubtfulMatchWhere) {
  doubtfulMatches(first: $first, where: $where) {
    totalCount
    nodes { id entityType leftId leftName rightId rightName reasons weight records }
  }
}";

const CONFLICTS: &str = "query Conflicts($first: Int, $where: ConflictWhere) {
  conflicts(first: $first, where: $where) {
    totalCount
    nodes { id office entityType subject field value standingValue status }
  }
}";

pub(super) async fn review(config: Config, wish: Review) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let conditions = wish.entity.as_ref().map(|entity| json!({ "entityType": { "eq": entity } }));
        let answer = ask(hub, PAIRS, json!({ "first": wish.limit, "where": conditions })).await?;
        say(&shown(&answer["doubtfulMatches"], wish.json, |pairs| {
            let fields =
                ["entityType", "leftId", "leftName", "rightId", "rightName", "weight", "records", "reasons"];
            let headings = ["Type", "Left", "Name", "Right", "Name", "Weight", "Records", "Reasons"];
            let rows = rows(pairs, &fields);
            table(&headings, &rows) + &more(pairs, rows.len())
        }))
    })
    .await
}

pub(super) async fn conflicts(config: Config, wish: Conflicts) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let mut conditions = json!({});
        for (field, value) in [("office", &wish.office), ("field", &wish.field), ("status", &wish.status)] {
            if let Some(value) = value {
                conditions[field] = json!({ "eq": value });
            }
        }
        let answer = ask(hub, CONFLICTS, json!({ "first": wish.limit, "where": conditions })).await?;
        say(&shown(&answer["conflicts"], wish.json, |conflicts| {
            let fields = ["office", "entityType", "subject", "field", "value", "standingValue", "status"];
            let headings = ["Office", "Type", "Id", "Field", "Says", "Stands", "State"];
            let rows = rows(conflicts, &fields);
            table(&headings, &rows) + &more(conflicts, rows.len())
        }))
    })
    .await
}
