//! Source records → entities: whose word counts, provenance, doubtful pairs, apply. Entity tables are a pure
//! function of the source records; nothing here reads what it wrote before, save to write the difference.

mod apply;
mod compute;
mod differ;
mod dirty;
mod document_source;
mod documents;
mod doubts;
mod field;
mod former;
mod links;
mod load;
mod log;
mod masks;
#[cfg(test)]
#[path = "mended/tests.rs"]
mod mended_tests;
#[cfg(test)]
#[path = "mention/tests.rs"]
mod mention_tests;
mod newest;
mod pin;
mod reach;
#[cfg(test)]
#[path = "reach/tests.rs"]
mod reach_tests;
mod rebuild;
mod survive;
mod sync;
mod table;
mod taken_back;
#[cfg(test)]
mod tests;
mod withdrawn;
mod write;

pub use apply::{Applied, Change, apply, apply_in, count, lock};
pub use documents::publish_documents;
pub use log::Cause;
pub use masks::publish_masks;
pub use rebuild::{Rebuilt, rebuild};
pub use survive::Incomplete;
pub use sync::{Counts, quoted};
pub use withdrawn::{Gone, Withdrawn};
