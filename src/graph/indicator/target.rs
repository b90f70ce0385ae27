//! What a target asks and whether a number meets it; which indicator answers a target. Pure.

use rust_decimal::Decimal;
use serde_json::Value;

use super::number;
use crate::catalog::indicator::{Indicator, Indicators, MissingData, Said, TargetRule, TargetWords};
use crate::ingest::fold::{flat, tone};

/// What "about" allows, in percent of the plan.
const ABOUT: i64 = 10;

/// A target, as its register has it.
pub(super) struct Target<'v> {
    pub words: &'v str,
    pub about: Option<&'v str>,
    pub measure: Option<&'v str>,
    /// The unit of measure as written.
    pub counted: &'v str,
    pub operator: &'v str,
    pub planned: Option<Decimal>,
    pub up_to: Option<Decimal>,
}

impl<'v> Target<'v> {
    pub fn read(node: &'v Value) -> Self {
        Self {
            words: node["indicator"].as_str().unwrap_or_default(),
            about: node["indicatorCode"].as_str(),
            measure: node["measureKind"].as_str(),
            counted: node["measure"].as_str().unwrap_or_default(),
            operator: node["operator"].as_str().unwrap_or("EXACTLY"),
            planned: number::read(&node["planned"]),
            up_to: number::read(&node["plannedUpTo"]),
        }
    }

    /// The indicator that answers it: one that says just what the target says; of several, the one whose rule says
    /// most.
    pub fn indicator<'i>(&self, indicators: &'i Indicators) -> Option<&'i Indicator> {
        let said = indicators.target_words.said(self.words, self.fold());
        let rules = indicators.all.values().flat_map(|one| one.targets.iter().map(move |rule| (one, rule)));
        let fitting = rules.filter(|(one, rule)| {
            self.fits(rule) && carries(rule, &said) && self.counts(&indicators.target_words, one)
        });
        let most = |(_, rule): &(&Indicator, &TargetRule)| {
            (!rule.words.is_empty(), rule.says.len(), rule.measure.is_some())
        };
        fitting.max_by_key(most).map(|(one, _)| one)
    }

    fn fits(&self, rule: &TargetRule) -> bool {
        let words = flat(self.words);
        Some(rule.indicator.as_str()) == self.about
            && rule.measure.as_deref().is_none_or(|measure| Some(measure) == self.measure)
            && (rule.words.is_empty() || rule.words.iter().any(|word| words.contains(&flat(word))))
    }

    /// Percent are no count of things, nor are products producers.
    fn counts(&self, words: &TargetWords, indicator: &Indicator) -> bool {
        match self.measure {
            Some(quotient @ ("PERCENT" | "TIMES")) => indicator.unit == quotient,
            Some("COUNT") => indicator.unit != "PERCENT" && words.counts(self.counted, &indicator.unit, flat),
            _ => true,
        }
    }

    /// Tones part words that are otherwise alike, where the target's words have any.
    fn fold(&self) -> fn(&str) -> String {
        match self.words.is_ascii() {
            true => |text| flat(&spelt(text)),
            false => |text| tone(&spelt(text)),
        }
    }

    /// Qualifiers of its words, as they stand there.
    pub fn said<'i>(&self, indicators: &'i Indicators) -> Vec<&'i str> {
        let said = indicators.target_words.said(self.words, self.fold());
        said.iter().map(|said| said.spelling).collect()
    }

    /// Why no data can answer it.
    pub fn missing<'i>(&self, indicators: &'i Indicators) -> Option<&'i MissingData> {
        indicators.missing.iter().find(|one| one.indicator.as_deref() == self.about)
    }

    /// Whether a number meets the target; `open`: the year is not over.
    pub fn state(&self, actual: Decimal, open: bool) -> &'static str {
        let Some(planned) = self.planned else { return "NOT_COMPUTABLE" };
        let slack = planned.abs() * Decimal::new(ABOUT, 2);
        let (met, exceeded) = match self.operator {
            "AT_LEAST" | "UP_TO" => (actual >= planned, false),
            "MORE_THAN" => (actual > planned, false),
            // Little may become too much before the year is over, never the other way.
            "AT_MOST" => return at_most(actual <= planned, open),
            "LESS_THAN" => return at_most(actual < planned, open),
            "RANGE" => (actual >= planned, actual > self.up_to.unwrap_or(planned)),
            "ABOUT" => (actual >= planned - slack, actual > planned + slack),
            _ => (actual >= planned, actual > planned),
        };
        match (met, exceeded, open) {
            (true, true, _) => "EXCEEDED",
            (true, false, _) => "MET",
            (false, _, true) => "OPEN",
            (false, _, false) => "NOT_MET",
        }
    }

    /// Percent of the plan that is reached.
    pub fn progress(&self, actual: Decimal) -> Option<Decimal> {
        let quotient = actual.checked_div(self.planned.filter(|planned| !planned.is_zero())?)?;
        quotient.checked_mul(Decimal::ONE_HUNDRED).map(|percent| number::rounded(percent, 2))
    }
}

