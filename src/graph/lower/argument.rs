//! Arguments: what the client gave, whether written in the document or in a variable.

use apollo_compiler::ast;
use apollo_compiler::executable::Field;
use apollo_compiler::response::JsonValue;

use super::super::answer::Coded;
use super::super::plan::Source;
use super::Lowering;

/// A value the client gave. Lowering looks only at its shape: null or not, which fields.
#[derive(Clone)]
pub(super) enum Given<'a> {
    Written(&'a ast::Value),
    Variable { name: &'a str, path: Vec<String>, value: &'a JsonValue },
}

impl<'a> Lowering<'a> {
    /// The argument, none when absent or null (both mean the same to every argument there is).
    pub(super) fn argument(&self, field: &'a Field, name: &str) -> Option<Given<'a>> {
        let argument = field.arguments.iter().find(|a| a.name == name)?;
        self.given(&argument.value)
    }

    fn given(&self, value: &'a ast::Value) -> Option<Given<'a>> {
        match value {
            ast::Value::Null => None,
            ast::Value::Variable(variable) => {
                let value = self.variables.get(variable.as_str()).filter(|v| !v.is_null())?;
                Some(Given::Variable { name: variable.as_str(), path: Vec::new(), value })
            }
            written => Some(Given::Written(written)),
        }
    }

    /// The fields of an input object that are there and not null.
    pub(super) fn fields(&self, given: &Given<'a>) -> Vec<(String, Given<'a>)> {
        match given {
            Given::Written(ast::Value::Object(fields)) => {
                fields.iter().filter_map(|(k, v)| Some((k.to_string(), self.given(v)?))).collect()
            }
            Given::Variable { name, path, value: JsonValue::Object(fields) } => fields
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(key, value)| {
                    let mut path = path.clone();
                    path.push(key.as_str().to_owned());
                    (key.as_str().to_owned(), Given::Variable { name, path, value })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// As [`fields`](Self::fields), with none for those that are null. A variable that was not given is as if
    /// the field were not there.
    pub(super) fn fields_and_nulls(&self, given: &Given<'a>) -> Vec<(String, Option<Given<'a>>)> {
        match given {
            Given::Written(ast::Value::Object(fields)) => fields
                .iter()
                .filter(|(_, value)| !self.is_left_out(value))
                .map(|(name, value)| (name.to_string(), self.given(value)))
                .collect(),
            Given::Variable { name, path, value: JsonValue::Object(fields) } => fields
                .iter()
                .map(|(key, value)| {
                    (key.as_str().to_owned(), within(name, path, key.as_str().to_owned(), value))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn is_left_out(&self, value: &ast::Value) -> bool {
        matches!(value, ast::Value::Variable(name) if !self.variables.contains_key(name.as_str()))
    }

    /// The members of a list, none for null; a single value stands for a list of one (input coercion).
    pub(super) fn items(&self, given: &Given<'a>) -> Vec<Option<Given<'a>>> {
        match given {
            Given::Written(ast::Value::List(items)) => items.iter().map(|item| self.given(item)).collect(),
            Given::Variable { name, path, value: JsonValue::Array(items) } => {
                let items = items.iter().enumerate();
                items.map(|(n, value)| within(name, path, n.to_string(), value)).collect()
            }
            one => vec![Some(one.clone())],
        }
    }

    /// The one field of an object of which each has exactly one.
    pub(super) fn only_field(&self, given: &Given<'a>, what: &str) -> Result<(String, Given<'a>), Coded> {
        let mut fields = self.fields_and_nulls(given);
        if fields.len() == 1
            && let Some((name, Some(value))) = fields.pop()
        {
            return Ok((name, value));
        }
        Err(Coded::fault(
            "ONE_FIELD_EACH",
            format!("each object within {what} has exactly one field, not null: write [{{a: …}}, {{b: …}}]"),
            format!("mỗi đối tượng trong {what} có đúng một trường khác null: hãy viết [{{a: …}}, {{b: …}}]"),
        ))
    }

    /// Where the value is to be read when the operation runs.
    pub(super) fn source(&self, given: &Given<'a>) -> Source {
        match given {
            Given::Written(value) => written(value),
            Given::Variable { name, path, .. } => {
                Source::Variable { name: (*name).to_owned(), path: path.clone() }
            }
        }
    }

    /// The value now. Only for what is part of the shape: Booleans, lengths of lists, prefixes of ids.
    pub(super) fn now(&self, given: &Given<'a>) -> serde_json::Value {
        match given {
            Given::Written(value) => self.json(value),
            Given::Variable { value, .. } => to_json(value),
        }
    }

    fn json(&self, value: &ast::Value) -> serde_json::Value {
        use serde_json::Value as Json;
        match value {
            ast::Value::Variable(name) => {
                self.variables.get(name.as_str()).map(to_json).unwrap_or(Json::Null)
            }
            ast::Value::List(items) => Json::Array(items.iter().map(|v| self.json(v)).collect()),
            ast::Value::Object(fields) => {
                Json::Object(fields.iter().map(|(k, v)| (k.to_string(), self.json(v))).collect())
            }
            plain => plain_json(plain),
        }
    }
}

/// A field or member of a variable's value; none for null.
fn within<'a>(name: &'a str, path: &[String], step: String, value: &'a JsonValue) -> Option<Given<'a>> {
    if value.is_null() {
        return None;
    }
    let mut path = path.to_vec();
    path.push(step);
    Some(Given::Variable { name, path, value })
}

/// A value of the document. Variables within stay variables: a plan outlives the request it was made for.
fn written(value: &ast::Value) -> Source {
    match value {
        ast::Value::Variable(name) => Source::Variable { name: name.as_str().to_owned(), path: Vec::new() },
        ast::Value::List(items) => {
            let items: Vec<Source> = items.iter().map(|item| written(item)).collect();
            match items.iter().all(|item| matches!(item, Source::Literal(_))) {
                true => Source::Literal(items.into_iter().map(literal).collect()),
                false => Source::List(items),
            }
        }
        ast::Value::Object(fields) => {
            let fields: Vec<(String, Source)> =
                fields.iter().map(|(name, value)| (name.to_string(), written(value))).collect();
            match fields.iter().all(|(_, field)| matches!(field, Source::Literal(_))) {
                true => Source::Literal(serde_json::Value::Object(
                    fields.into_iter().map(|(name, field)| (name, literal(field))).collect(),
                )),
                false => Source::Object(fields),
            }
        }
        plain => Source::Literal(plain_json(plain)),
    }
}

fn literal(source: Source) -> serde_json::Value {
    match source {
        Source::Literal(value) => value,
        _ => serde_json::Value::Null,
    }
}

fn plain_json(value: &ast::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        ast::Value::Enum(name) => Json::String(name.to_string()),
        ast::Value::String(text) => Json::String(text.clone()),
        ast::Value::Boolean(value) => Json::Bool(*value),
        ast::Value::Int(number) => number.as_str().parse::<i64>().map_or(Json::Null, Json::from),
        ast::Value::Float(number) => number.as_str().parse::<f64>().map_or(Json::Null, Json::from),
        _ => Json::Null,
    }
}

/// apollo's JSON as serde's.
pub(in crate::graph) fn to_json(value: &JsonValue) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or(serde_json::Value::Null)
}
