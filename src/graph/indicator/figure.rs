//! One figure: an indicator in a place on a day.

use chrono::NaiveDate;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::look::{Wanted, is_wanted};
use super::number::{self, Number};
use super::render;
use super::rows::Which;
use super::{Asked, Desk, Placed, catalogue, day, groups, published, rows, trace};
use crate::catalog::indicator::Period;

/// Questions of one figure at the same time.
const AT_ONCE: usize = 4;

/// The answer to `indicator`.
pub(super) async fn answer(desk: Desk<'_>, arguments: &Value, wanted: &[Wanted]) -> Result<Value, Coded> {
    let indicator = desk.indicator(arguments["code"].as_str().unwrap_or_default())?;
    let on = day(arguments, "asOf")?.unwrap_or_else(|| desk.running.asking.today());
    let asked = desk.asked(indicator, arguments["scope"].as_str(), on).await?;
    let mut shown = catalogue::head(indicator);
    shown["scope"] = asked.scope.as_ref().map_or(Value::Null, |placed| scope(desk, placed));
    shown["asOf"] = on.to_string().into();
    if indicator.period != Period::Instant {
        shown["from"] = render::first_day(indicator, on).to_string().into();
    }
    let number = ["value", "numerator", "denominator", "reason"];
    if number.iter().any(|name| is_wanted(wanted, name)) {
        put_number(&mut shown, &asked, &asked.number(on).await?);
    }
    let mut questions = Vec::new();
    for field in wanted {
        let slot = field.slot.clone();
        questions.extend(further(&asked, on, field).map(|question| question.map(|value| (slot, value))));
    }
    let answered: Vec<_> = stream::iter(questions).buffered(AT_ONCE).collect().await;
    for (slot, value) in answered {
        // Each of these may be null: a mistake in one leaves the figure as it is.
        shown[slot] = desk.running.or_null(value);
    }
    Ok(shown)
}

/// What costs questions of its own.
fn further<'a>(
    asked: &'a Asked<'_>,
    on: NaiveDate,
    field: &'a Wanted,
) -> Option<BoxFuture<'a, Result<Value, Coded>>> {
    let page = |which| rows::page(asked, which, on, field).boxed();
    Some(match field.name.as_str() {
        "rows" => page(Which::Numerator),
        "denominatorRows" => page(Which::Denominator),
        "without" => page(Which::Without),
        "groups" => groups::answer(asked, on, field).boxed(),
        "published" => published::answer(asked, on).boxed(),
        "trace" => trace::answer(asked, on, field).boxed(),
        _ => return None,
    })
}

/// Value, numerator, denominator and the reason why there is none.
pub(super) fn put_number(shown: &mut Value, asked: &Asked<'_>, number: &Number) {
    shown["value"] = number::text(number.value(asked.indicator));
    shown["numerator"] = number::text(number.numerator);
    shown["denominator"] = number::text(number.denominator.flatten());
    shown["reason"] = number.reason();
}

/// `IndicatorScope`
pub(super) fn scope(desk: Desk<'_>, placed: &Placed) -> Value {
    /// Units told.
    const TOLD: usize = 50;
    let divided = &placed.scope.divided;
    let one =
        |(unit, counted): &(uuid::Uuid, bool)| json!({ "unit": desk.unit_id(*unit), "counted": counted });
    json!({
        "unit": placed.id,
        "stated": placed.stated,
        "taken": if placed.scope.by_name { "NAME_ON_DAY" } else { "THAT_UNIT" },
        "existsOnDay": placed.scope.exists,
        "approximate": !divided.is_empty(),
        "divided": divided.iter().take(TOLD).map(one).collect::<Value>(),
        "dividedCount": divided.len(),
    })
}

impl Asked<'_> {
    /// The document of the number.
    pub(super) fn document(&self) -> String {
        let numerator = &self.indicator.numerator;
        let mut lists = vec![self.list("numerator", numerator, render::number(&numerator.take))];
        let denominator = self.indicator.denominator.as_ref();
        lists.extend(denominator.map(|part| self.list("denominator", part, render::number(&part.take))));
        render::document("Figure", &lists)
    }

    /// What the indicator comes to on a day.
    pub(super) async fn number(&self, on: NaiveDate) -> Result<Number, Coded> {
        let told = self.ask(&self.document(), on, None, &[]).await?;
        let number = self.counted(&told, on);
        match number.is_nothing() {
            true => Ok(Number { missing: self.missing(on).await?, ..number }),
            false => Ok(number),
        }
    }

    /// What it comes to on each of these days, in order.
    pub(super) async fn numbers(&self, days: &[NaiveDate]) -> Result<Vec<Number>, Coded> {
        let told = self.ask_each(&self.document(), days).await?;
        let each = told.iter().zip(days);
        let mut numbers: Vec<Number> = each.map(|(told, on)| self.counted(told, *on)).collect();
        if let (Some(on), true) = (days.last(), numbers.iter().any(Number::is_nothing)) {
            let missing = self.missing(*on).await?;
            for number in numbers.iter_mut().filter(|number| number.is_nothing()) {
                number.missing.clone_from(&missing);
            }
        }
        Ok(numbers)
    }

    fn counted(&self, told: &Value, on: NaiveDate) -> Number {
        let denominator = self.indicator.denominator.as_ref();
        Number {
            numerator: number::taken(&self.indicator.numerator.take, &told["numerator"]),
            denominator: denominator.map(|part| number::taken(&part.take, &told["denominator"])),
            missing: None,
            ended: self.indicator.ended.clone().filter(|ended| on > ended.last),
        }
    }
}
