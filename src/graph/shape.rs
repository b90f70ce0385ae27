//! The shape of variables: all that lowering may look at. Two requests with one document and one shape
//! have one plan; everything else of the variables is bound as parameters.

use std::collections::HashSet;
use std::fmt::Write;

use apollo_compiler::executable::Operation;
use apollo_compiler::response::{JsonMap, JsonValue};

use crate::store::id;

/// The shape as a text: nulls, Booleans, which fields, prefixes of ids; of variables whose type is one of
/// `structural` (orders, what groups go by), everything.
pub(super) fn shape(variables: &JsonMap, operation: &Operation, structural: &HashSet<String>) -> String {
    let mut out = String::new();
    for (name, value) in variables {
        let declared = operation.variables.iter().find(|v| v.name == name.as_str());
        out.push_str(name.as_str());
        out.push(':');
        match declared.is_some_and(|v| structural.contains(v.ty.inner_named_type().as_str())) {
            true => {
                let _ = write!(out, "{}", super::lower::to_json(value));
            }
            false => shape_of(value, &mut out),
        }
        out.push(',');
    }
    out
}

fn object(fields: &JsonMap, out: &mut String) {
    // Fields come in the order of the client; the plan depends on it (conditions), so does the shape.
    for (key, value) in fields {
        out.push_str(key.as_str());
        out.push(':');
        shape_of(value, out);
        out.push(',');
    }
}

fn shape_of(value: &JsonValue, out: &mut String) {
    match value {
        JsonValue::Null => out.push('n'),
        JsonValue::Bool(true) => out.push('t'),
        JsonValue::Bool(false) => out.push('f'),
        JsonValue::Number(_) => out.push('#'),
        JsonValue::String(text) => prefix(text.as_str(), out),
        // Of lists of conditions each counts, of lists of values only the kinds.
        JsonValue::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            out.push('[');
            items.iter().for_each(|item| shape_of(item, out));
            out.push(']');
        }
        JsonValue::Array(items) => {
            let mut kinds: Vec<String> = items
                .iter()
                .map(|item| {
                    let mut kind = String::new();
                    shape_of(item, &mut kind);
                    kind
                })
                .collect();
            kinds.sort_unstable();
            kinds.dedup();
            out.push('[');
            out.push_str(&kinds.join("|"));
            out.push(']');
        }
        JsonValue::Object(fields) => {
            out.push('{');
            object(fields, out);
            out.push('}');
        }
    }
}

/// Ids by their prefix, other texts alike. A prefix is ours only when it is a plain word, so that a
/// client cannot make shapes without end.
fn prefix(text: &str, out: &mut String) {
    out.push('"');
    if let Some((prefix, _)) = id::decode(text)
        && prefix.len() <= 40
        && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    {
        out.push_str(prefix);
    }
}
