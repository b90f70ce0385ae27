//! What goes into the engine and what comes out of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::Caller;
use crate::access::budget::Standing;
use crate::error::{Fault, Language};
use crate::store::run::{UNAVAILABLE, is_unavailable, unavailable};

/// One GraphQL request, its transport already left behind.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which operation of the document; none when it has only one.
    pub operation_name: Option<String>,
    /// Variables as sent.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// The hub asks itself: its documents are not the client's to shorten, nor for the client to pay for.
    pub own: bool,
    /// It is paid for out of its caller's budget, and the answer tells the cost.
    pub paying: bool,
    /// The answer does not tell the cost all the same: it is to be the same as long as the data are.
    pub bare: bool,
    /// Only the cost is asked for.
    pub dry_run: bool,
    /// Refuse anything but queries (the request came by GET).
    pub queries_only: bool,
    /// Trace id, repeated in every error.
    pub trace_id: String,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// Language of messages about the caller's own mistakes.
    pub language: Language,
}

/// A well-formed GraphQL response and what it cost.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What kind of response it is.
    pub outcome: Outcome,
    /// The response, JSON: `{"data":…}`, `{"data":…,"errors":[…]}` or `{"errors":[…]}`.
    pub body: Vec<u8>,
    /// What it cost.
    pub stats: Stats,
}

/// Whether execution began and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `data` without errors.
    Complete,
    /// `data` (perhaps null) with errors.
    Partial,
    /// A request error: `errors` without `data`.
    Refused(Refusal),
    /// The database was away, or had no room: `errors` say where, and `data`, if any, is what was there before.
    Unavailable,
}

impl Outcome {
    /// The outcome of an execution with these `errors`.
    pub(super) fn of(errors: &[serde_json::Value]) -> Self {
        if errors.is_empty() {
            return Outcome::Complete;
        }
        let away = errors.iter().any(|error| error["extensions"]["code"] == UNAVAILABLE);
        if away { Outcome::Unavailable } else { Outcome::Partial }
    }
}

/// Why execution did not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The document does not parse.
    Syntax,
    /// It parses, and is not valid here: validation, unknown operation, variables.
    Invalid,
    /// A mutation or subscription where only queries may be sent.
    NotAQuery,
    /// Above a documented limit.
    TooLarge,
    /// The hub cannot now.
    Unavailable,
    /// The caller may not read or do this.
    Forbidden,
    /// Nobody unknown may read or do this.
    Unauthenticated,
    /// It costs more than its caller may ask for now.
    Budget {
        /// Seconds until it may be asked for; none: never.
        retry_after: Option<u64>,
    },
}

/// What a request cost, for the log line and the span.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    /// Name of the operation that ran.
    pub operation_name: Option<String>,
    /// `query`, `mutation` or `subscription`; empty when refused before that was known.
    pub operation_type: &'static str,
    /// First 16 hexadecimal digits of the SHA-256 of the document.
    pub document_hash: String,
    /// SQL statements sent.
    pub statements: u32,
    /// Rows received.
    pub rows: u64,
    /// Whether the plan came from the cache.
    pub plan_cached: bool,
    /// Code of the first error; empty when there is none.
    pub error_code: String,
    /// What it cost its caller; none when refused before that was known.
    pub cost: Option<Cost>,
}

/// What a request costs, in units of `docs/limits.md`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// At most, before it ran.
    pub estimated: i64,
    /// When it had run.
    pub actual: Option<i64>,
    /// How the caller's budget stands; none: there is none.
    pub standing: Option<Standing>,
    /// When the budget will be full again.
    pub reset_at: Option<DateTime<Utc>>,
}

/// An error with a stable code, for a field or the whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coded {
    /// Stable, part of the public contract.
    pub code: &'static str,
    /// English.
    pub message: String,
    /// Vietnamese, where the caller can mend it.
    pub message_vi: Option<String>,
    /// What went wrong inside; for the log alone.
    pub cause: Option<String>,
    /// What programs may read of it, beside the code: members of `extensions`.
    pub details: Option<Box<serde_json::Map<String, serde_json::Value>>>,
    /// Line and column of the document, where it is about a part of it.
    pub at: Option<(usize, usize)>,
}

impl Coded {
    /// A mistake the caller can mend.
    pub fn fault(code: &'static str, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { code, message: en.into(), message_vi: Some(vi.into()), cause: None, details: None, at: None }
    }

    /// A fault of ours: the caller learns no more than that.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self {
            code: "INTERNAL_SERVER_ERROR",
            message: "internal error; the trace id finds it in the log".to_owned(),
            message_vi: Some("lỗi nội bộ; dùng mã vết (traceId) để tra nhật ký".to_owned()),
            cause: Some(cause.into()),
            details: None,
            at: None,
        }
    }

    /// The same with one more member of `extensions`.
    pub fn with(mut self, name: &str, value: serde_json::Value) -> Self {
        self.details.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    /// Over a limit: which, what was given (none: where it stopped being counted), and what is allowed.
    pub fn over(self, limit: &str, given: Option<usize>, allowed: usize) -> Self {
        self.with("limit", serde_json::json!({ "name": limit, "given": given, "allowed": allowed }))
    }

    /// Work that failed: the database's fault, or ours.
    pub fn failed(error: &anyhow::Error) -> Self {
        let cause = format!("{error:#}");
        match is_unavailable(error) {
            true => Self { cause: Some(cause), ..Self::unavailable() },
            false => Self::internal(cause),
        }
    }

    /// The database is away.
    pub fn unavailable() -> Self {
        let Fault { code, en, vi } = unavailable();
        Self::fault(code, en, vi)
    }

    /// `first` with `last`, or a cursor for the other direction.
    pub fn page_arguments() -> Self {
        Self::fault(
            "INVALID_PAGE",
            "use first with after, or last with before",
            "chỉ dùng first cùng after, hoặc last cùng before",
        )
    }

    /// As a member of `errors`.
    pub fn to_json(&self, path: Option<&[serde_json::Value]>, trace_id: &str) -> serde_json::Value {
        let mut extensions = serde_json::json!({ "code": self.code });
        if let Some(vi) = &self.message_vi {
            extensions["messageVi"] = vi.as_str().into();
        }
        for (name, value) in self.details.iter().flat_map(|details| details.iter()) {
            extensions[name] = value.clone();
        }
        if !trace_id.is_empty() {
            extensions["traceId"] = trace_id.into();
        }
        let mut error = serde_json::json!({ "message": self.message });
        // Left out where there is none: an empty list is against the specification.
        if let Some((line, column)) = self.at {
            error["locations"] = serde_json::json!([{ "line": line, "column": column }]);
        }
        if let Some(path) = path {
            error["path"] = path.into();
        }
        error["extensions"] = extensions;
        error
    }
}
