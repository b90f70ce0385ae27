//! `@verifiable`: by which numbers and codes things of a type can be verified, checked against the other types.

use super::directive::Uses;
use super::fault::{CatalogError, Place};
use super::model::{Catalog, Entity, LinkKind, Scalar};
use super::search::{Path, to_one};

/// Enum of what can be verified.
pub const VERIFIABLE_KIND: &str = "VerifiableKind";

/// How things of a type are verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifiable {
    /// Value of the enum of kinds.
    pub kind: String,
    /// Field of the code; none: by id alone.
    pub code: Option<String>,
    /// Fields and to-one links that make the code unique.
    pub within: Vec<String>,
    /// To-one link to what it is about.
    pub about: Option<String>,
    /// To-one links to whose it is.
    pub whose: Option<Path>,
    /// A text or to-one link: who issued it.
    pub issuer: Option<String>,
    /// Links to many whose validity counts.
    pub by: Option<String>,
    /// Field with the day it was taken back.
    pub revoked: Option<String>,
    /// Field and values that suspend it.
    pub paused: Option<(String, Vec<String>)>,
    /// Values of its status that say that its time is over, and not that it was taken back.
    pub ended: Vec<String>,
}

impl Verifiable {
    /// What the directives say.
    pub(super) fn read(uses: &Uses<'_>) -> Result<Vec<Self>, CatalogError> {
        let mut all = Vec::new();
        for used in uses.all("verifiable") {
            let paused = used.texts("paused")?;
            all.push(Self {
                kind: used.text("kind")?.unwrap_or_default(),
                code: used.text("code")?,
                within: used.texts("within")?,
                about: used.text("about")?,
                whose: used.text("whose")?.map(|path| Path::new(&path)),
                issuer: used.text("issuer")?,
                by: used.text("by")?,
                revoked: used.text("revoked")?,
                paused: used.text("status")?.map(|field| (field, paused)),
                ended: used.texts("ended")?,
            });
        }
        Ok(all)
    }

    /// Everything that verifying goes by or tells.
    pub(super) fn paths(&self) -> impl Iterator<Item = Path> {
        let paused = self.paused.as_ref().map(|(field, _)| field);
        let names = self.code.iter().chain(&self.within).chain(&self.about).chain(&self.issuer);
        let names = names.chain(&self.by).chain(&self.revoked).chain(paused);
        names.map(|name| Path::new(name)).chain(self.whose.clone())
    }

    /// Every name leads somewhere.
    pub(super) fn check(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        place: &Place,
    ) -> Result<(), CatalogError> {
        let fault = |what: &str, expected: &str| Err(place.error(format!("@verifiable: {what:?}"), expected));
        let kinds = catalog.enums.get(VERIFIABLE_KIND);
        if kinds.is_none_or(|kinds| !kinds.values.contains_key(&self.kind)) {
            return fault(&self.kind, "a value of VerifiableKind");
        }
        let is =
            |field: &String, ty: &Scalar| entity.columns.get(field).is_some_and(|column| column.ty == *ty);
        let leads = |field: &String| entity.links.get(field).is_some_and(|link| to_one(link).is_some());
        if let Some(odd) = self.code.iter().find(|field| !is(field, &Scalar::String)) {
            return fault(odd, "a text for the code");
        }
        if let Some(odd) = self.revoked.iter().find(|field| !is(field, &Scalar::Date)) {
            return fault(odd, "a day on which it was taken back");
        }
        if let Some(odd) = self.within.iter().find(|f| !leads(f) && !entity.columns.contains_key(*f)) {
            return fault(odd, "a field or a to-one link");
        }
        if let Some(odd) = self.about.iter().find(|field| !leads(field)) {
            return fault(odd, "a to-one link");
        }
        if let Some(odd) = self.issuer.iter().find(|f| !leads(f) && !is(f, &Scalar::String)) {
            return fault(odd, "a text or a to-one link");
        }
        if let Some((odd, _)) = self.paused.iter().find(|(field, _)| !entity.columns.contains_key(field)) {
            return fault(odd, "a field");
        }
        if let Some(path) = &self.whose {
            let end = path.links(catalog, entity).and_then(|(owner, _)| owner.links.get(path.last()));
            if end.is_none_or(|link| to_one(link).is_none()) {
                return fault(&path.0.join("."), "to-one links alone");
            }
        }
        if let Some(by) = &self.by {
            let many = entity.links.get(by).filter(|link| matches!(link.kind, LinkKind::ToMany { .. }));
            let target = many.and_then(|link| catalog.entities.get(&link.target));
            if target.is_none_or(|target| target.validity.is_none()) {
                return fault(by, "links to many things with @validity");
            }
        }
        Ok(())
    }
}
