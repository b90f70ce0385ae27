//! `lienthong register …`: register files drafted, checked, listed and shown. No database is touched.

mod check;
mod masks;
mod preview;
mod suggest;
mod words;

use chrono::{NaiveDate, TimeDelta};

use super::output::say;
use crate::clock::Clock;
use crate::config::{self, Config, Settings};
use crate::error::Fault;
use crate::hub::load_catalog;
use crate::ingest::Input;
use crate::ingest::read::{self, Limits, LoadError};
use crate::ingest::register::{Origin, Registers, files};

/// Draft, check, list and show register files: how the hub reads a new office's files
///
/// A register file (TOML) says which heading is which column and what a row says. A few lines are enough to
/// add a province's headings to a register the program knows. Needs no database.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Suggest(suggest::Arguments),
    Check(check::Arguments),
    List(List),
    Show(Show),
}

/// List the registers the hub knows
///
/// Code, title, version and who brought it; those of --registers are among them.
#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    settings: Settings,
}

/// Print a register file that ships in the program
///
/// To read how a register is described, or to start from.
#[derive(Debug, clap::Args)]
struct Show {
    /// Code of the register, or `common` for the words all share
    #[arg(value_name = "CODE")]
    code: String,
    #[command(flatten)]
    settings: Settings,
}

/// What a file does not say of itself.
#[derive(Debug, clap::Args)]
struct About {
    /// Province whose office sends the file: statistical code, of before July 2025 or of today, or name
    #[arg(long, value_name = "CODE")]
    province: Option<String>,

    /// Day the file speaks of, YYYY-MM-DD, when it does not say so
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.what {
        What::Suggest(arguments) => suggest::run(arguments),
        What::Check(arguments) => check::run(arguments),
        What::List(List { settings }) => list(&config::load(settings)?),
        What::Show(Show { code, settings }) => show(&config::load(settings)?, &code),
    }
}

fn list(config: &Config) -> anyhow::Result<()> {
    let registers = Registers::load(&load_catalog()?, config.registers.as_deref())?;
    let mut out = String::new();
    for register in registers.all() {
        let model = &register.model;
        let source = match register.origin {
            Origin::BuiltIn => "built in".to_owned(),
            Origin::Operator => register.file.clone(),
        };
        out.push_str(&format!("{}  {}  {}\n", model.code, register.version, source));
        out.push_str(&format!("  {} / {}\n", model.title.vi, model.title.en));
        for layout in &model.layout {
            out.push_str(&format!("  {}: {}\n", layout.name, layout.required.join(", ")));
        }
    }
    say(&out)
}

fn show(config: &Config, code: &str) -> anyhow::Result<()> {
    let all = files(config.registers.as_deref())?;
    let wanted = format!("{code}.toml");
    let by_code = |text: &str| {
        text.parse::<toml::Table>().is_ok_and(|t| t.get("code").and_then(|c| c.as_str()) == Some(code))
    };
    let found = all.iter().find(|f| f.name == wanted || by_code(&f.text));
    match found {
        Some(file) => say(&file.text),
        None => {
            let names = all.iter().map(|f| f.name.trim_end_matches(".toml").to_owned());
            let known: Vec<String> = names.collect();
            let known = known.join(", ");
            Err(Fault::new(
                "REGISTER_UNKNOWN",
                format!("There is no register \"{code}\"; there are: {known}."),
                format!("Không có sổ \"{code}\"; các sổ hiện có: {known}."),
            )
            .into())
        }
    }
}

fn input(path: &std::path::Path) -> anyhow::Result<Input> {
    match read::load(path, &Limits::default()) {
        Ok(input) => Ok(input),
        Err(LoadError::Fault(fault)) => Err(fault.into()),
        Err(LoadError::Io { path, source }) => Err(Fault::new(
            "FILE_UNREADABLE",
            format!("cannot read {path}: {source}"),
            format!("không đọc được {path}: {source}"),
        )
        .into()),
    }
}

/// The day in Vietnam.
fn today() -> NaiveDate {
    (Clock::System.now() + TimeDelta::hours(7)).date_naive()
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Fault {
    let path = path.display();
    Fault::new(
        "FILE_UNWRITABLE",
        format!("cannot write {path}: {error}"),
        format!("không ghi được {path}: {error}"),
    )
}
