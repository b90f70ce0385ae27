//! What the audit log is told of requests: personal data read, operations begun and ended.

use std::sync::Arc;

use serde_json::Value;

use super::act::Acting;
use super::answer::{Coded, Refusal, Request};
use super::engine::{Engine, Refused};
use super::plan::Plan;
use super::refusal;
use crate::access::{Audit, Deed, Ended, Stage};

/// Letters of what a client calls a record: an id has room, and the log keeps all that it is told for good.
const LONGEST: usize = 60;

/// Fields of results that name what an operation made.
const MADE: [&str; 6] = ["import", "fix", "judgement", "pin", "demand", "key"];

impl Engine {
    /// Personal data do not leave before it is written down who reads them, which, and what for.
    pub(super) async fn note_reading(&self, request: &Request, plan: &Plan) -> Result<(), Refused> {
        if plan.personal.is_empty() {
            return Ok(());
        }
        let deed = Deed {
            caller: Arc::clone(&request.caller),
            action: "read".to_owned(),
            record: Some(plan.personal.join(" ")),
            trace_id: request.trace_id.clone(),
        };
        let written = self.audit.write(&deed, Stage::Read, None).await;
        written.map_err(|error| {
            tracing::error!(%error, "personal data are not told without the audit log");
            refusal::one(Refusal::Unavailable, &unavailable(), request)
        })
    }
}

/// Runs an operation between two entries; of a question, it is noted that personal data may be told.
pub(super) async fn audited(
    audit: &Arc<Audit>,
    acting: &Acting,
    action: &str,
    (reads, input): (bool, &Value),
    work: impl Future<Output = anyhow::Result<Value>>,
) -> anyhow::Result<Value> {
    let named = ["id", "left", "right"].into_iter().filter_map(|field| input[field].as_str());
    let named: Vec<String> = named.map(|id| id.chars().take(LONGEST).collect()).collect();
    let record = Some(named.join(" ")).filter(|record| !record.is_empty());
    let (caller, trace_id) = (Arc::clone(&acting.caller), acting.trace_id.clone());
    let deed = Deed { caller, action: action.to_owned(), record, trace_id };
    if !reads {
        return audit.around(deed, work, ended).await?;
    }
    if acting.caller.viewer().personal_data {
        audit.write(&deed, Stage::Read, None).await?;
    }
    work.await
}

/// Of an outcome as it is kept.
fn ended(outcome: &anyhow::Result<Value>) -> Ended {
    match outcome {
        Ok(kept) => Ended {
            record: MADE.into_iter().find_map(|field| kept["made"][field].as_str()).map(str::to_owned),
            code: kept["fault"]["code"].as_str().map(str::to_owned),
        },
        Err(_) => Ended { record: None, code: Some("INTERNAL_SERVER_ERROR".to_owned()) },
    }
}

fn unavailable() -> Coded {
    Coded::fault(
        "UNAVAILABLE",
        "the audit log cannot be written now, and personal data are not told without it; try again shortly",
        "nhật ký kiểm toán tạm thời không ghi được nên chưa thể cung cấp dữ liệu cá nhân; hãy thử lại sau",
    )
}
