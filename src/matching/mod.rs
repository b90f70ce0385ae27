//! Which records speak of the same thing: names taken apart, evidence compared, records grouped. Pure: no
//! I/O, no clock, no chance; nothing here knows an entity type by name, all goes by the catalog's roles.

mod block;
mod cluster;
mod explain;
pub mod fold;
mod goods;
mod group;
mod key;
mod likeness;
pub mod measure;
pub mod name;
mod node;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod roles;
mod shared;
#[cfg(test)]
mod tests;
mod token;
mod verdict;
mod vocabulary;

pub use cluster::{Clusters, DoubtfulPair, FirstSeen, cluster};
pub use explain::{Explainer, Why, may_be_personal};
pub use node::target;
pub use roles::{Roles, in_order};
