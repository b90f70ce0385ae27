//! An indicator over time.

use chrono::{Datelike, Months, NaiveDate};
use futures_util::future::try_join;
use serde_json::{Value, json};

use super::super::answer::Coded;
use super::super::look::{Wanted, is_wanted};
use super::super::run;
use super::{Desk, catalogue, day, fault, figure};

/// Days of a series at most.
const POINTS: usize = 120;

/// The answer to `indicatorSeries`.
pub(super) async fn answer(desk: Desk<'_>, arguments: &Value, wanted: &[Wanted]) -> Result<Value, Coded> {
    let indicator = desk.indicator(arguments["code"].as_str().unwrap_or_default())?;
    let days = days(desk, arguments)?;
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else {
        return Err(fault::days("a series needs a day", "chuỗi cần ít nhất một ngày"));
    };
    let asked = desk.asked(indicator, arguments["scope"].as_str(), last).await?;
    desk.after_beginning(asked.scope.as_ref(), first)?;
    let by = match arguments["by"].is_array() {
        true => Some(asked.by(&arguments["by"], super::super::limits::GROUPS.most)?),
        false => None,
    };
    let numbers = ["value", "numerator", "denominator", "reason"];
    let numbers = numbers.iter().any(|name| is_wanted(wanted, &format!("points.{name}")));
    let by = by.filter(|_| is_wanted(wanted, "points.groups"));
    let numbers = async {
        match numbers {
            true => asked.numbers(&days).await,
            false => Ok(Vec::new()),
        }
    };
    let groups = async {
        match &by {
            Some(by) => asked.groups(&days, by).await,
            None => Ok(Vec::new()),
        }
    };
    let (numbers, groups) = try_join(numbers, groups).await?;
    let mut points: Vec<Value> = days.iter().map(|on| json!({ "asOf": on.to_string() })).collect();
    for (point, number) in points.iter_mut().zip(&numbers) {
        figure::put_number(point, &asked, number);
    }
    for (point, groups) in points.iter_mut().zip(groups) {
        point["groups"] = groups;
    }
    let mut shown = catalogue::head(indicator);
    shown["scope"] = asked.scope.as_ref().map_or(Value::Null, |placed| figure::scope(desk, placed));
    shown["points"] = points.into();
    Ok(shown)
}

/// The days asked for, in order.
fn days(desk: Desk<'_>, arguments: &Value) -> Result<Vec<NaiveDate>, Coded> {
    let (from, to) = (day(arguments, "from")?, day(arguments, "to")?);
    let mut days = match arguments["days"].as_array() {
        Some(_) if from.is_some() || to.is_some() => {
            return Err(fault::days(
                "give days, or from and to: not both",
                "chỉ ghi days, hoặc from và to: không ghi cả hai",
            ));
        }
        Some(given) => given.iter().map(run::day).collect::<Result<Vec<_>, _>>()?,
        None => {
            let to = to.unwrap_or_else(|| desk.running.asking.today());
            let Some(from) = from else {
                return Err(fault::days("a series needs from, or days", "chuỗi cần from, hoặc days"));
            };
            if from > to {
                return Err(fault::days("from is after to", "from sau to"));
            }
            steps(from, to, arguments["step"].as_str().unwrap_or("MONTH"))
        }
    };
    days.sort_unstable();
    days.dedup();
    if days.len() > POINTS {
        return Err(fault::days(
            &format!("a series has {POINTS} days at most, not {}: take a longer step", days.len()),
            &format!("chuỗi có tối đa {POINTS} ngày, không phải {}: hãy chọn bước dài hơn", days.len()),
        ));
    }
    Ok(days)
}

/// The last days of the steps that end from one day to another, and the last of the days itself.
fn steps(from: NaiveDate, to: NaiveDate, step: &str) -> Vec<NaiveDate> {
    let months = match step {
        "YEAR" => 12,
        "QUARTER" => 3,
        _ => 1,
    };
    let mut days = Vec::new();
    let begin = (from.month0() / months) * months + 1;
    let mut start = NaiveDate::from_ymd_opt(from.year(), begin, 1);
    while let Some(at) = start
        && at <= to
        && days.len() <= POINTS
    {
        start = at.checked_add_months(Months::new(months));
        let end = start.and_then(|next| next.pred_opt()).unwrap_or(to);
        days.push(end.min(to));
    }
    days
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn steps_end_with_months_and_the_last_day() {
        let day = |text: &str| text.parse().expect("a day");
        let shown = |from, to, step| {
            steps(day(from), day(to), step).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(shown("2023-01-15", "2023-03-10", "MONTH"), ["2023-01-31", "2023-02-28", "2023-03-10"]);
        assert_eq!(shown("2023-02-01", "2023-09-30", "QUARTER"), ["2023-03-31", "2023-06-30", "2023-09-30"]);
        assert_eq!(shown("2021-12-31", "2023-12-31", "YEAR"), ["2021-12-31", "2022-12-31", "2023-12-31"]);
    }
}
