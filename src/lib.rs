//! Liên Thông: registers of provincial offices in, one GraphQL graph out.
//!
//! Dependencies run one way: `main → cli → http → graph → {ingest, matching, merge, access} → store →
//! catalog → {error, clock}`; `tests/it/architecture.rs` holds the code to it.

/// Who asks and what they may see; the one place where rules of access stand.
pub mod access;
/// The schema as data: SDL files in, a checked `Catalog` out; no I/O.
pub mod catalog;
/// One file a command: arguments in, an exit code and words for people out.
pub mod cli;
/// Time as an argument.
pub mod clock;
/// The environment, the file and the flags, read here and nowhere else.
pub mod config;
/// Mistakes of the caller, coded and in two languages.
pub mod error;
/// Catalog → GraphQL schema; operation → plan → answer.
pub mod graph;
/// GraphQL over HTTP, the explorer, health.
pub mod http;
/// All shared state of a running hub, built once.
pub mod hub;
/// Files in, source records and issues out.
pub mod ingest;
/// Which records speak of the same thing; pure.
pub mod matching;
/// Source records → entities: whose word counts, provenance, apply.
pub mod merge;
/// What people and programs do with registers: import, preview, apply, revert, mend, judge, pin.
pub mod pipeline;
/// Words in, what goes by them out.
pub mod search;
/// PostgreSQL: cluster, pool, migrations, plan → SQL, rows out.
pub mod store;
/// A demand in, the offers that meet it out.
pub mod supply;
/// Log lines and spans.
pub mod telemetry;
/// A number or code in, what it stands for and whether it is in force out.
pub mod verify;
