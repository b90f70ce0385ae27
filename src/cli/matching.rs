//! `lienthong match …`: what can be asked of matching without a hub.

use super::evaluate;

/// Measure how well rows are matched
///
/// Needs no database: reads register files and matches them in memory.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Evaluate(evaluate::Arguments),
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Evaluate(arguments) => evaluate::run(&arguments),
    }
}
