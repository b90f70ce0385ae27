//! What people decide, from the command line: apply, revert, fix, judge, retract, pin, unpin. Each calls the
//! pipeline and tells what came of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::ask::uuid_of;
use super::audited::audited;
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::graph::outcome_json;
use crate::hub::Hub;
use crate::pipeline::{By, Failure, Outcome, PinWish, RowFix, Verdict};
use crate::store::id;

// A decision: what it is on, why and by whom. Words for `--help` stand in the list of commands.
#[derive(Debug, clap::Args)]
pub(super) struct On<W: clap::Args> {
    #[command(flatten)]
    what: W,
    #[command(flatten)]
    why: Told,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Debug, clap::Args)]
pub(super) struct ApplyWhat {
    /// Import
    #[arg(value_parser = uuid_of)]
    id: Uuid,

    /// Agree to what it withdraws
    #[arg(long)]
    confirm: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct RevertWhat {
    /// Import
    #[arg(value_parser = uuid_of)]
    id: Uuid,
}

#[derive(Debug, clap::Args)]
pub(super) struct FixWhat {
    /// Import
    #[arg(value_parser = uuid_of)]
    id: Uuid,

    /// Sheet, where the file has several
    #[arg(long, value_name = "NAME", default_value = "")]
    sheet: String,

    /// Row in the file
    #[arg(long, value_name = "N")]
    row: i32,

    /// Heading and new words, as often as needed
    #[arg(long = "set", value_name = "COLUMN=TEXT", required = true, value_parser = pair)]
    cells: Vec<(String, String)>,
}

#[derive(Debug, clap::Args)]
pub(super) struct DiscardWhat {
    /// Fix
    #[arg(value_parser = uuid_of)]
    id: Uuid,
}

#[derive(Debug, clap::Args)]
pub(super) struct JudgeWhat {
    /// One entity
    left: String,
    /// The other
    right: String,
    /// What they are to each other
    verdict: Word,
}

#[derive(Debug, clap::Args)]
pub(super) struct RetractWhat {
    /// Judgement
    #[arg(value_parser = uuid_of)]
    id: Uuid,
}

#[derive(Debug, clap::Args)]
pub(super) struct PinWhat {
    /// Entity
    id: String,
    /// Field
    field: String,
    /// Value; numbers and true or false are taken as such where the field holds them
    #[arg(required_unless_present = "empty")]
    value: Option<String>,

    /// Pin that there is none
    #[arg(long, conflicts_with = "value")]
    empty: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct UnpinWhat {
    /// Pin
    #[arg(value_parser = uuid_of)]
    id: Uuid,
}

#[derive(Debug, Clone, clap::Args)]
struct Told {
    /// Why; kept with the decision
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,

