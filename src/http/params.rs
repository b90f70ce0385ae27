//! Request parameters out of a JSON body or a query string. Pure.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Fault;

/// The parameters of a GraphQL request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Params {
    /// The document; none: it is named by its id or its hash.
    pub query: Option<String>,
    /// Id of a document of a known client.
    pub document_id: Option<String>,
    /// SHA-256 of the document, as Apollo sends it (`extensions: {persistedQuery: {sha256Hash}}`).
    pub hash: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Map<String, Value>,
    /// Only the cost is asked for (`extensions: {dryRun: true}`).
    pub dry_run: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
    document_id: Option<Value>,
    id: Option<Value>,
    #[serde(rename = "doc_id")]
    doc_id: Option<Value>,
}

/// Parameters from the JSON body of a POST request; members the specification does not know are ignored.
pub(super) fn from_json(body: &[u8]) -> Result<Params, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| not_utf8("body", "thân"))?;
    match text.trim_ascii_start().as_bytes().first() {
        None => return Err(empty()),
        Some(b'[') => return Err(batch()),
        Some(b'{') => {}
        Some(_) => {
            // Tell broken JSON from JSON of the wrong kind.
            serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| malformed(&error))?;
            return Err(wrong_kind("body", "a JSON object", "một đối tượng JSON"));
        }
    }
    check(serde_json::from_str(text).map_err(|error| malformed(&error))?)
}

/// Parameters from the query string of a GET request; an empty one counts as absent.
pub(super) fn from_query_string(encoded: &str) -> Result<Params, Fault> {
    let mut members = Members::default();
    for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        let (member, is_json) = match &*name {
            "query" => (&mut members.query, false),
            "operationName" => (&mut members.operation_name, false),
            "variables" => (&mut members.variables, true),
            "extensions" => (&mut members.extensions, true),
            "documentId" => (&mut members.document_id, false),
            "id" => (&mut members.id, false),
            "doc_id" => (&mut members.doc_id, false),
            _ => continue,
        };
        if value.is_empty() {
            continue;
        }
        if member.is_some() {
            return Err(Fault::new(
                "INVALID_PARAMETER",
                format!("The parameter `{name}` is given twice."),
                format!("Tham số `{name}` được ghi hai lần."),
            ));
        }
        *member = if is_json {
            serde_json::from_str(&value).map_err(|error| malformed_member(&name, &error))?
        } else {
            Some(Value::String(value.into_owned()))
        };
    }
    check(members)
}

fn check(members: Members) -> Result<Params, Fault> {
    let extensions = object("extensions", members.extensions)?;
    // Other protocols have an `id` of their own, which is nothing to us unless it can be one of ours.
    let id = |member: Option<Value>| text("id", member).unwrap_or_default();
    let document_id = text("documentId", members.document_id)?.or(id(members.id)).or(id(members.doc_id));
    let hash = match extensions.get("persistedQuery") {
        None | Some(Value::Null) => None,
        Some(persisted) => Some(hash(persisted)?),
    };
    let named = document_id.as_ref().or(hash.as_ref());
    let query = match members.query {
        Some(Value::String(query)) => Some(query).filter(|query| !query.is_empty() || named.is_none()),
        None if named.is_some() => None,
        None => return Err(no_query()),
        Some(Value::Null) if named.is_some() => None,
        Some(_) => return Err(wrong_kind("query", "a string", "chuỗi ký tự")),
    };
    let operation_name = match members.operation_name {
        Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
        None => None,
        Some(_) => return Err(wrong_kind("operationName", "a string or null", "chuỗi ký tự hoặc null")),
    };
    let dry_run = match extensions.get("dryRun") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(dry_run)) => *dry_run,
        // Taken for no, it would do what was only to be tried.
        Some(_) => return Err(wrong_kind("extensions.dryRun", "true or false", "true hoặc false")),
    };
    let variables = object("variables", members.variables)?;
    Ok(Params { query, document_id, hash, operation_name, variables, dry_run })
}

fn text(name: &str, member: Option<Value>) -> Result<Option<String>, Fault> {
    match member {
        Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        None | Some(Value::Null) => Ok(None),
        Some(_) => Err(wrong_kind(name, "a string or null", "chuỗi ký tự hoặc null")),
    }
}

