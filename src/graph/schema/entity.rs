//! Object types of an entity: itself, its connection, its edge.

use async_graphql::dynamic::{Field, InputValue, Object, TypeRef};

use super::cost;
use super::pick::{leaf, nodes, object as pick_object};
use super::scalar::{name, reference};
use super::{measure, names, words};
use crate::catalog::{Access, Catalog, Entity, Link, LinkKind, Personal, Role};
use crate::graph::limits;

pub(super) const ID: &str = "Id: the type and 26 characters, for ever (mã định danh).";

/// The entity's own type.
pub(super) fn object(catalog: &Catalog, entity: &Entity) -> Object {
    let mut object = Object::new(&entity.name)
        .description(for_whom(&entity.description, &entity.access))
        .implement("Node");
    object = object.field(leaf("id", TypeRef::named_nn(TypeRef::ID)).description(ID));
    for column in entity.columns.values() {
        let ty = reference(column.told_as.unwrap_or(name(&column.ty)), column.nullable);
        let mut description = column.description.clone();
        match column.personal {
            Some(Personal::Hidden) => description.push_str(PERSONAL_HIDDEN),
            Some(Personal::Masked(_)) => description.push_str(PERSONAL_MASKED),
            None => {}
        }
        // What the type says counts for its fields; what differs is told.
        if column.access.role != entity.access.role || column.access.scope != entity.access.scope {
            description = for_whom(&description, &column.access);
        }
        let field = leaf(&column.name, ty).description(description);
        object = object.field(match &column.deprecated {
            Some(reason) => field.deprecation(Some(reason)),
            None => field,
        });
    }
    for link in entity.links.values() {
        object = object.field(link_field(catalog, link));
    }
    object
}

/// A description, and who may see what it describes where that is not everybody.
pub(super) fn for_whom(description: &str, access: &Access) -> String {
    if access.role == Role::Public && access.scope.is_none() {
        return description.to_owned();
    }
    let role = access.role.name();
    let (en, vi) = match access.scope {
        Some(scope) => (format!(" with the scope {}", scope.name()), format!(", quyền {}", scope.name())),
        None => Default::default(),
    };
    format!("{description} For the role {role} and above{en} (vai trò từ {role}{vi}).")
}

const PERSONAL_HIDDEN: &str = " Personal data: null for those who may not see it.";
const PERSONAL_MASKED: &str = " Personal data in it is shortened or left out for those who may not see it.";

fn link_field(catalog: &Catalog, link: &Link) -> Field {
    let field = match &link.kind {
        LinkKind::ToOne { nullable, .. } => pick_object(&link.name, reference(&link.target, *nullable)),
        LinkKind::ToMany { list: true, .. } => nodes(&link.name, TypeRef::named_nn_list(&link.target)),
        LinkKind::ToMany { .. } => {
            let target = &catalog.entities[&link.target];
            page_arguments(connection_field(&link.name, target), target, limits::NESTED_PAGE)
        }
    };
    field.description(&link.description)
}

/// A field that gives a connection. Nullable: when it fails, the rest of the answer stands.
pub(super) fn connection_field(name: &str, target: &Entity) -> Field {
    pick_object(name, TypeRef::named(format!("{}Connection", target.name)))
}

/// `first`, `after`, `last`, `before`, `where`.
pub(super) fn page_arguments(field: Field, target: &Entity, page: limits::PageLimit) -> Field {
    let first = format!(
        "How many from the beginning; {} when neither first nor last is given, {} at most (số lượng).",
        page.default, page.most
    );
    let last = format!("How many from the end, {} at most (số lượng tính từ cuối).", page.most);
    field
        .directive(cost::page(page.default))
        .argument(InputValue::new("first", TypeRef::named(TypeRef::INT)).description(first))
        .argument(
            InputValue::new("after", TypeRef::named(TypeRef::STRING))
                .description("Cursor to begin behind (sau con trỏ)."),
        )
        .argument(InputValue::new("last", TypeRef::named(TypeRef::INT)).description(last))
        .argument(
            InputValue::new("before", TypeRef::named(TypeRef::STRING))
                .description("Cursor to end before (trước con trỏ)."),
        )
        .argument(
            InputValue::new(words::WHERE, TypeRef::named(names::conditions(target)))
                .description("Conditions, all of which must hold (điều kiện lọc)."),
        )
        .argument(InputValue::new(words::ORDER_BY, TypeRef::named_nn_list(names::order(target))).description(
            format!("Order, {} terms at most; the id breaks ties (thứ tự).", limits::ORDER_TERMS),
        ))
}

/// The connection type (Relay Cursor Connections).
pub(super) fn connection(entity: &Entity) -> Object {
    let object = Object::new(format!("{}Connection", entity.name))
        .description(format!("A page of {} (trang kết quả).", entity.plural))
        .field(
            nodes("edges", TypeRef::named_nn_list_nn(format!("{}Edge", entity.name)))
                .description("The page's members with their cursors (các phần tử kèm con trỏ)."),
        )
        .field(
            nodes("nodes", TypeRef::named_nn_list_nn(&entity.name))
                .description("The page's members (các phần tử)."),
        )
        .field(
            pick_object("pageInfo", TypeRef::named_nn(PAGE_INFO))
                .description("Where the page stands (thông tin trang)."),
        )
        .field(leaf("totalCount", TypeRef::named_nn(TypeRef::INT)).description(
            "How many there are in all under the conditions; counted only when asked (tổng số).",
        ));
    measure::on_connection(object, entity)
}

/// The edge type.
pub(super) fn edge(entity: &Entity) -> Object {
    Object::new(format!("{}Edge", entity.name))
        .description(format!("A {} in a page (phần tử của trang).", entity.singular))
        .field(pick_object("node", TypeRef::named_nn(&entity.name)).description("The member (phần tử)."))
        .field(
            leaf("cursor", TypeRef::named_nn(TypeRef::STRING))
                .description("Cursor of the member, good for this order only (con trỏ)."),
        )
}

/// Name of Relay's page information.
pub(super) const PAGE_INFO: &str = "PageInfo";

/// Relay's page information.
pub(super) fn page_info() -> Object {
    let boolean = || TypeRef::named_nn(TypeRef::BOOLEAN);
    let string = || TypeRef::named(TypeRef::STRING);
    Object::new(PAGE_INFO)
        .description("Where a page stands in its list (thông tin trang).")
        .field(leaf("hasNextPage", boolean()).description("More behind it (còn trang sau)."))
        .field(leaf("hasPreviousPage", boolean()).description("More before it (còn trang trước)."))
        .field(leaf("startCursor", string()).description("Cursor of the first member (con trỏ đầu)."))
        .field(leaf("endCursor", string()).description("Cursor of the last member (con trỏ cuối)."))
}
