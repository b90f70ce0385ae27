//! The load: readers that know every answer, and a writer that sends each thing under a key until it is taken.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinHandle;

use crate::http::doors::{GOOD, get, graphql, upload};
use crate::http::{Seen, send};

/// Readers side by side.
const READERS: usize = 3;
/// All is well again within this after the database is back.
const RECOVERY: Duration = Duration::from_secs(5);
/// Right answers in a row of each reader that mean all is well.
const WELL: usize = 10;

/// What a reader asks, and the one right answer.
type Question = (Value, Vec<u8>);

/// The load, while it runs.
pub struct Load {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    /// Right answers in a row, by worker; the writer is the last.
    streaks: [AtomicUsize; READERS + 1],
    good: AtomicUsize,
    refused: AtomicUsize,
    /// Answers that are neither right nor a refusal as it must be.
    wrong: Mutex<Vec<String>>,
    /// What the hub said it took.
    taken: AtomicUsize,
}

/// What came of the load.
pub struct Came {
    pub good: usize,
    pub refused: usize,
    pub taken: usize,
}

impl Load {
    /// Puts data in and begins.
    pub async fn begin(router: &Router) -> Self {
        let (questions, pair) = prepare(router).await;
        let questions = Arc::new(questions);
        let shared = Arc::new(Shared::default());
        let mut workers = Vec::new();
        for number in 0..READERS {
            let (router, shared, questions) = (router.clone(), Arc::clone(&shared), Arc::clone(&questions));
            workers.push(tokio::spawn(read(router, shared, questions, number)));
        }
        workers.push(tokio::spawn(write(router.clone(), Arc::clone(&shared), pair)));
        Self { shared, workers }
    }

    /// Waits until everybody is answered as if nothing had been.
    pub async fn recovered(&self) -> Duration {
        self.well(1).await
    }

    /// Waits until all readers are.
    pub async fn readable(&self) -> Duration {
        self.well(0).await
    }

    async fn well(&self, written: usize) -> Duration {
        let begun = Instant::now();
        let workers = &self.shared.streaks;
        workers.iter().for_each(|streak| streak.store(0, Ordering::Relaxed));
        loop {
            let writer = workers[READERS].load(Ordering::Relaxed);
            let readers = &workers[..READERS];
            if readers.iter().all(|streak| streak.load(Ordering::Relaxed) >= WELL) && writer >= written {
                return begun.elapsed();
            }
            assert!(
                begun.elapsed() < RECOVERY,
                "not all is well after {RECOVERY:?}: {workers:?} {:?}",
                self.wrong()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn wrong(&self) -> Vec<String> {
        self.shared.wrong.lock().unwrap().clone()
    }

    /// Ends it, and counts what is there.
    pub async fn end(self, pool: &PgPool) -> Came {
        self.shared.over.store(true, Ordering::Relaxed);
        for worker in self.workers {
            tokio::time::timeout(Duration::from_secs(20), worker).await.expect("it ends").unwrap();
        }
        let wrong = self.shared.wrong.lock().unwrap().clone();
        assert!(
            wrong.is_empty(),
            "{} wrong answers, such as\n{}",
            wrong.len(),
            wrong[..wrong.len().min(5)].join("\n")
        );
        let came = Came {
            good: self.shared.good.load(Ordering::Relaxed),
            refused: self.shared.refused.load(Ordering::Relaxed),
            taken: self.shared.taken.load(Ordering::Relaxed),
        };
        println!("{} right answers, {} refusals, {} things taken", came.good, came.refused, came.taken);
        assert!(came.good > 0 && came.taken > 0);
        assert_eq!(kept(pool).await, expected(came.taken), "what is kept, of {} taken", came.taken);
        came
    }
}

/// Three producers, and questions about them and about what is always there.
async fn prepare(router: &Router) -> (Vec<Question>, [Value; 2]) {
    let seen = send(router.clone(), upload("apply=true", GOOD)).await;
    assert_eq!(seen.status.as_u16(), 201, "{}", seen.json());
    let list = "{ producers(orderBy: [{ name: ASC }]) { totalCount nodes { id name memberCount communeThen { name province { name } }
        origins { field value row } history(first: 3) { totalCount } } } }";
    let answer = send(router.clone(), graphql(list, json!({}))).await.json();
    let nodes = answer["data"]["producers"]["nodes"].as_array().expect("producers").clone();
    assert_eq!(nodes.len(), 3, "{answer}");
    let ids: Vec<_> = nodes.iter().map(|node| node["id"].clone()).collect();
    let names: Vec<_> = nodes.iter().map(|node| node["name"].clone()).collect();
    let documents = [
        ("query($v: ID!) { producer(id: $v) { name memberCount } }", json!(ids[0])),
        ("query($v: ID!) { node(id: $v) { id ... on Producer { name } } }", json!(ids[1])),
        ("query($v: [ID!]!) { nodes(ids: $v) { id } }", json!(ids)),
        (
            "query($v: [String!]) { producers(where: { name: { in: $v } }, orderBy: [{ name: ASC }]) { totalCount
              nodes { id name memberCount communeThen { name province { name } } origins { field value row } } } }",
            json!(names),
        ),
        ("query($v: Int) { adminUnits(first: $v, orderBy: [{ name: DESC }]) { totalCount nodes { id name } } }", json!(40)),
    ];
    let mut questions = Vec::new();
    for (document, value) in documents {
        let body = json!({ "query": document, "variables": { "v": value } });
        let seen = send(router.clone(), asking(&body)).await;
        assert_eq!(seen.status.as_u16(), 200, "{document}: {}", seen.json());
        questions.push((body, seen.body));
    }
    (questions, [ids[0].clone(), ids[1].clone()])
}

