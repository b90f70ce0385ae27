//! Arguments → configuration → telemetry → command.

use std::process::ExitCode;

fn main() -> ExitCode {
    lienthong::cli::main(std::env::args_os())
}
