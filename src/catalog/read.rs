//! One schema file → entity types and enums, not yet checked against each other.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    BaseType, DirectiveLocation, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};

use super::access::Access;
use super::directive::{Uses, Vocabulary, parse};
use super::fault::{CatalogError, Place};
use super::model::*;
use super::names::{lower_first, snake_case};
use super::source::Source;

/// Fields that every merged type is given.
pub(super) const JOURNALS: [&str; 3] = ["origins", "conflicts", "history"];

/// What has been read so far, with the places for messages.
#[derive(Default)]
pub(super) struct Draft {
    pub catalog: Catalog,
    /// `Type` and `Type.field` → where it stands.
    pub places: HashMap<String, Place>,
}

impl Draft {
    /// Reads one file.
    pub fn read(&mut self, source: &Source, vocabulary: &Vocabulary) -> Result<(), CatalogError> {
        for definition in parse(source)? {
            let TypeSystemDefinition::Type(ty) = definition else {
                return Err(Place { file: source.path.clone(), line: 1, column: 1 }
                    .error("a schema or directive definition", "types and enums only"));
            };
            let place = Place::new(&source.path, ty.node.name.pos);
            let name = ty.node.name.node.to_string();
            if let Some(earlier) = self.places.insert(name.clone(), place.clone()) {
                return Err(place.error(
                    format!("{name} a second time"),
                    format!("one definition; the first is in {}:{}", earlier.file, earlier.line),
                ));
            }
            match &ty.node.kind {
                TypeKind::Object(_) => self.read_entity(source, &ty.node, vocabulary)?,
                TypeKind::Enum(_) => self.read_enum(&ty.node, &place)?,
                _ => return Err(place.error(format!("{name} is neither type nor enum"), "type or enum")),
            }
        }
        Ok(())
    }

    fn read_enum(&mut self, ty: &TypeDefinition, place: &Place) -> Result<(), CatalogError> {
        let TypeKind::Enum(kind) = &ty.kind else { return Ok(()) };
        let name = ty.name.node.to_string();
        let mut values = indexmap::IndexMap::new();
        for value in &kind.values {
            let text = value.node.value.node.to_string();
            let place = Place { line: value.pos.line, column: value.pos.column, ..place.clone() };
            let description = describe(&value.node.description, &place, &text)?;
            values.insert(text, description);
        }
        let description = describe(&ty.description, place, &name)?;
        self.catalog.enums.insert(name.clone(), EnumType { name, description, values });
        Ok(())
    }

    fn read_entity(
        &mut self,
        source: &Source,
        ty: &TypeDefinition,
        vocabulary: &Vocabulary,
    ) -> Result<(), CatalogError> {
        let TypeKind::Object(object) = &ty.kind else { return Ok(()) };
        let name = ty.name.node.to_string();
        let place = Place::new(&source.path, ty.name.pos);
        let uses = vocabulary.uses(&source.path, DirectiveLocation::Object, &ty.directives)?;
        let mut entity = entity_head(&name, &place, &uses)?;
        entity.description = describe(&ty.description, &place, &name)?;
        for field in &object.fields {
            self.read_field(&mut entity, source, field, vocabulary)?;
        }
        self.catalog.entities.insert(name, entity);
        Ok(())
    }

    fn read_field(
        &mut self,
        entity: &mut Entity,
        source: &Source,
        field: &Positioned<FieldDefinition>,
        vocabulary: &Vocabulary,
    ) -> Result<(), CatalogError> {
        let name = field.node.name.node.to_string();
        let place = Place::new(&source.path, field.pos);
        let uses =
            vocabulary.uses(&source.path, DirectiveLocation::FieldDefinition, &field.node.directives)?;
        let description = describe(&field.node.description, &place, &name)?;
        let key = format!("{}.{name}", entity.name);
        if name == "id"
            || JOURNALS.contains(&name.as_str())
            || self.places.insert(key, place.clone()).is_some()
        {
            return Err(place.error(
                format!("field {name} a second time"),
                "one definition; id, origins, conflicts and history are added to every type",
            ));
        }
        if uses.get("link").is_some() {
            let link = link(&name, description, &field.node.ty.node, &uses, &place)?;
            entity.links.insert(name, link);
        } else {
            let column = column(&name, description, &field.node.ty.node, &uses, &place)?;
            entity.columns.insert(name, column);
        }
        Ok(())
    }
}

