//! `schema/published.graphql` is what the hub publishes, and it is written as a public schema should be.

use std::sync::Arc;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use lienthong::catalog::{self, Source};
use lienthong::graph::{Engine, Request};
use serde_json::{Value, json};
use sqlx::PgPool;

const PUBLISHED: &str = include_str!("../../schema/published.graphql");

#[test]
fn the_committed_sdl_is_current() {
    let catalog = catalog::load_embedded().expect("a catalog");
    let current = lienthong::graph::published_sdl(&catalog).expect("a schema");
    assert!(PUBLISHED == current, "run: cargo run -- schema > schema/published.graphql");
}

/// An engine that nothing but the schema is asked of: its database is nowhere.
fn engine(catalog: catalog::Catalog) -> Engine {
    Engine::new(Arc::new(catalog), PgPool::connect_lazy("postgres://nowhere.invalid/none").unwrap()).unwrap()
}

async fn introspected(engine: &Engine, query: &str) -> Value {
    let answer = engine.execute(Request { query: query.to_owned(), ..crate::harness::asked() }).await;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

/// The introspection, all of it, as explorers and code generators read it.
#[tokio::test]
async fn everything_is_described_in_english_with_the_vietnamese_term() {
    let engine = engine(catalog::load_embedded().unwrap());
    let data = introspected(&engine, include_str!("../cases/http/introspection.graphql")).await;
    let mut wanting = Vec::new();
    let mut seen = 0;
    let mut look = |place: String, node: &Value| {
        seen += 1;
        let description = node["description"].as_str().unwrap_or_default();
        if description.is_empty() {
            wanting.push(format!("{place}: no description"));
        } else if !(description.contains('(') && description.contains(')')) {
            wanting.push(format!("{place}: no Vietnamese term: {description}"));
        }
    };
    let list = |node: &Value, key: &str| node[key].as_array().cloned().unwrap_or_default();
    let types = list(&data["__schema"], "types");
    const BUILT_IN: [&str; 5] = ["String", "Int", "Float", "Boolean", "ID"];
    for ty in types.iter().filter(|ty| !ty["name"].as_str().unwrap().starts_with("__")) {
        let name = ty["name"].as_str().unwrap();
        if BUILT_IN.contains(&name) {
            continue;
        }
        look(name.to_owned(), ty);
        for field in list(ty, "fields") {
            let field_name = format!("{name}.{}", field["name"].as_str().unwrap());
            look(field_name.clone(), &field);
            for argument in list(&field, "args") {
                look(format!("{field_name}({}:)", argument["name"].as_str().unwrap()), &argument);
            }
        }
        for key in ["inputFields", "enumValues"] {
            for member in list(ty, key) {
                look(format!("{name}.{}", member["name"].as_str().unwrap()), &member);
            }
        }
        if ty["kind"] == "SCALAR" {
            assert!(ty["specifiedByURL"].is_string(), "{name} has no specification");
        }
    }
    assert!(seen > 1500, "only {seen} were looked at");
    assert!(wanting.is_empty(), "{} of {seen}:\n{}", wanting.len(), wanting.join("\n"));
}

/// One convention for names, as @graphql-eslint's naming-convention, no-typename-prefix and
/// relay-connection-types have it.
#[test]
fn names_follow_one_convention() {
    let schema = Schema::parse_and_validate(PUBLISHED, "published.graphql").unwrap();
    let mut odd = Vec::new();
    let mut hold = |good: bool, place: String, rule: &str| {
        if !good {
            odd.push(format!("{place}: {rule}"));
        }
    };
    let camel = |name: &str| name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('_');
    let pascal = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_');
    let upper = |name: &str| {
        name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && !name.ends_with('_')
            && !name.contains("__")
    };
    for (name, ty) in schema.types.iter().filter(|(name, ty)| !name.starts_with("__") && !ty.is_built_in()) {
        hold(pascal(name), name.to_string(), "types are in PascalCase");
        let (head, tail) = name.split_at(1);
        let own = head.to_lowercase() + tail;
        let prefix = |field: &str| {
            field.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()))
        };
        match ty {
            ExtendedType::Object(object) => {
                for (field, definition) in &object.fields {
                    let place = format!("{name}.{field}");
                    hold(camel(field), place.clone(), "fields are in camelCase");
                    hold(!prefix(field), place.clone(), "fields do not repeat the name of their type");
                    let verb = ["get", "list", "fetch"].iter().any(|verb| {
                        field.strip_prefix(verb).is_some_and(|rest| rest.starts_with(char::is_uppercase))
                    });
                    hold(name != "Query" || !verb, place.clone(), "questions are nouns");
                    for argument in &definition.arguments {
                        hold(camel(&argument.name), format!("{place}({}:)", argument.name), "camelCase");
                    }
                    let connection = definition.ty.inner_named_type().ends_with("Connection");
                    let takes = |given: &str| definition.arguments.iter().any(|a| a.name == given);
                    let pages = ["first", "after", "last", "before"].into_iter().all(takes);
                    hold(!connection || pages, place, "connections take first, after, last, before");
                }
                let relay = |parts: &[&str]| parts.iter().all(|part| object.fields.contains_key(*part));
                let connection = !name.ends_with("Connection") || relay(&["edges", "pageInfo"]);
                hold(connection, name.to_string(), "connections have edges and pageInfo");
                let edge = !name.ends_with("Edge") || relay(&["node", "cursor"]);
                hold(edge, name.to_string(), "edges have node and cursor");
            }
            ExtendedType::InputObject(input) => {
                let ending = ["Input", "Where", "Filter", "Order", "Having", "By", "Range"];
                let ends = ending.iter().any(|ending| name.ends_with(ending));
                hold(ends, name.to_string(), &format!("inputs end in one of {}", ending.join(", ")));
                for field in input.fields.keys() {
                    hold(camel(field), format!("{name}.{field}"), "fields of inputs are in camelCase");
                }
            }
            ExtendedType::Enum(kind) => {
                for value in kind.values.keys() {
                    hold(upper(value), format!("{name}.{value}"), "enum values are in UPPER_CASE");
                }
            }
            _ => {}
        }
    }
    let mutations = schema.get_object("Mutation").unwrap();
    for (field, definition) in &mutations.fields {
        let place = format!("Mutation.{field}");
        let payload = definition.ty.inner_named_type();
        let takes_input =
            matches!(&*definition.arguments, [only] if only.name == "input" && only.ty.is_non_null());
        hold(takes_input, place.clone(), "operations take one input");
        hold(payload.ends_with("Payload"), place.clone(), "operations answer with a payload");
        let errors = schema.get_object(payload).and_then(|payload| payload.fields.get("userErrors"));
        let errors = errors.is_some_and(|errors| errors.ty.to_string() == "[UserError!]!");
        hold(errors, place.clone(), "payloads have userErrors: [UserError!]!");
        let input = schema.get_input_object(definition.arguments[0].ty.inner_named_type());
        let key = input.is_some_and(|input| input.fields.contains_key("idempotencyKey"));
        // An outcome that is kept for a second asking would keep the text of a key, which is shown once.
        let of_keys = ["KeyPayload", "RevokeKeyPayload"].contains(&payload.as_str());
        hold(key || of_keys, place, "inputs take an idempotencyKey");
    }
    assert!(odd.is_empty(), "{} names:\n{}", odd.len(), odd.join("\n"));
}

