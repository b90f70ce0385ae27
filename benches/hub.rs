//! What the hub itself costs, without a database: planning a document that is not in the cache, reading the
//! catalog, matching records. Run with `cargo bench`.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up may end so")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use lienthong::catalog::load_embedded;
use lienthong::graph::{Engine, Request};
use lienthong::matching::{History, Judgements, cluster};
use lienthong::store::record::{Evidence, SourceRecord};
use sqlx::postgres::PgPoolOptions;

fn planning(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let catalog = Arc::new(load_embedded().expect("a catalog"));
    let pool = PgPoolOptions::new().connect_lazy("postgres://nobody@localhost/none").expect("a pool");
    let engine = Engine::new(catalog, pool).expect("an engine");
    let request = Request {
        query: include_str!("load/w2.graphql").to_owned(),
        variables: serde_json::from_str(r#"{"ids": ["product_01h455vb4pex5vsknk084sn02q"]}"#).expect("JSON"),
        ..Request::default()
    };
    criterion.bench_function("plan a list of 20 products", |b| {
        b.iter(|| engine.explain(black_box(&request)).expect("a plan"));
    });
}

fn catalog(criterion: &mut Criterion) {
    criterion.bench_function("read the catalog", |b| b.iter(|| load_embedded().expect("a catalog")));
}

/// Makers in three registers, each under several spellings, some with a tax code.
fn makers(count: usize) -> Vec<SourceRecord> {
    let words = ["An", "Bình", "Thành", "Thạnh", "Hưng", "Lộc", "Phú", "Sơn", "Tâm", "Đức", "Ngọc", "Quế"];
    let forms = ["HTX", "Hợp tác xã NN", "Cty TNHH", "Hop tac xa", "HKD", "THT"];
    let day = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).expect("a day");
    let maker = |i: usize| {
        let who = i / 3;
        let word = |n: usize| words[n % words.len()];
        let form = forms[(who + i % 2) % 6];
        let name = format!("{form} {} {} {}", word(who), word(who / 12), word(who / 144));
        let mut fields = std::collections::BTreeMap::from([("name".to_owned(), name.into())]);
        if i.is_multiple_of(2) {
            fields.insert("taxCode".to_owned(), format!("99{:08}", who * 7919).into());
        }
        SourceRecord {
            id: lienthong::store::id::stable(day, &i.to_string()),
            import_id: lienthong::store::id::stable(day, "import"),
            scope: format!("register {}/OFFICE/{}", i % 3, 10 + who % 20).into(),
            entity: "Producer".into(),
            key: i.to_string(),
            office: "AGRICULTURE".into(),
            observed_on: day,
            fields: fields.into(),
            refs: Default::default(),
            evidence: Evidence { places: vec![format!("{}", 20000 + who % 97)], ..Evidence::default() },
            sheet: String::new(),
            row: 1,
        }
    };
    (0..count).map(maker).collect()
}

fn matching(criterion: &mut Criterion) {
    let catalog = load_embedded().expect("a catalog");
    let mut group = criterion.benchmark_group("match records");
    group.sample_size(10);
    for count in [1_000, 10_000] {
        let records = makers(count);
        group.bench_function(count.to_string(), |b| {
            b.iter(|| cluster(&catalog, black_box(&records), &History::new(), &Judgements::default()));
        });
    }
    group.finish();
}

criterion_group!(hub, planning, catalog, matching);
criterion_main!(hub);
