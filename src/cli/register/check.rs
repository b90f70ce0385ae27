//! `lienthong register check X.toml [FILE…]`: every mistake of a register file, and how files would be read
//! with it.

use std::path::{Path, PathBuf};

use super::{About, input, preview, today};
use crate::catalog::Catalog;
use crate::cli::output::say;
use crate::config::{self, Settings};
use crate::error::Fault;
use crate::hub::load_catalog;
use crate::ingest::map;
use crate::ingest::place::Places;
use crate::ingest::read::Limits;
use crate::ingest::register::mistake::Mistake;
use crate::ingest::register::{Registers, file, files};
use crate::ingest::{Options, register};

/// Check a register file, and preview how files would be read with it
///
/// Names every mistake with line, key, what was expected and the nearest known name. With FILE, shows which
/// heading was read as which column, 20 rows as they would be read, counts, words that no vocabulary has.
/// Exit code 0: good and every FILE could be read; 1: a mistake, a FILE was refused, or no row of it was read.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Register file (TOML)
    #[arg(value_name = "X.toml")]
    mapping: PathBuf,

    /// Files to read with it
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    about: About,

    /// Rows to show of each file
    #[arg(long, value_name = "N", default_value_t = 20)]
    rows: usize,

    /// Print JSON, one document for each FILE, in the place of the text
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = config::load(arguments.settings)?;
    let catalog = load_catalog()?;
    let (registers, code) = load(&catalog, &arguments.mapping, config.registers.as_deref())?;
    if !arguments.json {
        say(&valid(&registers, &arguments.mapping, code.as_deref()))?;
    }
    if arguments.files.is_empty() {
        return Ok(());
    }
    let places = Places::load();
    let options =
        Options { register: code, province: arguments.about.province, as_of: arguments.about.as_of };
    let mut refused = None;
    for path in &arguments.files {
        let shown = input(path).and_then(|input| {
            let limits = Limits::default();
            let read = map::prepare(&input, &registers, &places, &options, today(), &limits)?;
            let staged = map::map(&read, &places, uuid::Uuid::nil(), &Default::default(), &|_, _| ());
            let preview =
                preview::Preview { file: &read, staged: &staged, catalog: &catalog, places: &places };
            let name = path.display().to_string();
            let text = match arguments.json {
                true => serde_json::to_string(&preview.json(&name, arguments.rows))? + "\n",
                false => preview.text(&name, arguments.rows),
            };
            Ok((text, read.notes.iter().find(|note| note.code == map::NO_ROWS).cloned()))
        });
        let error = match shown {
            Ok((text, unread)) => {
                say(&text)?;
                unread.map(anyhow::Error::from)
            }
            Err(error) => Some(error),
        };
        // The last one is told at the end, with the exit code.
        if let Some(error) = error
            && let Some(before) = refused.replace(error)
        {
            say(&format!("\n{before:#}\n"))?;
        }
    }
    refused.map_or(Ok(()), Err)
}

/// The registers with the file among them, and the code of the one it makes.
fn load(
    catalog: &Catalog,
    path: &Path,
    folder: Option<&Path>,
) -> anyhow::Result<(Registers, Option<String>)> {
    let own = file(path)?;
    let mut all = files(folder)?;
    // The very file may lie in the folder already.
    all.retain(|f| f.name != own.name && !(f.origin == register::Origin::Operator && f.text == own.text));
    let name = own.name.clone();
    all.push(own);
    let registers = match Registers::of(all) {
        Ok(registers) => registers,
        Err(found) => return Err(mistakes(found).into()),
    };
    let found = registers.mistakes(catalog);
    if !found.is_empty() {
        return Err(mistakes(found).into());
    }
    let code = registers.all().iter().find(|r| r.file == name).map(|r| r.model.code.clone());
    Ok((registers, code))
}

/// All of them, each on its own lines.
fn mistakes(found: Vec<Mistake>) -> Fault {
    let lines = |pick: &dyn Fn(&Mistake) -> String| -> String {
        found.iter().map(|m| format!("\n  {}", pick(m))).collect::<String>()
    };
    let count = found.len();
    Fault::new(
        "REGISTER_INVALID",
        format!(
            "{count} {} to mend{}",
            if count == 1 { "mistake" } else { "mistakes" },
            lines(&|m| m.words().0)
        ),
        format!("{count} chỗ cần sửa{}", lines(&|m| m.words().1)),
    )
}

fn valid(registers: &Registers, path: &Path, code: Option<&str>) -> String {
    let Some(register) = code.and_then(|c| registers.get(c)) else {
        return format!("{}: good / hợp lệ.\n", path.display());
    };
    let forms: Vec<&str> = register.model.layout.iter().map(|l| l.name.as_str()).collect();
    let mut out = format!(
        "{}: good / hợp lệ. Register {} ({}), version {}, forms: {}.\n",
        path.display(),
        register.model.code,
        register.model.title.en,
        register.version,
        forms.join(", ")
    );
    let own = registers.text(&register.file).and_then(|t| t.parse::<toml::Table>().ok()).unwrap_or_default();
    let columns = own.get("column").and_then(|c| c.as_table()).cloned().unwrap_or_default();
    for (name, near) in register::unused(register).into_iter().filter(|(name, _)| columns.contains_key(name))
    {
        let near = near.map(|n| format!(" (nearest: {n})")).unwrap_or_default();
        out.push_str(&format!("  note: nothing uses column.{name}{near} / không có gì dùng cột này\n"));
    }
    out
}
