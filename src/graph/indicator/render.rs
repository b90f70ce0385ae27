//! Indicators → documents of the query language; pure. What a document asks stands under fixed names, and only the
//! variables that its text uses are declared.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Map, Value};

use crate::catalog::indicator::{Dimension, Indicator, Last, Part, Period, Take};
use crate::graph::schema::words;

/// Variables of documents, and their types.
const VARIABLES: [(&str, &str); 16] = [
    ("on", "Date!"),
    ("from", "Date!"),
    ("before", "Date!"),
    ("until", "Date!"),
    ("year", "Int!"),
    ("cohort", "Int!"),
    ("lastYear", "Int!"),
    ("scope", "String"),
    ("first", "Int!"),
    ("after", "String"),
    ("onThen", "Date!"),
    ("fromThen", "Date!"),
    ("untilThen", "Date!"),
    ("yearThen", "Int!"),
    ("cohortThen", "Int!"),
    ("lastYearThen", "Int!"),
];

/// Years that a certificate lasts: who was recognised so many years ago is due again.
const CERTIFIED: i32 = 3;

/// A list within a document.
pub(super) struct List<'a> {
    /// Name of its answer.
    pub alias: &'a str,
    /// Rows.
    pub part: &'a Part,
    /// Conditions besides the part's own.
    pub further: Vec<String>,
    /// Whether a scope is given.
    pub scoped: bool,
    /// Whether a page of it is asked for.
    pub paged: bool,
    /// What is asked of it.
    pub selection: String,
}

impl List<'_> {
    fn text(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        if !self.part.condition.is_empty() {
            all.push(self.part.condition.clone());
        }
        all.extend(self.further.iter().cloned());
        list(self.alias, self.part, self.part.as_of, all, self.scoped, self.paged, &self.selection)
    }
}

fn list(
    alias: &str,
    part: &Part,
    as_of: bool,
    mut conditions: Vec<String>,
    scoped: bool,
    paged: bool,
    selection: &str,
) -> String {
    if scoped && part.placed {
        conditions.push("{ within: $scope }".to_owned());
    }
    let mut arguments: Vec<String> = Vec::new();
    if as_of {
        arguments.push(format!("{}: $on", words::AS_OF));
    }
    match conditions.as_slice() {
        [] => {}
        [only] => arguments.push(format!("where: {only}")),
        many => arguments.push(format!("where: {{ and: [{}] }}", many.join(", "))),
    }
    if paged {
        arguments.push("first: $first, after: $after".to_owned());
    }
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    format!("  {alias}: {}{arguments} {{ {selection} }}\n", part.list)
}

/// Rows of the later day that are not rows of the earlier, or the other way round; with the conditions of reasons.
pub(super) fn moved(
    part: &Part,
    came: bool,
    reasons: &[String],
    scoped: bool,
    paged: bool,
    alias: &str,
    selection: &str,
) -> String {
    let (now, then) = (on_day(part, false), on_day(part, true));
    let (there, not) = if came { (now, then) } else { (then, now) };
    let mut all = vec![there, format!("{{ not: {not} }}")];
    all.extend(reasons.iter().cloned());
    list(alias, part, false, all, scoped, paged, selection)
}

/// A part's conditions on one of two days, whatever the document is as of.
fn on_day(part: &Part, then: bool) -> String {
    let condition = if part.condition.is_empty() { "{}".to_owned() } else { part.condition.clone() };
    let condition = if then { earlier(&condition) } else { condition };
    let day = if then { "$onThen" } else { "$on" };
    let on_day = format!("{{ {}: {{ day: {day}, where: {condition} }} }}", words::ON_DAY);
    match (part.as_of, part.valid) {
        (true, true) => format!("{{ and: [{{ {}: {day} }}, {on_day}] }}", words::IN_FORCE_ON),
        (true, false) => on_day,
        (false, _) => condition,
    }
}

