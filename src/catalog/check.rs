//! The files against each other: types named exist, columns behind links exist, root fields are unique;
//! and what every merged type is given (`origins`, `conflicts`, `history`).

use std::collections::HashMap;

use super::access::Access;
use super::fault::{CatalogError, Place};
use super::model::*;
use super::read::{Draft, JOURNALS};

/// The checked catalog.
pub(super) fn complete(draft: Draft) -> Result<Catalog, CatalogError> {
    let Draft { mut catalog, places } = draft;
    let mut roots: HashMap<String, String> = HashMap::new();
    for entity in catalog.entities.values() {
        let place = places.get(&entity.name).cloned().unwrap_or_default();
        check_entity(&catalog, entity, &place)?;
        check_roots(entity, &place, &mut roots)?;
        if let Some(search) = &entity.search {
            search.check(&catalog, entity, &place)?;
        }
        for verifiable in &entity.verifiable {
            verifiable.check(&catalog, entity, &place)?;
        }
        for column in entity.columns.values() {
            let place = field_place(&places, entity, &column.name);
            check_column(&catalog, column, &place)?;
            check_authority(&catalog, entity, column.authority.as_ref(), &place)?;
        }
        for link in entity.links.values() {
            let place = field_place(&places, entity, &link.name);
            check_link(&catalog, link, &place)?;
            check_authority(&catalog, entity, link.authority.as_ref(), &place)?;
        }
        super::access::check(&catalog, entity, &place)?;
    }
    add_journals(&mut catalog);
    super::search::add_types(&mut catalog);
    Ok(catalog)
}

fn field_place(places: &HashMap<String, Place>, entity: &Entity, field: &str) -> Place {
    places.get(&format!("{}.{field}", entity.name)).cloned().unwrap_or_default()
}

fn check_entity(catalog: &Catalog, entity: &Entity, place: &Place) -> Result<(), CatalogError> {
    if !is_snake_case(&entity.table) {
        return Err(place.error(format!("table {:?}", entity.table), "a table name in snake_case"));
    }
    if let Some(kinds) = catalog.enums.get("OfficeKind") {
        for office in &entity.authority {
            if !kinds.values.contains_key(office) {
                return Err(place.error(format!("authority {office}"), list(kinds.values.keys())));
            }
        }
    }
    if let Some(odd) = entity.order.iter().find(|o| !entity.columns.contains_key(&o.field)) {
        return Err(place.error(format!("@entity(order: {:?})", odd.field), list(entity.columns.keys())));
    }
    if let Some(odd) = entity.keys.iter().find(|k| !entity.columns.contains_key(&k.field)) {
        return Err(place.error(format!("@entity(keys: {:?})", odd.field), list(entity.columns.keys())));
    }
    let validity = entity.validity.iter().flat_map(Validity::fields);
    if let Some(odd) = validity.into_iter().find(|f| !entity.columns.contains_key(*f)) {
        return Err(place.error(format!("@validity of {odd:?}"), list(entity.columns.keys())));
    }
    for view in &entity.roots {
        let Some(column) = entity.columns.get(&view.filter) else {
            return Err(place.error(format!("@root(where: {:?})", view.filter), list(entity.columns.keys())));
        };
        if let Scalar::Enum(name) = &column.ty
            && let Some(ty) = catalog.enums.get(name)
            && let Some(odd) = view.values.iter().find(|v| !ty.values.contains_key(*v))
        {
            return Err(place.error(format!("@root(in: {odd})"), list(ty.values.keys())));
        }
    }
    Ok(())
}

fn check_roots(
    entity: &Entity,
    place: &Place,
    roots: &mut HashMap<String, String>,
) -> Result<(), CatalogError> {
    let views = entity.roots.iter().map(|v| &v.field);
    for field in [&entity.singular, &entity.plural].into_iter().chain(views) {
        if let Some(other) = roots.insert(field.clone(), entity.name.clone()) {
            return Err(place.error(
                format!("root field {field} of {} and of {other}", entity.name),
                "names that differ: @entity(plural: …)",
            ));
        }
    }
    Ok(())
}

/// Offices are known, and so are the field and the values that a rule of authority goes by.
fn check_authority(
    catalog: &Catalog,
    entity: &Entity,
    authority: Option<&Authority>,
    place: &Place,
) -> Result<(), CatalogError> {
    let Some(authority) = authority else { return Ok(()) };
    let offices = authority.offices.iter().chain(authority.when.iter().flat_map(|case| &case.offices));
    if let Some(kinds) = catalog.enums.get("OfficeKind") {
        for office in offices {
            if !kinds.values.contains_key(office) {
                return Err(place.error(format!("authority {office}"), list(kinds.values.keys())));
            }
        }
    }
    if let Some(field) = authority.follows.as_ref().filter(|field| !has_field(entity, field)) {
        let known = entity.columns.keys().chain(entity.links.keys());
        return Err(place.error(format!("@authority(follows: {field:?})"), list(known)));
    }
    for case in &authority.when {
        let Some(column) = entity.columns.get(&case.field) else {
            return Err(
                place.error(format!("@authority(where: {:?})", case.field), list(entity.columns.keys()))
            );
        };
        if let Scalar::Enum(name) = &column.ty
            && let Some(ty) = catalog.enums.get(name)
            && let Some(odd) = case.values.iter().find(|v| !ty.values.contains_key(*v))
        {
            return Err(place.error(format!("@authority(in: {odd})"), list(ty.values.keys())));
        }
    }
    Ok(())
}

