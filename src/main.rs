//! Arguments → configuration → telemetry → command.

fn main() {}
