//! `schema/operations.graphql` → the operations bound by hand: their fields, inputs and results. What they do
//! is not said here.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use indexmap::IndexMap;

use super::access::Access;
use super::cost::Cost;
use super::directive::{Use, parse};
use super::fault::{CatalogError, Place};
use super::model::{Catalog, EnumType};
use super::source::Source;

/// Any entity that has an id.
pub const NODE: &str = "Node";

/// The operations bound by hand and their types.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    /// Fields of the query type.
    pub queries: IndexMap<String, Operation>,
    /// Fields of the mutation type.
    pub mutations: IndexMap<String, Operation>,
    /// What operations answer with.
    pub results: IndexMap<String, ResultType>,
    /// What operations take.
    pub inputs: IndexMap<String, InputType>,
    /// Description of the mutation type.
    pub mutation_description: String,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Description.
    pub description: String,
    /// Arguments.
    pub arguments: Vec<Taken>,
    /// What it answers with.
    pub output: Shape,
    /// Why it should not be asked for any more.
    pub deprecated: Option<String>,
    /// Whether it only reads, and nothing is done.
    pub reads: bool,
    /// Who may ask it.
    pub access: Access,
    /// What it costs.
    pub cost: Cost,
}

/// A type that operations answer with.
#[derive(Debug, Clone)]
pub struct ResultType {
    /// Description.
    pub description: String,
    /// Fields by name.
    pub fields: IndexMap<String, ResultField>,
    /// What each costs.
    pub cost: Cost,
}

/// A field of a type that operations answer with.
#[derive(Debug, Clone)]
pub struct ResultField {
    /// Type.
    pub shape: Shape,
    /// Description.
    pub description: String,
    /// What it takes; a field that takes something is answered for each use of it.
    pub arguments: Vec<Taken>,
    /// Who may ask for it, of those who may ask the operation: all, where nothing is said.
    pub access: Access,
    /// What asking for it costs beside the operation.
    pub cost: Cost,
}

/// A type that operations take.
#[derive(Debug, Clone)]
pub struct InputType {
    /// Description.
    pub description: String,
    /// Fields.
    pub fields: Vec<Taken>,
    /// Whether exactly one field is given (`@oneOf`).
    pub one_of: bool,
}

/// An argument or a field of an input.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Name.
    pub name: String,
    /// Type.
    pub shape: Shape,
    /// Value when left out.
    pub default: Option<async_graphql::Value>,
    /// Description.
    pub description: String,
    /// Why it should not be given any more.
    pub deprecated: Option<String>,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Name of the innermost type.
    pub name: String,
    /// Whether it is a list; whether its members may be null.
    pub list: Option<bool>,
    /// Whether null is possible.
    pub nullable: bool,
}

/// Reads the file into the catalog, whose entity types are there already; beside what earlier files declared.
pub(super) fn read(catalog: &mut Catalog, source: &Source) -> Result<(), CatalogError> {
    let mut operations = std::mem::take(&mut catalog.operations);
    for definition in parse(source)? {
        let TypeSystemDefinition::Type(ty) = definition else {
            return Err(Place { file: source.path.clone(), line: 1, column: 1 }
                .error("a schema or directive definition", "types, inputs and enums only"));
        };
        let place = Place::new(&source.path, ty.node.name.pos);
        read_type(catalog, &mut operations, &ty.node, &place)?;
    }
    check(catalog, &operations, source)?;
    catalog.operations = operations;
    Ok(())
}

fn read_type(
    catalog: &mut Catalog,
    operations: &mut Operations,
    ty: &TypeDefinition,
    place: &Place,
) -> Result<(), CatalogError> {
    let name = ty.name.node.to_string();
    let description = described(&ty.description, place, &name)?;
    match &ty.kind {
        TypeKind::Object(object) if name == "Query" => {
            operations.queries.extend(fields(&object.fields, place)?);
        }
        TypeKind::Object(object) if name == "Mutation" => {
            operations.mutation_description = description;
            operations.mutations.extend(fields(&object.fields, place)?);
        }
        TypeKind::Object(object) => {
            let mut fields = IndexMap::new();
            for field in &object.fields {
                let place = at(place, field.pos);
                let name = field.node.name.node.to_string();
                let description = described(&field.node.description, &place, &name)?;
                let arguments = taken(&field.node.arguments, &place)?;
                let shape = shape(&field.node.ty.node, &place)?;
                let directives = &field.node.directives;
                known(directives, &["access", "cost"], &place)?;
                let access = Access::read(one_use(directives, &place))?.unwrap_or(Access::ADDED);
                let cost = Cost::read(directives, &place)?;
                fields.insert(name, ResultField { shape, description, arguments, access, cost });
            }
            known(&ty.directives, &["cost"], place)?;
            let cost = Cost::read(&ty.directives, place)?;
            operations.results.insert(name, ResultType { description, fields, cost });
        }
        TypeKind::InputObject(object) => {
            let fields = taken(&object.fields, place)?;
            known(&ty.directives, &["oneOf"], place)?;
            let one_of = used(&ty.directives, "oneOf").is_some();
            operations.inputs.insert(name, InputType { description, fields, one_of });
        }
        TypeKind::Enum(kind) => {
            let mut values = IndexMap::new();
            for value in &kind.values {
                let text = value.node.value.node.to_string();
                let description = described(&value.node.description, &at(place, value.pos), &text)?;
                values.insert(text, description);
            }
            catalog.enums.insert(name.clone(), EnumType { name, description, values });
        }
        _ => return Err(place.error(format!("{name} is no type, input or enum"), "type, input or enum")),
    }
    Ok(())
}

