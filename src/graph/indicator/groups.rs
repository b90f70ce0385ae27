//! An indicator for each group of its rows.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::limits;
use super::super::look::Wanted;
use super::number::{self, Number};
use super::render;
use super::{Asked, fault};
use crate::catalog::indicator::{Dimension, Last, Part};

/// What groups go by, in the client's words.
pub(super) struct By {
    names: Vec<String>,
    numerator: Vec<Dimension>,
    /// The same for the denominator, where there is one.
    denominator: Vec<Dimension>,
    first: i64,
}

/// The answer to `groups`.
pub(super) async fn answer(asked: &Asked<'_>, on: NaiveDate, field: &Wanted) -> Result<Value, Coded> {
    let first = field.arguments["first"].as_i64().unwrap_or(limits::GROUPS.most);
    let by = asked.by(&field.arguments["by"], first)?;
    Ok(asked.groups(&[on], &by).await?.pop().unwrap_or(Value::Null))
}

impl Asked<'_> {
    /// The dimensions that the words name.
    pub(super) fn by(&self, words: &Value, first: i64) -> Result<By, Coded> {
        let words = words.as_array().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<String> = words.iter().filter_map(|w| Some(w.as_str()?.to_owned())).collect();
        if names.len() > limits::GROUP_TERMS {
            return Err(Coded::fault(
                "TOO_MANY_TERMS",
                format!("by takes {} terms at most", limits::GROUP_TERMS),
                format!("by nhận tối đa {} tiêu chí", limits::GROUP_TERMS),
            ));
        }
        if !(0..=limits::GROUPS.most).contains(&first) {
            return Err(Coded::fault(
                "PAGE_SIZE",
                format!("first takes 0 to {}, not {first}", limits::GROUPS.most),
                format!("first nhận từ 0 đến {}, không nhận {first}", limits::GROUPS.most),
            ));
        }
        let of =
            |part: &Part| names.iter().map(|name| self.dimension(part, name)).collect::<Result<Vec<_>, _>>();
        let numerator = of(&self.indicator.numerator)?;
        let denominator = self.indicator.denominator.as_ref().map(of).transpose()?.unwrap_or_default();
        Ok(By { names, numerator, denominator, first })
    }

    fn dimension(&self, part: &Part, name: &str) -> Result<Dimension, Coded> {
        let catalog = self.desk.running.catalog;
        let named = self.desk.indicators().dimensions.get(&part.list);
        let path = named.and_then(|all| all.get(name)).map_or(name, String::as_str);
        let entity = catalog.entities.get(&part.entity);
        let found = entity.and_then(|entity| Dimension::resolve(catalog, entity, path));
        let known = || named.into_iter().flat_map(|all| all.keys().map(String::as_str)).collect::<Vec<_>>();
        let found = found.filter(|found| found.links.len() <= limits::PATH);
        found.ok_or_else(|| fault::group(&part.list, name, &known()))
    }

    /// The groups on each of these days.
    pub(super) async fn groups(&self, days: &[NaiveDate], by: &By) -> Result<Vec<Value>, Coded> {
        let grouped = |part: &Part, by: &[Dimension], first| render::groups(&part.take, by, first);
        let numerator = &self.indicator.numerator;
        let mut lists = vec![self.list("numerator", numerator, grouped(numerator, &by.numerator, by.first))];
        if let Some(part) = &self.indicator.denominator {
            lists.push(self.list("denominator", part, grouped(part, &by.denominator, by.first)));
        }
        let document = render::document("Groups", &lists);
        let told = self.ask_each(&document, days).await?;
        Ok(told.iter().map(|told| self.joined(by, told)).collect())
    }

    /// Numerator and denominator of each group; the denominator's order counts where there is one, since it has
    /// the groups in which nothing is counted.
    fn joined(&self, by: &By, told: &Value) -> Value {
        let mut found: IndexMap<String, (Value, Number)> = IndexMap::new();
        let empty =
            Number { denominator: self.indicator.denominator.as_ref().map(|_| None), ..Number::default() };
        if let Some(part) = &self.indicator.denominator {
            for group in told["denominator"]["groups"].as_array().into_iter().flatten() {
                let key = key(&by.names, &by.denominator, group);
                let number = Number {
                    numerator: Some(rust_decimal::Decimal::ZERO),
                    denominator: Some(number::taken(&part.take, group)),
                    ..Number::default()
                };
                found.insert(key.to_string(), (key, number));
            }
        }
        for group in told["numerator"]["groups"].as_array().into_iter().flatten() {
            let key = key(&by.names, &by.numerator, group);
            let counted = number::taken(&self.indicator.numerator.take, group);
            let entry = found.entry(key.to_string()).or_insert_with(|| (key, empty.clone()));
            entry.1.numerator = counted;
        }
        let shown = |(key, number): (Value, Number)| {
            json!({
                "key": key,
                "value": number::text(number.value(self.indicator)),
                "numerator": number::text(number.numerator),
                "denominator": number::text(number.denominator.flatten()),
            })
        };
        found.into_values().map(shown).collect()
    }
}

/// `[IndicatorKey!]`
fn key(names: &[String], by: &[Dimension], group: &Value) -> Value {
    let one = |(name, dimension): (&String, &Dimension)| {
        let at = dimension.links.iter().fold(&group["key"], |at, link| &at[link.as_str()]);
        let value = &at[render::leaf(dimension).as_str()];
        let (node, value) = match dimension.last {
            Last::Object => (value.clone(), Value::Null),
            Last::Field { .. } => (Value::Null, value.clone()),
        };
        let value = match value {
            Value::Null | Value::String(_) => value,
            other => other.to_string().into(),
        };
        json!({ "dimension": name, "node": node, "value": value })
    };
    names.iter().zip(by).map(one).collect()
}
