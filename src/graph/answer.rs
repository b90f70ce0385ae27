//! What goes into the engine and what comes out of it.

use crate::access::Viewer;

/// One GraphQL request, its transport already left behind.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which operation of the document; none when it has only one.
    pub operation_name: Option<String>,
    /// Variables as sent.
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// Refuse anything but queries (the request came by GET).
    pub queries_only: bool,
    /// Trace id, repeated in every error.
    pub trace_id: String,
    /// Who asks.
    pub viewer: Viewer,
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
}