fn fields(
    definitions: &[Positioned<FieldDefinition>],
    place: &Place,
) -> Result<IndexMap<String, Operation>, CatalogError> {
    let mut operations = IndexMap::new();
    for field in definitions {
        let place = at(place, field.pos);
        let name = field.node.name.node.to_string();
        let description = described(&field.node.description, &place, &name)?;
        let arguments = taken(&field.node.arguments, &place)?;
        let output = shape(&field.node.ty.node, &place)?;
        known(&field.node.directives, &["access", "cost", "deprecated", "listSize", "reads"], &place)?;
        let deprecated = deprecated(&field.node.directives, &place)?;
        let reads = used(&field.node.directives, "reads").is_some();
        let access = Access::read(one_use(&field.node.directives, &place))?.unwrap_or(Access::NOBODY);
        let cost = Cost::read(&field.node.directives, &place)?;
        operations
            .insert(name, Operation { description, arguments, output, deprecated, reads, access, cost });
    }
    Ok(operations)
}

fn taken(
    definitions: &[Positioned<InputValueDefinition>],
    place: &Place,
) -> Result<Vec<Taken>, CatalogError> {
    let one = |value: &Positioned<InputValueDefinition>| {
        let place = at(place, value.pos);
        let name = value.node.name.node.to_string();
        Ok(Taken {
            description: described(&value.node.description, &place, &name)?,
            shape: shape(&value.node.ty.node, &place)?,
            default: value.node.default_value.as_ref().map(|v| v.node.clone()),
            deprecated: {
                known(&value.node.directives, &["deprecated"], &place)?;
                deprecated(&value.node.directives, &place)?
            },
            name,
        })
    };
    definitions.iter().map(one).collect()
}

/// The reason of `@deprecated`.
fn deprecated(uses: &[Positioned<ConstDirective>], place: &Place) -> Result<Option<String>, CatalogError> {
    let Some(used) = used(uses, "deprecated") else { return Ok(None) };
    match used.get_argument("reason").map(|reason| &reason.node) {
        Some(async_graphql::Value::String(reason)) => Ok(Some(reason.clone())),
        _ => Err(place.error("@deprecated without a reason", "@deprecated(reason: \"what to use instead\")")),
    }
}

/// The use of `@access`, to be read as in the files of entity types.
fn one_use<'a>(uses: &'a [Positioned<ConstDirective>], place: &Place) -> Option<Use<'a>> {
    used(uses, "access").map(|node| Use::at(place, node))
}

fn used<'a>(uses: &'a [Positioned<ConstDirective>], name: &str) -> Option<&'a ConstDirective> {
    uses.iter().map(|used| &used.node).find(|used| used.name.node == name)
}

/// Only directives that have a meaning at this place.
fn known(uses: &[Positioned<ConstDirective>], names: &[&str], place: &Place) -> Result<(), CatalogError> {
    match uses.iter().find(|used| !names.contains(&used.node.name.node.as_str())) {
        Some(odd) => {
            let expected = format!("none but @{}", names.join(", @"));
            Err(place.error(format!("@{}", odd.node.name.node), expected))
        }
        None => Ok(()),
    }
}

fn shape(ty: &Type, place: &Place) -> Result<Shape, CatalogError> {
    match &ty.base {
        BaseType::Named(name) => Ok(Shape { name: name.to_string(), list: None, nullable: ty.nullable }),
        BaseType::List(inner) => match &inner.base {
            BaseType::Named(name) => {
                Ok(Shape { name: name.to_string(), list: Some(inner.nullable), nullable: ty.nullable })
            }
            BaseType::List(_) => Err(place.error(format!("{ty}"), "a type or a list of a type")),
        },
    }
}

/// Every type named is there.
fn check(catalog: &Catalog, operations: &Operations, source: &Source) -> Result<(), CatalogError> {
    const SCALARS: [&str; 9] =
        ["ID", "String", "Int", "Float", "Boolean", "Date", "DateTime", "Decimal", "JSON"];
    let plain = |name: &str| SCALARS.contains(&name) || catalog.enums.contains_key(name);
    let given = |name: &str| {
        plain(name)
            || name == NODE
            || operations.results.contains_key(name)
            || catalog.entities.contains_key(name)
    };
    let takes = |name: &str| plain(name) || operations.inputs.contains_key(name);
    let all = operations.queries.values().chain(operations.mutations.values());
    let outputs = all.clone().map(|o| &o.output.name);
    let results = || operations.results.values().flat_map(|r| r.fields.values());
    let inner = results().map(|field| &field.shape.name);
    let arguments = all.flat_map(|o| o.arguments.iter()).chain(results().flat_map(|f| f.arguments.iter()));
    let inputs = operations.inputs.values().flat_map(|i| i.fields.iter());
    let odd = outputs.chain(inner).find(|name| !given(name));
    let odd = odd.or_else(|| arguments.chain(inputs).map(|t| &t.shape.name).find(|name| !takes(name)));
    match odd {
        None => Ok(()),
        Some(name) => Err(Place { file: source.path.clone(), line: 1, column: 1 }.error(
            format!("unknown type {name}"),
            "a type of this file, an enum, a scalar or an entity type",
        )),
    }
}

fn at(place: &Place, pos: async_graphql::Pos) -> Place {
    Place { line: pos.line, column: pos.column, ..place.clone() }
}

fn described(
    description: &Option<Positioned<String>>,
    place: &Place,
    name: &str,
) -> Result<String, CatalogError> {
    super::read::describe(description, place, name)
}
