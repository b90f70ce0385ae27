//! Server-sent events of an import: `progress`, and at the end `done` with the report or `failed` with the
//! coded fault. By the import's own id it is known how it stands, not how many rows are done.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

use super::super::AppState;
use super::super::admission::Pass;
use super::super::refusal::Refusal;
use super::job::Standing;
use super::{Who, report, told, words};
use crate::access::Caller;
use crate::pipeline::Stage;

/// Least time between two tellings of progress.
const PACE: Duration = Duration::from_millis(100);
/// Time between two looks at an import that another caller handed in.
const LOOK: Duration = Duration::from_secs(1);
/// A sign of life for proxies that give up on silent connections.
const ALIVE: Duration = Duration::from_secs(15);

/// Who listens.
pub(super) struct Listener {
    app: AppState,
    caller: Arc<Caller>,
    trace_id: String,
    /// Kept for as long as they listen.
    _place: Pass,
}

impl Listener {
    pub(super) fn new(app: AppState, caller: Arc<Caller>, trace_id: &str, place: Pass) -> Self {
        Self { app, caller, trace_id: trace_id.to_owned(), _place: place }
    }

    fn who(&self) -> Who<'_> {
        Who { caller: &self.caller, trace_id: &self.trace_id }
    }

    /// What is being done with an import; none: nothing.
    async fn stage(&self, import: Uuid) -> Option<Stage> {
        match self.app.pipeline() {
            Ok(pipeline) if self.app.jobs().working() => {
                pipeline.under_way(self.app.pool(), import).await.unwrap_or_default()
            }
            _ => None,
        }
    }
}

/// The events of an import under way.
pub(super) fn of_job(listener: Listener, job: String, told: watch::Receiver<Standing>) -> Response {
    let first = Event::default().event("received").data(json!({ "job": job }).to_string());
    let from = Walk { listener, told, first: Some(first), begun: false, ended: false };
    respond(stream::unfold(from, |mut walk| async move {
        let event = walk.next().await?;
        Some((Ok(event), walk))
    }))
}

/// The events of an import by its own id, which is there: while it is under way here its stage, then the report.
pub(super) fn of_import(listener: Listener, id: String, import: Uuid) -> Response {
    let from: Option<(Listener, String, Option<Stage>)> = Some((listener, id, None));
    respond(stream::unfold(from, move |walk| async move {
        let (listener, id, mut told) = walk?;
        let end = loop {
            match listener.stage(import).await {
                None => break report::report(&listener.app, &id, &listener.who()).await,
                Some(stage) if told != Some(stage) => {
                    return Some((Ok(progress(word(stage), 0, 0)), Some((listener, id, Some(stage)))));
                }
                same => told = same,
            }
            tokio::time::sleep(LOOK).await;
        };
        let end = match end {
            Ok(report) => Event::default().event("done").data(report.to_string()),
            Err(refusal) => failed(&refusal, &listener.trace_id),
        };
        Some((Ok(end), None))
    }))
}

fn respond(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
}

struct Walk {
    listener: Listener,
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
                return Some(failed(&words::refused(words::internal()), &self.listener.trace_id));
            }
        }
        let standing = self.told.borrow_and_update().clone();
        Some(match standing {
            Standing::Waiting => progress("WAITING", 0, 0),
            Standing::Under(at) => progress(word(at.stage), at.done, at.total),
            Standing::Done(finished) => {
                self.ended = true;
                match told(&self.listener.app, &finished, &self.listener.who()).await {
                    Ok(report) => Event::default().event("done").data(report.to_string()),
                    Err(refusal) => failed(&refusal, &self.listener.trace_id),
                }
            }
            Standing::Failed(fault) => {
                self.ended = true;
                failed(&words::refused(fault), &self.listener.trace_id)
            }
        })
    }
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "READING",
        Stage::Applying => "APPLYING",
        Stage::Done => "DONE",
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
