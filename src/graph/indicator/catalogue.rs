//! The catalogue of indicators, as the graph shows it.

use serde_json::{Value, json};

use crate::catalog::indicator::{Indicator, Indicators, Words};

/// `[Indicator!]`
pub(super) fn all(indicators: &Indicators) -> Value {
    let mut codes: Vec<&String> = indicators.all.keys().collect();
    codes.sort_unstable();
    codes.into_iter().filter_map(|code| Some(one(indicators, indicators.all.get(code)?))).collect()
}

/// `Indicator`
pub(super) fn one(indicators: &Indicators, indicator: &Indicator) -> Value {
    let condition = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let mut shown = head(indicator);
    shown["period"] = indicator.period.word().into();
    shown["list"] = indicator.numerator.list.as_str().into();
    shown["condition"] = condition(&indicator.numerator.condition);
    if let Some(denominator) = &indicator.denominator {
        shown["denominatorList"] = denominator.list.as_str().into();
        shown["denominatorCondition"] = condition(&denominator.condition);
    }
    let dimensions = indicators.dimensions.get(&indicator.numerator.list);
    shown["dimensions"] = dimensions.into_iter().flat_map(|all| all.keys().cloned()).collect();
    shown
}

/// What is said of an indicator wherever it is named.
pub(super) fn head(indicator: &Indicator) -> Value {
    json!({
        "code": indicator.code,
        "name": words(&indicator.name),
        "definition": words(&indicator.definition),
        "unit": indicator.unit,
        "direction": indicator.direction,
    })
}

/// `BilingualText`
pub(super) fn words(words: &Words) -> Value {
    json!({ "en": words.en, "vi": words.vi })
}
