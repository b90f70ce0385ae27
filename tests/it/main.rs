//! The one integration test binary: everything here goes through the hub's own doors.

mod architecture;
mod catalog;
mod graph;
mod harness;
mod http;
mod stand_in;
mod statements;
