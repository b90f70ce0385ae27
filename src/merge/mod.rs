//! Source records → entities: whose word counts, provenance, doubtful pairs, apply. Entity tables are a pure
//! function of the source records; nothing here reads what it wrote before, save to write the difference.

mod apply;
mod field;
mod load;
#[cfg(test)]
mod mention_tests;
mod rebuild;
mod survive;
mod sync;
mod table;
#[cfg(test)]
mod tests;

pub use apply::{Applied, apply, catch_up};
pub use rebuild::{Rebuilt, rebuild};
pub use survive::{Incomplete, Merged, MergedRow, Word, survive};
pub use sync::Counts;