fn asking(body: &Value) -> Request<Body> {
    graphql(body["query"].as_str().unwrap(), body["variables"].clone())
}

/// Whether an answer says as it must that the hub cannot answer now.
fn is_refusal(seen: &Seen) -> bool {
    let error = &seen.json()["errors"][0];
    seen.status.as_u16() == 503
        && seen.header("retry-after") == "1"
        && error["extensions"]["code"] == "UNAVAILABLE"
        && error["extensions"]["messageVi"].is_string()
        && error["extensions"]["traceId"] == seen.header("x-trace-id")
}

impl Shared {
    fn well(&self, worker: usize) {
        self.streaks[worker].fetch_add(1, Ordering::Relaxed);
        self.good.fetch_add(1, Ordering::Relaxed);
    }

    async fn not_well(&self, worker: usize, seen: &Seen, what: &str) {
        self.streaks[worker].store(0, Ordering::Relaxed);
        if is_refusal(seen) {
            self.refused.fetch_add(1, Ordering::Relaxed);
        } else {
            let body: String = String::from_utf8_lossy(&seen.body).chars().take(600).collect();
            self.wrong.lock().unwrap().push(format!("{what}: {} {body}", seen.status));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn read(router: Router, shared: Arc<Shared>, questions: Arc<Vec<Question>>, number: usize) {
    for turn in number.. {
        if shared.over.load(Ordering::Relaxed) {
            return;
        }
        let (body, right) = &questions[turn % questions.len()];
        let seen = send(router.clone(), asking(body)).await;
        match seen.status.as_u16() == 200 && seen.body == *right {
            true => shared.well(number),
            false => shared.not_well(number, &seen, body["query"].as_str().unwrap()).await,
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One thing after the other, each sent until it is taken.
async fn write(router: Router, shared: Arc<Shared>, pair: [Value; 2]) {
    for number in 0.. {
        loop {
            let seen = send(router.clone(), thing(number, &pair)).await;
            if is_taken(number, &seen) {
                shared.well(READERS);
                shared.taken.fetch_add(1, Ordering::Relaxed);
                break;
            }
            shared.not_well(READERS, &seen, &format!("thing {number}")).await;
            if !is_refusal(&seen) {
                return;
            }
        }
        if shared.over.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// What the writer sends as its n-th: a file, a judgement, a demand.
fn thing(number: usize, pair: &[Value; 2]) -> Request<Body> {
    let key = format!("key {number}");
    match number % 3 {
        0 => {
            let mut request = upload("apply=true", file(number / 3));
            request.headers_mut().insert("idempotency-key", key.parse().unwrap());
            request
        }
        1 => graphql(
            "mutation($input: JudgeInput!) { judge(input: $input) { judgement { id } userErrors { code } } }",
            json!({ "input": { "left": pair[0], "right": pair[1], "verdict": "DIFFERENT", "reason": key,
                "idempotencyKey": key } }),
        ),
        _ => graphql(
            "mutation($input: StoreDemandInput!) { storeDemand(input: $input) { demand { id } userErrors { code } } }",
            json!({ "input": { "name": key, "idempotencyKey": key, "organisation": "Siêu thị Mây Trắng",
                "demand": { "words": "gạo", "quantity": 10, "unit": "kg", "deliveryTo": "2099-12-31" } } }),
        ),
    }
}

fn is_taken(number: usize, seen: &Seen) -> bool {
    let answer = seen.json();
    match number % 3 {
        0 => matches!(seen.status.as_u16(), 200 | 201) && answer["state"] == "APPLIED",
        1 => seen.status.as_u16() == 200 && answer["data"]["judge"]["judgement"]["id"].is_string(),
        _ => seen.status.as_u16() == 200 && answer["data"]["storeDemand"]["demand"]["id"].is_string(),
    }
}

/// The n-th list of an office: all that it had before, and one more.
fn file(number: usize) -> String {
    let mut file = "Danh sách hợp tác xã nông nghiệp tỉnh Phú Yên tính đến ngày 30/6/2025,,,,,\n\
                    TT,Tên HTX,Huyện,Xã,Năm thành lập,Số thành viên\n"
        .to_owned();
    for row in 0..=number {
        file += &format!("{},HTX Nông nghiệp Suối Thật {row},Tuy An,An Chấn,2019,{}\n", row + 1, row + 7);
    }
    file
}

/// What there must be after so many things were taken, each once: imports that count beside the first, producers
/// of the last of them, judgements, demands, keys with their outcome.
fn expected(taken: usize) -> [i64; 5] {
    let (files, judgements, demands) = (taken.div_ceil(3), (taken + 1) / 3, taken / 3);
    [files, files, judgements, demands, taken].map(|count| i64::try_from(count).unwrap())
}

async fn kept(pool: &PgPool) -> [i64; 5] {
    let counts: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select count(*) - 1 from import where state = 'APPLIED'),
                (select count(*) from producer where name like '%Suối Thật%'),
                (select count(*) from judgement),
                (select count(*) from demand),
                (select count(*) from operation_once where outcome <> 'null')",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    let doubled: i64 = sqlx::query_scalar("select count(*) - count(distinct reason) from judgement")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(doubled, 0, "judgements that stand twice");
    [counts.0, counts.1, counts.2, counts.3, counts.4]
}

/// What every door says while the database is away.
pub async fn every_door_refuses(router: &Router) {
    for request in [
        graphql("{ producers { totalCount } }", json!({})),
        graphql("{ node(id: \"producer_01h455vb4pex5vsknk084sn02q\") { id } }", json!({})),
        graphql("{ producers(where: { within: \"Quảng Nam\" }) { totalCount } }", json!({})),
        thing(0, &[json!(""), json!("")]),
        thing(2, &[json!(""), json!("")]),
        get("/imports/import_01h455vb4pex5vsknk084sn02q"),
        get("/imports/import_01h455vb4pex5vsknk084sn02q/errors"),
        get("/qr/8938505970011"),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let seen = send(router.clone(), request).await;
        assert!(
            is_refusal(&seen),
            "{what}: {} {:?} {}",
            seen.status,
            seen.headers,
            String::from_utf8_lossy(&seen.body)
        );
    }
    let mut page = get("/verify/8938505970011");
    page.headers_mut().insert("accept", "text/html".parse().unwrap());
    let seen = send(router.clone(), page).await;
    assert_eq!((seen.status.as_u16(), seen.header("retry-after")), (503, "1"));
    let ready = send(router.clone(), get("/readyz")).await;
    assert_eq!((ready.status.as_u16(), ready.header("retry-after")), (503, "1"));
    let living = send(router.clone(), get("/healthz")).await;
    assert_eq!(living.status.as_u16(), 200);
    let known =
        send(router.clone(), graphql("{ __typename __schema { queryType { name } } }", json!({}))).await;
    assert_eq!(known.status.as_u16(), 200, "what needs no database is answered");
}
