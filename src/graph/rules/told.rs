//! How much of the schema a document asks for: fields of the answer, counted on the schema itself and no further
//! than the limit. Lists within lists, and one list under many names, are small texts with large answers.

use apollo_compiler::ast::{DirectiveDefinition, FieldDefinition, InputValueDefinition, Type, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, Implementers};
use apollo_compiler::{ExecutableDocument, Name, Schema};

/// Whether an operation of the document is told more than `most` fields of the schema. Documents that come here have
/// no cycles.
pub(in crate::graph) fn too_much(schema: &Schema, document: &ExecutableDocument, most: usize) -> bool {
    document
        .operations
        .iter()
        .any(|operation| told(schema, document, &operation.selection_set, most).is_none())
}

/// How many fields; none: more than `most`.
fn told(schema: &Schema, document: &ExecutableDocument, set: &SelectionSet, most: usize) -> Option<usize> {
    let mut counting = Counting { schema, document, implementers: None, left: most };
    counting.root(set)?;
    Some(most - counting.left)
}

struct Counting<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    /// Made when they are first asked for.
    implementers: Option<HashMap<Name, Implementers>>,
    /// Fields that may still be told.
    left: usize,
}

/// What a selection is of.
#[derive(Clone, Copy)]
enum At<'a> {
    Schema,
    Type(&'a ExtendedType),
    /// A type that is not null.
    NonNull(&'a Type),
    /// A list of these.
    List(&'a Type),
    Field(&'a FieldDefinition),
    Input(&'a InputValueDefinition),
    Directive(&'a DirectiveDefinition),
    /// A value of an enum.
    Value,
}

impl<'a> Counting<'a> {
    /// Counts what the root of an operation asks of the schema; none: there is more than is left.
    fn root(&mut self, set: &'a SelectionSet) -> Option<()> {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => match field.name.as_str() {
                    "__schema" => self.set(&field.selection_set, At::Schema)?,
                    "__type" => self.each(field, self.named_in(field))?,
                    _ => {}
                },
                Selection::InlineFragment(inline) => self.root(&inline.selection_set)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.root(&fragment.selection_set)?;
                    }
                }
            }
        }
        Some(())
    }

    /// The type that `__type` names; where a variable does, all of them.
    fn named_in(&self, field: &Field) -> Vec<At<'a>> {
        match field.specified_argument_by_name("name").map(|name| &**name) {
            Some(Value::String(name)) => {
                self.schema.types.get(name.as_str()).map(At::Type).into_iter().collect()
            }
            _ => self.schema.types.values().map(At::Type).collect(),
        }
    }

    fn each(&mut self, field: &'a Field, all: Vec<At<'a>>) -> Option<()> {
        all.into_iter().try_for_each(|at| self.set(&field.selection_set, at))
    }

    fn set(&mut self, set: &'a SelectionSet, at: At<'a>) -> Option<()> {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.left = self.left.checked_sub(1)?;
                    if !field.selection_set.selections.is_empty() {
                        let below = self.below(at, field.name.as_str());
                        self.each(field, below)?;
                    }
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set, at)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.set(&fragment.selection_set, at)?;
                    }
                }
            }
        }
        Some(())
    }

    /// What a field of the introspection leads to.
    fn below(&mut self, at: At<'a>, field: &str) -> Vec<At<'a>> {
        match (at, field) {
            (At::Schema, "types") => self.schema.types.values().map(At::Type).collect(),
            (At::Schema, "directives") => {
                self.schema.directive_definitions.values().map(|directive| At::Directive(directive)).collect()
            }
            (At::Schema, name) => {
                let root = &self.schema.schema_definition;
                let root = match name {
                    "queryType" => root.query.as_ref(),
                    "mutationType" => root.mutation.as_ref(),
                    _ => root.subscription.as_ref(),
                };
                root.and_then(|name| self.named(name)).into_iter().collect()
            }
            (At::Type(ty), _) => self.of_type(ty, field),
            (At::NonNull(ty), "ofType") => self.of(ty, true),
            (At::List(ty), "ofType") => self.of(ty, false),
            (At::Field(of), "type") => self.of(&of.ty, false),
            (At::Input(of), "type") => self.of(&of.ty, false),
            (At::Field(of), "args") => of.arguments.iter().map(|argument| At::Input(argument)).collect(),
            (At::Directive(of), "args") => of.arguments.iter().map(|argument| At::Input(argument)).collect(),
            _ => Vec::new(),
        }
    }

    fn of_type(&mut self, ty: &'a ExtendedType, field: &str) -> Vec<At<'a>> {
        let schema = self.schema;
        let named = |name: &Name| schema.types.get(name).map(At::Type);
        match (ty, field) {
            (ExtendedType::Object(of), "fields") => of.fields.values().map(|one| At::Field(one)).collect(),
            (ExtendedType::Interface(of), "fields") => of.fields.values().map(|one| At::Field(one)).collect(),
            (ExtendedType::Object(of), "interfaces") => {
                of.implements_interfaces.iter().filter_map(|one| named(&one.name)).collect()
            }
            (ExtendedType::Interface(of), "interfaces") => {
                of.implements_interfaces.iter().filter_map(|one| named(&one.name)).collect()
            }
            (ExtendedType::Interface(of), "possibleTypes") => {
                let all = self.implementers.get_or_insert_with(|| schema.implementers_map());
                let objects = all.get(&of.name).into_iter().flat_map(|found| &found.objects);
                objects.filter_map(named).collect()
            }
            (ExtendedType::Union(of), "possibleTypes") => {
                of.members.iter().filter_map(|one| named(&one.name)).collect()
            }
            (ExtendedType::Enum(of), "enumValues") => of.values.values().map(|_| At::Value).collect(),
            (ExtendedType::InputObject(of), "inputFields") => {
                of.fields.values().map(|one| At::Input(one)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A type as it is written; `bare`: its `!` is behind us.
    fn of(&self, ty: &'a Type, bare: bool) -> Vec<At<'a>> {
        let at = match ty {
            Type::NonNullNamed(_) | Type::NonNullList(_) if !bare => Some(At::NonNull(ty)),
            Type::List(of) | Type::NonNullList(of) => Some(At::List(of)),
            Type::Named(name) | Type::NonNullNamed(name) => self.named(name),
        };
        at.into_iter().collect()
    }

    fn named(&self, name: &Name) -> Option<At<'a>> {
        self.schema.types.get(name).map(At::Type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::limits::INTROSPECTION_FIELDS;

    /// Fields of the published schema that a document is told.
    fn told_of(schema: &apollo_compiler::validation::Valid<Schema>, text: &str) -> Option<usize> {
        let document = ExecutableDocument::parse_and_validate(schema, text, "x.graphql").expect("a document");
        let operation = document.operations.get(None).expect("an operation");
        told(schema, &document, &operation.selection_set, INTROSPECTION_FIELDS)
    }

    #[test]
    fn fields_of_the_schema_are_counted() {
        let sdl = "interface Named { name: String } type Query implements Named { name: String a(x: [Int!]!, y: E): Query }
             enum E { A B }";
        let schema = Schema::parse_and_validate(sdl, "s.graphql").expect("a schema");
        for (document, expected) in [
            ("{ name }", 0),
            ("{ __schema { queryType { name } } }", 2),
            ("{ __type(name: \"Query\") { fields { name args { name } } } }", 1 + 2 * 2 + 2),
            (
                "{ __type(name: \"Query\") { fields { args { type { kind ofType { kind ofType { kind } } } } } } }",
                1 + 2 + 2 + 2 * 2 + 3,
            ),
            (
                "{ __type(name: \"E\") { ...T } } fragment T on __Type { enumValues { name } fields { name } }",
                1 + 2 + 1,
            ),
            ("{ __type(name: \"Named\") { possibleTypes { name interfaces { name } } } }", 1 + 2 + 1),
            ("{ a: __type(name: \"E\") { name } b: __type(name: \"E\") { name } }", 2),
        ] {
            assert_eq!(told_of(&schema, document), Some(expected), "{document}");
        }
    }

    #[test]
    fn all_of_the_published_schema_is_told_and_not_much_more() {
        let sdl = include_str!("../../../schema/published.graphql");
        let schema = Schema::parse_and_validate(sdl, "published.graphql").expect("a schema");
        let usual = include_str!("../../../tests/cases/http/introspection.graphql");
        let all = told_of(&schema, usual).expect("all of it");
        assert!((INTROSPECTION_FIELDS / 4..INTROSPECTION_FIELDS * 3 / 4).contains(&all), "{all}");
        let many = "{ __type(name: \"Node\") { possibleTypes { fields { args { name } } } } }";
        let of_node = told_of(&schema, many).expect("one of them");
        assert!(of_node > 1_000, "{of_node}");
    }
}
