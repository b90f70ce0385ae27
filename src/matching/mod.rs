//! Which records speak of the same thing: names taken apart, evidence compared, records grouped. Pure: no
//! I/O, no clock, no chance; nothing here knows an entity type by name, all goes by the catalog's roles.

mod block;
mod cluster;
pub mod fold;
mod goods;
mod group;
mod key;
mod likeness;
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
pub use node::target;
pub use roles::in_order;
