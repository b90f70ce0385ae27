//! Which records speak of the same thing: names taken apart, evidence compared, records grouped. Pure: no
//! I/O, no clock, no chance; nothing here knows an entity type by name, all goes by the catalog's roles.

mod ask;
mod block;
mod cluster;
mod compare;
mod explain;
mod facts;
pub mod fold;
mod goods;
mod group;
mod key;
mod likeness;
mod locale;
pub mod measure;
pub mod name;
mod node;
mod owner;
mod resolve;
#[cfg(test)]
mod resolve_tests;
mod rivals;
#[cfg(test)]
mod rivals_tests;
mod roles;
mod shared;
mod slip;
#[cfg(test)]
mod tests;
mod token;
mod verdict;
mod vocabulary;
mod weights;

pub use block::limit as block_limit;
pub use cluster::{Clusters, DoubtfulPair, History, Judgements, Matter, Nodes, Past, Placed, cluster};
pub use explain::{Explainer, Why, may_be_personal};
pub use node::target;
pub use roles::{Roles, in_order};
pub use shared::Void;

/// Kinds of evidence that speak for a pair, by the codes of its reasons.
pub fn kinds_of_evidence(codes: &[&str]) -> Vec<&'static str> {
    weights::MODEL.kinds_for(codes)
}

/// Version of the weights by which pairs are judged.
pub fn model_version() -> u32 {
    weights::MODEL.version
}

/// Whether a type is grouped by a key, however many have it.
pub fn has_key(entity: &crate::catalog::Entity) -> bool {
    !roles::Roles::of(entity).keys.is_empty()
}

/// How names of a type are built.
pub fn style_of(entity: &crate::catalog::Entity) -> name::Style {
    roles::Roles::of(entity).style()
}

/// Whether two names are spellings of one.
pub fn names_agree(style: name::Style, a: &str, b: &str) -> bool {
    let (a, b) = (name::parse(a, style), name::parse(b, style));
    let near = |x: &name::Name, y: &name::Name| {
        matches!(likeness::likeness(x, y), likeness::Likeness::Exact | likeness::Likeness::Bare(_))
            && x.numerals == y.numerals
    };
    a.iter().any(|x| b.iter().any(|y| near(x, y)))
}
