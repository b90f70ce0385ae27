//! Some seconds of the fuzzing that `examples/fuzz.rs` does for minutes.

use std::time::{Duration, Instant};

use crate::fuzz;

/// So many seeds; from then on whatever the seconds allow.
fn run(name: &str, at_least: u64) {
    let target = fuzz::target(name).expect("a target");
    let until = Instant::now() + Duration::from_secs(2);
    let mut seed = 0;
    while seed < at_least || Instant::now() < until {
        target(seed);
        seed += 1;
    }
}

#[test]
fn readers_do_not_panic() {
    run("readers", 300);
}

#[test]
fn cleaners_do_not_panic() {
    run("cleaners", 60);
}

#[test]
fn rows_do_not_panic() {
    run("rows", 60);
}

#[test]
fn requests_do_not_panic() {
    run("http", 300);
}

#[test]
fn documents_do_not_panic() {
    run("documents", 100);
}

#[test]
fn cursors_do_not_panic() {
    run("cursors", 300);
}
