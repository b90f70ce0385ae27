//! Figures: an indicator's file → questions that the graph puts to itself → numbers, rows, groups, series. What is
//! counted stands in `schema/indicators`; nothing here knows what a product is.

mod catalogue;
mod check;
mod fault;
mod figure;
mod groups;
mod known;
mod number;
mod programme;
mod published;
mod reconcile;
mod render;
mod rows;
mod series;
mod target;
mod trace;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::answer::Coded;
use super::ask::Told;
use super::look::Wanted;
use super::place::Scope;
use super::run::Running;
use crate::catalog::indicator::{Indicator, Indicators, Part};
use crate::store::id;
pub(super) use check::check;
use render::List;

/// The answer to one of the questions about indicators.
pub(super) async fn answer(
    running: &Running<'_>,
    name: &str,
    arguments: &Value,
    wanted: &[Wanted],
) -> Result<Value, Coded> {
    let desk = Desk { running };
    match name {
        "indicators" => Ok(catalogue::all(desk.indicators())),
        "indicator" => figure::answer(desk, arguments, wanted).await,
        "indicatorSeries" => series::answer(desk, arguments, wanted).await,
        "reconciliation" => reconcile::answer(desk, arguments, wanted).await,
        "programme" => programme::answer(desk, arguments, wanted).await,
        other => Err(Coded::internal(format!("the question {other} is declared and not bound"))),
    }
}

/// Types whose lists a question counts, once for itself and once for each field that asks for more.
pub(super) fn counted<'c>(
    indicators: &'c Indicators,
    question: &str,
    code: Option<&str>,
) -> impl Iterator<Item = &'c str> {
    let counts = ["indicator", "indicatorSeries", "reconciliation"].contains(&question);
    let indicator = code.filter(|_| counts).and_then(|code| indicators.all.get(code));
    indicator.into_iter().flat_map(Indicator::parts).map(|part| part.entity.as_str())
}

/// Where figures are asked for.
#[derive(Clone, Copy)]
struct Desk<'a> {
    running: &'a Running<'a>,
}

/// An indicator in a place.
#[derive(Clone)]
struct Asked<'a> {
    desk: Desk<'a>,
    indicator: &'a Indicator,
    scope: Option<Placed>,
}

/// A place as the caller named it, and what it is.
#[derive(Debug, Clone)]
struct Placed {
    stated: String,
    /// Id as callers know it.
    id: String,
    scope: Scope,
}

impl<'a> Desk<'a> {
    fn indicators(self) -> &'a Indicators {
        &self.running.catalog.indicators
    }

    fn indicator(self, code: &str) -> Result<&'a Indicator, Coded> {
        let indicators = self.indicators();
        indicators.all.get(code).ok_or_else(|| fault::unknown(indicators, code))
    }

    async fn asked(
        self,
        indicator: &'a Indicator,
        scope: Option<&str>,
        on: NaiveDate,
    ) -> Result<Asked<'a>, Coded> {
        let scope = match scope {
            Some(text) => Some(self.placed(text, on).await?),
            None => None,
        };
        if scope.is_some()
            && let Some(part) = indicator.parts().find(|part| !part.placed)
        {
            return Err(fault::no_place(&part.list));
        }
        if indicator.needs_scope && scope.is_none() {
            return Err(fault::needs_scope(&indicator.code));
        }
        self.after_beginning(scope.as_ref(), on)?;
        Ok(Asked { desk: self, indicator, scope })
    }

    async fn placed(self, text: &str, on: NaiveDate) -> Result<Placed, Coded> {
        let scope = self.running.asking.places().on(text, on).await?;
        Ok(Placed { stated: text.trim().to_owned(), id: self.unit_id(scope.unit), scope })
    }

    /// The id of a unit as callers know it.
    fn unit_id(self, unit: uuid::Uuid) -> String {
        let catalog = self.running.catalog;
        let unit_type = catalog.entities.values().find(|entity| catalog.is_unit(entity));
        id::encode(unit_type.map(|entity| entity.id_prefix.as_str()).unwrap_or_default(), unit)
    }

    /// A province may have begun before the country; everything begins with the first of them.
    fn after_beginning(self, scope: Option<&Placed>, on: NaiveDate) -> Result<(), Coded> {
        let of_scope = |province: &Option<String>| match scope {
            None => true,
            Some(placed) => province.as_ref().is_none_or(|code| *code == placed.scope.province),
        };
        let all = self.indicators().programmes.iter().filter(|one| of_scope(&one.province));
        match all.min_by_key(|one| one.since) {
            Some(first) if on < first.since => Err(fault::before_programme(on, first)),
            _ => Ok(()),
        }
    }

    async fn ask(self, document: &str, variables: Map<String, Value>) -> Result<Value, Coded> {
        let told = self.running.asking.ask(document, variables).await?;
        Ok(self.spent(told))
    }

    fn spent(self, told: Told) -> Value {
        self.running.spent(told.statements, told.rows);
        told.data
    }
}

impl Asked<'_> {
    fn scoped(&self) -> bool {
        self.scope.is_some()
    }

    /// A list that its whole rows are asked of.
    fn list<'p>(&self, alias: &'p str, part: &'p Part, selection: String) -> List<'p> {
        List { alias, part, further: Vec::new(), scoped: self.scoped(), paged: false, selection }
    }

    /// Asks a document as of a day, and, where two are compared, of an earlier one.
    async fn ask(
        &self,
        document: &str,
        on: NaiveDate,
        then: Option<NaiveDate>,
        further: &[(&str, Value)],
    ) -> Result<Value, Coded> {
        let mut variables = self.variables(document, on, then);
        for (name, value) in further.iter().filter(|(_, value)| !value.is_null()) {
            variables.insert((*name).to_owned(), value.clone());
        }
        self.desk.ask(document, variables).await
    }

    /// Asks a document as of each of these days, in order.
    async fn ask_each(&self, document: &str, days: &[NaiveDate]) -> Result<Vec<Value>, Coded> {
        let each = days.iter().map(|on| self.variables(document, *on, None)).collect();
        let told = self.desk.running.asking.ask_each(document, each).await?;
        Ok(told.into_iter().map(|told| self.desk.spent(told)).collect())
    }

    fn variables(&self, document: &str, on: NaiveDate, then: Option<NaiveDate>) -> Map<String, Value> {
        let scope = self.scope.as_ref().map(|placed| placed.scope.land.as_deref().unwrap_or(&placed.id));
        render::variables(document, self.indicator, scope, on, then)
    }
}

/// A day among the arguments.
fn day(arguments: &Value, name: &str) -> Result<Option<NaiveDate>, Coded> {
    match arguments[name].as_str() {
        None => Ok(None),
        Some(text) => super::run::day(&text.into()).map(Some),
    }
}
