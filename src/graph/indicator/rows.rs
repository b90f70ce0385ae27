//! Pages of the rows behind a number.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::limits;
use super::super::look::Wanted;
use super::render::{self, List};
use super::{Asked, fault};
use crate::catalog::indicator::{Part, Take};

/// Which rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those behind the numerator.
    Numerator,
    /// Those behind the denominator.
    Denominator,
    /// Those of the denominator that are not in the numerator.
    Without,
}

/// `IndicatorRows`, for a field that takes `first` and `after`.
pub(super) async fn page(
    asked: &Asked<'_>,
    which: Which,
    on: NaiveDate,
    field: &Wanted,
) -> Result<Value, Coded> {
    let (part, further) = which.of(asked)?;
    let list = List {
        alias: "rows",
        part,
        further,
        scoped: asked.scoped(),
        paged: true,
        selection: render::ROWS.to_owned(),
    };
    let document = render::document("Rows", &[list]);
    let told = asked.ask(&document, on, None, &window(field)?).await?;
    Ok(shown(&told["rows"]))
}

impl Which {
    /// The list, and conditions besides its own.
    fn of<'i>(self, asked: &Asked<'i>) -> Result<(&'i Part, Vec<String>), Coded> {
        let indicator = asked.indicator;
        if self == Which::Numerator {
            return Ok((indicator.shown(), Vec::new()));
        }
        let Some(denominator) = &indicator.denominator else {
            return Err(fault::no_rows(&indicator.code, "has no denominator", "không có mẫu số"));
        };
        if self == Which::Denominator {
            return Ok((denominator, Vec::new()));
        }
        let numerator = &indicator.numerator;
        let alike = numerator.list == denominator.list
            && numerator.as_of == denominator.as_of
            && [numerator, denominator].iter().all(|part| part.take == Take::Count);
        if !alike {
            return Err(fault::no_rows(
                &indicator.code,
                "divides unlike things: no row is in its denominator and could be in its numerator",
                "chia hai loại khác nhau: không có dòng của mẫu số thiếu trong tử số",
            ));
        }
        let none = if numerator.condition.is_empty() { "{}" } else { &numerator.condition };
        Ok((denominator, vec![format!("{{ not: {none} }}")]))
    }
}

/// `first` and `after` as variables.
pub(super) fn window(field: &Wanted) -> Result<[(&'static str, Value); 2], Coded> {
    let (first, most) = (field.arguments["first"].as_i64().unwrap_or(20), limits::NODES as i64);
    if !(0..=most).contains(&first) {
        return Err(Coded::fault(
            "PAGE_SIZE",
            format!("first takes 0 to {most}, not {first}"),
            format!("first nhận từ 0 đến {most}, không nhận {first}"),
        ));
    }
    Ok([("first", first.into()), ("after", field.arguments["after"].clone())])
}

/// `IndicatorRows` out of a page of ids.
pub(super) fn shown(page: &Value) -> Value {
    let edges = page["edges"].as_array().map(Vec::as_slice).unwrap_or_default();
    let edge = |edge: &Value| json!({ "cursor": edge["cursor"], "node": edge["node"]["id"] });
    json!({
        "totalCount": page["totalCount"],
        "pageInfo": page["pageInfo"],
        "nodes": edges.iter().map(|edge| edge["node"]["id"].clone()).collect::<Value>(),
        "edges": edges.iter().map(edge).collect::<Value>(),
    })
}
