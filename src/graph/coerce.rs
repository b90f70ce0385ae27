//! Variables as sent → values of the types that the operation declares, defaults filled in
//! ("CoerceVariableValues"). What does not fit is told with its place.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Type, Value, VariableDefinition};
use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::{EnumType, ExtendedType, InputObjectType};
use serde_json::Number;

use super::scalar::{Expected, Plain, misfit};

/// What is wrong with a variable: the place, what was expected there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// `$input.cells[2].column`.
    pub place: String,
    pub expected: String,
    /// What a scalar looks like.
    pub looks: Option<Expected>,
}

/// The variables of an operation.
pub(super) fn variables(
    schema: &Schema,
    operation: &Operation,
    given: &serde_json::Map<String, serde_json::Value>,
) -> Result<JsonMap, Misfit> {
    let mut coerced = JsonMap::new();
    for variable in &operation.variables {
        if let Some(value) = variable_of(schema, variable, given.get(variable.name.as_str()))? {
            coerced.insert(variable.name.as_str(), value);
        }
    }
    Ok(coerced)
}

fn variable_of(
    schema: &Schema,
    variable: &VariableDefinition,
    given: Option<&serde_json::Value>,
) -> Result<Option<JsonValue>, Misfit> {
    let place = format!("${}", variable.name);
    match (given, &variable.default_value) {
        (Some(value), _) => coerced(schema, &variable.ty, value, &place).map(Some),
        // Validation has seen that the default fits.
        (None, Some(default)) => coerced(schema, &variable.ty, &literal(default), &place).map(Some),
        (None, None) if variable.ty.is_non_null() => Err(Misfit::of(&place, &variable.ty)),
        (None, None) => Ok(None),
    }
}

impl Misfit {
    fn of(place: &str, ty: &Type) -> Self {
        Misfit { place: place.to_owned(), expected: format!("a value of type {ty}"), looks: None }
    }
}

fn coerced(schema: &Schema, ty: &Type, value: &serde_json::Value, place: &str) -> Result<JsonValue, Misfit> {
    let misfit = || Misfit::of(place, ty);
    if value.is_null() {
        return if ty.is_non_null() { Err(misfit()) } else { Ok(JsonValue::Null) };
    }
    let name = match ty {
        Type::List(item) | Type::NonNullList(item) => {
            return match value {
                serde_json::Value::Array(items) => {
                    let items = items.iter().enumerate();
                    items.map(|(at, v)| coerced(schema, item, v, &format!("{place}[{at}]"))).collect()
                }
                // One value stands for a list of it.
                one => Ok(JsonValue::Array(vec![coerced(schema, item, one, place)?])),
            };
        }
        Type::Named(name) | Type::NonNullNamed(name) => name,
    };
    match schema.types.get(name) {
        Some(ExtendedType::Scalar(of)) if !of.is_built_in() => match own(name, value) {
            None => Ok(JsonValue::from(value.clone())),
            looks => Err(Misfit { looks, ..misfit() }),
        },
        Some(ExtendedType::Scalar(_)) => scalar(name, value).ok_or_else(misfit),
        Some(ExtendedType::Enum(ty)) => word(ty, value).ok_or_else(misfit),
        Some(ExtendedType::InputObject(ty)) => object(schema, ty, value, place),
        _ => Err(misfit()),
    }
}

/// What was expected of a value that is none of a scalar beside GraphQL's own.
fn own(name: &str, value: &serde_json::Value) -> Option<Expected> {
    let number = value.is_number().then(|| value.to_string());
    let plain = match (value.as_str(), &number) {
        (Some(text), _) => Plain::Text(text),
        (None, Some(number)) => Plain::Number(number),
        _ => Plain::Other,
    };
    misfit(name, plain)
}

fn scalar(name: &str, value: &serde_json::Value) -> Option<JsonValue> {
    use serde_json::Value as Json;
    let fits = match (name, value) {
        ("Int", Json::Number(number)) => return whole(number),
        ("Float", Json::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
        ("String" | "ID", Json::String(_)) | ("Boolean", Json::Bool(_)) => true,
        ("ID", Json::Number(number)) => {
            return (number.is_i64() || number.is_u64()).then(|| JsonValue::from(number.to_string()));
        }
        _ => false,
    };
    fits.then(|| JsonValue::from(value.clone()))
}

/// An integer of 32 bits, also when written `7.0`.
fn whole(number: &Number) -> Option<JsonValue> {
    let value = match number.as_i64() {
        Some(value) => i32::try_from(value).ok()?,
        None => {
            let value = number.as_f64()?;
            let fits = value.fract() == 0.0 && value >= f64::from(i32::MIN) && value <= f64::from(i32::MAX);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a whole number within the range, by the line above"
            )]
            let value = fits.then_some(value as i32)?;
            value
        }
    };
    Some(JsonValue::from(value))
}

fn word(ty: &EnumType, value: &serde_json::Value) -> Option<JsonValue> {
    let text = value.as_str()?;
    ty.values.contains_key(text).then(|| JsonValue::from(value.clone()))
}

fn object(
    schema: &Schema,
    ty: &InputObjectType,
    value: &serde_json::Value,
    place: &str,
) -> Result<JsonValue, Misfit> {
    let misfit = |expected: String| Misfit { place: place.to_owned(), expected, looks: None };
    let Some(given) = value.as_object() else { return Err(misfit(format!("an object of type {}", ty.name))) };
    if let Some(unknown) = given.keys().find(|name| !ty.fields.contains_key(name.as_str())) {
        let shown: String = unknown.chars().take(60).collect();
        return Err(misfit(format!("an object of type {}, which has no field {shown:?}", ty.name)));
    }
    if ty.directives.has("oneOf") && (given.len() != 1 || given.values().any(serde_json::Value::is_null)) {
        return Err(misfit(format!("an object of type {} with exactly one field, not null", ty.name)));
    }
    let mut fields = JsonMap::new();
    // In the order of the client: conditions of a filter are written in it.
    for (name, value) in given {
        let field = &ty.fields[name.as_str()];
        let place = format!("{place}.{name}");
        fields.insert(name.as_str(), coerced(schema, &field.ty, value, &place)?);
    }
    for (name, field) in ty.fields.iter().filter(|(name, _)| !given.contains_key(name.as_str())) {
        let place = format!("{place}.{name}");
        if let Some(default) = &field.default_value {
            fields.insert(name.as_str(), coerced(schema, &field.ty, &literal(default), &place)?);
        } else if field.ty.is_non_null() {
            return Err(Misfit::of(&place, &field.ty));
        }
    }
    Ok(JsonValue::Object(fields))
}

/// A constant of a document as JSON.
fn literal(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::Null | Value::Variable(_) => Json::Null,
        Value::Enum(name) => name.as_str().into(),
        Value::String(text) => text.as_str().into(),
        Value::Boolean(value) => (*value).into(),
        Value::Int(number) => serde_json::from_str(number.as_str()).unwrap_or(Json::Null),
        Value::Float(number) => serde_json::from_str(number.as_str()).unwrap_or(Json::Null),
        Value::List(items) => items.iter().map(|item| literal(item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, v)| (name.to_string(), literal(v))).collect(),
    }
}