fn entity_head(name: &str, place: &Place, uses: &Uses<'_>) -> Result<Entity, CatalogError> {
    let Some(used) = uses.get("entity") else {
        return Err(place.error(format!("type {name} without @entity"), "@entity(table: …)"));
    };
    let singular = used.text("singular")?.unwrap_or_else(|| lower_first(name));
    let mut roots = Vec::new();
    for root in uses.all("root") {
        roots.push(RootView {
            field: root.text("field")?.unwrap_or_default(),
            filter: root.text("where")?.unwrap_or_default(),
            values: root.texts("in")?,
        });
    }
    Ok(Entity {
        name: name.to_owned(),
        plural: used.text("plural")?.unwrap_or_else(|| format!("{}s", lower_first(name))),
        id_prefix: snake_case(name),
        singular,
        description: String::new(),
        table: used.text("table")?.unwrap_or_default(),
        authority: used.texts("authority")?,
        columns: Default::default(),
        links: Default::default(),
        roots,
        order: used.texts("order")?.iter().map(|term| order_by(term)).collect(),
        keys: used.texts("keys")?.iter().map(|key| natural_key(key)).collect(),
        validity: validity(uses)?,
        search: super::Searchable::read(uses)?,
        verifiable: super::Verifiable::read(uses)?,
        access: access(uses)?,
    })
}

fn column(
    name: &str,
    description: String,
    ty: &Type,
    uses: &Uses<'_>,
    place: &Place,
) -> Result<Column, CatalogError> {
    let BaseType::Named(base) = &ty.base else {
        return Err(place.error(format!("{name}: {ty} without @link"), "a scalar or enum, or @link(by: …)"));
    };
    let personal = match uses.get("personal") {
        Some(used) => Some(used.text("mask")?.map_or(Personal::Hidden, Personal::Masked)),
        None => None,
    };
    if personal == Some(Personal::Hidden) && !ty.nullable {
        return Err(place.error(format!("{name}: {ty} @personal without mask"), "a nullable type or a mask"));
    }
    Ok(Column {
        name: name.to_owned(),
        column: snake_case(name),
        ty: scalar(base),
        told_as: told_as(base),
        nullable: ty.nullable,
        description,
        matching: role(uses)?,
        function: uses.get("sql").map(|u| u.text("function")).transpose()?.flatten(),
        function_on: uses.get("sql").map(|u| u.text("on")).transpose()?.flatten(),
        periods: uses.get("sql").map(|u| u.text("periods")).transpose()?.flatten(),
        personal,
        authority: authority(uses)?,
        deprecated: uses.get("deprecated").map(|u| u.text("reason")).transpose()?.flatten(),
        access: access(uses)?,
    })
}

fn link(
    name: &str,
    description: String,
    ty: &Type,
    uses: &Uses<'_>,
    place: &Place,
) -> Result<Link, CatalogError> {
    let Some(used) = uses.get("link") else { return Err(place.error(name, "@link")) };
    let by = used.text("by")?.unwrap_or_default();
    let (target, kind) = match &ty.base {
        BaseType::Named(target) => {
            (target.to_string(), LinkKind::ToOne { column: by, nullable: ty.nullable })
        }
        BaseType::List(inner) => {
            let BaseType::Named(target) = &inner.base else {
                return Err(place.error(format!("{name}: {ty}"), "a type or a list of a type"));
            };
            let order = used.texts("order")?.iter().map(|t| order_by(t)).collect();
            (target.to_string(), LinkKind::ToMany { column: by, order, list: used.flag("list") })
        }
    };
    Ok(Link {
        name: name.to_owned(),
        target,
        kind,
        description,
        matching: role(uses)?,
        authority: authority(uses)?,
        place: place_of(uses)?,
        access: access(uses)?,
    })
}

