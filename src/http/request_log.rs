//! The one log line of a GraphQL request: who ran what, how it ended, what it cost. Never variables, never
//! the query's text.

use std::time::Instant;

use axum::http::StatusCode;
use tracing::Span;

use super::trace;
use crate::graph::Stats;

/// What is known of a request so far; written when dropped, so also when its caller left or it panicked.
#[derive(Debug)]
pub(super) struct RequestLog {
    started: Instant,
    trace_id: String,
    caller: String,
    /// How it ended; none while it runs.
    pub status: Option<StatusCode>,
    /// The refusal's code, when it was turned away before the engine.
    pub code: &'static str,
    /// Bytes of the answer, before compression.
    pub bytes: u64,
    /// What the engine says it cost.
    pub stats: Stats,
}

impl RequestLog {
    /// Begins now.
    pub(super) fn begin(trace_id: &str, caller: &str) -> Self {
        Self {
            started: Instant::now(),
            trace_id: trace_id.to_owned(),
            caller: caller.to_owned(),
            status: None,
            code: "",
            bytes: 0,
            stats: Stats::default(),
        }
    }

    /// When the request arrived.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// The status, or how a request without one ended: 500 after a panic, 499 (as nginx has it) when the
    /// caller left.
    fn final_status(&self) -> u16 {
        match self.status {
            Some(status) => status.as_u16(),
            None if std::thread::panicking() => 500,
            None => 499,
        }
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        let status = self.final_status();
        let stats = &self.stats;
        let name = stats.operation_name.as_deref().unwrap_or_default();
        trace::finish(&Span::current(), stats.operation_type, name, status);
        tracing::info!(
            target: "lienthong::request",
            operation = name,
            kind = stats.operation_type,
            hash = stats.document_hash,
            caller = self.caller,
            status,
            code = if self.code.is_empty() { stats.error_code.as_str() } else { self.code },
            duration_ms = self.started.elapsed().as_micros() as f64 / 1000.0,
            rows = stats.rows,
            statements = stats.statements,
            bytes = self.bytes,
            plan_cached = stats.plan_cached,
            trace_id = self.trace_id,
            "graphql"
        );
    }
}
