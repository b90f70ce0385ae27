//! Runs a plan: statements out, rows in, JSON written straight from the rows. No tree of values, no
//! resolver for a field.

mod bind;
pub(super) mod estimate;
mod load;
mod loaded;
mod write;
mod write_page;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::store::connections::Connections;
use apollo_compiler::response::JsonMap;
pub(super) use load::store_error;

use super::loader::Loader;
use super::plan::Plan;

/// What running needs.
pub(super) struct Running<'a> {
    /// Where statements go.
    pub database: &'a Connections,
    /// Where look-ups by one key go.
    pub loader: &'a Loader,
    /// Variables, coerced.
    pub variables: &'a JsonMap,
    /// Trace id for errors.
    pub trace_id: &'a str,
    /// Values of introspection fields by response key, as JSON.
    pub introspected: HashMap<String, Vec<u8>>,
    /// Statements sent.
    pub statements: AtomicU32,
    /// Rows received.
    pub rows: AtomicU64,
}

/// The answer of a plan: the value of `data`, and the members of `errors`.
pub(super) struct Written {
    pub data: Vec<u8>,
    pub errors: Vec<serde_json::Value>,
}

impl<'a> Running<'a> {
    pub fn new(
        database: &'a Connections,
        loader: &'a Loader,
        variables: &'a JsonMap,
        trace_id: &'a str,
    ) -> Self {
        let introspected = HashMap::new();
        Self {
            database,
            loader,
            variables,
            trace_id,
            introspected,
            statements: AtomicU32::new(0),
            rows: AtomicU64::new(0),
        }
    }

    /// Runs the plan.
    pub async fn run(&self, plan: &Plan) -> Written {
        let loaded = load::roots(self, plan).await;
        write::answer(self, plan, &loaded)
    }

    fn count(&self, rows: usize) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }
}
