//! Catalog → GraphQL schema; operation → plan → answer; guards and hand-bound operations. Nothing here
//! writes SQL, and nothing here knows HTTP.

mod answer;
mod engine;

pub use answer::{Answer, Outcome, Refusal, Request, Stats};
pub use engine::Engine;

use crate::catalog::Catalog;

/// The published SDL of the catalog, as in `schema/published.graphql`.
pub fn published_sdl(_catalog: &Catalog) -> String {
    String::new()
}
