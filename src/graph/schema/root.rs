//! The query type: for each entity one field for one and one for many, the parts that have a field of
//! their own, and Relay's `node` and `nodes`.

use async_graphql::dynamic::{Field, InputValue, Object, TypeRef};

use super::entity::{ID, connection_field, page_arguments};
use super::operation;
use super::pick::{node, nodes_list, object};
use super::words;
use crate::catalog::{Catalog, Entity, OrderBy};
use crate::graph::limits;

pub(super) fn query(catalog: &Catalog, most: &limits::Limits) -> Object {
    let mut query = Object::new("Query")
        .description(format!(
            "Everything that can be asked (các truy vấn). What goes over a limit is refused with a code:\n\n{}",
            limits::told(most)
        ))
        .field(
            id_argument(node("node", TypeRef::named("Node")))
                .description("The object with this id, null when there is none (đối tượng theo mã)."),
        )
        .field(
            nodes_list("nodes", TypeRef::named_list_nn("Node"))
                .argument(
                    InputValue::new("ids", TypeRef::named_nn_list_nn(TypeRef::ID)).description(format!(
                        "Ids, {} at most (các mã).",
                        limits::NODES
                    )),
                )
                .description("The objects with these ids, in their order, null where there is none (các đối tượng theo mã)."),
        );
    for entity in catalog.entities.values() {
        query = query.field(one(entity));
        query = query.field(
            as_of(page_arguments(connection_field(&entity.plural, entity), entity, limits::ROOT_PAGE))
                .description(format!("All {}, {} (danh sách).", entity.plural, order(entity))),
        );
        for view in &entity.roots {
            let what = format!(
                "{} whose {} is {} (danh sách).",
                entity.plural,
                view.filter,
                view.values.join(" or ")
            );
            query = query.field(
                as_of(page_arguments(connection_field(&view.field, entity), entity, limits::ROOT_PAGE))
                    .description(what),
            );
        }
    }
    let operations = &catalog.operations;
    operations
        .queries
        .iter()
        .fold(query, |query, (name, one)| query.field(operation::field(catalog, name, one)))
}

/// The order of a root list, in words.
fn order(entity: &Entity) -> String {
    let term = |o: &OrderBy| format!("{}{}", o.field, if o.descending { " descending" } else { "" });
    let terms: Vec<String> = entity.order.iter().map(term).chain(["id".to_owned()]).collect();
    format!("by {}", terms.join(", "))
}

/// One entity, by its id or one of its natural keys.
fn one(entity: &Entity) -> Field {
    let field = object(&entity.singular, TypeRef::named(&entity.name));
    if entity.keys.is_empty() {
        return as_of(id_argument(field)).description(format!(
            "The {} with this id, null when there is none (theo mã).",
            entity.singular
        ));
    }
    let mut field = field.argument(InputValue::new("id", TypeRef::named(TypeRef::ID)).description(ID));
    for key in &entity.keys {
        let description = &entity.columns[&key.field].description;
        let key = InputValue::new(&key.field, TypeRef::named(TypeRef::STRING));
        field = field.argument(key.description(description));
    }
    if entity.keys.iter().any(|key| key.dated) {
        let on = InputValue::new("on", TypeRef::named("Date"));
        field = field.argument(on.description("Day that the code is of; today without it (vào ngày)."));
    }
    let keys: Vec<&str> = entity.keys.iter().map(|key| key.field.as_str()).collect();
    as_of(field).description(format!(
        "The {} with this id or {}, of which exactly one is given; null when there is none (theo mã).",
        entity.singular,
        keys.join(" or ")
    ))
}

/// The day that a whole query is as of.
fn as_of(field: Field) -> Field {
    field.argument(InputValue::new(words::AS_OF, TypeRef::named("Date")).description(
        "As of this day: of what has a validity, lists within show what was in force then, and values are those of \
         then (tại ngày).",
    ))
}

fn id_argument(field: Field) -> Field {
    field.argument(InputValue::new("id", TypeRef::named_nn(TypeRef::ID)).description(ID))
}
