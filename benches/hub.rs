//! What the hub itself costs, without a database: planning a document that is not in the cache, and telling
//! what a file's rows say. Run with `cargo bench`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use lienthong::catalog::load_embedded;
use lienthong::graph::{Engine, Request};
use sqlx::postgres::PgPoolOptions;

fn planning(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let catalog = Arc::new(load_embedded().expect("a catalog"));
    let pool = PgPoolOptions::new().connect_lazy("postgres://nobody@localhost/none").expect("a pool");
    let engine = Engine::new(catalog, pool).expect("an engine");
    let request = Request {
        query: include_str!("load/list.graphql").to_owned(),
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

criterion_group!(hub, planning, catalog);
criterion_main!(hub);
