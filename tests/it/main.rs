//! The one integration test binary: everything here goes through the hub's own doors.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

mod access;
mod accuracy;
mod answers;
mod architecture;
mod callers;
mod catalog;
mod cookbook;
mod faults;
mod fuzz;
mod fuzzing;
mod graph;
mod harness;
mod histories;
mod http;
mod indicators;
mod mask;
mod pipeline;
mod program;
mod published;
mod queries;
mod search;
mod stand_in;
mod statements;
mod supply;
mod tables;
mod validation;
