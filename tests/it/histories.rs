//! Random histories of imports, corrections, judgements, pins and reverts: after each step what the touched part
//! gave is what computing everything gives, and at the end the state is that of a hub that saw nothing but what
//! counts, in another order.

mod doubts;
mod given;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use lienthong::access::Audit;
use lienthong::catalog::Catalog;
use lienthong::clock::Clock;
use lienthong::ingest::place::Places;
use lienthong::ingest::register::Registers;
use lienthong::pipeline::{By, Failure, PinWish, Pipeline, Verdict};
use lienthong::store::id::stable;
use lienthong::store::record::node_id;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

use crate::harness::TestDatabase;
use crate::tables;
use given::{announce, record};

const HISTORIES: u64 = 20;
const STEPS: usize = 14;
const NAMES: [&str; 9] = [
    "HTX Tân Thành",
    "Hợp tác xã NN Tân Thành",
    "HTX Tân Thạnh",
    "Hop tac xa Tan Thanh",
    "HTX An Phú",
    "HTX An Phú Thuận",
    "Công ty TNHH Sen Việt",
    "Cty TNHH Sen Việt",
    "Hộ kinh doanh Sen Việt",
];
const CODES: [&str; 4] = ["9940003687", "9940000125", "0100233488", "0314409058"];
const PLACES: [&[&str]; 4] = [&["20551"], &["20560"], &["20551", "20560"], &[]];
const GOODS: [&str; 4] = ["Măng khô Tân Thành", "Măng khô", "Trà sen 500g", "Trà sen"];
/// Register, office, whether a delivery replaces the one before.
const SCOPES: [(&str, &str, bool); 3] = [
    ("first/AGRICULTURE/49", "AGRICULTURE", true),
    ("second/RURAL_DEVELOPMENT/49", "RURAL_DEVELOPMENT", true),
    ("third/INDUSTRY_AND_TRADE/49", "INDUSTRY_AND_TRADE", false),
];

/// A generator that gives the same numbers for the same seed everywhere (PCG).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let mixed = ((self.0 >> 18) ^ self.0) >> 27;
        (mixed.rotate_right((self.0 >> 59) as u32) as usize) % bound
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

struct History {
    database: TestDatabase,
    pipeline: Pipeline,
    chance: Chance,
    imports: Vec<Uuid>,
    /// Days from the first, by scope.
    days: [i64; 3],
    partial: usize,
}

fn by() -> By {
    By::named("a steward", "because")
}

