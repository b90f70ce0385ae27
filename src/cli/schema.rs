//! `lienthong schema`: the published SDL; needs no database.

use super::output::say;
use crate::{graph, hub};

/// Print the GraphQL schema as published (SDL)
///
/// Needs no database and no settings.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments) -> anyhow::Result<()> {
    say(&graph::published_sdl(&hub::load_catalog()?)?)
}
