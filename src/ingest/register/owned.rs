//! Entity types that are told apart beside an owner alone, by the catalog: goods beside their maker.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, MatchRole};

/// How things of a type name their owner, and how they are called.
#[derive(Debug, Clone)]
pub struct OwnedType {
    /// The link to the owner.
    pub owner: String,
    /// Fields with names.
    pub names: Vec<String>,
}

/// Owned types by their names.
#[derive(Debug, Clone, Default)]
pub struct Owned(pub BTreeMap<String, OwnedType>);

impl Owned {
    /// Those of a catalog.
    pub fn of(catalog: &Catalog) -> Self {
        let types = catalog.entities.values().filter_map(|entity| {
            let owner = entity.links.values().find(|l| l.matching == Some(MatchRole::Scope))?;
            let names = entity.columns.values().filter(|c| c.matching == Some(MatchRole::Name));
            let names = names.map(|c| c.name.clone()).collect();
            Some((entity.name.clone(), OwnedType { owner: owner.name.clone(), names }))
        });
        Self(types.collect())
    }
}
