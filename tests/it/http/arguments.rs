//! Hostile texts into every argument of the published schema that takes one, found by walking the schema: each
//! answer is coded, tells nothing of the inside, and leaves everything as it was.

use std::collections::{BTreeMap, HashSet, VecDeque};

use apollo_compiler::Schema;
use apollo_compiler::ast::{FieldDefinition, InputValueDefinition, Type};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use serde_json::{Value, json};

use super::doors::{Hub, graphql};

/// Texts made to break out of, slow down or blow up what they are put into.
fn texts() -> Vec<String> {
    let plain = [
        "'",
        "\"",
        "\\",
        "''",
        "'; drop table product; --",
        "' or '1'='1",
        "\\'; select pg_sleep(10); --",
        "$1",
        "$$x$$",
        "%",
        "_",
        "%_%_%_%",
        "*",
        "(a+)+$",
        "((((((((((",
        "[",
        "{1,99999}",
        "a|b|",
        "(?<=x",
        "\u{0}",
        "a\u{0}b",
        "\u{202e}abc",
        "\u{feff}",
        "\r\nSet-Cookie: a=b",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${jndi:x}",
        "null",
        "-1",
        "NaN",
        "1e999",
        "9999-99-99",
        "0000-00-00",
        "2025-02-30",
        "+292278994-08-17T07:12:55Z",
        "٣",
        "ẤẬẪ Đường",
        "product_00000000000000000000000000",
        "product_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        "_",
        "product_",
        "AAAA",
        "=====",
        "",
    ];
    let mut texts: Vec<String> = plain.map(str::to_owned).into();
    texts.extend([
        "a".repeat(20_000),
        "a\u{301}".repeat(5_000),
        "đ ".repeat(3_000),
        "%a".repeat(5_000),
        "(".repeat(5_000),
    ]);
    texts
}

/// A place that takes a text: a selection with `$v` in it, and the type of `$v`.
struct Leaf {
    place: String,
    selection: String,
    ty: String,
}

impl Leaf {
    /// Whether it takes texts of a kind alone: what is none refuses the request.
    fn is_strict(&self) -> bool {
        ["Date!", "DateTime!", "Decimal!", "Money!"].contains(&self.ty.as_str())
    }
}

struct Walk<'s> {
    schema: &'s Schema,
    seen: HashSet<String>,
    leaves: Vec<Leaf>,
}

impl<'s> Walk<'s> {
    /// All arguments of a field; `around` has the selection that leads to it, with `@` in its place.
    fn field(&mut self, owner: &str, field: &'s FieldDefinition, around: &str) {
        for argument in &field.arguments {
            let place = format!("{owner}.{}({}:)", field.name, argument.name);
            let others =
                field.arguments.iter().filter(|other| other.name != argument.name && other.is_required());
            let mut others: String =
                others.map(|other| format!(", {}: {}", other.name, self.filling(&other.ty))).collect();
            if argument.name == "before" {
                others.push_str(", last: 2");
            }
            // Of id and natural keys exactly one is given; a day goes with the key it is for.
            if owner == "Query" && has_keys(field) {
                match argument.name.as_str() {
                    "on" => others.push_str(", code: \"x\""),
                    "asOf" => others.push_str(", id: \"x\""),
                    _ => {}
                }
            }
            let selection = self.selection(&field.ty);
            let around = |value: &str| {
                around.replace('@', &format!("{}({}: {value}{others}){selection}", field.name, argument.name))
            };
            self.value(&place, &argument.ty, "§", &around, 4);
        }
    }

    /// `written` is the value so far, with `§` where this one goes.
    fn value(
        &mut self,
        place: &str,
        ty: &'s Type,
        written: &str,
        around: &dyn Fn(&str) -> String,
        depth: usize,
    ) {
        let name = ty.inner_named_type();
        let fill = if ty.is_list() { written.replace('§', "[§]") } else { written.to_owned() };
        match &self.schema.types[name] {
            ExtendedType::Scalar(_) if ["Int", "Float", "Boolean"].contains(&name.as_str()) => {}
            ExtendedType::Scalar(_) => {
                let selection = around(&fill.replace('§', "$v"));
                let leaf = Leaf { place: place.to_owned(), selection, ty: format!("{name}!") };
                self.leaves.extend(self.seen.insert(place.to_owned()).then_some(leaf));
            }
            ExtendedType::InputObject(input) if depth > 0 => {
                for field in input.fields.values() {
                    // A comparison is tried once on each field of each entity, however it is reached.
                    let here = place.rsplit(" > ").next().unwrap_or_default();
                    let here = if here.contains("Filter.") || !here.contains('.') { "" } else { here };
                    let next = format!("{here} > {name}.{}", field.name);
                    if !self.seen.insert(format!("{next} at {}", depth == 4)) && depth < 4 {
                        continue;
                    }
                    let object = format!("{{{}: §{}}}", field.name, self.others(input, field));
                    self.value(&next, &field.ty, &fill.replace('§', &object), around, depth - 1);
                }
            }
            _ => {}
        }
    }

