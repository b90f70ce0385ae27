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
mod days;
mod document;
mod engine;
mod grammar;
mod guard;
mod indicator;
pub mod limits;
mod literal;
mod loader;
mod look;
mod lower;
mod picked;
mod place;
mod plan;
mod refusal;
mod rules;
mod run;
mod scalar;
mod schema;
mod shape;
mod sorting;
mod trusted;
mod turns;

pub use act::outcome_json;
pub use answer::{Answer, Cost, Outcome, Refusal, Request, Stats};
pub use cursor::reads_cursor;
pub use document::{Documents, Verdict};
pub use engine::Engine;
pub use trusted::{Trust, Trusted};

use sha2::{Digest, Sha256};

use crate::catalog::Catalog;

/// What the log calls a document.
pub fn document_hash(text: &str) -> String {
    crate::store::id::hexadecimal(&Sha256::digest(text.as_bytes())[..8])
}

/// The published SDL of the catalog, as in `schema/published.graphql`.
pub fn published_sdl(catalog: &Catalog) -> Result<String, async_graphql::dynamic::SchemaError> {
    Ok(schema::sdl(&schema::build(catalog, &limits::Limits::default())?))
}
