//! One operation, by its name in the schema: input out of JSON, the call, the result into JSON. Ids that were
//! merged away the pipeline follows itself.

use serde_json::{Value, json};
use uuid::Uuid;

use super::input::{self, Said};
use super::{Acting, Doing, demand, key, result, split};
use crate::error::Fault;
use crate::pipeline::{By, Fixed, Outcome, PinWish, Pipeline, RowFix, Verdict};
use crate::store::id;

/// Changes shown in a preview at most.
const MOST_CHANGES: i64 = 1000;

type Done = anyhow::Result<Result<Value, Said>>;

/// A mistake of the caller ends the operation with words, one of ours with an error.
macro_rules! said {
    ($outcome:expr) => {
        match $outcome {
            Ok(value) => value,
            Err(said) => return Ok(Err(said)),
        }
    };
}

macro_rules! done {
    ($outcome:expr) => {
        match $outcome {
            Ok(value) => value,
            Err(failure) => return Ok(Err(split(failure)?)),
        }
    };
}

/// Runs the operation `name`. A mistake about the one thing that the input names is in its `id`.
pub(super) async fn perform(doing: &Doing<'_>, name: &str, input: Value) -> Done {
    let names_one = input.get("id").is_some();
    let outcome = run(doing, name, input).await?;
    Ok(outcome.map_err(|mut said| {
        if names_one && input::ABOUT_IT.contains(&said.fault.code) {
            said.field.get_or_insert_with(|| "id".to_owned());
        }
        said
    }))
}

async fn run(doing: &Doing<'_>, name: &str, input: Value) -> Done {
    let Doing { pipeline, places, keys, acting } = *doing;
    let reason = input["reason"].as_str().unwrap_or_default().trim();
    let by = By { once: acting.once, ..By::of(&acting.caller, reason) };
    match name {
        "importPreview" => preview(pipeline, acting, input).await,
        "applyImport" => {
            let wish: input::OnOne = input::read(input)?;
            let import = said!(input::id_of(&wish.id, "import", "id"));
            let outcome = done!(pipeline.apply(&by, import, wish.confirm.unwrap_or(false)).await);
            Ok(Ok(on("import", import, Some(&outcome))))
        }
        "revertImport" => {
            let wish: input::OnOne = input::read(input)?;
            let import = said!(input::id_of(&wish.id, "import", "id"));
            Ok(Ok(on("import", import, Some(&done!(pipeline.revert(&by, import).await)))))
        }
        "fixRow" => fix(pipeline, &by, input).await,
        "discardFix" => {
            let wish: input::OnOne = input::read(input)?;
            let fix = said!(input::id_of(&wish.id, "row_fix", "id"));
            Ok(Ok(mended(&done!(pipeline.discard_fix(&by, fix).await))))
        }
        "judge" => judge(pipeline, &by, input).await,
        "retractJudgement" => {
            let wish: input::OnOne = input::read(input)?;
            let judgement = said!(input::id_of(&wish.id, "judgement", "id"));
            let outcome = done!(pipeline.retract_judgement(&by, judgement).await);
            Ok(Ok(on("judgement", judgement, Some(&outcome))))
        }
        "pin" => pin(pipeline, &by, input).await,
        "unpin" => {
            let wish: input::OnOne = input::read(input)?;
            let pin = said!(input::id_of(&wish.id, "pin", "id"));
            Ok(Ok(on("pin", pin, Some(&done!(pipeline.unpin(&by, pin).await)))))
        }
        "storeDemand" => demand::store(pipeline, places, &by, input).await,
        "withdrawDemand" => demand::withdraw(pipeline, &by, input).await,
        "createKey" => key::create(keys, &acting.caller, input).await,
        "rotateKey" => key::rotate(keys, &acting.caller, input).await,
        "revokeKey" => key::revoke(keys, &acting.caller, input).await,
        other => Err(anyhow::anyhow!("the operation {other} is declared and not bound")),
    }
}

/// A result about one thing.
fn on(what: &str, uuid: Uuid, outcome: Option<&Outcome>) -> Value {
    json!({ what: id::encode(what, uuid), "outcome": outcome.map(result::outcome) })
}

async fn preview(pipeline: &Pipeline, acting: &Acting, input: Value) -> Done {
    let wish: input::Preview = input::read(input)?;
    let import = said!(input::id_of(&wish.id, "import", "id"));
    done!(pipeline.may_touch(&acting.caller, import).await);
    let first = wish.first.unwrap_or(100);
    if !(0..=MOST_CHANGES).contains(&first) {
        let fault = Fault::new(
            "PAGE_SIZE",
            format!("first takes 0 to {MOST_CHANGES}, not {first}"),
            format!("first nhận từ 0 đến {MOST_CHANGES}, không nhận {first}"),
        );
        return Ok(Err(Said { fault, field: Some("first".to_owned()) }));
    }
    let difference = done!(pipeline.preview(import, first).await);
    let changes = result::changes(&pipeline.catalog, acting.caller.viewer(), &difference.changes);
    Ok(Ok(result::preview(import, &difference, changes)))
}

async fn fix(pipeline: &Pipeline, by: &By, input: Value) -> Done {
    let wish: input::Fix = input::read(input)?;
    let import = said!(input::id_of(&wish.id, "import", "id"));
    let cells = said!(wish.cells());
    let fix = RowFix { import, sheet: wish.sheet.unwrap_or_default(), row: wish.row, cells };
    Ok(Ok(mended(&done!(pipeline.fix_row(by, &fix).await))))
}

fn mended(fixed: &Fixed) -> Value {
    let mut made = on("fix", fixed.id, fixed.applied.as_ref());
    made["fix"] = id::encode("row_fix", fixed.id).into();
    if !fixed.outcome.is_empty() {
        made["rowOutcome"] = fixed.outcome.to_uppercase().into();
    }
    made
}

async fn judge(pipeline: &Pipeline, by: &By, input: Value) -> Done {
    let wish: input::Judge = input::read(input)?;
    let (entity, left) = said!(input::entity_of(&pipeline.catalog, &wish.left, "left"));
    let (other, right) = said!(input::entity_of(&pipeline.catalog, &wish.right, "right"));
    if entity.name != other.name {
        let fault = Fault::new(
            "TYPES_DIFFER",
            format!("{} and {} are never one thing: judge two of one type", entity.name, other.name),
            format!("{} và {} không thể là một: hãy chọn hai đối tượng cùng loại", entity.name, other.name),
        );
        return Ok(Err(Said { fault, field: Some("right".to_owned()) }));
    }
    let verdict = match wish.verdict.as_str() {
        "SAME" => Verdict::Same,
        "DIFFERENT" => Verdict::Different,
        _ => Verdict::Unsure,
    };
    let (judgement, outcome) = done!(pipeline.judge(by, &entity.name, left, right, verdict).await);
    Ok(Ok(on("judgement", judgement, Some(&outcome))))
}

async fn pin(pipeline: &Pipeline, by: &By, input: Value) -> Done {
    let wish: input::Pin = input::read(input)?;
    let (entity, uuid) = said!(input::entity_of(&pipeline.catalog, &wish.id, "id"));
    let pin = PinWish { entity: entity.name.clone(), id: uuid, field: wish.field, value: wish.value };
    let (pin, outcome) = done!(pipeline.pin(by, &pin).await);
    Ok(Ok(on("pin", pin, Some(&outcome))))
}
