//! How a number came about: the question, its statements, and the deliveries whose records speak of the rows.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::limits;
use super::super::look::{Wanted, is_wanted};
use super::super::run::store_error;
use super::Asked;
use super::render::{self, List};
use crate::store::{id, sources};

/// Rows whose sources are looked at.
const MOST: usize = 5000;

/// `IndicatorTrace`
pub(super) async fn answer(asked: &Asked<'_>, on: NaiveDate, field: &Wanted) -> Result<Value, Coded> {
    let document = asked.document();
    let variables = asked.variables(&document, on, None);
    let statements = asked.desk.running.asking.statements(&document, variables.clone());
    let mut shown = json!({ "document": document, "variables": variables, "statements": statements });
    if is_wanted(&field.within, "sources") || is_wanted(&field.within, "rowsTraced") {
        let rows = rows(asked, on).await?;
        shown["rowsTraced"] = rows.len().into();
        let running = asked.desk.running;
        let found = sources::of(running.database, rows).await.map_err(|error| store_error(&error))?;
        let found = found.map_err(|error| Coded::internal(error.to_string()))?;
        running.spent(1, found.len() as u64);
        let one = |source: &sources::Delivery| {
            json!({
                "import": id::encode("import", source.import),
                "agency": source.agency.map(|agency| id::encode("agency", agency)),
                "file": source.file,
                "records": source.records,
            })
        };
        shown["sources"] = found.iter().map(one).collect();
    }
    Ok(shown)
}

/// Ids of the first rows.
async fn rows(asked: &Asked<'_>, on: NaiveDate) -> Result<Vec<uuid::Uuid>, Coded> {
    let list = List {
        alias: "rows",
        part: asked.indicator.shown(),
        further: Vec::new(),
        scoped: asked.scoped(),
        paged: true,
        selection: "pageInfo { hasNextPage endCursor } nodes { id }".to_owned(),
    };
    let document = render::document("Rows", &[list]);
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    while ids.len() < MOST {
        let page = [("first", limits::ROOT_PAGE.most.into()), ("after", after)];
        let told = asked.ask(&document, on, None, &page).await?;
        let nodes = told["rows"]["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        ids.extend(nodes.iter().filter_map(|node| Some(id::decode(node["id"].as_str()?)?.1)));
        after = told["rows"]["pageInfo"]["endCursor"].clone();
        if told["rows"]["pageInfo"]["hasNextPage"] != true {
            break;
        }
    }
    ids.truncate(MOST);
    Ok(ids)
}
