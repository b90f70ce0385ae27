//! Readers, cleaners and the mapping of rows under files nobody would make, and the doors under such requests: mends nothing, only looks for panics.
//! Everything follows from the seed, so what is found can be found again.
//!
//! ```text
//! cargo run --release --example fuzz -- readers|cleaners|rows|http|documents|cursors [--minutes 10] [--seed 1]
//! ```
//!
//! `cargo test` runs some seconds of the same (`tests/it/fuzz.rs`).

#![expect(clippy::expect_used, reason = "what cannot go on says so by panicking")]

#[path = "../tests/it/fuzz/mod.rs"]
mod fuzz;

use std::time::{Duration, Instant};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str, otherwise: u64| {
        let at = words.iter().position(|w| w == name);
        at.and_then(|at| words.get(at + 1)?.parse().ok()).unwrap_or(otherwise)
    };
    let Some(target) = words.first().and_then(|word| fuzz::target(word)) else {
        println!("say what: readers, cleaners, rows, http, documents or cursors; --minutes N, --seed N");
        return;
    };
    let until = Instant::now() + Duration::from_secs(60 * after("--minutes", 10));
    let first = after("--seed", 1);
    let mut seed = first;
    let mut slowest = (Duration::ZERO, seed);
    while Instant::now() < until {
        let begun = Instant::now();
        // A panic ends the run with the seed on the screen.
        if std::panic::catch_unwind(|| target(seed)).is_err() {
            println!("seed {seed} panics: --seed {seed} shows it again");
            std::process::exit(1);
        }
        slowest = slowest.max((begun.elapsed(), seed));
        seed += 1;
    }
    println!("{} runs without a panic; the slowest took {:?} (seed {})", seed - first, slowest.0, slowest.1);
}
