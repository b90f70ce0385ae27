//! Targets of a year beside what came of them. A target of a unit that was abolished goes on with the units that
//! hold its territory; what they reach together is counted within its old border.

use chrono::NaiveDate;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::answer::Coded;
use super::super::look::Wanted;
use super::number::{self, reason};
use super::target::Target;
use super::{Asked, Desk, Placed, catalogue, day, fault, figure};
use crate::catalog::indicator::Indicator;
use crate::store::id;

const TARGETS: &str = include_str!("../../../schema/indicators/targets.graphql");
const OFFICE: &str = include_str!("../../../schema/indicators/office.graphql");
/// Targets computed at the same time.
const AT_ONCE: usize = 4;
/// Targets told at most.
const MOST: usize = 2000;

/// The answer to `programme`.
pub(super) async fn answer(desk: Desk<'_>, arguments: &Value, _wanted: &[Wanted]) -> Result<Value, Coded> {
    let year = arguments["year"].as_i64().and_then(|year| i32::try_from(year).ok());
    let ends =
        |year: i32| Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?));
    let Some((begin, end)) = year.filter(|year| (1..=9999).contains(year)).and_then(ends) else {
        return Err(fault::days("year has four digits", "year gồm bốn chữ số"));
    };
    let asked = day(arguments, "asOf")?;
    if let Some(day) = asked.filter(|day| *day < begin) {
        return Err(fault::before_year(day, begin));
    }
    let asked = asked.unwrap_or_else(|| end.min(desk.running.asking.today()));
    let scope = match arguments["scope"].as_str() {
        Some(text) => Some(of_year(desk, text, begin, asked).await?),
        None => None,
    };
    desk.after_beginning(scope.as_ref(), end)?;
    let targets = targets(desk, begin, scope.as_ref(), asked).await?;
    // What came of a plan of the year is what came by its end, whatever came later.
    let on = asked.min(end);
    let moment = match on {
        on if on < begin => Moment::Ahead,
        on if on < end => Moment::Open,
        _ => Moment::Over,
    };
    let progress = stream::iter(targets).map(|target| progress(desk, target, on, moment));
    let progress: Vec<Value> = progress.buffered(AT_ONCE).try_collect().await?;
    Ok(json!({
        "year": year,
        "scope": scope.as_ref().map_or(Value::Null, |placed| figure::scope(desk, placed)),
        "asOf": on.to_string(),
        "targets": progress,
    }))
}

/// Where the day stands in the year of the plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// Before it: the plan is of a year that has not begun.
    Ahead,
    /// Within it.
    Open,
    /// At its end.
    Over,
}

/// A target is of a unit as it was when the year began.
async fn of_year(desk: Desk<'_>, text: &str, begin: NaiveDate, on: NaiveDate) -> Result<Placed, Coded> {
    match desk.placed(text, begin).await {
        Err(error) if error.code == "UNIT_NOT_ON_DATE" => desk.placed(text, on).await.map_err(|_| error),
        found => found,
    }
}

/// The targets of the year: of the unit itself, and of those that it goes on with.
async fn targets(
    desk: Desk<'_>,
    begin: NaiveDate,
    scope: Option<&Placed>,
    on: NaiveDate,
) -> Result<Vec<Value>, Coded> {
    let mut variables = Map::new();
    variables.insert("year".to_owned(), chrono::Datelike::year(&begin).into());
    if let Some(placed) = scope {
        let units = desk.running.asking.places().whose_territory(placed.scope.unit, on).await?;
        variables.insert("units".to_owned(), units.into_iter().map(|unit| desk.unit_id(unit)).collect());
    }
    let mut all = Vec::new();
    loop {
        let told = desk.ask(TARGETS, variables.clone()).await?;
        let page = &told["targets"];
        all.extend(page["nodes"].as_array().into_iter().flatten().cloned());
        if page["pageInfo"]["hasNextPage"] != true || all.len() >= MOST {
            return Ok(all);
        }
        variables.insert("after".to_owned(), page["pageInfo"]["endCursor"].clone());
    }
}

/// `TargetProgress`
async fn progress(desk: Desk<'_>, node: Value, on: NaiveDate, moment: Moment) -> Result<Value, Coded> {
    let target = Target::read(&node);
    let mut shown = json!({
        "target": node["id"],
        "words": target.words,
        "operator": node["operator"],
        "planned": number::text(target.planned),
        "plannedUpTo": number::text(target.up_to),
        "stated": node["actual"],
        "state": "NOT_COMPUTABLE",
        "rolledOnTo": [],
        "approximate": false,
        "asOf": on.to_string(),
    });
    let unit = node["unit"]["id"].as_str().and_then(id::decode).map(|(_, unit)| unit);
    let placed = match unit {
        Some(unit) => settle(desk, unit, on, &mut shown).await?,
        None => None,
    };
    match target.indicator(desk.indicators()) {
        Some(indicator) => {
            shown["indicator"] = catalogue::one(desk.indicators(), indicator);
            compute(desk, &target, indicator, placed, on, moment, &mut shown).await?;
        }
        None => missing(desk, &target, placed.as_ref(), on, &mut shown).await?,
    }
    Ok(shown)
}

