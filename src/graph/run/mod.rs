//! Runs a plan: statements out, rows in, JSON written straight from the rows. No tree of values, no
//! resolver for a field.

mod bind;
pub(super) mod estimate;
mod load;
mod loaded;
mod write;
mod write_page;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use apollo_compiler::response::JsonMap;
use sqlx::PgPool;

use super::plan::Plan;

/// What running needs.
pub(super) struct Running<'a> {
    /// Where statements go.
    pub pool: &'a PgPool,
    /// Variables, coerced.
    pub variables: &'a JsonMap,
    /// Trace id for errors.
    pub trace_id: &'a str,
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
    pub fn new(pool: &'a PgPool, variables: &'a JsonMap, trace_id: &'a str) -> Self {
        Self { pool, variables, trace_id, statements: AtomicU32::new(0), rows: AtomicU64::new(0) }
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
