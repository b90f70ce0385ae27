//! Figures: golden cases over invented rows, and what must hold of every indicator whatever its file says.

use std::path::Path;
use std::sync::Arc;

use lienthong::catalog::indicator::{self, Take};
use lienthong::catalog::{Catalog, Source, load_embedded};
use lienthong::clock::Clock;
use lienthong::graph::{Engine, Request};
use serde_json::{Value, json};

use crate::harness::TestDatabase;

/// Set to write the answers in the place of comparing them; read the difference before committing it.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/indicators");
/// Days on which every indicator is asked for.
const DAYS: [&str; 3] = ["2021-06-30", "2023-12-31", "2025-12-31"];
/// Places that are there on all of them.
const SCOPE: &str = "49@2023-12-31";

pub async fn engine() -> (TestDatabase, Engine, Arc<Catalog>) {
    let database = TestDatabase::create().await;
    let data = std::fs::read_to_string(Path::new(CASES).join("data.sql")).unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(data)).execute(&database.pool).await.unwrap();
    let catalog = Arc::new(load_embedded().unwrap());
    let today = Clock::Fixed("2026-06-15T02:00:00Z".parse().unwrap());
    let engine = Engine::new(Arc::clone(&catalog), database.pool.clone()).unwrap().at(today);
    (database, engine, catalog)
}

async fn asked(engine: &Engine, query: String) -> Value {
    let answer = engine.execute(Request { query, ..crate::harness::asked() }).await;
    serde_json::from_slice(&answer.body).unwrap()
}

async fn told(engine: &Engine, query: String) -> Value {
    let answer = asked(engine, query.clone()).await;
    assert!(answer.get("errors").is_none(), "{query}: {answer}");
    answer["data"].clone()
}

#[tokio::test]
async fn every_case_gets_its_answer() {
    let (_database, engine, _) = engine().await;
    let mut cases: Vec<_> = std::fs::read_dir(CASES).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|e| e == "graphql"));
    cases.sort();
    assert!(cases.len() >= 12, "{} cases", cases.len());
    for path in cases {
        let answer = asked(&engine, std::fs::read_to_string(&path).unwrap()).await;
        let expected = path.with_extension("json");
        if REWRITE.is_some() {
            std::fs::write(&expected, serde_json::to_string_pretty(&answer).unwrap() + "\n").unwrap();
            continue;
        }
        let expected: Value = serde_json::from_str(&std::fs::read_to_string(&expected).unwrap()).unwrap();
        assert_eq!(answer, expected, "{}", path.display());
    }
}

/// By async-graphql's executor, which picks the answer apart, too.
#[tokio::test]
async fn both_roads_give_one_answer() {
    let (_database, engine, _) = engine().await;
    for case in ["a_figure", "districts", "groups", "programme", "reconciliation", "series"] {
        let query = std::fs::read_to_string(Path::new(CASES).join(format!("{case}.graphql"))).unwrap();
        let request = Request { query, ..crate::harness::asked() };
        let compiled: Value = serde_json::from_slice(&engine.execute(request.clone()).await.body).unwrap();
        let executed = engine.execute_by_executor(request).await;
        let executed: Value = serde_json::from_slice(&executed.body).unwrap();
        assert_eq!(compiled["data"], executed["data"], "{case}: {executed}");
    }
}

/// The rows behind a number are as many as it says, and a point of a series is the figure of its day.
#[tokio::test]
async fn numbers_are_their_rows_and_series_their_figures() {
    let (_database, engine, catalog) = engine().await;
    let days = DAYS.map(|day| format!("\"{day}\"")).join(", ");
    let mut counted = 0;
    for indicator in catalog.indicators.all.values() {
        let scope = match indicator.parts().all(|part| part.placed) {
            true => format!(", scope: \"{SCOPE}\""),
            false => String::new(),
        };
        let code = &indicator.code;
        let figures = DAYS.iter().enumerate().map(|(n, day)| {
            format!(
                "f{n}: indicator(code: \"{code}\"{scope}, asOf: \"{day}\") \
                 {{ value numerator denominator reason {{ code }} rows(first: 0) {{ totalCount }} }} "
            )
        });
        let series = format!(
            "series: indicatorSeries(code: \"{code}\"{scope}, days: [{days}]) {{ points {{ value numerator denominator }} }}"
        );
        let data = told(&engine, format!("{{ {}{series} }}", figures.collect::<String>())).await;
        for n in 0..DAYS.len() {
            let (figure, point) = (&data[format!("f{n}")], &data["series"]["points"][n]);
            for name in ["value", "numerator", "denominator"] {
                assert_eq!(figure[name], point[name], "{code} on {}: {name}", DAYS[n]);
            }
            assert_eq!(figure["value"].is_null(), !figure["reason"].is_null(), "{code}: {figure}");
            let is_count = indicator.numerator.take == Take::Count || indicator.rows.is_some();
            if is_count {
                let rows = figure["rows"]["totalCount"].to_string();
                assert_eq!(figure["numerator"], json!(rows), "{code} on {}", DAYS[n]);
                counted += usize::from(rows != "0");
            }
        }
    }
    assert!(counted > 60, "{counted} numbers that are not zero");
}

