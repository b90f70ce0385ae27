//! `schema/published.graphql` is what the hub publishes.

#[test]
fn the_committed_sdl_is_current() {
    let catalog = lienthong::catalog::load_embedded().expect("a catalog");
    let current = lienthong::graph::published_sdl(&catalog).expect("a schema");
    let committed = include_str!("../../schema/published.graphql");
    assert!(committed == current, "run: cargo run -- schema > schema/published.graphql");
}
