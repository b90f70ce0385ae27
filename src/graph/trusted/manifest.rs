//! Files that name documents by ids: what Relay, Apollo and graphql-codegen write when a client is built. Pure.

use serde_json::Value;

/// Apollo's mark.
const APOLLO: &str = "apollo-persisted-query-manifest";

/// Id and text of each document of a manifest; or what it ought to be.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    let Value::Object(members) = value else { return Err("neither of the known forms".to_owned()) };
    if members.get("format").is_some_and(|format| *format == APOLLO) {
        let operations = members.get("operations").and_then(Value::as_array);
        let operations = operations.ok_or("no list `operations`")?;
        let member = |operation: &Value, name: &str| operation[name].as_str().map(str::to_owned);
        return operations
            .iter()
            .enumerate()
            .map(|(n, one)| {
                let pair = member(one, "id").zip(member(one, "body"));
                pair.ok_or_else(|| format!("operation {} has no `id` or no `body`", n + 1))
            })
            .collect();
    }
    // Relay and graphql-codegen: ids and texts, nothing else.
    members
        .into_iter()
        .map(|(id, text)| match text {
            Value::String(text) => Ok((id, text)),
            _ => Err(format!("`{id}` is no text of a document")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_forms_of_the_usual_tools() {
        let apollo = r#"{"format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{"id": "1", "name": "A", "type": "query", "body": "query A { a }"}]}"#;
        let relay = r#"{"1": "query A { a }"}"#;
        for text in [apollo, relay] {
            assert_eq!(read(text), Ok(vec![("1".to_owned(), "query A { a }".to_owned())]));
        }
        for (text, expected) in [
            ("[]", "neither"),
            ("{", "no JSON"),
            (r#"{"a": 1}"#, "`a`"),
            (r#"{"format": "apollo-persisted-query-manifest"}"#, "operations"),
            (r#"{"format": "apollo-persisted-query-manifest", "operations": [{"id": "1"}]}"#, "operation 1"),
        ] {
            assert!(read(text).unwrap_err().contains(expected), "{text}");
        }
    }
}