/// What September 2025 adds to schemas can be written in ours, and is published as written.
#[tokio::test]
async fn one_of_and_deprecations_are_published() {
    let text = r#"
        "Questions (các truy vấn)."
        type Query {
          "One (một)."
          one("By (theo)." by: ChoiceInput!, "Old (cũ)." old: Int @deprecated(reason: "use by")): One
          "Was (đã)."
          was: One @deprecated(reason: "use one")
        }
        "One (một)."
        type One { "Name (tên)." name: String }
        "Exactly one (chọn một)."
        input ChoiceInput @oneOf {
          "Id (mã)." id: ID
          "Code (mã)." code: String
          "Old (cũ)." old: String @deprecated(reason: "use code")
        }
    "#;
    let mut catalog = catalog::load_embedded().unwrap();
    let operations = Source { path: "operations.graphql".to_owned(), text: text.to_owned() };
    catalog::load_operations(&mut catalog, &operations).unwrap();
    let sdl = lienthong::graph::published_sdl(&catalog).unwrap();
    for line in [
        "input ChoiceInput @oneOf {",
        "old: Int @deprecated(reason: \"use by\")",
        "old: String @deprecated(reason: \"use code\")",
        "was: One @deprecated(reason: \"use one\")",
        "directive @oneOf on INPUT_OBJECT",
    ] {
        assert!(sdl.contains(line), "{line}");
    }
    let engine = engine(catalog);
    let query = "{
        input: __type(name: \"ChoiceInput\") { isOneOf few: inputFields { name } all: inputFields(includeDeprecated: true) { name isDeprecated deprecationReason } }
        other: __type(name: \"IdFilter\") { isOneOf }
        scalar: __type(name: \"Date\") { isOneOf specifiedByURL }
        query: __type(name: \"Query\") { fields(includeDeprecated: true) { name isDeprecated deprecationReason few: args { name } all: args(includeDeprecated: true) { name isDeprecated deprecationReason } } }
    }";
    let data = introspected(&engine, query).await;
    assert_eq!((&data["input"]["isOneOf"], &data["other"]["isOneOf"]), (&json!(true), &json!(false)));
    assert_eq!(data["scalar"]["isOneOf"], Value::Null);
    assert_eq!(data["input"]["few"], json!([{ "name": "id" }, { "name": "code" }]));
    let old = json!({ "name": "old", "isDeprecated": true, "deprecationReason": "use code" });
    assert_eq!(data["input"]["all"][2], old);
    let fields = data["query"]["fields"].as_array().unwrap();
    let field = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
    assert_eq!(field("was")["deprecationReason"], "use one");
    assert_eq!(field("one")["few"], json!([{ "name": "by" }]));
    assert_eq!(field("one")["all"][1]["deprecationReason"], "use by");
    for (document, code) in [
        ("{ one(by: { id: \"a\", code: \"b\" }) { name } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($id: ID) { one(by: { id: $id }) { name } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query Q($by: ChoiceInput! = { id: \"a\" }) { one(by: $by) { name } }", "FORBIDDEN"),
    ] {
        let answer = engine.execute(Request { query: document.to_owned(), ..crate::harness::asked() }).await;
        assert_eq!(answer.stats.error_code, code, "{document}");
    }
}

/// Descriptions on operations, escapes of any character: also where async-graphql answers.
#[tokio::test]
async fn documents_of_2025_are_read() {
    let engine = engine(catalog::load_embedded().unwrap());
    let query = "\"Tên của một kiểu.\" query Name(\"kiểu\" $name: String = \"\\u{50}roduct\") { __type(name: $name) { ...T } }
        \"\"\"Chỉ tên.\"\"\" fragment T on __Type { name }";
    assert_eq!(introspected(&engine, query).await, json!({ "__type": { "name": "Product" } }));
}
