//! Catalog → GraphQL schema; operation → plan → answer; guards and hand-bound operations. Nothing here
//! writes SQL, and nothing here knows HTTP.

mod act;
mod answer;
mod ask;
/// What the audit log is told.
mod audited;
mod cache;
mod charge;
mod coerce;
mod cursor;
mod document;
mod engine;
mod grammar;
mod guard;
mod indicator;
pub mod limits;
mod loader;
mod look;
mod lower;
mod picked;
mod place;
mod plan;
mod refusal;
mod rules;
mod run;
mod schema;
mod shape;
mod sorting;

pub use act::outcome_json;
pub use answer::{Answer, Cost, Outcome, Refusal, Request, Stats};
pub use document::{Documents, Verdict};
pub use engine::Engine;

use crate::catalog::Catalog;

/// The published SDL of the catalog, as in `schema/published.graphql`.
pub fn published_sdl(catalog: &Catalog) -> Result<String, async_graphql::dynamic::SchemaError> {
    Ok(schema::sdl(&schema::build(catalog, &limits::Limits::default())?))
}
