//! The one integration test binary: everything here goes through the hub's own doors.

mod architecture;
mod http;
mod stand_in;
