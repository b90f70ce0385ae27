//! Documents that are nearly GraphQL, through the grammar and the judge: a verdict comes soon, and says the same however
//! the document is laid out and whether or not names near a wrong one are told. Cursors and ids that are forged.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lienthong::graph::{Documents, Verdict, reads_cursor};
use lienthong::store::id;
use serde_json::{Map, Value, json};

use super::cells;
use super::chance::Chance;

const SCHEMA: &str = include_str!("../../../schema/published.graphql");

/// Judges that tell names near a wrong one, and that do not.
static JUDGES: LazyLock<[Documents; 2]> = LazyLock::new(|| {
    let judge = || Documents::new(SCHEMA).expect("a judge");
    [judge(), judge().telling(None)]
});

/// Words that documents are made of.
const WORDS: [&str; 64] = [
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "Query",
    "Product",
    "Producer",
    "...",
    "... on",
    "...A",
    "A",
    "{",
    "{",
    "{",
    "}",
    "}",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "=",
    "|",
    "&",
    "@include(if: true)",
    "@skip(if: $v)",
    "@a",
    "$v",
    "$w",
    "products",
    "producers",
    "producer",
    "nodes",
    "edges",
    "node",
    "id",
    "name",
    "totalCount",
    "recognitions",
    "first: 3",
    "last: -1",
    "after: \"AgA\"",
    "where: {name: {eq: \"a\"}}",
    "orderBy: [{name: ASC}]",
    "within",
    "search",
    "__typename",
    "__schema { types { name } }",
    "__type(name: \"A\")",
    "a:",
    "\"\"\"b\"\"\"",
    "\"\\u{1F600}\"",
    "\"\\ud83d\"",
    "1",
    "-0",
    "1e999",
    "null",
    "true",
    "#c\n",
    ",",
    "\u{feff}",
];

/// Documents that hold, to be harmed.
const GOOD: [&str; 6] = [
    "{ products(first: 3, where: {name: {contains: \"gạo\"}}) { totalCount nodes { id name producer { name } } } }",
    "query A($v: ID!) { node(id: $v) { id ... on Product { name stars } } }",
    "query B($v: [ID!]!) { nodes(ids: $v) { __typename } } query C { __typename }",
    "{ ...A } fragment A on Query { producers(orderBy: [{name: DESC}]) { edges { cursor node { ...B } } } } fragment B on Producer { name }",
    "{ productsAggregate { count } __schema { queryType { name } } }",
    "mutation($v: JudgeInput!) { judge(input: $v) { userErrors { code } } }",
];

/// A document, or something like one.
pub fn text(chance: &mut Chance) -> String {
    if chance.one_in(2) {
        let mut words: Vec<&str> = Vec::new();
        for _ in 0..chance.below(60) {
            words.push(*chance.pick(&WORDS));
        }
        return words.join(if chance.one_in(3) { "" } else { " " });
    }
    let mut document: Vec<char> = chance.pick::<&str>(&GOOD).chars().collect();
    for _ in 0..chance.below(4) {
        let at = chance.below(document.len());
        match chance.below(4) {
            0 => drop(document.remove(at)),
            1 => document.truncate(at.max(1)),
            2 => document.splice(at..at, cells::text(chance).chars()).for_each(drop),
            _ => document.splice(at..at, chance.pick::<&str>(&WORDS).chars()).for_each(drop),
        }
        if document.is_empty() {
            break;
        }
    }
    document.into_iter().collect()
}

/// Variables of any kind.
pub fn variables(chance: &mut Chance) -> Value {
    let mut given = Map::new();
    for name in ["v", "w", "__proto__"] {
        if chance.one_in(2) {
            given.insert(name.to_owned(), value(chance, 0));
        }
    }
    Value::Object(given)
}

fn value(chance: &mut Chance, depth: usize) -> Value {
    match chance.below(if depth > 4 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => json!(chance.one_in(2)),
        2 => json!(chance.next() as i64),
        3 => json!(f64::from_bits(chance.next())),
        4 | 5 => json!(cells::text(chance)),
        6 => (0..chance.below(4)).map(|_| value(chance, depth + 1)).collect(),
        _ => {
            let keys = ["name", "eq", "and", "not", "in", "id"];
            let pairs = (0..chance.below(4))
                .map(|_| (chance.pick::<&str>(&keys).to_string(), value(chance, depth + 1)));
            Value::Object(pairs.collect())
        }
    }
}

/// One document.
pub fn documents(seed: u64) {
    let mut chance = Chance::new(seed);
    let document = text(&mut chance);
    let given = match variables(&mut chance) {
        Value::Object(given) if chance.one_in(2) => Some(given),
        _ => None,
    };
    let begun = Instant::now();
    let kind = |judge: &Documents, text: &str| match judge.verdict(text, given.clone()) {
        Verdict::Valid => "valid",
        Verdict::Syntax(_) => "syntax",
        Verdict::Invalid(_) => "invalid",
    };
    let told = kind(&JUDGES[0], &document);
    assert_eq!(told, kind(&JUDGES[1], &document), "seed {seed}: {document}");
    let laid_out = format!("# a comment\n,, {document}\n#");
    assert_eq!(told, kind(&JUDGES[0], &laid_out), "seed {seed}: laid out otherwise: {document}");
    assert!(begun.elapsed() < Duration::from_secs(20), "seed {seed}: took {:?}: {document}", begun.elapsed());
}

/// Cursors and ids: some as the hub makes them, harmed.
pub fn cursors(seed: u64) {
    let mut chance = Chance::new(seed);
    let (order, filter) = (chance.next() as u32, chance.next() as u32);
    let mut bytes = vec![2];
    bytes.extend(order.to_be_bytes());
    bytes.extend(filter.to_be_bytes());
    bytes.extend((chance.next() as u128 * 7).to_be_bytes());
    for _ in 0..chance.below(4) {
        let term = cells::text(&mut chance);
        let length = if chance.one_in(4) { chance.next() as u32 } else { term.len() as u32 };
        bytes.extend(length.to_be_bytes());
        bytes.extend(term.bytes());
    }
    for _ in 0..chance.below(3) {
        let at = chance.below(bytes.len());
        bytes[at] ^= (chance.next() & 0xff) as u8;
    }
    let mut text = base64_url(&bytes);
    if chance.one_in(4) {
        text += &cells::text(&mut chance);
    }
    let _ = reads_cursor(&text, order, filter);
    let _ = reads_cursor(&cells::text(&mut chance), order, filter);
    // A text that is an id is that id's own.
    let forged = format!("{}_{}", chance.pick(&["product", "a", "", "__proto__"]), cells::text(&mut chance));
    for text in [forged, id::encode("product", uuid::Uuid::from_u128(chance.next() as u128))] {
        if let Some((prefix, uuid)) = id::decode(&text) {
            assert_eq!(id::encode(prefix, uuid), text, "seed {seed}");
        }
    }
}

fn base64_url(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for letter in 0..=three.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * letter)) as usize & 63]));
        }
    }
    text
}
