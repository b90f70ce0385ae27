//! Input types of orders.

use async_graphql::dynamic::{Enum, EnumItem, InputObject, InputValue, TypeRef};

use super::{names, words};
use crate::catalog::{Catalog, Entity, LinkKind};

/// A term of an order: a field, a field of what a link leads to, or how much a link leads to.
pub(super) fn order_input(catalog: &Catalog, entity: &Entity) -> InputObject {
    let direction = || TypeRef::named(names::DIRECTION);
    let mut input = InputObject::new(names::order(entity)).oneof().description(format!(
        "A term of an order of {}: exactly one field. Texts go by the Vietnamese alphabet (thứ tự).",
        entity.plural
    ));
    input = input.field(InputValue::new("id", direction()).description("By id (theo mã)."));
    for column in entity.columns.values().filter(|c| c.is_comparable()) {
        input = input.field(InputValue::new(&column.name, direction()).description(&column.description));
    }
    for link in entity.links.values() {
        input = input.field(match link.kind {
            LinkKind::ToOne { .. } => {
                let target = &catalog.entities[&link.target];
                InputValue::new(&link.name, TypeRef::named(names::order(target)))
                    .description(&link.description)
            }
            LinkKind::ToMany { .. } => {
                InputValue::new(format!("{}{}", link.name, words::COUNT_OF), direction())
                    .description(format!("How many {} there are (số lượng).", link.name))
            }
        });
    }
    input
}

/// Directions.
pub(super) fn direction() -> Enum {
    let item = |name: &str, description: &str| EnumItem::new(name).description(description);
    Enum::new(names::DIRECTION)
        .description("Direction of an order; nulls come last unless said otherwise (chiều sắp xếp).")
        .item(item("ASC", "Least first, nulls last (tăng dần)."))
        .item(item("DESC", "Greatest first, nulls last (giảm dần)."))
        .item(item("ASC_NULLS_FIRST", "Nulls first, then least first (trống trước, tăng dần)."))
        .item(item("DESC_NULLS_FIRST", "Nulls first, then greatest first (trống trước, giảm dần)."))
}
