//! Catalog → the published GraphQL schema (`async_graphql::dynamic`). Its resolvers only pick values out
//! of an answer the plan has already given ([`pick`]); what is published is what is compiled.

mod entity;
mod input;
mod operation;
mod pick;
mod root;
mod scalar;

use async_graphql::dynamic::{Enum, EnumItem, Interface, InterfaceField, Schema, TypeRef};
use async_graphql::{SDLExportOptions, ValidationMode};

use crate::catalog::{Catalog, EnumType};

pub(super) use input::where_name;
pub(super) use pick::{Picked, TYPE_KEY};

/// The dynamic schema of the catalog.
pub(super) fn build(catalog: &Catalog) -> Result<Schema, async_graphql::dynamic::SchemaError> {
    let mut builder = Schema::build("Query", mutation_name(catalog), None);
    for scalar in scalar::all() {
        builder = builder.register(scalar);
    }
    for ty in catalog.enums.values() {
        builder = builder.register(enumeration(ty)).register(input::enum_filter(ty));
    }
    for filter in input::scalar_filters() {
        builder = builder.register(filter);
    }
    builder = builder.register(node()).register(entity::page_info());
    for entity in catalog.entities.values() {
        builder = builder
            .register(entity::object(catalog, entity))
            .register(entity::connection(entity))
            .register(entity::edge(entity))
            .register(input::where_input(catalog, entity));
    }
    for (name, result) in &catalog.operations.results {
        builder = builder.register(operation::result(catalog, name, result));
    }
    for (name, input) in &catalog.operations.inputs {
        builder = builder.register(operation::input(name, input));
    }
    if mutation_name(catalog).is_some() {
        builder = builder.register(operation::mutation(catalog));
    }
    // Documents are validated before they come here; the strict rules differ from graphql-js.
    builder.register(root::query(catalog)).validation_mode(ValidationMode::Fast).finish()
}

fn mutation_name(catalog: &Catalog) -> Option<&'static str> {
    (!catalog.operations.mutations.is_empty()).then_some("Mutation")
}

/// The published SDL.
pub(super) fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(SDLExportOptions::new().include_specified_by().prefer_single_line_descriptions())
}

fn enumeration(ty: &EnumType) -> Enum {
    let mut object = Enum::new(&ty.name).description(&ty.description);
    for (value, description) in &ty.values {
        object = object.item(EnumItem::new(value).description(description));
    }
    object
}

fn node() -> Interface {
    Interface::new("Node")
        .description("Anything that has an id of its own (đối tượng có mã).")
        .field(InterfaceField::new("id", TypeRef::named_nn(TypeRef::ID)).description(entity::ID))
}
