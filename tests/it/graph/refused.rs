//! Mistakes that refuse a request as a whole: by their codes, their words and their places.

use lienthong::graph::Request;
use serde_json::{Value, json};

use super::engine;

/// Mistakes that refuse the whole request, each with its code.
#[tokio::test]
async fn mistakes_in_the_grammar_are_told_by_code() {
    let (_database, engine) = engine().await;
    let deep = |open: &str, close: &str, n| format!("{}{}", open.repeat(n), close.repeat(n));
    let many = "{name: {eq: \"x\"}}, ".repeat(101);
    let refused = [
        ("NULL_IN_WHERE", "{ products(where: {name: {eq: null}}) { totalCount } }".to_owned()),
        ("NULL_IN_WHERE", "{ products(where: {producer: null}) { totalCount } }".to_owned()),
        ("TOO_MANY_CONDITIONS", format!("{{ products(where: {{or: [{many}]}}) {{ totalCount }} }}")),
        (
            "WHERE_TOO_DEEP",
            format!("{{ products(where: {{{}}}) {{ totalCount }} }}", deep("not: {", "}", 12)),
        ),
        ("ONE_KEY", "{ producer { name } }".to_owned()),
        ("ONE_KEY", "{ producer(id: \"a\", taxCode: \"b\") { name } }".to_owned()),
        ("KEY_NOT_GROUPED", "{ products { groups(by: [{field: STARS}]) { key { name } } } }".to_owned()),
        (
            "TOO_MANY_TERMS",
            format!("{{ products(orderBy: [{}]) {{ nodes {{ id }} }} }}", "{name: ASC}, ".repeat(6)),
        ),
        (
            "PATH_TOO_LONG",
            format!(
                "{{ adminUnits(orderBy: [{{{}}}]) {{ nodes {{ id }} }} }}",
                deep("parent: {", "}", 5).replace("{}", "{name: ASC}")
            ),
        ),
        (
            "TOO_MANY_STATEMENTS",
            format!(
                "{{ {} }}",
                (0..101)
                    .map(|n| format!("a{n}: products {{ totalCount nodes {{ id }} }} "))
                    .collect::<String>()
            ),
        ),
    ];
    for (code, query) in refused {
        let answer = engine.execute(Request { query: query.clone(), ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}: {answer}");
        assert!(answer.get("data").is_none(), "{query}: {answer}");
        // What is about a field says where that stands.
        let located = answer["errors"][0]["locations"][0]["line"] == 1;
        assert!(located || code == "TOO_MANY_STATEMENTS", "{query}: {answer}");
    }
}

/// A null in a condition is told how to ask for what is missing, where that can be asked for.
#[tokio::test]
async fn nulls_in_conditions_are_told_what_there_is_instead() {
    let (_database, engine) = engine().await;
    for (condition, instead, column) in [
        ("name: null", "ask {isNull: true}, or leave it out", 3),
        ("name: { eq: null }", "ask {isNull: true}, or leave it out", 3),
        ("id: null", "ask {isNull: true}, or leave it out", 3),
        ("producer: null", "ask {id: {isNull: true}}, or leave it out", 3),
        ("recognitions: null", "no condition: leave it out", 3),
        ("recognitions: { some: null }", "no condition: leave it out", 3),
        ("recognitions: { some: { inForceOn: null } }", "no condition: leave it out", 3),
        ("within: null", "no condition: leave it out", 3),
        ("and: null", "no condition: leave it out", 3),
        ("not: null", "no condition: leave it out", 3),
        ("onDay: null", "no condition: leave it out", 3),
    ] {
        let query = format!("{{ products(where: {{ {condition} }}) {{ totalCount }} }}");
        let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "NULL_IN_WHERE", "{condition}: {answer}");
        assert!(
            error["message"].as_str().is_some_and(|told| told.ends_with(instead)),
            "{condition}: {answer}"
        );
        let told = error["extensions"]["messageVi"].as_str().unwrap_or_default();
        assert_eq!(told.contains("isNull"), instead.contains("isNull"), "{condition}: {answer}");
        assert_eq!(error["locations"], json!([{ "line": 1, "column": column }]), "{condition}: {answer}");
    }
}

