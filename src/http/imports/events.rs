//! Server-sent events of an import: `progress`, and at the end `done` with the report or `failed` with the
//! coded fault.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::super::AppState;
use super::super::refusal::Refusal;
use super::job::Standing;
use super::{told, words};
use crate::pipeline::Stage;

/// Least time between two tellings of progress.
const PACE: Duration = Duration::from_millis(100);
/// A sign of life for proxies that give up on silent connections.
const ALIVE: Duration = Duration::from_secs(15);

/// The events of an import under way.
pub(super) fn of_job(
    app: AppState,
    trace_id: String,
    job: String,
    told: watch::Receiver<Standing>,
) -> Response {
    let first = Event::default().event("received").data(json!({ "job": job }).to_string());
    let from = Walk { app, trace_id, told, first: Some(first), begun: false, ended: false };
    respond(stream::unfold(from, |mut walk| async move {
        let event = walk.next().await?;
        Some((Ok(event), walk))
    }))
}

/// The one event of an import that is through.
pub(super) fn of_report(report: &Value) -> Response {
    let done = Event::default().event("done").data(report.to_string());
    respond(stream::iter([Ok(done)]))
}

fn respond(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

struct Walk {
    app: AppState,
    trace_id: String,
    told: watch::Receiver<Standing>,
    first: Option<Event>,
    /// Whether how it stands was told once.
    begun: bool,
    ended: bool,
}

impl Walk {
    async fn next(&mut self) -> Option<Event> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.ended {
            return None;
        }
        if std::mem::replace(&mut self.begun, true) {
            tokio::time::sleep(PACE).await;
            if self.told.changed().await.is_err() {
                self.ended = true;
                let fault = words::internal();
                return Some(failed(&Refusal::new(words::status_of(&fault), fault), &self.trace_id));
            }
        }
        let standing = self.told.borrow_and_update().clone();
        Some(match standing {
            Standing::Waiting => progress("WAITING", 0, 0),
            Standing::Under(at) => match at.stage {
                Stage::Reading => progress("READING", at.done, at.total),
                Stage::Applying => progress("APPLYING", at.done, at.total),
                Stage::Done => progress("DONE", at.done, at.total),
            },
            Standing::Done(finished) => {
                self.ended = true;
                match told(&self.app, &finished, &self.trace_id).await {
                    Ok(report) => Event::default().event("done").data(report.to_string()),
                    Err(refusal) => failed(&refusal, &self.trace_id),
                }
            }
            Standing::Failed(fault) => {
                self.ended = true;
                failed(&Refusal::new(words::status_of(&fault), fault), &self.trace_id)
            }
        })
    }
}

fn progress(stage: &str, done: u64, total: u64) -> Event {
    let data = json!({ "stage": stage, "done": done, "total": total });
    Event::default().event("progress").data(data.to_string())
}

fn failed(refusal: &Refusal, trace_id: &str) -> Event {
    let body = refusal.body(trace_id);
    Event::default().event("failed").data(String::from_utf8_lossy(&body))
}
