//! Questions of the command line to the graph, and its answers as tables: the same as over HTTP.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Map, Value};
use unicode_normalization::char::is_combining_mark;

use crate::access::Caller;
use crate::graph::Request;
use crate::hub::Hub;
use crate::store::id;

/// Letters shown of one cell of a table.
const WIDEST: usize = 60;

/// The answer's `data`, or its first error.
pub(super) async fn ask(hub: &Hub, document: &str, variables: Value) -> anyhow::Result<Value> {
    let Value::Object(variables) = variables else { anyhow::bail!("variables are an object") };
    let given: Map<_, _> = variables.into_iter().filter(|(_, value)| !value.is_null()).collect();
    let request = Request {
        query: document.to_owned(),
        variables: given,
        caller: Arc::new(Caller::operator()),
        ..Request::default()
    };
    let answer = hub.engine.execute(request).await;
    let mut answer: Value = serde_json::from_slice(&answer.body)?;
    match answer["errors"].get(0) {
        None => Ok(answer["data"].take()),
        Some(error) => Err(super::failure::Told::of(
            error["extensions"]["code"].as_str(),
            error["message"].as_str(),
            error["extensions"]["messageVi"].as_str(),
        )
        .into()),
    }
}

/// An id as people type it: `import_01j…`, or the bare uuid of tables.
pub(super) fn uuid_of(text: &str) -> Result<uuid::Uuid, String> {
    let decoded = id::decode(text).map(|(_, uuid)| uuid);
    decoded
        .or_else(|| text.parse().ok())
        .ok_or_else(|| format!("{text:?} is no id; expected e.g. import_01h455vb4pex5vsknk084sn02q"))
}

/// A text of an answer; empty for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A table: headings, a line, rows; long cells are cut.
pub(super) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let cut: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| short(cell)).collect()).collect();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(n, heading)| {
            let cells = cut.iter().filter_map(|row| row.get(n)).map(|cell| width(cell));
            cells.chain([width(heading)]).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    line(&mut out, headings.iter().copied(), &widths);
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(&mut out, rules.iter().map(String::as_str), &widths);
    for row in &cut {
        line(&mut out, row.iter().map(String::as_str), &widths);
    }
    out
}

fn line<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>, widths: &[usize]) {
    let mut text = String::new();
    for (cell, all) in cells.zip(widths) {
        let _ = write!(text, "{cell}{}  ", " ".repeat(all.saturating_sub(width(cell))));
    }
    let _ = writeln!(out, "{}", text.trim_end());
}

fn short(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match one_line.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &one_line[..at]),
        None => one_line,
    }
}

/// Places a text takes on a terminal: it may hold decomposed Vietnamese.
fn width(text: &str) -> usize {
    text.chars().filter(|c| !is_combining_mark(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_long_cells_are_cut() {
        let rows =
            vec![vec!["Sản phẩm".to_owned(), "1".to_owned()], vec!["x".repeat(100), "2\n3".to_owned()]];
        let text = table(&["Name", "N"], &rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[3].ends_with("…  2 3"), "{text}");
        assert!(lines[2].starts_with("Sản phẩm   "), "{text}");
    }

    #[test]
    fn ids_come_in_both_forms() {
        let uuid = uuid_of("import_01h455vb4pex5vsknk084sn02q").unwrap();
        assert_eq!(uuid_of(&uuid.to_string()), Ok(uuid));
        assert!(uuid_of("7").is_err());
    }
}
