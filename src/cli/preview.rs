//! `lienthong preview ID`: what applying an import would change.

use serde_json::{Value, json};

use super::ask::{ask, table, text};
use super::imports::shown;
use super::opened::with_hub;
use super::output::say;
use crate::config::{Config, Settings};

/// Show what applying an import would change
///
/// Nothing is changed: entities created, updated old → new, gone; rows unchanged and set aside; records
/// withdrawn; pairs to review. Personal data are left out.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Debug, clap::Args)]
pub(super) struct What {
    /// Import
    id: String,

    /// Changes shown at most
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(i64).range(0..=1000))]
    limit: i64,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

const DOCUMENT: &str = "query Preview($id: ID!, $first: Int) {
  importPreview(id: $id, first: $first) {
    import { id fileName state }
    entities { entityType created updated deleted total }
    changes { entityType subject kind fields { field oldValue newValue } }
    changeCount rowsUnchanged rowsQuarantined
    withdrawn { entityType count }
    mustConfirm toReview
    userErrors { code field message }
  }
}";

pub(super) async fn run(config: Config, what: What) -> anyhow::Result<()> {
    with_hub(config, async |hub| {
        let answer = ask(hub, DOCUMENT, json!({ "id": what.id, "first": what.limit })).await?;
        let preview = &answer["importPreview"];
        if let Some(error) = preview["userErrors"].get(0) {
            let told = super::failure::Told::of(error["code"].as_str(), error["message"].as_str(), None);
            return Err(told.into());
        }
        say(&shown(preview, what.json, words))
    })
    .await
}

fn words(preview: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let row = |value: &Value, fields: &[&str]| fields.iter().map(|field| text(&value[*field])).collect();
    let counts: Vec<Vec<String>> = list(&preview["entities"])
        .iter()
        .map(|one| row(one, &["entityType", "created", "updated", "deleted", "total"]))
        .collect();
    let mut out = table(&["Entities", "Created", "Updated", "Deleted", "Total"], &counts);
    let mut changes = Vec::new();
    for change in list(&preview["changes"]) {
        for field in list(&change["fields"]) {
            let mut line: Vec<String> = row(&change, &["kind", "entityType", "subject"]);
            line.extend::<Vec<String>>(row(&field, &["field", "oldValue", "newValue"]));
            changes.push(line);
        }
    }
    if !changes.is_empty() {
        out.push('\n');
        out.push_str(&table(&["Change", "Type", "Id", "Field", "Old", "New"], &changes));
    }
    out.push_str(&format!(
        "\n{} entities change; {} rows unchanged, {} set aside; {} pairs to review.\n",
        preview["changeCount"], preview["rowsUnchanged"], preview["rowsQuarantined"], preview["toReview"]
    ));
    for gone in list(&preview["withdrawn"]) {
        out.push_str(&format!("{} {} withdrawn.\n", gone["count"], text(&gone["entityType"])));
    }
    if preview["mustConfirm"] == true {
        out.push_str("So many are withdrawn that a person must agree: apply --confirm\n");
    }
    out
}
