//! Catalog → the published GraphQL schema (`async_graphql::dynamic`). Its resolvers only pick values out
//! of an answer the plan has already given ([`pick`]); what is published is what is compiled.

pub(super) mod cost;
mod entity;
mod input;
mod measure;
pub(super) mod names;
mod operation;
mod order;
mod pick;
mod root;
mod scalar;
pub(super) mod words;

use async_graphql::dynamic::{Enum, EnumItem, Interface, InterfaceField, Schema, TypeRef};
use async_graphql::{SDLExportOptions, ValidationMode};

use super::limits::Limits;
use crate::catalog::{Catalog, EnumType};

pub(super) use pick::{Picked, TYPE_KEY};

/// The dynamic schema of the catalog.
pub(super) fn build(
    catalog: &Catalog,
    limits: &Limits,
) -> Result<Schema, async_graphql::dynamic::SchemaError> {
    let mut builder = Schema::build("Query", mutation_name(catalog), None);
    for scalar in scalar::all() {
        builder = builder.register(scalar);
    }
    for ty in catalog.enums.values() {
        builder = builder.register(enumeration(ty)).register(input::enum_filter(ty));
    }
    for filter in input::scalar_filters().into_iter().chain(input::ranges()) {
        builder = builder.register(filter);
    }
    builder = builder.register(node());
    // Results that hold pages declare it themselves.
    if !catalog.operations.results.contains_key(entity::PAGE_INFO) {
        builder = builder.register(entity::page_info());
    }
    for entity in catalog.entities.values() {
        builder = builder
            .register(entity::object(catalog, entity))
            .register(entity::connection(entity))
            .register(entity::edge(entity))
            .register(input::where_input(catalog, entity))
            .register(input::list_input(entity))
            .register(input::on_day_input(entity))
            .register(order::order_input(catalog, entity));
        for object in measure::objects(catalog, entity) {
            builder = builder.register(object);
        }
        for input in measure::inputs(catalog, entity) {
            builder = builder.register(input);
        }
        builder = builder.register(measure::field_enum(entity));
    }
    builder = builder.register(order::direction()).register(measure::count()).register(measure::count_mode());
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
    builder.register(root::query(catalog, limits)).validation_mode(ValidationMode::Fast).finish()
}

/// Types whose values a plan depends on, so that they are part of the shape of variables.
pub(super) fn structural(catalog: &Catalog) -> std::collections::HashSet<String> {
    let fixed = [names::DIRECTION, names::COUNT_MODE].map(str::to_owned);
    let of = |entity| {
        [
            names::order(entity),
            names::dimension(entity),
            names::field(entity),
            names::bucket_order(entity),
            names::numbers_order(entity),
            names::distinct_order(entity),
        ]
    };
    catalog.entities.values().flat_map(of).chain(fixed).collect()
}

fn mutation_name(catalog: &Catalog) -> Option<&'static str> {
    (!catalog.operations.mutations.is_empty()).then_some("Mutation")
}

/// The published SDL.
pub(super) fn sdl(schema: &Schema) -> String {
    let options = SDLExportOptions::new().include_specified_by().prefer_single_line_descriptions();
    format!("{}\n{}", cost::DIRECTIVES, schema.sdl_with_options(options))
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