/// Signs that folding drops, as words.
fn spelt(text: &str) -> String {
    text.replace("≥", " trở lên ").replace(">=", " trở lên ")
}

/// Whether a rule has all qualifiers that are said, and asks for no other.
fn carries(rule: &TargetRule, said: &[Said<'_>]) -> bool {
    let is_said = |name: &String| said.iter().any(|one| one.qualifier == name);
    let is_carried = |one: &Said<'_>| rule.says.iter().chain(&rule.may).any(|name| name == one.qualifier);
    rule.says.iter().all(is_said) && said.iter().all(is_carried)
}

fn at_most(holds: bool, open: bool) -> &'static str {
    match (holds, open) {
        (true, true) => "OPEN",
        (true, false) => "MET",
        (false, _) => "NOT_MET",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(operator: &str, planned: i64, up_to: Option<i64>, actual: i64, open: bool) -> &'static str {
        let (planned, up_to) = (Some(Decimal::from(planned)), up_to.map(Decimal::from));
        let target = Target { words: "", about: None, measure: None, counted: "", operator, planned, up_to };
        target.state(Decimal::from(actual), open)
    }

    /// Which indicator answers which words: columns of `tests/cases/indicators/targets.tsv`.
    #[test]
    fn targets_are_answered_by_what_says_the_same() {
        let catalog = crate::catalog::load_embedded().expect("a catalog");
        let cases = include_str!("../../../tests/cases/indicators/targets.tsv");
        let mut seen = 0;
        for case in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [words, about, measure, counted, expected] = case.split('\t').collect::<Vec<_>>()[..] else {
                panic!("five columns: {case}");
            };
            let some = |text: &'static str| (text != "-").then_some(text);
            let target = Target {
                words,
                about: some(about),
                measure: some(measure),
                counted: some(counted).unwrap_or_default(),
                operator: "EXACTLY",
                planned: None,
                up_to: None,
            };
            let found = target.indicator(&catalog.indicators).map(|one| one.code.as_str());
            assert_eq!(found.unwrap_or("-"), expected, "{words}");
            seen += 1;
        }
        assert!(seen > 50, "{seen} cases");
    }

    #[test]
    fn operators_say_what_is_met() {
        assert_eq!(state("AT_LEAST", 30, None, 30, false), "MET");
        assert_eq!(state("AT_LEAST", 30, None, 29, false), "NOT_MET");
        assert_eq!(state("AT_LEAST", 30, None, 29, true), "OPEN");
        assert_eq!(state("MORE_THAN", 30, None, 30, false), "NOT_MET");
        assert_eq!(state("RANGE", 10, Some(15), 9, false), "NOT_MET");
        assert_eq!(state("RANGE", 10, Some(15), 15, false), "MET");
        assert_eq!(state("RANGE", 10, Some(15), 16, false), "EXCEEDED");
        assert_eq!(state("EXACTLY", 1, None, 5, false), "EXCEEDED");
        assert_eq!(state("EXACTLY", 1, None, 1, true), "MET");
        assert_eq!(state("AT_MOST", 5, None, 5, false), "MET");
        assert_eq!(state("AT_MOST", 5, None, 5, true), "OPEN");
        assert_eq!(state("LESS_THAN", 5, None, 5, true), "NOT_MET");
        assert_eq!(state("ABOUT", 100, None, 91, false), "MET");
        assert_eq!(state("ABOUT", 100, None, 111, false), "EXCEEDED");
    }
}
