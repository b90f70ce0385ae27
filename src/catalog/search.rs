//! `@searchable`: by which fields an entity type is found, checked against the other types.

use super::directive::Uses;
use super::fault::{CatalogError, Place};
use super::model::{Catalog, Entity, EnumType, Link, LinkKind, Scalar};

/// Enum of the types that can be searched, made of the catalog.
pub const SEARCH_TYPE: &str = "SearchType";

/// By which fields an entity type is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searchable {
    /// What is shown and counts most.
    pub title: Path,
    /// What else it goes by.
    pub also: Vec<Path>,
    /// Names of what it belongs to.
    pub whose: Vec<Path>,
    /// Units it is in; the first that is there counts.
    pub place: Vec<Path>,
    /// What it is classified in.
    pub group: Option<Path>,
    /// Its stars.
    pub stars: Option<Path>,
}

/// A field, over to-one links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

impl Searchable {
    /// What the directive says; none where the type has none.
    pub(super) fn read(uses: &Uses<'_>) -> Result<Option<Self>, CatalogError> {
        let Some(used) = uses.get("searchable") else { return Ok(None) };
        let one = |name| Ok(used.text(name)?.map(|text| Path::new(&text)));
        let many = |name| Ok(used.texts(name)?.iter().map(|text| Path::new(text)).collect());
        Ok(Some(Self {
            title: one("title")?.unwrap_or_else(|| Path::new("")),
            also: many("also")?,
            whose: many("whose")?,
            place: many("place")?,
            group: one("group")?,
            stars: one("stars")?,
        }))
    }

    /// All paths, and whether each must end in a link.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&Path, bool)> {
        let fields = [&self.title].into_iter().chain(&self.also).chain(&self.whose).chain(&self.stars);
        let links = self.place.iter().chain(&self.group);
        fields.map(|path| (path, false)).chain(links.map(|path| (path, true)))
    }

    /// Every path leads somewhere.
    pub(super) fn check(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        place: &Place,
    ) -> Result<(), CatalogError> {
        for (path, link) in self.paths() {
            let end = path.links(catalog, entity).map(|(owner, _)| owner);
            let fits = end.is_some_and(|owner| match link {
                true if path.last() == "id" => true,
                true => owner.links.get(path.last()).is_some_and(|link| to_one(link).is_some()),
                false => owner.columns.get(path.last()).is_some_and(|column| column.ty != Scalar::Json),
            });
            if !fits {
                let expected = if link { "to-one links alone" } else { "to-one links and a field" };
                return Err(place.error(format!("@searchable: {:?}", path.0.join(".")), expected));
            }
        }
        Ok(())
    }
}

impl Path {
    pub(super) fn new(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    /// Its last step.
    pub fn last(&self) -> &str {
        self.0.last().map(String::as_str).unwrap_or_default()
    }

    /// The type its last step is of, and the links before that.
    pub fn links<'c>(&self, catalog: &'c Catalog, entity: &'c Entity) -> Option<(&'c Entity, Vec<&'c Link>)> {
        let mut owner = entity;
        let mut links = Vec::new();
        for step in self.0.iter().take(self.0.len().saturating_sub(1)) {
            let link = owner.links.get(step)?;
            to_one(link)?;
            owner = catalog.entities.get(&link.target)?;
            links.push(link);
        }
        Some((owner, links))
    }
}

/// The column of a to-one link.
pub fn to_one(link: &Link) -> Option<&str> {
    match &link.kind {
        LinkKind::ToOne { column, .. } => Some(column),
        LinkKind::ToMany { .. } => None,
    }
}

/// The enum of the types that can be searched.
pub(super) fn add_types(catalog: &mut Catalog) {
    let searchable = catalog.entities.values().filter(|entity| entity.search.is_some());
    let values = searchable.map(|entity| (entity.id_prefix.to_uppercase(), entity.description.clone()));
    let name = SEARCH_TYPE.to_owned();
    let description = "What can be searched (loại đối tượng tìm được).".to_owned();
    let found = EnumType { name: name.clone(), description, values: values.collect() };
    if !found.values.is_empty() {
        catalog.enums.insert(name, found);
    }
}
