//! Values where they stand: variables in positions that take them, input objects with each field once, and
//! exactly one field in those declared `@oneOf`. Also within lists, objects and custom scalars. Texts of scalars that
//! are none of theirs, whether or not a plan would look at them.

use std::collections::HashSet;

use apollo_compiler::ast::{Directive, Type, Value, VariableDefinition};
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::super::answer::Coded;
use super::super::scalar::{Plain, misfit, unfit};
use super::Broken;

/// Checks all values of an operation and of the fragments it spreads.
pub(super) fn check(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    found: &mut Vec<Broken>,
) {
    let variables = operation.variables.as_slice();
    let mut usage = Usage { schema, document, variables, seen: HashSet::new(), found };
    for variable in variables {
        if let Some(default) = &variable.default_value {
            usage.value(Place::of(&variable.ty), default);
        }
        usage.directives(&variable.directives);
    }
    usage.directives(&operation.directives);
    usage.set(&operation.selection_set);
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Its type; none within a custom scalar, which takes anything.
    ty: Option<&'a Type>,
    /// Whether the place takes null although its type says no: an item of a list written for a custom scalar.
    loose: bool,
    /// Whether the place has a default of its own.
    defaulted: bool,
    /// The input type whose only field it is.
    only_of: Option<&'a str>,
}

impl<'a> Place<'a> {
    const ANY: Place<'static> = Place { ty: None, loose: false, defaulted: false, only_of: None };

    fn of(ty: &'a Type) -> Self {
        Place { ty: Some(ty), ..Place::ANY }
    }
}

struct Usage<'a, 'f> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    variables: &'a [Node<VariableDefinition>],
    seen: HashSet<&'a Name>,
    found: &'f mut Vec<Broken>,
}

impl<'a> Usage<'a, '_> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        let declared = field.definition.arguments.iter().find(|a| a.name == argument.name);
                        let place = declared.map_or(Place::ANY, |declared| Place {
                            defaulted: declared.default_value.is_some(),
                            ..Place::of(&declared.ty)
                        });
                        self.value(place, &argument.value);
                    }
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.fragment_name) else { continue };
                    if self.seen.insert(&spread.fragment_name) {
                        self.directives(&fragment.directives);
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Node<Directive>]) {
        for directive in directives {
            let declared = self.schema.directive_definitions.get(&directive.name);
            for argument in &directive.arguments {
                let declared = declared.and_then(|d| d.arguments.iter().find(|a| a.name == argument.name));
                let place = declared.map_or(Place::ANY, |declared| Place {
                    defaulted: declared.default_value.is_some(),
                    ..Place::of(&declared.ty)
                });
                self.value(place, &argument.value);
            }
        }
    }

    fn value(&mut self, place: Place<'a>, value: &'a Node<Value>) {
        if let Some(ill) = place.ty.and_then(|ty| ill(ty, value)) {
            let (message, at) = (ill.message.clone(), value.location());
            return self.found.push(Broken { message, at, value: Some(ill) });
        }
        match &**value {
            Value::Variable(name) => self.variable(place, name, value),
            Value::List(items) => {
                let item = match place.ty {
                    Some(Type::List(item) | Type::NonNullList(item)) => Place::of(item),
                    // Written for a custom scalar: as graphql-js has it, of that type, too.
                    Some(ty) => Place { loose: true, ..Place::of(ty) },
                    None => Place::ANY,
                };
                for inner in items {
                    self.value(item, inner);
                }
            }
            Value::Object(fields) => self.object(place, fields, value),
            Value::Null => {
                if let Some(object) = place.only_of {
                    self.tell(format!("the only field of {object} must not be null"), value);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, place: Place<'a>, fields: &'a [(Name, Node<Value>)], value: &'a Node<Value>) {
        let named = place.ty.and_then(|ty| self.schema.types.get(ty.inner_named_type()));
        let declared = match named {
            Some(ExtendedType::InputObject(declared)) => Some(declared),
            _ => None,
        };
        let one_of = declared.filter(|d| d.directives.has("oneOf")).map(|d| d.name.as_str());
        if let Some(name) = one_of
            && fields.len() != 1
        {
            self.tell(format!("{name} takes exactly one field, not {}", fields.len()), value);
        }
        let mut names = HashSet::new();
        for (name, inner) in fields {
            if !names.insert(name) {
                self.tell(format!("the input field {name} is given twice"), inner);
            }
            let field = declared.and_then(|d| d.fields.get(name));
            let place = field.map_or(Place::ANY, |field| Place {
                defaulted: field.default_value.is_some(),
                only_of: one_of,
                ..Place::of(&field.ty)
            });
            self.value(place, inner);
        }
    }

    fn variable(&mut self, place: Place<'a>, name: &Name, value: &'a Node<Value>) {
        let Some(variable) = self.variables.iter().find(|v| v.name == *name) else {
            return self.tell(format!("the variable ${name} is not declared"), value);
        };
        let Some(ty) = place.ty else { return };
        if let Some(object) = place.only_of
            && !variable.ty.is_non_null()
        {
            let message = format!("${name} is the only field of {object}: its type must end with !");
            self.tell(message, value);
        }
        if !fits(variable, ty, place) {
            let message = format!("${name} of type {} stands where {ty} is expected", variable.ty);
            self.tell(message, value);
        }
    }

    fn tell(&mut self, message: String, value: &Node<Value>) {
        self.found.push(Broken::rule(message, value.location()));
    }
}

/// A value that a scalar beside GraphQL's own does not take.
fn ill(ty: &Type, value: &Value) -> Option<Coded> {
    let plain = match value {
        Value::Null | Value::Variable(_) => return None,
        // Each of its members is looked at by itself.
        Value::List(_) if ty.is_list() => return None,
        Value::String(text) => Plain::Text(text),
        Value::Int(number) => Plain::Number(number.as_str()),
        Value::Float(number) => Plain::Number(number.as_str()),
        _ => Plain::Other,
    };
    let expected = misfit(ty.inner_named_type(), plain)?;
    Some(unfit(&value.serialize().no_indent().to_string(), expected))
}

/// Whether a variable may stand where `ty` is expected ("All Variable Usages Are Allowed").
fn fits(variable: &VariableDefinition, ty: &Type, place: Place) -> bool {
    if place.loose {
        return variable.ty.is_assignable_to(&ty.clone().nullable());
    }
    if ty.is_non_null() && !variable.ty.is_non_null() {
        let never_null = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        return (never_null || place.defaulted) && variable.ty.is_assignable_to(&ty.clone().nullable());
    }
    variable.ty.is_assignable_to(ty)
}
