//! Arguments → configuration → telemetry → command.

use std::process::ExitCode;

/// Answers are many small allocations on many threads; measured, glibc's allocator costs a tenth of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lienthong::cli::main(std::env::args_os())
}
