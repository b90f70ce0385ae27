//! The commands: arguments in, an exit code and words for people out. 0: done; 1: a fault, in English and
//! Vietnamese on standard error; 2: wrong usage. What a command does stands below, in the layers it calls.

mod ask;
mod audit;
mod audited;
mod decide;
mod demo;
mod errors;
mod evaluate;
mod failure;
mod import;
mod imports;
mod key;
mod listen;
mod matching;
mod migrate;
mod opened;
mod output;
mod preview;
mod progress;
mod pull;
mod rebuild;
mod register;
mod report;
mod review;
mod schema;
mod serve;
mod signal;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{self, Config, RUNNING_ONLY, SERVING_ONLY, Settings};
use crate::telemetry::{self, TelemetryOptions};

/// Registers of provincial offices in, one graph out.
///
/// Reads the files that offices keep, finds out which rows speak of the same thing, keeps who said what,
/// and answers GraphQL queries over the whole. Try: lienthong demo
#[derive(Debug, Parser)]
#[command(name = "lienthong", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Serve(serve::Arguments),
    Import(import::Arguments),
    Imports(imports::Arguments),
    Preview(preview::Arguments),
    /// Apply an import that is read, or held
    ///
    /// One that withdraws more than a fifth of what the office delivered before waits until a person agrees.
    Apply(decide::On<decide::ApplyWhat>),
    /// Take an import back, as if it had never come
    ///
    /// Its bytes and rows stay in the store; `apply` brings it back.
    Revert(decide::On<decide::RevertWhat>),
    /// Mend a row: read it anew with other words in some cells
    ///
    /// The row as it came stays. Example: fix import_… --row 12 --set 'Ngày thành lập=05/03/2019' --reason …
    Fix(decide::On<decide::FixWhat>),
    /// Take a mended row back
    ///
    /// It is read as it came, or as the fixes before it said.
    Discard(decide::On<decide::DiscardWhat>),
    Errors(errors::Arguments),
    Review(review::Review),
    /// Decide whether two entities are one thing
    ///
    /// `review` lists the pairs that wait. To take one entity apart, name two parts by the partId of its origins.
    Judge(decide::On<decide::JudgeWhat>),
    /// Take a decision on a pair back
    ///
    /// The pair goes back to the queue, if it is still doubtful.
    Retract(decide::On<decide::RetractWhat>),
    Conflicts(review::Conflicts),
    /// Let a value stand, whoever else says what
    ///
    /// Until an office says something new: then `conflicts` shows it as REOPENED.
    Pin(decide::On<decide::PinWhat>),
    /// Take a pin back
    ///
    /// The offices' words count again.
    Unpin(decide::On<decide::UnpinWhat>),
    Pull(pull::Arguments),
    Key(key::Arguments),
    Audit(audit::Arguments),
    Match(matching::Arguments),
    Migrate(migrate::Arguments),
    Rebuild(rebuild::Arguments),
    Schema(schema::Arguments),
    Register(register::Arguments),
}

/// Runs the program.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        // Help and version go to standard output with 0, wrong usage to standard error with 2.
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failure::tell(&error);
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

fn command() -> clap::Command {
    let hide = |sub: clap::Command, settings: &[&'static str]| {
        settings.iter().fold(sub, |sub, setting| sub.mut_arg(setting, |argument| argument.hide(true)))
    };
    let command = Cli::command();
    // All that know settings and do not serve.
    let names: Vec<String> = command
        .get_subcommands()
        .filter(|sub| sub.get_arguments().any(|argument| argument.get_id() == SERVING_ONLY[0]))
        .map(|sub| sub.get_name().to_owned())
        .filter(|name| name != "serve" && name != "demo")
        .collect();
    let command = names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |sub| hide(sub, &SERVING_ONLY)));
    let command = command.mut_subcommand("key", |key| {
        ["create", "list", "rotate", "revoke"]
            .into_iter()
            .fold(key, |key, name| key.mut_subcommand(name, |sub| hide(sub, &SERVING_ONLY)))
    });
    let command = command.mut_subcommand("audit", |audit| {
        ["list", "verify"]
            .into_iter()
            .fold(audit, |audit, name| audit.mut_subcommand(name, |sub| hide(sub, &SERVING_ONLY)))
    });
    command.mut_subcommand("register", |register| {
        ["suggest", "check", "list", "show"].into_iter().fold(register, |register, name| {
            register.mut_subcommand(name, |sub| hide(hide(sub, &SERVING_ONLY), &RUNNING_ONLY))
        })
    })
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(arguments) => with_runtime(arguments.settings, demo::run),
        Command::Serve(arguments) => with_runtime(arguments.settings, serve::run),
        Command::Import(import::Arguments { settings, what }) => with(settings, what, import::run),
        Command::Imports(imports::Arguments { settings, what }) => with(settings, what, imports::run),
        Command::Preview(preview::Arguments { settings, what }) => with(settings, what, preview::run),
        Command::Apply(wish) => with(wish.settings.clone(), wish, decide::apply),
        Command::Revert(wish) => with(wish.settings.clone(), wish, decide::revert),
        Command::Fix(wish) => with(wish.settings.clone(), wish, decide::fix),
        Command::Discard(wish) => with(wish.settings.clone(), wish, decide::discard),
        Command::Errors(wish) => with(wish.settings.clone(), wish, errors::run),
        Command::Review(wish) => with(wish.settings.clone(), wish, review::review),
        Command::Judge(wish) => with(wish.settings.clone(), wish, decide::judge),
        Command::Retract(wish) => with(wish.settings.clone(), wish, decide::retract),
        Command::Conflicts(wish) => with(wish.settings.clone(), wish, review::conflicts),
        Command::Pin(wish) => with(wish.settings.clone(), wish, decide::pin),
        Command::Unpin(wish) => with(wish.settings.clone(), wish, decide::unpin),
        Command::Pull(wish) => with(wish.settings.clone(), wish, pull::run),
        Command::Audit(audit::Arguments { what }) => with(what.settings().clone(), what, audit::run),
        Command::Key(key::Arguments { what }) => with(what.settings().clone(), what, key::run),
        Command::Match(arguments) => matching::run(arguments),
        Command::Migrate(arguments) => with_runtime(arguments.settings, migrate::run),
        Command::Rebuild(arguments) => with_runtime(arguments.settings, rebuild::run),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Register(arguments) => register::run(arguments),
    }
}

/// As [`with_runtime`], of work that takes what was wished.
fn with<W>(
    settings: Settings,
    what: W,
    work: impl AsyncFnOnce(Config, W) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    with_runtime(settings, async |config| work(config, what).await)
}

/// Settings, then telemetry, then the work, then everything again in reverse.
fn with_runtime(
    settings: Settings,
    work: impl AsyncFnOnce(Config) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let config = config::load(settings)?;
    // The guard flushes with threads of its own: it must outlive the runtime and be dropped outside of it.
    let _telemetry = telemetry::init(&TelemetryOptions {
        format: config.log_format,
        filter: config.log.clone(),
        otlp_endpoint: config.otlp_endpoint.clone(),
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work(config));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

#[cfg(test)]
mod tests;