/// The hash of `persistedQuery`, of which there is one version.
fn hash(persisted: &Value) -> Result<String, Fault> {
    let hash = persisted["sha256Hash"].as_str().filter(|hash| !hash.is_empty() && hash.len() <= 128);
    match hash.filter(|_| persisted["version"] == 1) {
        Some(hash) => Ok(hash.to_owned()),
        None => Err(wrong_kind(
            "extensions.persistedQuery",
            "{\"version\": 1, \"sha256Hash\": …}",
            "{\"version\": 1, \"sha256Hash\": …}",
        )),
    }
}

fn object(name: &str, member: Option<Value>) -> Result<Map<String, Value>, Fault> {
    match member {
        Some(Value::Object(map)) => Ok(map),
        None | Some(Value::Null) => Ok(Map::new()),
        Some(_) => Err(wrong_kind(name, "a JSON object or null", "một đối tượng JSON hoặc null")),
    }
}

/// Undoes `application/x-www-form-urlencoded`; a broken escape stands for itself, as browsers have it.
pub(super) fn decoded(encoded: &str) -> Result<Cow<'_, str>, Fault> {
    if !encoded.contains(['%', '+']) {
        return Ok(Cow::Borrowed(encoded));
    }
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape =
            (byte == b'%').then(|| Some(hex(*after.first()?)? << 4 | hex(*after.get(1)?)?)).flatten();
        match escape {
            Some(escaped) => {
                bytes.push(escaped);
                rest = &after[2..];
            }
            None => {
                bytes.push(if byte == b'+' { b' ' } else { byte });
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| not_utf8("query string", "chuỗi truy vấn"))
}

fn hex(digit: u8) -> Option<u8> {
    u8::try_from(char::from(digit).to_digit(16)?).ok()
}

fn empty() -> Fault {
    Fault::new(
        "EMPTY_BODY",
        "The body is empty. Send a JSON object such as {\"query\": \"{ __typename }\"}.",
        "Thân yêu cầu trống. Hãy gửi một đối tượng JSON, ví dụ {\"query\": \"{ __typename }\"}.",
    )
}

fn batch() -> Fault {
    Fault::new(
        "BATCHING_NOT_SUPPORTED",
        "The body is a list. Send one operation a request; ask for several fields in one operation instead.",
        "Thân yêu cầu là một danh sách. Mỗi yêu cầu chỉ gửi một thao tác; có thể hỏi nhiều trường trong cùng một thao tác.",
    )
}

pub(super) fn no_query() -> Fault {
    Fault::new(
        "MISSING_QUERY",
        "The parameter `query` is missing: it holds the GraphQL document.",
        "Thiếu tham số `query`: tham số này chứa tài liệu GraphQL.",
    )
}

fn malformed(error: &serde_json::Error) -> Fault {
    Fault::new(
        "MALFORMED_JSON",
        format!("The body is not well-formed JSON: {error}."),
        format!("Thân yêu cầu không phải JSON hợp lệ (dòng {}, cột {}).", error.line(), error.column()),
    )
}

fn malformed_member(name: &str, error: &serde_json::Error) -> Fault {
    Fault::new(
        "MALFORMED_JSON",
        format!("The parameter `{name}` is not well-formed JSON: {error}."),
        format!("Tham số `{name}` không phải JSON hợp lệ (dòng {}, cột {}).", error.line(), error.column()),
    )
}

fn wrong_kind(name: &str, en: &str, vi: &str) -> Fault {
    let what = if name == "body" { ("The body", "Thân yêu cầu") } else { ("The parameter", "Tham số") };
    let named = if name == "body" { String::new() } else { format!(" `{name}`") };
    Fault::new(
        "INVALID_PARAMETER",
        format!("{}{named} must be {en}.", what.0),
        format!("{}{named} phải là {vi}.", what.1),
    )
}

fn not_utf8(en: &str, vi: &str) -> Fault {
    Fault::new(
        "INVALID_UTF8",
        format!("The {en} is not valid UTF-8."),
        format!("Bộ mã của {vi} yêu cầu không phải UTF-8 hợp lệ."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        let params =
            from_query_string("query=%7B+a%28b%3A%22Th%C3%B4n%22%29+%7D&operationName=&x=1").unwrap();
        assert_eq!(params.query.as_deref(), Some("{ a(b:\"Thôn\") }"));
        assert_eq!(params.operation_name, None);
        assert_eq!(decoded("100%+%zz%4").unwrap(), "100% %zz%4");
        assert_eq!(decoded("%ff").unwrap_err().code, "INVALID_UTF8");
    }

    #[test]
    fn a_list_is_not_taken_for_an_object_by_position() {
        assert_eq!(from_json(b" [\"{ a }\"]").unwrap_err().code, "BATCHING_NOT_SUPPORTED");
    }
}