/// What carries no rule is for nobody.
fn access(uses: &Uses<'_>) -> Result<Access, CatalogError> {
    Ok(Access::read(uses.get("access"))?.unwrap_or(Access::NOBODY))
}

fn place_of(uses: &Uses<'_>) -> Result<Option<Era>, CatalogError> {
    let Some(used) = uses.get("place") else { return Ok(None) };
    match used.text("era")?.as_deref() {
        None | Some("ANY") => Ok(Some(Era::Any)),
        Some("THEN") => Ok(Some(Era::Then)),
        Some("NOW") => Ok(Some(Era::Now)),
        Some(other) => Err(used.place.error(other, "THEN, NOW or ANY")),
    }
}

fn validity(uses: &Uses<'_>) -> Result<Option<Validity>, CatalogError> {
    let Some(used) = uses.get("validity") else { return Ok(None) };
    let except = used.text("except")?;
    Ok(Some(Validity {
        from: used.texts("from")?,
        year: used.text("year")?,
        to: used.texts("to")?,
        last: used.texts("last")?,
        months: used.number("months")?,
        known: used.flag("known"),
        except: except.map(|field| Ok((field, used.texts("in")?))).transpose()?,
    }))
}

fn natural_key(key: &str) -> NaturalKey {
    NaturalKey { field: key.trim_end_matches('@').to_owned(), dated: key.ends_with('@') }
}

fn order_by(term: &str) -> OrderBy {
    let descending = term.starts_with('-');
    OrderBy { field: term.trim_start_matches('-').to_owned(), descending }
}

fn scalar(name: &str) -> Scalar {
    match name {
        "String" | "URL" => Scalar::String,
        "Int" => Scalar::Int,
        "Float" => Scalar::Float,
        "Boolean" => Scalar::Boolean,
        "Date" => Scalar::Date,
        "DateTime" => Scalar::DateTime,
        "Decimal" | "Money" => Scalar::Decimal,
        "JSON" => Scalar::Json,
        other => Scalar::Enum(other.to_owned()),
    }
}

/// Names under which a scalar is told that are no types of their own: conditions, orders and sums take them for what
/// they are.
fn told_as(name: &str) -> Option<&'static str> {
    ["Money", "URL"].into_iter().find(|told| *told == name)
}

fn role(uses: &Uses<'_>) -> Result<Option<MatchRole>, CatalogError> {
    let Some(used) = uses.get("match") else { return Ok(None) };
    match used.text("by")?.as_deref() {
        Some("IDENTIFIER") => Ok(Some(MatchRole::Identifier)),
        Some("NAME") => Ok(Some(MatchRole::Name)),
        Some("CONTACT") => Ok(Some(MatchRole::Contact)),
        Some("PLACE") => Ok(Some(MatchRole::Place)),
        Some("SCOPE") => Ok(Some(MatchRole::Scope)),
        Some("KEY") => Ok(Some(MatchRole::Key)),
        other => {
            let seen = other.unwrap_or("nothing").to_owned();
            Err(used.place.error(seen, "IDENTIFIER, NAME, CONTACT, PLACE, SCOPE or KEY"))
        }
    }
}

fn authority(uses: &Uses<'_>) -> Result<Option<Authority>, CatalogError> {
    let mut out = Authority::default();
    for used in uses.all("authority") {
        let offices = used.texts("offices")?;
        if let Some(field) = used.text("follows")? {
            out.follows = Some(field);
        }
        match used.text("where")? {
            Some(field) => out.when.push(AuthorityWhen { field, values: used.texts("in")?, offices }),
            None if !offices.is_empty() => out.offices = offices,
            None => {}
        }
    }
    Ok((out != Authority::default()).then_some(out))
}

pub(super) fn describe(
    description: &Option<Positioned<String>>,
    place: &Place,
    name: &str,
) -> Result<String, CatalogError> {
    match description {
        Some(text) if !text.node.trim().is_empty() => Ok(text.node.trim().to_owned()),
        _ => Err(place.error(
            format!("{name} without a description"),
            "a description in English with the Vietnamese term",
        )),
    }
}