    fn others(&self, input: &InputObjectType, given: &InputValueDefinition) -> String {
        let required = input.fields.values().filter(|f| f.is_required() && f.name != given.name);
        required.map(|f| format!(", {}: {}", f.name, self.filling(&f.ty))).collect()
    }

    /// Some value of a type.
    fn filling(&self, ty: &Type) -> String {
        if ty.is_list() {
            return format!("[{}]", self.filling(ty.item_type()));
        }
        match &self.schema.types[ty.inner_named_type()] {
            ExtendedType::Enum(kind) => kind.values.keys().next().unwrap().to_string(),
            ExtendedType::InputObject(input) => {
                let required = input.fields.values().filter(|field| field.is_required());
                let fields: Vec<_> =
                    required.map(|f| format!("{}: {}", f.name, self.filling(&f.ty))).collect();
                format!("{{{}}}", fields.join(", "))
            }
            _ => match ty.inner_named_type().as_str() {
                "Int" | "Float" => "1".to_owned(),
                "Boolean" => "true".to_owned(),
                "Date" => "\"2025-07-01\"".to_owned(),
                "DateTime" => "\"2025-07-01T08:00:00Z\"".to_owned(),
                "Decimal" | "Money" => "\"1\"".to_owned(),
                _ => "\"x\"".to_owned(),
            },
        }
    }

    /// Some selection of a type, which makes it work.
    fn selection(&self, ty: &Type) -> String {
        let fields = match &self.schema.types[ty.inner_named_type()] {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(_) | ExtendedType::Union(_) => return " { __typename }".to_owned(),
            _ => return String::new(),
        };
        let has = |name: &str| fields.contains_key(name);
        match () {
            () if has("nodes") && has("pageInfo") => {
                " { nodes { __typename } pageInfo { endCursor } }".to_owned()
            }
            () if has("userErrors") => " { userErrors { code field message } }".to_owned(),
            () => " { __typename }".to_owned(),
        }
    }
}

/// Whether a field finds one thing by its id or a natural key.
fn has_keys(field: &FieldDefinition) -> bool {
    field.argument_by_name("id").is_some_and(|id| !id.is_required())
}

/// The shortest way from the query type to each object type, by fields that need nothing.
fn ways(schema: &Schema) -> BTreeMap<String, String> {
    let mut ways = BTreeMap::from([("Query".to_owned(), "@".to_owned())]);
    let mut open = VecDeque::from(["Query".to_owned()]);
    while let Some(owner) = open.pop_front() {
        let Some(object) = schema.get_object(&owner) else { continue };
        for field in object.fields.values() {
            let next = field.ty.inner_named_type();
            let free = !field.arguments.iter().any(|argument| argument.is_required()) && !has_keys(field);
            if free && schema.get_object(next).is_some() && !ways.contains_key(next.as_str()) {
                let page = if field.argument_by_name("first").is_some() { "(first: 2)" } else { "" };
                let way = ways[&owner].replace('@', &format!("{}{page} {{ @ }}", field.name));
                ways.insert(next.to_string(), way);
                open.push_back(next.to_string());
            }
        }
    }
    ways
}

fn leaves(schema: &Schema, mutations: bool) -> Vec<Leaf> {
    let mut walk = Walk { schema, seen: HashSet::new(), leaves: Vec::new() };
    let ways = match mutations {
        true => BTreeMap::from([("Mutation".to_owned(), "@".to_owned())]),
        false => ways(schema),
    };
    for (owner, way) in &ways {
        for field in schema.get_object(owner).unwrap().fields.values() {
            walk.field(owner, field, way);
        }
    }
    walk.leaves
}

/// What no answer may have: a fault of ours, or words of what is behind.
fn told_too_much(answer: &Value) -> Option<String> {
    let text = answer.to_string();
    let inside = [
        "INTERNAL_SERVER_ERROR",
        "syntax error at",
        "pg_",
        "unterminated",
        "invalid byte",
        "SqlState",
        "panicked",
    ];
    let codes = answer["errors"].as_array().into_iter().flatten().map(|error| &error["extensions"]["code"]);
    if codes.into_iter().any(|code| code.as_str().is_none_or(str::is_empty)) {
        return Some("an error without a code".to_owned());
    }
    // The text itself may be told again, in quotes; only codes and words of ours are looked at.
    inside
        .iter()
        .find(|word| text.contains(*word) && !text.contains("pg_sleep"))
        .map(|word| (*word).to_owned())
}

async fn counts(hub: &Hub) -> Vec<(String, i64)> {
    let catalog = lienthong::catalog::load_embedded().unwrap();
    let mut counts = Vec::new();
    // The audit log grows with every try.
    for entity in catalog.entities.values().filter(|entity| entity.table != "audit_record") {
        let sql = format!("select count(*) from {}", entity.table);
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&hub.database.pool).await.unwrap();
        counts.push((entity.table.clone(), count));
    }
    counts
}