fn has_field(entity: &Entity, name: &str) -> bool {
    entity.columns.contains_key(name) || entity.links.contains_key(name)
}

fn check_column(catalog: &Catalog, column: &Column, place: &Place) -> Result<(), CatalogError> {
    if let Scalar::Enum(name) = &column.ty
        && !catalog.enums.contains_key(name)
    {
        let what =
            if catalog.entities.contains_key(name) { "an entity type without @link" } else { "unknown" };
        return Err(place.error(
            format!("{}: {name} is {what}", column.name),
            format!(
                "String, Int, Float, Boolean, Date, DateTime, Decimal, JSON, {}",
                list(catalog.enums.keys())
            ),
        ));
    }
    Ok(())
}

fn check_link(catalog: &Catalog, link: &Link, place: &Place) -> Result<(), CatalogError> {
    let Some(target) = catalog.entities.get(&link.target) else {
        return Err(place
            .error(format!("{}: unknown type {}", link.name, link.target), list(catalog.entities.keys())));
    };
    match &link.kind {
        LinkKind::ToOne { column, .. } => {
            if !is_snake_case(column) {
                return Err(place.error(format!("@link(by: {column:?})"), "a column name in snake_case"));
            }
        }
        LinkKind::ToMany { column, order, .. } => {
            let back: Vec<_> = target.links.values().filter_map(to_one_column).collect();
            if !back.contains(&column.as_str()) {
                return Err(place.error(
                    format!("@link(by: {column:?}), which is no link of {}", target.name),
                    format!("one of {}", back.join(", ")),
                ));
            }
            if let Some(odd) = order.iter().find(|o| !target.columns.contains_key(&o.field)) {
                return Err(place.error(
                    format!("order by {} of {}", odd.field, target.name),
                    list(target.columns.keys()),
                ));
            }
        }
    }
    Ok(())
}

fn to_one_column(link: &Link) -> Option<&str> {
    match &link.kind {
        LinkKind::ToOne { column, .. } => Some(column),
        LinkKind::ToMany { .. } => None,
    }
}

/// What every merged type is given: where its values come from, what contradicts them, what they were.
const ADDED: [(&str, &str, &str, bool, bool, &str); 3] = [
    (
        JOURNALS[0],
        "Origin",
        "field",
        false,
        true,
        "Who says so: every office's word for every field (nguồn của từng giá trị).",
    ),
    (
        JOURNALS[1],
        "Conflict",
        "field",
        false,
        true,
        "Offices' words that differ from those that stand (mâu thuẫn giữa các nguồn).",
    ),
    (
        JOURNALS[2],
        "Change",
        "changedAt",
        true,
        false,
        "What the hub held, when, and from which import, the latest first (lịch sử thay đổi).",
    ),
];

fn add_journals(catalog: &mut Catalog) {
    for (name, target, field, descending, list, description) in ADDED {
        if !catalog.entities.contains_key(target) {
            continue;
        }
        for entity in catalog.entities.values_mut().filter(|e| e.is_merged()) {
            let order = vec![OrderBy { field: field.to_owned(), descending }];
            let link = Link {
                name: name.to_owned(),
                target: target.to_owned(),
                kind: LinkKind::ToMany { column: "entity_id".to_owned(), order, list },
                description: description.to_owned(),
                matching: None,
                authority: None,
                place: None,
                access: Access::ADDED,
            };
            entity.links.insert(link.name.clone(), link);
        }
    }
}

fn is_snake_case(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::{Source, load, load_embedded};

    #[test]
    fn reads_the_files_of_this_project() {
        let catalog = load_embedded().expect("the project's own schema");
        assert!(catalog.entities["Product"].links.contains_key("origins"));
        assert_eq!(catalog.entities["AdminUnit"].plural, "adminUnits");
    }

    /// Each file of tests/cases/catalog begins with the message it must give, as a comment.
    #[test]
    fn tells_where_a_mistake_is_and_what_was_expected() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/catalog");
        let directives = super::super::source::directives();
        let mut cases = 0;
        for entry in std::fs::read_dir(dir).expect("cases") {
            let path = entry.expect("a case").path();
            let text = std::fs::read_to_string(&path).expect("a file");
            let wanted = text.lines().next().expect("a first line").trim_start_matches("# ").to_owned();
            let source = Source { path: "case.graphql".to_owned(), text };
            let error = load(&directives, &[source]).expect_err("a mistake");
            assert_eq!(error.to_string(), wanted, "{}", path.display());
            cases += 1;
        }
        assert!(cases >= 8, "{cases} cases");
    }
}