/// Groups by what each row has once share its rows between them.
#[tokio::test]
async fn counts_of_groups_add_up() {
    let (_database, engine, catalog) = engine().await;
    let mut summed = 0;
    for indicator in catalog.indicators.all.values().filter(|one| one.numerator.take == Take::Count) {
        let dimensions = catalog.indicators.dimensions.get(&indicator.numerator.list);
        for dimension in dimensions.into_iter().flat_map(|all| all.keys()) {
            if indicator.needs_scope {
                continue;
            }
            let query = format!(
                "{{ indicator(code: \"{}\", asOf: \"2023-12-31\") {{ numerator groups(by: [\"{dimension}\"]) {{ numerator }} }} }}",
                indicator.code
            );
            let figure = told(&engine, query).await["indicator"].clone();
            let number = |value: &Value| value.as_str().unwrap_or("0").parse::<i64>().unwrap();
            let groups = figure["groups"].as_array().unwrap();
            let sum: i64 = groups.iter().map(|group| number(&group["numerator"])).sum();
            assert_eq!(sum, number(&figure["numerator"]), "{} by {dimension}: {figure}", indicator.code);
            summed += usize::from(sum > 0);
        }
    }
    assert!(summed > 60, "{summed} sums");
}

/// A point of a series has the groups of its day, whether the days were asked for in one statement or each by itself.
#[tokio::test]
async fn points_of_a_series_have_the_groups_of_their_days() {
    let (_database, engine, catalog) = engine().await;
    let days = ["2019-12-31", "2022-05-31", "2022-11-15", "2022-12-31", "2023-12-31"];
    let (mut points, mut groups) = (0, 0);
    for indicator in catalog.indicators.all.values().filter(|one| !one.needs_scope) {
        let dimensions = catalog.indicators.dimensions.get(&indicator.numerator.list);
        for dimension in dimensions.into_iter().flat_map(|all| all.keys()) {
            let shown = "value numerator denominator key { value node { __typename } }";
            let asked = format!("code: \"{}\"", indicator.code);
            let each = days.iter().enumerate().map(|(n, day)| {
                format!("d{n}: indicator({asked}, asOf: \"{day}\") {{ groups(by: [\"{dimension}\"]) {{ {shown} }} }} ")
            });
            let query = format!(
                "{{ {} indicatorSeries({asked}, days: {days:?}, by: [\"{dimension}\"]) {{ points {{ groups {{ {shown} }} }} }} }}",
                each.collect::<String>()
            );
            let data = told(&engine, query).await;
            for (n, day) in days.iter().enumerate() {
                let (alone, point) = (&data[format!("d{n}")], &data["indicatorSeries"]["points"][n]);
                assert_eq!(alone["groups"], point["groups"], "{} by {dimension} on {day}", indicator.code);
                points += 1;
                groups += alone["groups"].as_array().map_or(0, Vec::len);
            }
        }
    }
    assert!(points > 1_000 && groups > 1_000, "{points} points, {groups} groups");
}

#[tokio::test]
async fn what_came_less_what_left_is_the_difference() {
    let (_database, engine, catalog) = engine().await;
    let mut moved = 0;
    for indicator in catalog.indicators.all.values() {
        if indicator.shown().take != Take::Count || indicator.needs_scope {
            continue;
        }
        for (from, to) in
            [("2020-06-30", "2021-12-31"), ("2022-06-30", "2023-12-31"), ("2023-12-31", "2025-12-31")]
        {
            let movement = "{ count reasons { code count } rows(first: 0) { totalCount } }";
            let query = format!(
                "{{ reconciliation(code: \"{}\", from: \"{from}\", to: \"{to}\") {{ before after came {movement} left {movement} }} }}",
                indicator.code
            );
            let told = told(&engine, query).await["reconciliation"].clone();
            let number = |value: &Value| value.as_i64().unwrap();
            let (came, left) = (&told["came"], &told["left"]);
            assert_eq!(
                number(&came["count"]) - number(&left["count"]),
                number(&told["after"]) - number(&told["before"]),
                "{} from {from} to {to}: {told}",
                indicator.code
            );
            for side in [came, left] {
                let reasons = side["reasons"].as_array().unwrap();
                let sum: i64 = reasons.iter().map(|reason| number(&reason["count"])).sum();
                assert_eq!(sum, number(&side["count"]), "{}: {told}", indicator.code);
                assert_eq!(side["rows"]["totalCount"], side["count"], "{}: {told}", indicator.code);
                moved += sum;
            }
        }
    }
    assert!(moved > 100, "{moved} rows moved");
}

