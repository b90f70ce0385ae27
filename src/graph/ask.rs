//! Questions that the hub puts to its own graph: a document of ours, answered as a client's would be, from the
//! same kept documents and plans, and with the same view of personal data.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::answer::{Coded, Request};
use super::engine::Engine;
use super::place::Places;
use crate::access::Caller;
use crate::catalog::Catalog;

/// Codes that reach the caller as they are; others within a document of ours are a fault of ours.
const TOLD: [&str; 10] = [
    "CURSOR_OF_ANOTHER_FILTER",
    "CURSOR_OF_ANOTHER_ORDER",
    "DEADLINE_EXCEEDED",
    "INVALID_CURSOR",
    "PAGE_SIZE",
    "PATH_TOO_LONG",
    "TOO_MANY_TERMS",
    "UNAVAILABLE",
    "UNIT_AMBIGUOUS",
    "UNIT_UNKNOWN",
];

/// Who answers, and on whose behalf it is asked.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    engine: &'a Engine,
    request: &'a Request,
}

/// An answer of our own graph, and what it cost.
pub(super) struct Told {
    pub data: Value,
    pub statements: u32,
    pub rows: u64,
}

impl<'a> Asking<'a> {
    pub fn new(engine: &'a Engine, request: &'a Request) -> Self {
        Self { engine, request }
    }

    pub fn catalog(&self) -> &'a Catalog {
        &self.engine.catalog
    }

    pub fn caller(&self) -> &'a Caller {
        &self.request.caller
    }

    pub fn trace_id(&self) -> &'a str {
        &self.request.trace_id
    }

    pub fn places(&self) -> &'a Places {
        &self.engine.places
    }

    pub fn today(&self) -> NaiveDate {
        self.engine.clock.today()
    }

    /// `data` of the document's answer; what the caller can mend comes back with its code.
    pub async fn ask(&self, document: &str, variables: Map<String, Value>) -> Result<Told, Coded> {
        let request = self.own(document, variables);
        let (outcome, stats) = self.engine.within(&request).await;
        let (errors, data) = match outcome {
            Ok(written) => (written.errors, written.data),
            Err(refused) => (refused.errors, Vec::new()),
        };
        if let Some(error) = errors.first() {
            return Err(coded(error, document));
        }
        let data = serde_json::from_slice(&data).map_err(|error| Coded::internal(error.to_string()))?;
        Ok(Told { data, statements: stats.statements, rows: stats.rows })
    }

    /// Whether the schema has what a document asks for.
    pub fn knows(&self, document: &str) -> bool {
        self.engine.knows(&self.own(document, Map::new()))
    }

    /// The statements that a document becomes.
    pub fn statements(&self, document: &str, variables: Map<String, Value>) -> Vec<String> {
        let statements = self.engine.explain(&self.own(document, variables)).unwrap_or_default();
        statements.iter().map(|sql| sql.to_string()).collect()
    }

    fn own(&self, document: &str, variables: Map<String, Value>) -> Request {
        Request {
            query: document.to_owned(),
            variables,
            own: true,
            queries_only: true,
            trace_id: self.request.trace_id.clone(),
            // What a figure comes to does not depend on who asks for it.
            caller: Arc::default(),
            language: self.request.language,
            ..Request::default()
        }
    }
}

fn coded(error: &Value, document: &str) -> Coded {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let code = error["extensions"]["code"].as_str().unwrap_or_default();
    match TOLD.iter().find(|told| **told == code) {
        Some(code) => Coded::fault(code, text(&error["message"]), text(&error["extensions"]["messageVi"])),
        None => Coded::internal(format!("{error} within {document}")),
    }
}
