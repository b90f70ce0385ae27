//! `lienthong imports`: deliveries, or one of them with what is wrong in it.

use serde_json::{Value, json};

use super::ask::{ask, table, text};
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};
use crate::error::Fault;

/// List imports, or show one with its issues
///
/// The newest first: state, register, day, rows by outcome. With an ID: that import, and what is wrong in it,
/// row by row.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Debug, clap::Args)]
pub(super) struct What {
    /// Import to show
    id: Option<String>,

    /// Only those in this state: STAGED, HELD, APPLIED, REVERTED
    #[arg(long, value_name = "STATE")]
    state: Option<String>,

    /// Only those of this register
    #[arg(long, value_name = "NAME")]
    register: Option<String>,

    /// Imports or issues shown at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100))]
    limit: i64,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

const LIST: &str = "query Imports($first: Int, $where: ImportWhere) {
  imports(first: $first, where: $where) {
    totalCount
    nodes { id fileName register asOf state rowsRead rowsAccepted rowsUnchanged rowsQuarantined rowsDuplicate }
  }
}";

const ONE: &str = "query Import($id: ID!, $first: Int) {
  import(id: $id) {
    id fileName register office scope asOf receivedAt receivedBy state withdrawn appliedAt revertedAt revertedBy
    revertReason rowsRead rowsAccepted rowsUnchanged rowsQuarantined rowsDuplicate
    issues(first: $first) {
      totalCount
      nodes { sheet row column code severity seen expectedEn expectedVi messageEn messageVi }
    }
  }
}";

pub(super) async fn run(config: Config, what: What) -> anyhow::Result<()> {
    with_hub(config, async |hub| match &what.id {
        Some(id) => {
            let answer = ask(hub, ONE, json!({ "id": id, "first": what.limit })).await?;
            if answer["import"].is_null() {
                return Err(unknown(id).into());
            }
            say(&shown(&answer["import"], what.json, one))
        }
        None => {
            let mut conditions = json!({});
            for (field, value) in [("state", &what.state), ("register", &what.register)] {
                if let Some(value) = value {
                    conditions[field] = json!({ "eq": value });
                }
            }
            let answer = ask(hub, LIST, json!({ "first": what.limit, "where": conditions })).await?;
            say(&shown(&answer["imports"], what.json, list))
        }
    })
    .await
}

/// JSON for programs, words for people.
pub(super) fn shown(value: &Value, as_json: bool, words: impl FnOnce(&Value) -> String) -> String {
    if as_json { format!("{value}\n") } else { words(value) }
}

/// The nodes of a connection as rows of some of their fields.
pub(super) fn rows(connection: &Value, fields: &[&str]) -> Vec<Vec<String>> {
    let nodes = connection["nodes"].as_array().into_iter().flatten();
    nodes.map(|node| fields.iter().map(|field| text(&node[*field])).collect()).collect()
}

/// How many there are beyond those shown.
pub(super) fn more(connection: &Value, shown: usize) -> String {
    let total = connection["totalCount"].as_u64().unwrap_or(0);
    match total > shown as u64 {
        true => format!("\n{shown} of {total} shown; see --limit.\n"),
        false => String::new(),
    }
}

fn list(imports: &Value) -> String {
    let fields = [
        "id",
        "state",
        "register",
        "asOf",
        "rowsRead",
        "rowsAccepted",
        "rowsUnchanged",
        "rowsQuarantined",
        "rowsDuplicate",
        "fileName",
    ];
    let headings = [
        "Import",
        "State",
        "Register",
        "As of",
        "Read",
        "Accepted",
        "Unchanged",
        "Quarantined",
        "Duplicates",
        "File",
    ];
    let rows = rows(imports, &fields);
    table(&headings, &rows) + &more(imports, rows.len())
}

fn one(import: &Value) -> String {
    let mut out = String::new();
    for field in [
        "id",
        "fileName",
        "register",
        "scope",
        "asOf",
        "state",
        "receivedAt",
        "receivedBy",
        "appliedAt",
        "withdrawn",
        "revertedAt",
        "revertedBy",
        "revertReason",
        "rowsRead",
        "rowsAccepted",
        "rowsUnchanged",
        "rowsQuarantined",
        "rowsDuplicate",
    ] {
        if !import[field].is_null() {
            out.push_str(&format!("{field:16} {}\n", text(&import[field])));
        }
    }
    let issues = &import["issues"];
    let fields = ["sheet", "row", "column", "severity", "code", "seen", "expectedEn", "expectedVi"];
    let rows = rows(issues, &fields);
    if !rows.is_empty() {
        out.push('\n');
        let headings = ["Sheet", "Row", "Column", "Severity", "Code", "Seen", "Expected", "Cần"];
        out.push_str(&table(&headings, &rows));
        out.push_str(&more(issues, rows.len()));
    }
    out
}

fn unknown(id: &str) -> Fault {
    Fault::new("NOT_FOUND", format!("there is no import {id}"), format!("không có lần nhập {id}"))
}