fn pipeline(
    pool: &PgPool,
    catalog: &Arc<Catalog>,
    registers: &Arc<Registers>,
    places: &Arc<Places>,
) -> Pipeline {
    Pipeline {
        pool: pool.clone(),
        catalog: Arc::clone(catalog),
        registers: Arc::clone(registers),
        places: Arc::clone(places),
        clock: Clock::System,
        audit: Audit::new(pool, Clock::System),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_counts_decides_alone() {
    let catalog = Arc::new(lienthong::catalog::load_embedded().unwrap());
    let registers = Arc::new(Registers::load(&catalog, None).unwrap());
    let places = Arc::new(Places::load());
    let mut partial = 0;
    for seed in 0..HISTORIES {
        let database = TestDatabase::create().await;
        let pipeline_of = |pool: &PgPool| pipeline(pool, &catalog, &registers, &places);
        let hub = pipeline_of(&database.pool);
        let chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut history =
            History { database, pipeline: hub, chance, imports: vec![], days: [0; 3], partial: 0 };
        for step in 0..STEPS {
            let what = history.step(step).await;
            let rebuilt = history.pipeline.rebuild(&by()).await.unwrap();
            assert_eq!(rebuilt.differences, Vec::<String>::new(), "seed {seed}, step {step}: {what}");
        }
        partial += history.partial;
        let again = TestDatabase::create().await;
        history.replay(&again.pool).await;
        pipeline_of(&again.pool).rebuild(&by()).await.unwrap();
        let (one, other) = (
            tables::computed(&history.database.pool, &catalog).await,
            tables::computed(&again.pool, &catalog).await,
        );
        assert_eq!(tables::differences(&one, &other), Vec::<String>::new(), "seed {seed}");
    }
    assert!(partial > 20, "the touched part was computed {partial} times only");
}

impl History {
    async fn step(&mut self, step: usize) -> String {
        let first = step < 3;
        match if first { 0 } else { self.chance.below(10) } {
            0..=3 => {
                let scope = if first { step } else { self.chance.below(3) };
                self.import(scope).await
            }
            4 | 5 => self.revert_or_apply().await,
            6 | 7 => self.judge().await,
            8 => self.pin().await,
            _ => self.take_back().await,
        }
    }

    async fn import(&mut self, scope: usize) -> String {
        let newer = self.chance.below(4) > 0;
        self.days[scope] += 30;
        let offset = if newer { self.days[scope] } else { self.chance.below(60) as i64 - 90 };
        let day = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + TimeDelta::days(offset);
        let (name, office, replaces) = SCOPES[scope];
        // Full lists, with deliveries of changes between them.
        let replaces = replaces && self.chance.below(5) > 0;
        let import = stable(day, &format!("import|{name}|{}", self.imports.len()));
        let mode = if replaces { "snapshot" } else { "append" };
        let hour = self.imports.len() as u32 % 24;
        announce(&self.database.pool, import, name, mode, office, day, hour).await;
        // Later versions of a list mostly say what it said before.
        let again = if self.chance.below(2) > 0 { self.repeat(import, name, day).await } else { 0 };
        let fresh = if again > 0 { 1 } else { 3 + self.chance.below(4) as i32 };
        for row in again..again + fresh {
            self.row(import, name, day, row, scope).await;
        }
        self.imports.push(import);
        self.apply(import).await;
        format!("import into {name} as of {day}")
    }

    /// Copies the rows of the newest delivery of a scope but one; tells how many rows are taken.
    async fn repeat(&mut self, import: Uuid, scope: &str, day: NaiveDate) -> i32 {
        type Row = (Uuid, i32, String, String, Json<Value>, Json<BTreeMap<String, Uuid>>, Json<Value>);
        let rows: Vec<Row> = sqlx::query_as(
            "select r.id, r.row_no, r.entity, r.key, r.fields, r.refs, r.evidence from source_record r
             where r.import_id = (select id from import where scope = $1 and id <> $2
                                  order by as_of desc, received_at desc limit 1)
             order by r.row_no, r.id",
        )
        .bind(scope)
        .bind(import)
        .fetch_all(&self.database.pool)
        .await
        .unwrap();
        let last = rows.iter().map(|row| row.1).max().unwrap_or_default();
        let left_out = self.chance.below(last as usize + 1) as i32;
        let pool = self.database.pool.clone();
        let mut copies = BTreeMap::new();
        let mut stay: Vec<Row> = rows.into_iter().filter(|row| row.1 != left_out).collect();
        // What is referred to comes before what refers to it.
        stay.sort_by_key(|row| ["Producer", "Product", "Recognition"].iter().position(|of| *of == row.2));
        for (id, row, entity, key, Json(fields), Json(refs), Json(evidence)) in stay {
            let refs: BTreeMap<String, Uuid> = refs.into_iter().map(|(to, id)| (to, copies[&id])).collect();
            let at = (import, scope, day, row - 1);
            let copy = record(&pool, at, &entity, &key, fields, json!(refs), evidence).await;
            copies.insert(id, copy);
        }
        last
    }

    async fn row(&mut self, import: Uuid, scope: &str, day: NaiveDate, row: i32, which: usize) {
        let key = format!("k{}", self.chance.below(7));
        let mut fields = json!({ "name": self.chance.of(&NAMES), "memberCount": self.chance.below(3) });
        if self.chance.below(3) == 0 {
            fields["phone"] = self.chance.of(&["0900001001", "0900001002", "0900001003"]).into();
        }
        if self.chance.below(3) > 0 {
            fields["taxCode"] = self.chance.of(&CODES).into();
        }
        if self.chance.below(2) > 0 {
            fields["activity"] = self.chance.of(&["trồng trọt", "chăn nuôi"]).into();
        }
        let mut evidence = json!({ "places": self.chance.of(&PLACES), "distinct": which == 0 });
        match self.chance.below(14) {
            0 => evidence["withdrawn"] = true.into(),
            1 => evidence["mention"] = true.into(),
            _ => {}
        }
        let (at, pool) = ((import, scope, day, row), self.database.pool.clone());
        let producer = record(&pool, at, "Producer", &key, fields, json!({}), evidence).await;
        if which == 1 {
            let goods = self.chance.of(&GOODS);
            let fields = json!({ "name": goods, "packing": self.chance.of(&["500g", "1 kg"]) });
            let key = format!("{goods}|{key}");
            let product =
                record(&pool, at, "Product", &key, fields, json!({ "producer": producer }), json!({})).await;
            let decided = format!("202{}-05-01", self.chance.below(3));
            let fields =
                json!({ "stars": 3, "potentialFiveStar": false, "decidedOn": decided, "decidedYear": 2021 });
            let key = format!("{key}|{decided}");
            record(&pool, at, "Recognition", &key, fields, json!({ "product": product }), json!({})).await;
        }
    }

    async fn apply(&mut self, import: Uuid) {
        let all = self.pipeline.apply_all(&by(), &[import], true).await.unwrap();
        self.partial += usize::from(all.applied.is_some_and(|applied| !applied.whole));
    }

    async fn revert_or_apply(&mut self) -> String {
        let import = self.chance.of(&self.imports.clone());
        let state: String = sqlx::query_scalar("select state from import where id = $1")
            .bind(import)
            .fetch_one(&self.database.pool)
            .await
            .unwrap();
        match state.as_str() {
            "APPLIED" => drop(self.pipeline.revert(&by(), import).await.unwrap()),
            _ => self.apply(import).await,
        }
        format!("{import} was {state}")
    }

    async fn judge(&mut self) -> String {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "select a.id from address a join node n on n.id = a.node_id where n.entity = 'Producer' order by 1",
        )
        .fetch_all(&self.database.pool)
        .await
        .unwrap();
        if ids.len() < 2 {
            return "nothing to judge".into();
        }
        let (left, right) = (self.chance.of(&ids), self.chance.of(&ids));
        let verdict = self.chance.of(&[Verdict::Same, Verdict::Same, Verdict::Different, Verdict::Unsure]);
        match self.pipeline.judge(&by(), "Producer", left, right, verdict).await {
            Ok(_) => format!("{left} and {right} are {verdict:?}"),
            Err(Failure::Fault(fault)) => fault.code.to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    async fn pin(&mut self) -> String {
        let ids: Vec<Uuid> = sqlx::query_scalar("select id from producer order by 1")
            .fetch_all(&self.database.pool)
            .await
            .unwrap();
        if ids.is_empty() {
            return "nothing to pin".into();
        }
        let id = self.chance.of(&ids);
        let (field, value) = self.chance.of(&[("memberCount", "77"), ("activity", "khác")]);
        let value = value.parse::<i32>().map_or_else(|_| Value::from(value), Value::from);
        let wish = PinWish { entity: "Producer".into(), id, field: field.into(), value };
        self.pipeline.pin(&by(), &wish).await.unwrap();
        format!("{field} of {id} pinned")
    }

    async fn take_back(&mut self) -> String {
        let found = |sql: &'static str| {
            let pool = self.database.pool.clone();
            async move { sqlx::query_scalar::<_, Uuid>(sql).fetch_all(&pool).await.unwrap() }
        };
        let pins = found("select id from pin where retracted_at is null order by 1").await;
        let judgements = found("select id from judgement where retracted_at is null order by 1").await;
        if let (true, Some(pin)) = (self.chance.below(2) > 0, pins.first()) {
            self.pipeline.unpin(&by(), *pin).await.unwrap();
            return "unpinned".into();
        }
        if let Some(judgement) = judgements.first() {
            self.pipeline.retract_judgement(&by(), *judgement).await.unwrap();
            return "judgement taken back".into();
        }
        "nothing to take back".into()
    }

    /// Copies what counts into another database: imports last first, then decisions.
    async fn replay(&self, other: &PgPool) {
        for (table, what) in [
            ("import", "where state = 'APPLIED' order by received_at desc"),
            (
                "source_record",
                "where import_id in (select id from import where state = 'APPLIED') order by id desc",
            ),
            ("judgement", "where retracted_at is null"),
            ("pin", "where retracted_at is null"),
        ] {
            let rows: Vec<Json<Value>> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select to_jsonb(t) from {table} t {what}")))
                    .fetch_all(&self.database.pool)
                    .await
                    .unwrap();
            // What is generated is generated there, too.
            let columns: String = sqlx::query_scalar(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            )
            .bind(table)
            .fetch_one(&self.database.pool)
            .await
            .unwrap();
            for row in rows {
                let sql = format!(
                    "insert into {table} ({columns}) select {columns} from jsonb_populate_record(null::{table}, $1)"
                );
                sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row).execute(other).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn the_database_and_the_hub_name_nodes_alike() {
    let database = TestDatabase::create().await;
    for (entity, scope, key) in
        [("Producer", "a/B/49", "1"), ("X", "sổ/Đ/01", "khoá | \u{1ea1}"), ("", "", "")]
    {
        let there: Uuid = sqlx::query_scalar("select node_id($1, $2, $3)")
            .bind(entity)
            .bind(scope)
            .bind(key)
            .fetch_one(&database.pool)
            .await
            .unwrap();
        assert_eq!(there, node_id(entity, scope, key));
        let shown: String = sqlx::query_scalar("select type_id('part', $1)")
            .bind(there)
            .fetch_one(&database.pool)
            .await
            .unwrap();
        assert_eq!(shown, lienthong::store::id::encode("part", there));
    }
}