/// Asks for several places at once, each with its text. What is wrong with the answer, and its status.
async fn ask(hub: &Hub, tried: &[(&Leaf, &str)]) -> Result<(), (u16, String)> {
    let (mut declared, mut body, mut variables) = (Vec::new(), String::new(), json!({}));
    for (n, (leaf, text)) in tried.iter().enumerate() {
        declared.push(format!("$v{n}: {}", leaf.ty));
        body += &format!(" a{n}: {}", leaf.selection.replace("$v", &format!("$v{n}")));
        variables[format!("v{n}")] = (*text).into();
    }
    let document = format!("query({}) {{{body} }}", declared.join(", "));
    let seen = hub.send(graphql(&document, variables)).await;
    let (status, answer) = (seen.status.as_u16(), seen.json());
    match told_too_much(&answer) {
        Some(what) => Err((status, format!("{what}: {answer}"))),
        None if [200, 294].contains(&status) => Ok(()),
        None => Err((status, format!("refused: {answer} for {document}"))),
    }
}

#[tokio::test]
async fn every_argument_of_every_question() {
    let schema =
        Schema::parse_and_validate(include_str!("../../../schema/published.graphql"), "published").unwrap();
    let leaves = leaves(&schema, false);
    assert!(leaves.len() > 500, "only {} places", leaves.len());
    let hub = Hub::of_admin().await;
    let data = include_str!("../../cases/graph/data.sql");
    sqlx::raw_sql(data).execute(&hub.database.pool).await.unwrap();
    let before = counts(&hub).await;
    let texts = texts();
    let (mut wrong, mut refused) = (Vec::new(), 0);
    // Two rounds, so that each place gets two texts and each text goes to many places.
    for round in 0..2 {
        for (at, group) in leaves.chunks(12).enumerate() {
            let text = |n: usize| texts[(at * 12 + n * 7 + round * 17) % texts.len()].as_str();
            let tried: Vec<_> = group.iter().enumerate().map(|(n, leaf)| (leaf, text(n))).collect();
            if ask(&hub, &tried).await.is_ok() {
                continue;
            }
            // One that is refused as a whole hides the others.
            for one in &tried {
                match ask(&hub, &[*one]).await {
                    Ok(()) => {}
                    Err((422, what)) if what.starts_with("refused") => {
                        refused += usize::from(!one.0.is_strict());
                    }
                    Err((status, what)) => {
                        wrong.push(format!("{status} {what} for {} of {:?}", one.0.place, one.1));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}:\n{}",
        wrong.len(),
        wrong.join("\n").chars().take(8000).collect::<String>()
    );
    let asked = 2 * leaves.iter().filter(|leaf| !leaf.is_strict()).count();
    assert!(refused * 5 < asked, "{refused} of {asked} were refused before anything ran: little was tried");
    assert_eq!(counts(&hub).await, before);
}

#[tokio::test]
async fn every_argument_of_every_operation() {
    let schema =
        Schema::parse_and_validate(include_str!("../../../schema/published.graphql"), "published").unwrap();
    let leaves = leaves(&schema, true);
    assert!(leaves.len() > 20, "only {} places", leaves.len());
    let hub = Hub::of_admin().await;
    let before = counts(&hub).await;
    let texts = texts();
    let mut wrong = Vec::new();
    // What a key is called is whatever its maker likes: there is no mistake to be made.
    let free = ["CreateKeyInput.label", "CreateKeyInput.organisation"];
    let strict = leaves.iter().filter(|leaf| !free.iter().any(|field| leaf.place.ends_with(field)));
    for (at, leaf) in strict.enumerate() {
        for step in 0..3 {
            let text = &texts[(at * 11 + step * 17) % texts.len()];
            let document = format!("mutation($v: {}) {{ {} }}", leaf.ty, leaf.selection);
            let seen = hub.send(graphql(&document, json!({ "v": text }))).await;
            let answer = seen.json();
            let errors =
                answer["data"].as_object().and_then(|data| data.values().next()?["userErrors"].as_array());
            let coded = errors.is_some_and(|errors| !errors.is_empty());
            // What is none of its scalar does not come to the operation at all.
            let refused = leaf.is_strict() && seen.status.as_u16() == 422 && seen.code() == "BAD_USER_INPUT";
            if !refused && (!coded || seen.status.as_u16() != 200) {
                wrong.push(format!("{}: {answer} for {text:?}", leaf.place));
            } else if let Some(what) = told_too_much(&answer) {
                wrong.push(format!("{what}: {answer} for {} of {text:?}", leaf.place));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}:\n{}",
        wrong.len(),
        wrong.join("\n").chars().take(8000).collect::<String>()
    );
    assert_eq!(counts(&hub).await, before);
}
