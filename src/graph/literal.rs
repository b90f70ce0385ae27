//! Values written in a document → what the types of their places make of them ("Input Coercion"): one value for a
//! list of it, numbers for ids and exact decimals, the defaults of what is left out of an object. Nothing behind validation needs
//! to know how a value may be written.

use apollo_compiler::ast::{Type, Value};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

/// The same document, its arguments coerced. Variables stay: their values are coerced when they come.
pub(super) fn coerced(schema: &Schema, document: Valid<ExecutableDocument>) -> Valid<ExecutableDocument> {
    let mut document = document.into_inner();
    let operations = &mut document.operations;
    for operation in operations.anonymous.iter_mut().chain(operations.named.values_mut()) {
        selected(schema, &mut operation.make_mut().selection_set);
    }
    for fragment in document.fragments.values_mut() {
        selected(schema, &mut fragment.make_mut().selection_set);
    }
    // The values mean what they meant.
    Valid::assume_valid(document)
}

fn selected(schema: &Schema, set: &mut SelectionSet) {
    for selection in &mut set.selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                arguments(schema, field);
                selected(schema, &mut field.selection_set);
            }
            Selection::InlineFragment(inline) => selected(schema, &mut inline.make_mut().selection_set),
            // Its fragment is gone through by itself.
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn arguments(schema: &Schema, field: &mut Field) {
    for argument in &mut field.arguments {
        let declared = field.definition.arguments.iter().find(|declared| declared.name == argument.name);
        if let Some(declared) = declared {
            let argument = argument.make_mut();
            argument.value = value(schema, &declared.ty, &argument.value);
        }
    }
}

fn value(schema: &Schema, ty: &Type, given: &Node<Value>) -> Node<Value> {
    let name = match (ty, &**given) {
        (_, Value::Null | Value::Variable(_)) => return given.clone(),
        (Type::List(item) | Type::NonNullList(item), Value::List(items)) => {
            let items = items.iter().map(|one| value(schema, item, one));
            return given.same_location(Value::List(items.collect()));
        }
        (Type::List(item) | Type::NonNullList(item), _) => {
            return given.same_location(Value::List(vec![value(schema, item, given)]));
        }
        (Type::Named(name) | Type::NonNullNamed(name), _) => name,
    };
    match (schema.types.get(name), &**given) {
        (Some(ExtendedType::InputObject(ty)), Value::Object(fields)) => {
            given.same_location(Value::Object(object(schema, ty, fields)))
        }
        (Some(ExtendedType::Scalar(_)), Value::Int(number)) if as_text(name) => {
            given.same_location(Value::String(number.as_str().to_owned()))
        }
        (Some(ExtendedType::Scalar(_)), Value::Float(number)) if as_text(name) => {
            given.same_location(Value::String(number.as_str().to_owned()))
        }
        _ => given.clone(),
    }
}

/// Scalars that are texts although they may be written as numbers: exact ones, however many digits they have.
fn as_text(scalar: &str) -> bool {
    matches!(scalar, "ID" | "Decimal" | "Money")
}

/// The fields in the client's order, which conditions are written in, then the defaults.
fn object(schema: &Schema, ty: &InputObjectType, given: &[(Name, Node<Value>)]) -> Vec<(Name, Node<Value>)> {
    let mut fields: Vec<(Name, Node<Value>)> = Vec::with_capacity(given.len());
    for (name, one) in given {
        let declared = ty.fields.get(name);
        fields.push((name.clone(), declared.map_or_else(|| one.clone(), |f| value(schema, &f.ty, one))));
    }
    for (name, field) in ty.fields.iter().filter(|(name, _)| given.iter().all(|(known, _)| known != *name)) {
        if let Some(default) = &field.default_value {
            fields.push((name.clone(), value(schema, &field.ty, default)));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const SDL: &str = "
        type Query { f(
            ids: [ID!], one: ID, many: [[Int]], kinds: [Kind!]! = [A], input: Input, inputs: [Input!], any: Any,
            exact: Decimal
        ): Query }
        scalar Any
        scalar Decimal
        enum Kind { A B }
        input Input { months: [Int!], inner: [Input!], kind: Kind = B, kinds: [Kind!] = A, grid: [[Int!]!] }";

    /// A document as it is after coercion, on one line.
    fn coerced_text(text: &str) -> String {
        let schema = Schema::parse_and_validate(SDL, "s.graphql").expect("a schema");
        let document =
            ExecutableDocument::parse_and_validate(&schema, text, "d.graphql").expect("a document");
        coerced(&schema, document).serialize().no_indent().to_string()
    }

    #[test]
    fn values_become_what_their_places_take() {
        for (written, expected) in [
            ("ids: \"a\"", "ids: [\"a\"]"),
            ("ids: 7", "ids: [\"7\"]"),
            ("ids: []", "ids: []"),
            ("ids: null", "ids: null"),
            ("one: 7", "one: \"7\""),
            ("exact: 0.1234567890123456789", "exact: \"0.1234567890123456789\""),
            ("many: 1", "many: [[1]]"),
            ("many: [1, null, [2]]", "many: [[1], null, [2]]"),
            ("kinds: B", "kinds: [B]"),
            ("any: [1]", "any: [1]"),
            ("any: {a: 1}", "any: {a: 1}"),
            ("input: {months: 1, kind: A, kinds: null}", "input: {months: [1], kind: A, kinds: null}"),
            ("input: {grid: 1}", "input: {grid: [[1]], kind: B, kinds: [A]}"),
            (
                "inputs: {inner: {kind: A, kinds: B}, kind: A, kinds: B}",
                "inputs: [{inner: [{kind: A, kinds: [B]}], kind: A, kinds: [B]}]",
            ),
        ] {
            let (plain, within) = (format!("{{ f({written}) {{ __typename }} }}"), expected);
            assert_eq!(coerced_text(&plain), format!("{{ f({within}) {{ __typename }} }}"));
        }
    }

    #[test]
    fn variables_stay_and_fragments_are_gone_through() {
        let text = "query($id: ID!, $ids: [ID!]) { f(ids: [$id]) { ...F ... on Query { g: f(ids: $ids, one: 1) { __typename } } } }
             fragment F on Query { h: f(ids: \"a\") { __typename } }";
        let told = coerced_text(text);
        for expected in ["{ f(ids: [$id])", "g: f(ids: $ids, one: \"1\")", "h: f(ids: [\"a\"])"] {
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
}