/// Pages of rows continue where the one before ended, and hold every row once.
#[tokio::test]
async fn rows_are_paged() {
    let (_database, engine, _) = engine().await;
    let (mut seen, mut after) = (Vec::new(), "null".to_owned());
    loop {
        let query = format!(
            "{{ indicator(code: \"PRODUCTS_RECOGNISED\", asOf: \"2023-12-31\") {{ value rows(first: 7, after: {after}) \
             {{ edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        );
        let figure = told(&engine, query).await["indicator"].clone();
        let rows = &figure["rows"];
        seen.extend(rows["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["id"].to_string()));
        after = rows["pageInfo"]["endCursor"].to_string();
        if rows["pageInfo"]["hasNextPage"] == false {
            let all = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), all, "a row twice");
            assert_eq!(figure["value"], json!(all.to_string()));
            return;
        }
    }
}

/// An operator's file adds an indicator and replaces another, without Rust.
#[tokio::test]
async fn a_file_of_the_operator_adds_an_indicator() {
    let (database, _, _) = engine().await;
    let mut catalog = load_embedded().unwrap();
    let text = "[SILK]\nname = { en = \"Silk\", vi = \"Lụa\" }\ndefinition = { en = \"Silk\", vi = \"Lụa\" }\n\
                unit = \"PRODUCT\"\nnumerator.list = \"products\"\n\
                numerator.where = '''{ name: { contains: \"số 1\" } }'''\n";
    let source = Source { path: "own/silk.toml".to_owned(), text: text.to_owned() };
    indicator::read(&mut catalog, &[source]).unwrap();
    let engine = Engine::new(Arc::new(catalog), database.pool.clone()).unwrap();
    let data = told(&engine, "{ indicator(code: \"SILK\") { value name { vi } } }".to_owned()).await;
    assert_eq!(data["indicator"], json!({ "value": "11", "name": { "vi": "Lụa" } }));
}

/// Mistakes in a file name the line, and say what was expected.
#[tokio::test]
async fn mistakes_in_files_name_their_line() {
    let head = "[BAD]\nname = { en = \"a\", vi = \"b\" }\ndefinition = { en = \"a\", vi = \"b\" }\n";
    let cases = [
        ("unit = \"KILO\"\nnumerator.list = \"products\"\n", 4, "KILO is unknown"),
        ("unit = \"PRODUCT\"\nnumerator.list = \"prodcts\"\n", 5, "no list of the graph"),
        ("unit = \"PRODUCT\"\nperiod = \"DAY\"\nnumerator.list = \"products\"\n", 5, "DAY is unknown"),
        (
            "unit = \"PRODUCT\"\nnumerator.list = \"products\"\nnumerator.sum = \"weight\"\n",
            6,
            "no field weight",
        ),
        ("unit = \"PRODUCT\"\ncolour = 1\nnumerator.list = \"products\"\n", 5, "unknown field `colour`"),
        (
            "unit = \"PRODUCT\"\nnumerator.list = \"products\"\nnumerator.where = '''{\n  name: { eq: \"a\" }\n  colour: { eq: 3 } }'''\n",
            8,
            "colour",
        ),
        (
            "unit = \"PRODUCT\"\nnumerator.list = \"products\"\nnumerator.where = '''{ stars: { above: 3 } }'''\n",
            6,
            "above",
        ),
        (
            "unit = \"PRODUCT\"\nnumerator.list = \"products\"\nnumerator.where = '''{ stars: { gte: $threshold } }'''\n",
            6,
            "threshold",
        ),
        (
            "unit = \"PRODUCT\"\nnumerator.list = \"products\"\nnumerator.where = '''{ stars: { gte: 3 }'''\n",
            6,
            "",
        ),
        (
            "unit = \"UNIT\"\nnumerator.list = \"adminUnits\"\nnumerator.where = '''{ and: [@district, @nowhere] }'''\n",
            6,
            "@nowhere is no condition of conditions.toml; there are @commune, @district",
        ),
        (
            "unit = \"PRODUCT\"\ntarget = [{ indicator = \"NOTHING\" }]\nnumerator.list = \"products\"\n",
            5,
            "NOTHING is unknown",
        ),
    ];
    for (body, line, expected) in cases {
        let mut catalog = load_embedded().unwrap();
        let source = Source { path: "own/bad.toml".to_owned(), text: format!("{head}{body}") };
        let fault = match indicator::read(&mut catalog, &[source]) {
            Err(wrong) => indicator::fault(&wrong),
            Ok(()) => {
                let nowhere = sqlx::PgPool::connect_lazy("postgres://nowhere.invalid/none").unwrap();
                let error = Engine::new(Arc::new(catalog), nowhere).expect_err("a mistake");
                error.downcast::<lienthong::error::Fault>().unwrap()
            }
        };
        assert_eq!(fault.code, "INDICATOR_INVALID");
        assert!(fault.en.contains(&format!("own/bad.toml, line {line}: ")), "{body}: {}", fault.en);
        assert!(fault.en.contains(expected), "{body}: {}", fault.en);
        assert!(fault.vi.contains(&format!("dòng {line}")), "{body}: {}", fault.vi);
    }
}