    /// Name the decision is signed with
    #[arg(long = "by", value_name = "NAME", default_value = "operator")]
    name: String,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Told {
    fn by(&self) -> By {
        By::named(&self.name, &self.reason)
    }
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Word {
    /// One thing
    Same,
    /// Two things
    Different,
    /// Not to be told; the pair is not asked again
    Unsure,
}

/// A decision, told to the audit log.
async fn acting(
    config: Config,
    why: &Told,
    (action, record): (&str, String),
    work: impl AsyncFnOnce(&Hub) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        audited(hub, &why.name, action, Some(record), async || work(hub).await).await
    })
    .await
}

pub(super) async fn apply(config: Config, wish: On<ApplyWhat>) -> anyhow::Result<()> {
    let record = id::encode("import", wish.what.id);
    acting(config, &wish.why, ("apply", record), async |hub| {
        let outcome =
            hub.pipeline.apply(&wish.why.by(), wish.what.id, wish.what.confirm).await.map_err(failed)?;
        tell(&wish.why, "import", wish.what.id, Some(&outcome), Value::Null)
    })
    .await
}

pub(super) async fn revert(config: Config, wish: On<RevertWhat>) -> anyhow::Result<()> {
    let record = id::encode("import", wish.what.id);
    acting(config, &wish.why, ("revert", record), async |hub| {
        let outcome = hub.pipeline.revert(&wish.why.by(), wish.what.id).await.map_err(failed)?;
        tell(&wish.why, "import", wish.what.id, Some(&outcome), Value::Null)
    })
    .await
}

pub(super) async fn fix(config: Config, wish: On<FixWhat>) -> anyhow::Result<()> {
    let record = id::encode("import", wish.what.id);
    acting(config, &wish.why, ("fix", record), async |hub| {
        let cells: BTreeMap<_, _> = wish.what.cells.iter().cloned().collect();
        let fix = RowFix { import: wish.what.id, sheet: wish.what.sheet.clone(), row: wish.what.row, cells };
        let fixed = hub.pipeline.fix_row(&wish.why.by(), &fix).await.map_err(failed)?;
        tell(&wish.why, "row_fix", fixed.id, fixed.applied.as_ref(), fixed.outcome.into())
    })
    .await
}

pub(super) async fn discard(config: Config, wish: On<DiscardWhat>) -> anyhow::Result<()> {
    let record = id::encode("row_fix", wish.what.id);
    acting(config, &wish.why, ("discard", record), async |hub| {
        let fixed = hub.pipeline.discard_fix(&wish.why.by(), wish.what.id).await.map_err(failed)?;
        tell(&wish.why, "row_fix", fixed.id, fixed.applied.as_ref(), fixed.outcome.into())
    })
    .await
}

pub(super) async fn judge(config: Config, wish: On<JudgeWhat>) -> anyhow::Result<()> {
    let record = format!("{} {}", wish.what.left, wish.what.right);
    acting(config, &wish.why, ("judge", record), async |hub| {
        let (entity, left) = entity_of(hub, &wish.what.left)?;
        let (_, right) = entity_of(hub, &wish.what.right)?;
        let verdict = match wish.what.verdict {
            Word::Same => Verdict::Same,
            Word::Different => Verdict::Different,
            Word::Unsure => Verdict::Unsure,
        };
        let done = hub.pipeline.judge(&wish.why.by(), &entity, left, right, verdict).await;
        let (judgement, outcome) = done.map_err(failed)?;
        tell(&wish.why, "judgement", judgement, Some(&outcome), Value::Null)
    })
    .await
}

pub(super) async fn retract(config: Config, wish: On<RetractWhat>) -> anyhow::Result<()> {
    let record = id::encode("judgement", wish.what.id);
    acting(config, &wish.why, ("retract", record), async |hub| {
        let outcome = hub.pipeline.retract_judgement(&wish.why.by(), wish.what.id).await.map_err(failed)?;
        tell(&wish.why, "judgement", wish.what.id, Some(&outcome), Value::Null)
    })
    .await
}

pub(super) async fn pin(config: Config, wish: On<PinWhat>) -> anyhow::Result<()> {
    let record = wish.what.id.clone();
    acting(config, &wish.why, ("pin", record), async |hub| {
        let (entity, id) = entity_of(hub, &wish.what.id)?;
        let value = value_of(hub, &entity, &wish.what);
        let pin = PinWish { entity, id, field: wish.what.field.clone(), value };
        let (pin, outcome) = hub.pipeline.pin(&wish.why.by(), &pin).await.map_err(failed)?;
        tell(&wish.why, "pin", pin, Some(&outcome), Value::Null)
    })
    .await
}

pub(super) async fn unpin(config: Config, wish: On<UnpinWhat>) -> anyhow::Result<()> {
    let record = id::encode("pin", wish.what.id);
    acting(config, &wish.why, ("unpin", record), async |hub| {
        let outcome = hub.pipeline.unpin(&wish.why.by(), wish.what.id).await.map_err(failed)?;
        tell(&wish.why, "pin", wish.what.id, Some(&outcome), Value::Null)
    })
    .await
}

/// The value in the kind of JSON its field holds.
fn value_of(hub: &Hub, entity: &str, wish: &PinWhat) -> Value {
    use crate::catalog::Scalar;
    let Some(text) = &wish.value else { return Value::Null };
    let column = hub.catalog.entities.get(entity).and_then(|entity| entity.columns.get(&wish.field));
    let plain = matches!(column.map(|c| &c.ty), Some(Scalar::Int | Scalar::Float | Scalar::Boolean));
    let read = if plain { serde_json::from_str(text).ok() } else { None };
    read.unwrap_or_else(|| Value::String(text.clone()))
}

fn entity_of(hub: &Hub, text: &str) -> Result<(String, Uuid), Fault> {
    let found = id::decode(text).and_then(|(prefix, uuid)| {
        let entity = hub.catalog.entities.values().find(|entity| entity.id_prefix == prefix)?;
        Some((entity.name.clone(), uuid))
    });
    found.ok_or_else(|| {
        Fault::new(
            "INVALID_ID",
            format!("{text:?} is no id of an entity"),
            format!("{text:?} không phải mã đối tượng"),
        )
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (column, words) = text.split_once('=').ok_or("expected COLUMN=TEXT")?;
    Ok((column.trim().to_owned(), words.to_owned()))
}

/// The caller's mistake keeps its words.
pub(super) fn failed(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Fault(fault) => fault.into(),
        Failure::Internal(error) => error,
    }
}

fn tell(why: &Told, what: &str, uuid: Uuid, outcome: Option<&Outcome>, row: Value) -> anyhow::Result<()> {
    let id = id::encode(what, uuid);
    let made = json!({ what: id, "row": row, "outcome": outcome.map(outcome_json) });
    if why.json {
        return say(&format!("{made}\n"));
    }
    let mut out = format!("{what} {id}\n");
    if let Some(row) = row.as_str() {
        out.push_str(&format!("the row is {row} now\n"));
    }
    let Some(outcome) = outcome else { return say(&out) };
    if let Some(held) = &outcome.held {
        let gone: Vec<String> = held.iter().map(|(entity, count)| format!("{count} {entity}")).collect();
        out.push_str(&format!(
            "nothing was changed: it would withdraw {}; agree with --confirm\n",
            gone.join(", ")
        ));
    }
    for (entity, counts) in &outcome.entities {
        if counts.inserted + counts.updated + counts.deleted > 0 {
            out.push_str(&format!(
                "{entity}: {} new, {} changed, {} gone, {} in all\n",
                counts.inserted, counts.updated, counts.deleted, counts.total
            ));
        }
    }
    say(&out)
}
