//! The compiled plan against a naive evaluator: generated questions over generated rows, each answered by both.
//! What is asked is drawn from the catalog, so that a new entity type or field is asked about without a word here.

mod ask;
mod compare;
mod evaluate;
mod groups;
mod question;
mod rows;

use std::sync::Arc;

use lienthong::graph::{Engine, Request};
use serde_json::Value;

use crate::harness::TestDatabase;
use ask::Asking;
use evaluate::World;
use question::Question;

/// Questions of one run. The seeds are fixed: a failure comes again.
const QUESTIONS: u64 = 1_000;

#[tokio::test]
async fn a_thousand_questions_get_the_naive_answer() {
    let database = TestDatabase::create().await;
    rows::insert(&database.pool, 0x51ED_2701).await;
    let catalog = Arc::new(lienthong::catalog::load_embedded().expect("a catalog"));
    let world = World::load(&database.pool, &catalog).await;
    let engine = Engine::new(Arc::clone(&catalog), database.pool.clone()).expect("an engine");
    let (mut wrong, mut rows, mut groups) = (Vec::new(), 0, 0);
    for seed in 0..QUESTIONS {
        let question = Asking::new(&world, seed).question();
        let expected = world.answer(&question);
        rows += expected["nodes"].as_array().map_or(0, Vec::len);
        groups += expected["groups"].as_array().map_or(0, Vec::len);
        // Twice: once few rows were counted, the page and its count come in one statement.
        for _ in 0..2 {
            let answer = ask(&engine, &question).await;
            if !same(&answer["data"]["list"], &expected) {
                wrong.push(format!(
                    "seed {seed}\n{}\n{}\ngot {answer}\nexpected {expected}",
                    question.document, question.variables
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong answers, the first: {}", wrong.len(), wrong[0]);
    // Questions that all rows fail would agree on nothing.
    assert!(rows > 2_000 && groups > 500, "{rows} rows, {groups} groups");
}

/// What stands by period is what the function gives on each day, whatever was written to what it is made of.
#[tokio::test]
async fn periods_follow_what_they_are_made_of() {
    let database = TestDatabase::create().await;
    rows::insert(&database.pool, 0x51ED_2703).await;
    let catalog = lienthong::catalog::load_embedded().expect("a catalog");
    let mut compared = 0;
    for change in [
        "select 1",
        "update recognition set stars = 8 - stars where md5(id::text) < '5'",
        "update recognition set revoked_on = decided_on + 100 where md5(id::text) > 'a'",
        "update recognition set decided_on = null where md5(id::text) between '6' and '8'",
        "update recognition set product_id = (select min(id::text)::uuid from product) where md5(id::text) > 'e'",
        "insert into dossier (id, product_id, producer_id, year, state, submitted_on, evaluated_on)
         select md5('D' || r.id)::uuid, r.product_id, p.producer_id, r.decided_year + 2 + ascii(md5(r.id::text)) % 2,
                (array['FAILED', 'RANKED', 'SUBMITTING'])[1 + ascii(md5(r.id::text)) % 3],
                case when md5(r.id::text) > '4' then make_date(r.decided_year + 2, 5, 1) end,
                case when md5(r.id::text) > '8' then make_date(r.decided_year + 3, 2, 1) end
         from recognition r join product p on p.id = r.product_id",
        "update recognition set stated_kind = 'RENEWED' where md5(id::text) < '9'",
        "update dossier set state = 'FAILED', evaluated_on = evaluated_on + 60 where md5(id::text) > '7'",
        "update dossier set product_id = (select min(id::text)::uuid from product) where md5(id::text) > 'd'",
        "delete from dossier where md5(id::text) between '1' and '9'",
        "delete from recognition where md5(id::text) between '2' and '6'",
        "delete from recognition",
    ] {
        sqlx::raw_sql(change).execute(&database.pool).await.expect("changed");
        for entity in catalog.entities.values() {
            for column in entity.columns.values() {
                let (Some(periods), Some(function)) = (&column.periods, &column.function) else { continue };
                // What goes by no day is the same on each.
                let value = match &column.function_on {
                    Some(on) => format!("{on}(t.id, d.day::date)"),
                    None => format!("{function}(t.id)"),
                };
                let sql = format!(
                    "select count(*), count(v.value), count(*) filter (where v.value is distinct from {value}) \
                     from {} t cross join generate_series('2018-01-01'::date, '2028-12-31', '17 days') d (day) \
                     left join {periods} v on v.id = t.id and v.valid_from <= d.day and d.day < v.valid_to",
                    entity.table
                );
                let (all, some, wrong): (i64, i64, i64) =
                    sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(&database.pool).await.expect("counts");
                assert_eq!(wrong, 0, "{change}: {wrong} of {all}");
                compared += some;
            }
        }
    }
    assert!(compared > 1_000, "{compared} values");
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from product_stars_period) + (select count(*) from product_recognised_stars_period)
              + (select count(*) from recognition_kind_period) + (select count(*) from recognition_outcome_period)",
    )
        .fetch_one(&database.pool)
        .await
        .expect("a count");
    assert_eq!(left, 0, "periods of nothing");
}

/// Pages of a list put together are the list, forward and backward.
#[tokio::test]
async fn pages_put_together_are_the_list() {
    let database = TestDatabase::create().await;
    rows::insert(&database.pool, 0x51ED_2702).await;
    let catalog = Arc::new(lienthong::catalog::load_embedded().expect("a catalog"));
    let world = World::load(&database.pool, &catalog).await;
    let engine = Engine::new(Arc::clone(&catalog), database.pool.clone()).expect("an engine");
    let mut pages = 0;
    for seed in 0..60 {
        let question = Asking::new(&world, 7_000 + seed).list_alone();
        let whole = ids(&ask(&engine, &question).await["data"]["list"]);
        for (size, behind, info, more) in [
            ("first", "after", "endCursor", "hasNextPage"),
            ("last", "before", "startCursor", "hasPreviousPage"),
        ] {
            let (mut found, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let page = question.page(size, behind, &cursor);
                let answer = ask(&engine, &page).await;
                let list = &answer["data"]["list"];
                let part = ids(list);
                found = if size == "first" { [found, part].concat() } else { [part, found].concat() };
                pages += 1;
                cursor = list["pageInfo"][info].clone();
                if list["pageInfo"][more] != true {
                    break;
                }
                assert!(found.len() <= whole.len(), "{answer}");
            }
            assert_eq!(found, whole, "{size}: seed {seed}: {} {}", question.document, question.variables);
        }
    }
    assert!(pages > 300, "{pages} pages");
}

fn ids(list: &Value) -> Vec<String> {
    let nodes = list["nodes"].as_array().unwrap_or_else(|| panic!("no nodes: {list}"));
    nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect()
}

async fn ask(engine: &Engine, question: &Question) -> Value {
    let variables = question.variables.as_object().cloned().unwrap_or_default();
    let request = Request { query: question.document.clone(), variables, ..crate::harness::asked() };
    serde_json::from_slice(&engine.execute(request).await.body).expect("JSON")
}

/// Equal, numbers to the last digits that a mean may have.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(v, w)| same(v, w)),
        (a, b) if a == b => true,
        (a, b) => match (number(a), number(b)) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
            _ => false,
        },
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}
