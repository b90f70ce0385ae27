//! The operations bound by hand: their fields, inputs and results, as `schema/operations.graphql` has them.

use async_graphql::dynamic::{Field, InputObject, InputValue, Object, TypeRef};

use super::cost;
use super::entity::for_whom;
use super::pick::{leaf, node, nodes, nodes_list, object};
use crate::catalog::{Catalog, InputType, NODE, Operation, ResultType, Shape, Taken};

/// The mutation type.
pub(super) fn mutation(catalog: &Catalog) -> Object {
    let operations = &catalog.operations;
    let mutation = Object::new("Mutation").description(&operations.mutation_description);
    operations
        .mutations
        .iter()
        .fold(mutation, |mutation, (name, one)| mutation.field(field(catalog, name, one)))
}

/// A field of the query or mutation type.
pub(super) fn field(catalog: &Catalog, name: &str, operation: &Operation) -> Field {
    let field = picked(catalog, name, &operation.output)
        .description(for_whom(&operation.description, &operation.access));
    let field = match &operation.deprecated {
        Some(reason) => field.deprecation(Some(reason)),
        None => field,
    };
    let field = cost::declared(&operation.cost).into_iter().fold(field, Field::directive);
    operation.arguments.iter().fold(field, |field, taken| field.argument(input_value(taken)))
}

/// A type that operations answer with.
pub(super) fn result(catalog: &Catalog, name: &str, result: &ResultType) -> Object {
    let object = Object::new(name).description(&result.description);
    let object = cost::declared(&result.cost).into_iter().fold(object, Object::directive);
    result.fields.iter().fold(object, |object, (name, field)| {
        let description = for_whom(&field.description, &field.access);
        let picked = picked(catalog, name, &field.shape).description(description);
        let picked = cost::declared(&field.cost).into_iter().fold(picked, Field::directive);
        object.field(field.arguments.iter().fold(picked, |field, taken| field.argument(input_value(taken))))
    })
}

/// A type that operations take.
pub(super) fn input(name: &str, input: &InputType) -> InputObject {
    let object = InputObject::new(name).description(&input.description);
    let object = if input.one_of { object.oneof() } else { object };
    input.fields.iter().fold(object, |object, taken| object.field(input_value(taken)))
}

fn input_value(taken: &Taken) -> InputValue {
    let value = InputValue::new(&taken.name, reference(&taken.shape)).description(&taken.description);
    let value = match &taken.deprecated {
        Some(reason) => value.deprecation(Some(reason)),
        None => value,
    };
    match &taken.default {
        Some(default) => value.default_value(default.clone()),
        None => value,
    }
}

fn picked(catalog: &Catalog, name: &str, shape: &Shape) -> Field {
    let is_object =
        catalog.operations.results.contains_key(&shape.name) || catalog.entities.contains_key(&shape.name);
    if shape.name == NODE {
        return if shape.list.is_some() {
            nodes_list(name, reference(shape))
        } else {
            node(name, reference(shape))
        };
    }
    match (is_object, shape.list) {
        (true, None) => object(name, reference(shape)),
        (true, Some(_)) => nodes(name, reference(shape)),
        (false, _) => leaf(name, reference(shape)),
    }
}

fn reference(shape: &Shape) -> TypeRef {
    let name = || shape.name.clone();
    match (shape.list, shape.nullable) {
        (None, true) => TypeRef::named(name()),
        (None, false) => TypeRef::named_nn(name()),
        (Some(true), true) => TypeRef::named_list(name()),
        (Some(false), true) => TypeRef::named_nn_list(name()),
        (Some(true), false) => TypeRef::named_list_nn(name()),
        (Some(false), false) => TypeRef::named_nn_list_nn(name()),
    }
}