/// The same conditions with the variables of the earlier day.
fn earlier(condition: &str) -> String {
    let mut out = String::with_capacity(condition.len() + 16);
    let mut rest = condition;
    while let Some(at) = rest.find('$') {
        let name: String = rest[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        out.push_str(&rest[..=at]);
        out.push_str(&name);
        if VARIABLES.iter().any(|(known, _)| known.strip_suffix("Then") == Some(&name)) {
            out.push_str("Then");
        }
        rest = &rest[at + 1 + name.len()..];
    }
    out + rest
}

/// The document of some lists.
pub(super) fn document(name: &str, lists: &[List<'_>]) -> String {
    let body: String = lists.iter().map(List::text).collect();
    declared(name, &body)
}

/// A document with the variables that its body uses.
pub(super) fn declared(name: &str, body: &str) -> String {
    let used = used(body);
    let declared: Vec<String> = VARIABLES
        .iter()
        .filter(|(variable, _)| used.iter().any(|name| name == variable))
        .map(|(variable, ty)| format!("${variable}: {ty}"))
        .collect();
    let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
    format!("query {name}{declared} {{\n{body}}}")
}

fn used(text: &str) -> Vec<String> {
    let names = text.split('$').skip(1);
    names.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()).collect()
}

/// What is asked of a list for its number.
pub(super) fn number(take: &Take) -> String {
    match take {
        Take::Count => "totalCount".to_owned(),
        taken => format!("aggregate {{ {} }}", measure(taken)),
    }
}

/// The same within an aggregate or a group.
pub(super) fn measure(take: &Take) -> String {
    match take {
        Take::Count => "count".to_owned(),
        Take::Distinct(field) => format!("countDistinct {{ {field} }}"),
        Take::Sum(field) => format!("sum {{ {field} }}"),
        Take::Average(field) => format!("avg {{ {field} }}"),
    }
}

/// What is asked of a list for its groups.
pub(super) fn groups(take: &Take, by: &[Dimension], first: i64) -> String {
    let terms: Vec<String> = by.iter().map(term).collect();
    // GraphQL joins paths that begin alike.
    let keys = by.iter().map(key).collect::<Vec<_>>().join(" ");
    let keys = if keys.is_empty() { keys } else { format!("key {{ {keys} }} ") };
    format!("groups(by: [{}], first: {first}) {{ {keys}{} }}", terms.join(", "), measure(take))
}

fn term(dimension: &Dimension) -> String {
    let field = match &dimension.last {
        Last::Object => "ID".to_owned(),
        Last::Field { name, part: None } => words::screaming(name),
        Last::Field { name, part: Some(part) } => {
            format!("{}_{}", words::screaming(name), part.to_ascii_uppercase())
        }
    };
    let inner = format!("{{ field: {field} }}");
    dimension.links.iter().rev().fold(inner, |inner, link| format!("{{ {link}: {inner} }}"))
}

/// The field of a key that a dimension's value stands in.
pub(super) fn leaf(dimension: &Dimension) -> String {
    match &dimension.last {
        Last::Object => "id".to_owned(),
        Last::Field { name, part: None } => name.clone(),
        Last::Field { name, part: Some(part) } => {
            let mut letters = part.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
            format!("{name}{}", first.chain(letters).collect::<String>())
        }
    }
}

fn key(dimension: &Dimension) -> String {
    dimension.links.iter().rev().fold(leaf(dimension), |inner, link| format!("{link} {{ {inner} }}"))
}

/// What is asked of a page of rows.
pub(super) const ROWS: &str =
    "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }";
/// What is asked of rows that are counted alone.
pub(super) const COUNT: &str = "totalCount";

/// The variables that the document uses.
pub(super) fn variables(
    document: &str,
    indicator: &Indicator,
    scope: Option<&str>,
    on: NaiveDate,
    then: Option<NaiveDate>,
) -> Map<String, Value> {
    let mut all = Map::new();
    let mut put = |name: String, value: Value| all.insert(name, value);
    for (day, end) in [(Some(on), ""), (then, "Then")] {
        let Some(day) = day else { continue };
        put(format!("on{end}"), day.to_string().into());
        put(format!("from{end}"), first_day(indicator, day).to_string().into());
        put(format!("until{end}"), later(day, indicator.days).to_string().into());
        put(format!("year{end}"), day.year().into());
        put(format!("cohort{end}"), (day.year() - CERTIFIED).into());
        put(format!("lastYear{end}"), (day.year() - 1).into());
    }
    if let Some(then) = then {
        put("before".to_owned(), then.to_string().into());
    }
    if let Some(scope) = scope {
        put("scope".to_owned(), scope.into());
    }
    let used = used(document);
    all.retain(|name, _| used.iter().any(|used| used == name));
    all
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    // The last day that a Date can be written for.
    let last = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(day);
    u64::try_from(days).ok().and_then(|days| day.checked_add_days(Days::new(days))).unwrap_or(day).min(last)
}

/// First day of the period that ends with `on`.
pub(super) fn first_day(indicator: &Indicator, on: NaiveDate) -> NaiveDate {
    match indicator.period {
        Period::Instant => on,
        Period::Year => NaiveDate::from_ymd_opt(on.year(), 1, 1).unwrap_or(on),
        Period::TwelveMonths => {
            on.checked_sub_months(Months::new(12)).and_then(|day| day.succ_opt()).unwrap_or(on)
        }
    }
}