/// Mistakes within a list are told at the list.
#[tokio::test]
async fn mistakes_within_are_told_where_they_stand() {
    let (_database, engine) = engine().await;
    for (code, query, at) in [
        (
            "INVALID_PAGE",
            "{ producers {\n nodes {\n  products(first: 1, last: 1) { totalCount } } } }",
            (3, 3),
        ),
        (
            "NULL_IN_WHERE",
            "{ producers {\n nodes { a: products(where: { name: null }) { totalCount } } } }",
            (2, 10),
        ),
        ("KEY_NOT_GROUPED", "{ products {\n groups(by: [{field: STARS}]) { key { name } } } }", (2, 2)),
    ] {
        let answer = engine.execute(Request { query: query.to_owned(), ..crate::harness::asked() }).await;
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], code, "{answer}");
        assert_eq!(error["locations"], json!([{ "line": at.0, "column": at.1 }]), "{answer}");
    }
}

/// Values that a scalar does not take refuse the request, whether or not a plan would have looked at them.
#[tokio::test]
async fn days_and_decimals_that_are_none_are_refused_as_a_whole() {
    let (_database, engine) = engine().await;
    let ask = async |query: &str, variables: Value| -> Value {
        let variables = variables.as_object().cloned().expect("variables");
        let request = Request { query: query.to_owned(), variables, ..crate::harness::asked() };
        serde_json::from_slice(&engine.execute(request).await.body).expect("JSON")
    };
    for (query, column, vi) in [
        ("{ producers(asOf: \"hôm qua\", first: 1) { nodes { name } } }", 19, "cần ngày"),
        ("{ products(asOf: \"2024-02-30\") { totalCount } }", 18, "cần ngày"),
        ("{ products(asOf: 12) { totalCount } }", 18, "cần ngày"),
        ("{ products(asOf: [\"2024-02-03\"]) { totalCount } }", 18, "cần ngày"),
        ("{ products(where: { onDay: { day: \"x\", where: {} } }) { totalCount } }", 35, "cần ngày"),
        (
            "{ indicatorSeries(code: \"X\", days: [\"2024-01-01\", \"x\"]) { points { asOf } } }",
            51,
            "cần ngày",
        ),
        ("{ listings(where: { price: { in: [1, \"đ\"] } }) { totalCount } }", 38, "cần số thập phân"),
        ("query($d: Date = \"x\") { products(asOf: $d) { totalCount } }", 18, "cần ngày"),
    ] {
        let answer = ask(query, json!({})).await;
        let error = &answer["errors"][0];
        assert!(answer.get("data").is_none(), "{query}: {answer}");
        assert_eq!(error["extensions"]["code"], "INVALID_VALUE", "{query}: {answer}");
        assert_eq!(error["locations"], json!([{ "line": 1, "column": column }]), "{query}: {answer}");
        let told = error["extensions"]["messageVi"].as_str().unwrap_or_default();
        assert!(told.contains(vi), "{query}: {answer}");
    }
    let by_day = "query($d: Date!) { products(asOf: $d) { totalCount } }";
    let by_where = "query($w: ProductWhere) { products(where: $w) { totalCount } }";
    for (query, variables, place) in [
        (by_day, json!({ "d": "rác" }), "$d is"),
        (by_day, json!({ "d": 12 }), "$d is"),
        (by_day, json!({ "d": "99999-01-01" }), "$d is"),
        (
            by_where,
            json!({ "w": { "or": [{}, { "onDay": { "day": "x", "where": {} } }] } }),
            "$w.or[1].onDay.day is",
        ),
        (
            "query($p: [Decimal!]) { listings(where: { price: { in: $p } }) { totalCount } }",
            json!({ "p": [1, "1,5"] }),
            "$p[1] is",
        ),
    ] {
        let answer = ask(query, variables).await;
        let error = &answer["errors"][0];
        assert!(answer.get("data").is_none(), "{query}: {answer}");
        assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query}: {answer}");
        assert!(error["message"].as_str().is_some_and(|told| told.starts_with(place)), "{query}: {answer}");
    }
    // What is none for one scalar may be one for another.
    let answer =
        ask("{ listings(where: { price: { in: [1, 2.5, \"3e2\"] } }) { totalCount } }", json!({})).await;
    assert_eq!(answer["data"]["listings"]["totalCount"].as_i64().map(|n| n >= 0), Some(true), "{answer}");
}
