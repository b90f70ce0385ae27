//! Figures that were published, each beside what is computed for its own day; nothing is made to match.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Map, Value, json};

use super::super::answer::Coded;
use super::Asked;
use super::number::{self, Number, reason};

const PUBLISHED: &str = include_str!("../../../schema/indicators/published.graphql");
/// What "nearly" and "about" allow, in percent of the published value.
const NEARLY: i64 = 5;

/// `[PublishedFigure!]`
pub(super) async fn answer(asked: &Asked<'_>, _on: NaiveDate) -> Result<Value, Coded> {
    // Without a register of published figures there are none.
    if !asked.desk.running.asking.knows(PUBLISHED) {
        return Ok(json!([]));
    }
    let place = match &asked.scope {
        Some(placed) => json!({ "eq": placed.id }),
        None => json!({ "isNull": true }),
    };
    let mut variables = Map::new();
    variables.insert("code".to_owned(), asked.indicator.code.as_str().into());
    variables.insert("place".to_owned(), place);
    let told = asked.desk.ask(PUBLISHED, variables).await?;
    let mut shown = Vec::new();
    for node in told["published"]["nodes"].as_array().into_iter().flatten() {
        let Some(on) = node["asOf"].as_str().and_then(|day| day.parse().ok()) else { continue };
        shown.push(beside(asked, node, on).await?);
    }
    Ok(shown.into())
}

async fn beside(asked: &Asked<'_>, node: &Value, on: NaiveDate) -> Result<Value, Coded> {
    let number = asked.number(on).await?;
    let (published, computed) = (number::read(&node["value"]), number.value(asked.indicator));
    let difference = computed.zip(published).map(|(computed, published)| computed - published);
    Ok(json!({
        "statement": node["id"],
        "asOf": node["asOf"],
        "value": node["value"],
        "qualifier": node["qualifier"],
        "computed": number::text(computed),
        "difference": number::text(difference),
        "reason": match published {
            Some(published) => why(asked, &number, published, node["qualifier"].as_str(), on).await?,
            None => Value::Null,
        },
    }))
}

async fn why(
    asked: &Asked<'_>,
    number: &Number,
    published: Decimal,
    qualifier: Option<&str>,
    on: NaiveDate,
) -> Result<Value, Coded> {
    let Some(exact) = number.exact(asked.indicator) else { return Ok(number.reason()) };
    if let Some(plain) = plain(exact, published, qualifier) {
        return Ok(plain);
    }
    let difference = exact - published;
    for code in &asked.indicator.compare {
        let other = asked.desk.indicator(code)?;
        let other = Asked { indicator: other, ..asked.clone() };
        let value = other.number(on).await?.exact(other.indicator);
        let (en, vi) = (&other.indicator.name.en, &other.indicator.name.vi);
        if value == Some(published) {
            return Ok(reason(
                "OTHER_DEFINITION",
                format!("{code} ({en}) is just the published number: it may have been meant"),
                format!("{code} ({vi}) đúng bằng số công bố: có thể đã dùng cách tính này"),
            ));
        }
        if value.is_some_and(|value| value == difference.abs() && !value.is_zero()) {
            return Ok(reason(
                "DIFFERENCE_IS",
                format!("the difference is just {code} ({en}): counted in one and not in the other"),
                format!("chênh lệch đúng bằng {code} ({vi}): một bên tính, một bên không"),
            ));
        }
    }
    Ok(reason(
        "UNEXPLAINED",
        "the rows of the registers give another number, and none of the known reasons explains it",
        "số liệu trong sổ cho kết quả khác, chưa rõ lý do",
    ))
}

/// What explains a difference without looking further.
fn plain(exact: Decimal, published: Decimal, qualifier: Option<&str>) -> Option<Value> {
    if exact == published {
        return Some(reason("EQUAL", "the two agree", "hai số trùng nhau"));
    }
    let scale = published.normalize().scale();
    if exact.round_dp_with_strategy(scale, RoundingStrategy::ToZero) == published.normalize() {
        let rounded = number::rounded(exact, scale);
        return Some(match rounded == published {
            true => reason("ROUNDING", "the published number is rounded", "số công bố đã làm tròn"),
            false => reason(
                "CUT_OFF",
                format!("the published number is cut off; rounded it would be {rounded}"),
                format!("số công bố bị cắt bớt; nếu làm tròn là {rounded}"),
            ),
        });
    }
    if number::rounded(exact, scale) == published {
        return Some(reason("ROUNDING", "the published number is rounded", "số công bố đã làm tròn"));
    }
    let slack = published.abs() * Decimal::new(NEARLY, 2);
    let meant = match qualifier? {
        "OVER" | "MORE_THAN" | "AT_LEAST" => exact >= published,
        "UNDER" | "LESS_THAN" | "NEARLY" => exact <= published && exact >= published - slack,
        "AT_MOST" | "UP_TO" => exact <= published,
        "ABOUT" => (exact - published).abs() <= slack,
        _ => false,
    };
    meant.then(|| {
        reason(
            "QUALIFIER",
            "the published number is a round one, said to be nearly, about or more than that",
            "số công bố là số ước, ghi kèm gần, khoảng hoặc trên",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_are_cut_off_rounded_or_qualified() {
        let exact = Decimal::from(37_000) / Decimal::from(453);
        let code = |exact, published: &str, qualifier| {
            let told = plain(exact, published.parse().expect("a number"), qualifier);
            told.map(|told| told["code"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(code(exact, "81.67", None).as_deref(), Some("CUT_OFF"));
        assert_eq!(code(exact, "81.68", None).as_deref(), Some("ROUNDING"));
        assert_eq!(code(exact, "82", None).as_deref(), Some("ROUNDING"));
        assert_eq!(code(exact, "80", None), None);
        assert_eq!(code(Decimal::from(280), "269", Some("OVER")).as_deref(), Some("QUALIFIER"));
        assert_eq!(code(Decimal::from(260), "269", Some("OVER")), None);
        assert_eq!(code(Decimal::from(269), "269", None).as_deref(), Some("EQUAL"));
        assert_eq!(code(Decimal::from(334), "333", None), None);
    }
}
