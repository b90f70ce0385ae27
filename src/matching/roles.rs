//! Which fields of an entity type count in matching, by the catalog; and the order in which types are
//! matched, so that what others refer to comes first.

use crate::catalog::{Catalog, Entity, LinkKind, MatchRole};

use super::name::Style;

/// Fields of one entity type by their role.
#[derive(Debug, Default)]
pub struct Roles<'a> {
    /// Names.
    pub names: Vec<&'a str>,
    /// Identifiers.
    pub identifiers: Vec<&'a str>,
    /// Phones and people.
    pub contacts: Vec<&'a str>,
    /// Links to places.
    pub places: Vec<&'a str>,
    /// Links to the parent within which things are compared.
    pub scopes: Vec<&'a str>,
    /// Parts of the key; true where it is a link.
    pub keys: Vec<(&'a str, bool)>,
}

impl<'a> Roles<'a> {
    /// Roles of an entity type.
    pub fn of(entity: &'a Entity) -> Self {
        let mut roles = Self::default();
        let columns = entity.columns.values().map(|c| (c.name.as_str(), c.matching, false));
        let links = entity.links.values().map(|l| (l.name.as_str(), l.matching, true));
        for (name, role, link) in columns.chain(links) {
            match role {
                Some(MatchRole::Name) => roles.names.push(name),
                Some(MatchRole::Contact) => roles.contacts.push(name),
                Some(MatchRole::Identifier) => roles.identifiers.push(name),
                Some(MatchRole::Place) => roles.places.push(name),
                Some(MatchRole::Scope) => roles.scopes.push(name),
                Some(MatchRole::Key) => roles.keys.push((name, link)),
                None => {}
            }
        }
        roles
    }

    /// All fields that count.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let plain = [&self.names, &self.identifiers, &self.contacts, &self.places, &self.scopes];
        let keys: Vec<&'a str> = self.keys.iter().map(|(name, _)| *name).collect();
        plain.into_iter().flatten().copied().collect::<Vec<_>>().into_iter().chain(keys)
    }

    /// How names of the type are built.
    pub fn style(&self) -> Style {
        match (self.scopes.is_empty(), self.places.is_empty()) {
            (false, _) => Style::Goods,
            (true, false) => Style::Placed,
            (true, true) => Style::Known,
        }
    }

    /// Whether records of the type are compared at all, or stand for themselves.
    pub fn compares(&self) -> bool {
        !self.names.is_empty() || !self.identifiers.is_empty()
    }
}

/// Merged entity types, each after those it links to.
pub fn in_order(catalog: &Catalog) -> Vec<&Entity> {
    let mut out: Vec<&Entity> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for entity in catalog.entities.values().filter(|e| e.is_merged()) {
        visit(catalog, entity, &mut open, &mut out);
    }
    out
}

fn visit<'a>(catalog: &'a Catalog, entity: &'a Entity, open: &mut Vec<&'a str>, out: &mut Vec<&'a Entity>) {
    if open.contains(&entity.name.as_str()) || out.iter().any(|e| e.name == entity.name) {
        return;
    }
    open.push(&entity.name);
    for link in entity.links.values().filter(|l| matches!(l.kind, LinkKind::ToOne { .. })) {
        if let Some(target) = catalog.entities.get(&link.target).filter(|t| t.is_merged()) {
            visit(catalog, target, open, out);
        }
    }
    open.pop();
    out.push(entity);
}