/// Where the target's unit is on the day, and what goes on with it when it is gone.
async fn settle(
    desk: Desk<'_>,
    unit: Uuid,
    on: NaiveDate,
    shown: &mut Value,
) -> Result<Option<Placed>, Coded> {
    let places = desk.running.asking.places();
    let Some(scope) = places.unit(unit, on).await? else { return Ok(None) };
    shown["approximate"] = (!scope.divided.is_empty()).into();
    if !scope.exists {
        let units = places.since(unit, on).await?.into_iter().filter(|holder| *holder != unit);
        shown["rolledOnTo"] = units.map(|unit| desk.unit_id(unit)).collect();
    }
    let id = desk.unit_id(unit);
    Ok(Some(Placed { stated: id.clone(), id, scope }))
}

async fn compute(
    desk: Desk<'_>,
    target: &Target<'_>,
    indicator: &Indicator,
    placed: Option<Placed>,
    on: NaiveDate,
    moment: Moment,
    shown: &mut Value,
) -> Result<(), Coded> {
    if moment == Moment::Ahead {
        shown["state"] = "OPEN".into();
        shown["reason"] = reason(
            "YEAR_AHEAD",
            "the year of the plan has not begun: nothing can have come of it yet",
            "năm kế hoạch chưa bắt đầu: chưa thể có kết quả",
        );
        return Ok(());
    }
    let asked = Asked { desk, indicator, scope: placed };
    let number = asked.number(on).await?;
    let value = number.value(indicator);
    shown["actual"] = number::text(value);
    shown["numerator"] = number::text(number.numerator);
    shown["denominator"] = number::text(number.denominator.flatten());
    // What is compared is the quotient itself, not what it is rounded to.
    let Some(exact) = number.exact(indicator) else {
        shown["reason"] = number.reason();
        let part = indicator.denominator.as_ref().unwrap_or(&indicator.numerator);
        let missing = number.missing.as_ref().map(|missing| &missing.entity);
        let entity = desk.running.catalog.entities.get(missing.unwrap_or(&part.entity));
        let of_rows = || entity.and_then(|entity| entity.authority.first());
        if let Some(kind) = indicator.office.as_ref().or_else(of_rows) {
            shown["office"] = office(desk, kind, asked.scope.as_ref(), on).await?;
        }
        return Ok(());
    };
    if target.planned.is_none() {
        shown["reason"] = reason(
            "PLAN_WITHOUT_NUMBER",
            "the plan names no number to compare with",
            "kế hoạch không ghi số để so sánh",
        );
        return Ok(());
    }
    shown["state"] = target.state(exact, moment == Moment::Open).into();
    shown["progress"] = number::text(target.progress(exact));
    Ok(())
}

/// Which data a target waits for, and who would have them.
async fn missing(
    desk: Desk<'_>,
    target: &Target<'_>,
    placed: Option<&Placed>,
    on: NaiveDate,
    shown: &mut Value,
) -> Result<(), Coded> {
    let Some(missing) = target.missing(desk.indicators()) else {
        shown["reason"] = no_indicator(&target.said(desk.indicators()));
        return Ok(());
    };
    shown["reason"] = reason("DATA_MISSING", missing.data.en.as_str(), missing.data.vi.as_str());
    shown["office"] = office(desk, &missing.office, placed, on).await?;
    Ok(())
}

/// One that counts nearly what the target asks for would be no answer.
fn no_indicator(said: &[&str]) -> Value {
    let (en, vi) = match said {
        [] => (String::new(), String::new()),
        said => {
            let words = said.join(", ");
            (format!(" with just these conditions: {words}"), format!(" đúng các điều kiện: {words}"))
        }
    };
    reason(
        "NO_INDICATOR",
        format!("no indicator counts what this target asks for{en}"),
        format!("chưa có chỉ tiêu tính toán cho loại này{vi}"),
    )
}

async fn office(desk: Desk<'_>, kind: &str, placed: Option<&Placed>, on: NaiveDate) -> Result<Value, Coded> {
    let mut variables = Map::new();
    variables.insert("kind".to_owned(), kind.into());
    variables.insert("day".to_owned(), on.to_string().into());
    let Some(placed) = placed else { return Ok(Value::Null) };
    // A district has no office of its own: its province's answers, or that of the province that went on with it.
    let places = desk.running.asking.places();
    let province = places.province(placed.scope.unit).await?;
    for place in places.since(province, on).await? {
        variables.insert("place".to_owned(), desk.unit_id(place).into());
        let told = desk.ask(OFFICE, variables.clone()).await?;
        let office = &told["offices"]["nodes"][0]["id"];
        if !office.is_null() {
            return Ok(office.clone());
        }
    }
    Ok(Value::Null)
}
