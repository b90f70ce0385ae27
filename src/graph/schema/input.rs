//! Input types: what can be asked of a field, and of an entity.

use async_graphql::dynamic::{InputObject, InputValue, TypeRef};

use super::scalar::name;
use crate::catalog::{Catalog, Entity, EnumType, LinkKind, Scalar};

/// Name of the conditions on an entity.
pub(in crate::graph) fn where_name(entity: &Entity) -> String {
    format!("{}Where", entity.name)
}

/// Conditions on an entity: each filterable field, the to-one links and the id.
pub(super) fn where_input(_catalog: &Catalog, entity: &Entity) -> InputObject {
    let mut input = InputObject::new(where_name(entity))
        .description(format!("Conditions on {}, all of which must hold (điều kiện).", entity.plural))
        .field(condition("id", "IdFilter", "By id (theo mã)."));
    for column in entity.columns.values().filter(|c| c.filter) {
        let filter = format!("{}Filter", filter_stem(&column.ty));
        input = input.field(condition(&column.name, &filter, &column.description));
    }
    for link in entity.links.values() {
        if let LinkKind::ToOne { .. } = link.kind {
            input = input.field(condition(&link.name, "IdFilter", &link.description));
        }
    }
    input
}

fn condition(field: &str, filter: &str, description: &str) -> InputValue {
    InputValue::new(field, TypeRef::named(filter)).description(description)
}

fn filter_stem(ty: &Scalar) -> &str {
    match ty {
        Scalar::Enum(name) => name,
        Scalar::Json => TypeRef::STRING,
        other => name(other),
    }
}

/// Comparisons with an enum's values.
pub(super) fn enum_filter(ty: &EnumType) -> InputObject {
    filter(&ty.name, &ty.name)
}

/// Comparisons with scalars.
pub(super) fn scalar_filters() -> Vec<InputObject> {
    let mut filters = vec![filter("Id", TypeRef::ID)];
    for ty in [
        Scalar::String,
        Scalar::Int,
        Scalar::Float,
        Scalar::Boolean,
        Scalar::Date,
        Scalar::DateTime,
        Scalar::Decimal,
    ] {
        filters.push(filter(name(&ty), name(&ty)));
    }
    filters
}

fn filter(stem: &str, ty: &str) -> InputObject {
    InputObject::new(format!("{stem}Filter"))
        .description(format!("Comparisons with values of type {ty}, all of which must hold (so sánh)."))
        .field(InputValue::new("eq", TypeRef::named(ty)).description("Equal to it (bằng)."))
        .field(
            InputValue::new("in", TypeRef::named_nn_list(ty))
                .description("Equal to one of these; none for an empty list (thuộc danh sách)."),
        )
        .field(
            InputValue::new("isNull", TypeRef::named(TypeRef::BOOLEAN))
                .description("Null, or not null (có trống hay không)."),
        )
}
