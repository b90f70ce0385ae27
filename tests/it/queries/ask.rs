//! Questions by chance: conditions, orders, lists within, measures and groups, drawn from the catalog.

use lienthong::catalog::{Column, Entity, LinkKind, Scalar};
use serde_json::{Value, json};

use super::evaluate::{DAYS, Eye, Row, World, encoded};
use super::rows::Chance;

/// A value of a question, which knows whether it is a word of an enum.
#[derive(Debug, Clone)]
pub enum Given {
    Word(String),
    Plain(Value),
    List(Vec<Given>),
    Object(Vec<(String, Given)>),
}

impl Given {
    fn field(name: impl Into<String>, value: Given) -> Self {
        Given::Object(vec![(name.into(), value)])
    }

    pub fn json(&self) -> Value {
        match self {
            Given::Word(word) => word.as_str().into(),
            Given::Plain(value) => value.clone(),
            Given::List(items) => items.iter().map(Given::json).collect(),
            Given::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), v.json())).collect(),
        }
    }

    fn literal(&self) -> String {
        match self {
            Given::Word(word) => word.clone(),
            Given::Plain(value) => value.to_string(),
            Given::List(items) => {
                format!("[{}]", items.iter().map(Given::literal).collect::<Vec<_>>().join(", "))
            }
            Given::Object(fields) => {
                let fields: Vec<String> = fields.iter().map(|(k, v)| format!("{k}: {}", v.literal())).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }
}

/// A list within each row.
pub struct Inner {
    pub link: String,
    pub condition: Given,
    pub order: Given,
    pub size: usize,
}

/// Groups: path and field of each term, and their order.
pub struct GroupsAsked {
    pub by: Vec<(Vec<String>, String)>,
    pub order: Option<&'static str>,
    pub least: usize,
    pub first: usize,
}

/// A question in both forms: for the hub, and for the evaluator.
pub struct Question {
    pub entity: String,
    pub condition: Given,
    pub order: Given,
    pub size: usize,
    pub backward: bool,
    pub as_of: Option<String>,
    pub inner: Option<Inner>,
    pub measures: bool,
    pub groups: Option<GroupsAsked>,
    pub document: String,
    pub variables: Value,
    field: String,
}

impl Question {
    /// The same list, page by page.
    pub fn page(&self, size: &str, behind: &str, cursor: &Value) -> Question {
        let document = format!(
            "query($c: String, $w: {0}Where, $o: [{0}Order!]) {{ list: {1}({size}: 3, {behind}: $c, where: $w, orderBy: $o) \
             {{ nodes {{ id }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}",
            self.entity, self.field
        );
        let variables = json!({ "c": cursor, "w": self.condition.json(), "o": self.order.json() });
        Question {
            entity: self.entity.clone(), condition: self.condition.clone(), order: self.order.clone(), size: 3,
            backward: false, as_of: None, inner: None, measures: false, groups: None, document, variables,
            field: self.field.clone(),
        }
    }
}

/// Asks by chance.
pub struct Asking<'w> {
    world: &'w World,
    chance: Chance,
}

/// Types of which there are rows.
const MOST: usize = 100;

impl<'w> Asking<'w> {
    pub fn new(world: &'w World, seed: u64) -> Self {
        Self { world, chance: Chance::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D)) }
    }

    fn any_entity(&mut self) -> &'w Entity {
        let filled = |e: &&Entity| self.world.tables.get(&e.name).is_some_and(|rows| rows.len() > 5);
        let all: Vec<&Entity> = self.world.catalog.entities.values().filter(filled).collect();
        all[self.chance.below(all.len())]
    }

    /// A list with conditions and an order, and nothing else.
    pub fn list_alone(&mut self) -> Question {
        let entity = self.any_entity();
        let condition = if self.chance.once_in(3) { self.condition(entity, 1) } else { Given::Object(Vec::new()) };
        let order = self.order(entity);
        let mut question = self.asked(entity, condition, order);
        question.size = 1_000;
        self.write(question)
    }

    pub fn question(&mut self) -> Question {
        let entity = self.any_entity();
        let condition = self.condition(entity, 3);
        let order = self.order(entity);
        let mut question = self.asked(entity, condition, order);
        question.size = 1 + self.chance.below(30);
        question.backward = self.chance.once_in(4);
        question.as_of = self.chance.once_in(5).then(|| (*self.chance.one(&DAYS)).to_owned());
        question.measures = self.chance.once_in(3);
        if self.chance.once_in(3) {
            question.inner = self.inner(entity);
        }
        if self.chance.once_in(3) {
            question.groups = Some(self.groups(entity));
        }
        self.write(question)
    }

    fn asked(&self, entity: &Entity, condition: Given, order: Given) -> Question {
        Question {
            entity: entity.name.clone(), condition, order, size: MOST, backward: false, as_of: None, inner: None,
            measures: false, groups: None, document: String::new(), variables: Value::Null,
            field: entity.plural.clone(),
        }
    }

    fn condition(&mut self, entity: &'w Entity, depth: usize) -> Given {
        let n = 1 + self.chance.below(2);
        let fields: Vec<(String, Given)> = (0..n).map(|_| self.one(entity, depth)).collect();
        let mut kept: Vec<(String, Given)> = Vec::new();
        for (name, given) in fields {
            if kept.iter().all(|(known, _)| *known != name) {
                kept.push((name, given));
            }
        }
        Given::Object(kept)
    }

    fn one(&mut self, entity: &'w Entity, depth: usize) -> (String, Given) {
        if depth > 0 && self.chance.once_in(5) {
            let word = *self.chance.one(&["and", "or", "not"]);
            if word == "not" {
                return (word.to_owned(), self.condition(entity, depth - 1));
            }
            let n = self.chance.below(4);
            let items = (0..n).map(|_| self.condition(entity, depth - 1)).collect();
            return (word.to_owned(), Given::List(items));
        }
        if entity.validity.is_some() && self.chance.once_in(6) {
            return ("inForceOn".to_owned(), Given::Plain((*self.chance.one(&DAYS)).into()));
        }
        let links: Vec<_> = entity.links.values().filter(|l| self.world.tables.contains_key(&l.target)).collect();
        if depth > 0 && !links.is_empty() && self.chance.once_in(2) {
            let link = links[self.chance.below(links.len())];
            let target = self.world.entity(&link.target);
            return match &link.kind {
                LinkKind::ToOne { .. } if self.chance.once_in(4) => {
                    (link.name.clone(), Given::field("id", self.by_id(target)))
                }
                LinkKind::ToOne { .. } => (link.name.clone(), self.condition(target, depth - 1)),
                LinkKind::ToMany { .. } if self.chance.once_in(4) => {
                    let operator = *self.chance.one(&["eq", "gte", "lt", "ne"]);
                    let n = self.chance.below(5);
                    (format!("{}Count", link.name), Given::field(operator, Given::Plain(n.into())))
                }
                LinkKind::ToMany { .. } => {
                    let word = *self.chance.one(&["some", "every", "none"]);
                    (link.name.clone(), Given::field(word, self.condition(target, depth - 1)))
                }
            };
        }
        if self.chance.once_in(12) {
            return ("id".to_owned(), self.by_id(entity));
        }
        match self.column(entity) {
            Some(column) => (column.name.clone(), self.comparison(entity, column)),
            None => ("id".to_owned(), self.by_id(entity)),
        }
    }

    fn column(&mut self, entity: &'w Entity) -> Option<&'w Column> {
        let columns: Vec<&Column> = entity.columns.values().filter(|c| c.is_comparable()).collect();
        columns.get(self.chance.below(columns.len())).copied()
    }

    fn row(&mut self, entity: &Entity) -> Option<&'w Row> {
        let rows = &self.world.tables[&entity.name];
        (!rows.is_empty()).then(|| &rows[self.chance.below(rows.len())])
    }

    fn by_id(&mut self, entity: &Entity) -> Given {
        let Some(row) = self.row(entity) else { return Given::field("isNull", Given::Plain(true.into())) };
        let id = Given::Plain(encoded(entity, &row["id"]));
        match self.chance.below(5) {
            0 => Given::field("isNull", Given::Plain(self.chance.once_in(2).into())),
            1 => Given::field("ne", id),
            2 => Given::field("notIn", Given::List(vec![id])),
            3 => Given::field("in", Given::List(vec![id])),
            _ => Given::field("eq", id),
        }
    }

    fn comparison(&mut self, entity: &Entity, column: &Column) -> Given {
        if self.chance.once_in(7) {
            return Given::field("isNull", Given::Plain(self.chance.once_in(2).into()));
        }
        let mut operators = vec!["eq", "ne", "in", "notIn"];
        match column.ty {
            Scalar::String => operators.extend(["contains", "startsWith", "matches", "contains", "matches"]),
            Scalar::Enum(_) | Scalar::Boolean => {}
            _ => operators.extend(["lt", "lte", "gt", "gte", "between"]),
        }
        let operator = *self.chance.one(&operators);
        let value = match operator {
            "in" | "notIn" => {
                let n = self.chance.below(4);
                Given::List((0..n).map(|_| self.value(entity, column)).collect())
            }
            "between" => Given::Object(vec![
                ("from".to_owned(), self.value(entity, column)),
                ("to".to_owned(), self.value(entity, column)),
            ]),
            "contains" | "startsWith" | "matches" => self.part(entity, column),
            _ => self.value(entity, column),
        };
        Given::field(operator, value)
    }

    /// A value that some row has, so that conditions hold of something.
    fn value(&mut self, entity: &Entity, column: &Column) -> Given {
        let eye = Eye { world: self.world, day: None };
        let found = (0..8).find_map(|_| {
            let row = self.row(entity)?;
            Some(eye.value(row, column)).filter(|v| !v.is_null())
        });
        match (&column.ty, found) {
            (Scalar::Enum(_), Some(word)) => Given::Word(word.as_str().expect("a word").to_owned()),
            (Scalar::Enum(name), None) => {
                Given::Word(self.world.catalog.enums[name].values.keys().next().expect("a value").clone())
            }
            (Scalar::Decimal, found) => {
                Given::Plain(found.map_or("1".to_owned(), |v| v.to_string().replace('"', "")).into())
            }
            (_, Some(value)) => Given::Plain(value),
            (Scalar::Int | Scalar::Float, None) => Given::Plain(1.into()),
            (Scalar::Boolean, None) => Given::Plain(true.into()),
            (Scalar::Date, None) => Given::Plain("2024-01-01".into()),
            (Scalar::DateTime, None) => Given::Plain("2024-01-01T00:00:00Z".into()),
            (_, None) => Given::Plain("x".into()),
        }
    }

    /// A part of a text, sometimes without its diacritics, in capitals or in another order of words.
    fn part(&mut self, entity: &Entity, column: &Column) -> Given {
        let Given::Plain(whole) = self.value(entity, column) else { return Given::Plain("a".into()) };
        let whole = whole.as_str().unwrap_or("a").to_owned();
        let mut words: Vec<&str> = whole.split(' ').collect();
        words.reverse();
        let letters: Vec<char> = whole.chars().collect();
        let from = self.chance.below(letters.len());
        Given::Plain(match self.chance.below(4) {
            0 => words.join(" ").into(),
            1 => whole.to_uppercase().into(),
            2 => letters[..=from].iter().collect::<String>().into(),
            _ => letters[from..].iter().collect::<String>().into(),
        })
    }

    fn order(&mut self, entity: &'w Entity) -> Given {
        let n = self.chance.below(3);
        Given::List((0..n).map(|_| self.term(entity, 2)).collect())
    }

    fn term(&mut self, entity: &'w Entity, depth: usize) -> Given {
        let direction = *self.chance.one(&["ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST"]);
        let direction = Given::Word(direction.to_owned());
        let links: Vec<_> = entity.links.values().filter(|l| self.world.tables.contains_key(&l.target)).collect();
        if depth > 0 && !links.is_empty() && self.chance.once_in(3) {
            let link = links[self.chance.below(links.len())];
            return match link.kind {
                LinkKind::ToOne { .. } => {
                    Given::field(&link.name, self.term(self.world.entity(&link.target), depth - 1))
                }
                LinkKind::ToMany { .. } => Given::field(format!("{}Count", link.name), direction),
            };
        }
        Given::field(self.column(entity).map_or("id", |c| c.name.as_str()), direction)
    }

    fn inner(&mut self, entity: &'w Entity) -> Option<Inner> {
        let lists = entity.links.values().filter(|l| {
            matches!(l.kind, LinkKind::ToMany { list: false, .. })
                && self.world.tables.get(&l.target).is_some_and(|rows| !rows.is_empty())
        });
        let lists: Vec<_> = lists.collect();
        let link = lists.get(self.chance.below(lists.len()))?;
        let target = self.world.entity(&link.target);
        let condition = self.condition(target, 1);
        let Given::List(mut order) = self.order(target) else { return None };
        // Without an order of the question's own the list has one of the schema's.
        order.push(Given::field("id", Given::Word("ASC".to_owned())));
        let (link, order, size) = (link.name.clone(), Given::List(order), 1 + self.chance.below(4));
        Some(Inner { link, condition, order, size })
    }

    fn groups(&mut self, entity: &'w Entity) -> GroupsAsked {
        let mut by: Vec<(Vec<String>, String)> = Vec::new();
        for _ in 0..=self.chance.below(2) {
            let (mut at, mut path) = (entity, Vec::new());
            while path.len() < 2 && self.chance.once_in(3) {
                let links: Vec<_> = at
                    .links
                    .values()
                    .filter(|l| matches!(l.kind, LinkKind::ToOne { .. }) && self.world.tables.contains_key(&l.target))
                    .collect();
                let Some(link) = links.get(self.chance.below(links.len())) else { break };
                path.push(link.name.clone());
                at = self.world.entity(&link.target);
            }
            let Some(column) = self.column(at) else { continue };
            let part = if column.ty == Scalar::Date { *self.chance.one(&["", "Year", "Quarter", "Month"]) } else { "" };
            let term = (path, format!("{}{part}", column.name));
            if !by.contains(&term) {
                by.push(term);
            }
        }
        if by.is_empty() {
            by.push((Vec::new(), self.column(entity).map_or("id", |c| c.name.as_str()).to_owned()));
        }
        let order = *self.chance.one(&[None, Some("count"), Some("key")]);
        GroupsAsked { by, order, least: self.chance.below(3), first: 1 + self.chance.below(40) }
    }

    /// The document and its variables: the same values written in it or given beside it.
    fn write(&mut self, mut question: Question) -> Question {
        let entity = self.world.entity(&question.entity);
        let written = self.chance.once_in(2);
        let (mut declared, mut variables) = (Vec::new(), serde_json::Map::new());
        let mut given = |name: &str, ty: String, value: &Given| match written {
            true => value.literal(),
            false => {
                declared.push(format!("${name}: {ty}"));
                variables.insert(name.to_owned(), value.json());
                format!("${name}")
            }
        };
        let mut arguments = format!(
            "where: {}, orderBy: {}, {}: {}",
            given("w", format!("{}Where", entity.name), &question.condition),
            given("o", format!("[{}Order!]", entity.name), &question.order),
            if question.backward { "last" } else { "first" },
            question.size
        );
        if let Some(day) = &question.as_of {
            arguments.push_str(&format!(", asOf: \"{day}\""));
        }
        let mut fields = String::from("nodes { id ");
        if let Some(inner) = &question.inner {
            let target = &entity.links[&inner.link].target;
            fields.push_str(&format!(
                "inner: {}(where: {}, orderBy: {}, first: {}) {{ totalCount nodes {{ id }} }} ",
                inner.link,
                given("iw", format!("{target}Where"), &inner.condition),
                given("io", format!("[{target}Order!]"), &inner.order),
                inner.size
            ));
        }
        fields.push_str("} ");
        if question.measures {
            fields.push_str("totalCount count(mode: CAPPED) { value exact } ");
            fields.push_str(&format!("aggregate {} ", measures(entity)));
        }
        if let Some(groups) = &question.groups {
            let by = Given::List(groups.by.iter().map(dimension).collect());
            let order = groups.order.map(|o| format!(", orderBy: [{{{o}: DESC}}]")).unwrap_or_default();
            fields.push_str(&format!(
                "groups(by: {}, first: {}, having: {{count: {{gte: {}}}}}{order}) {{ key {{ {} }} count }} ",
                given("by", format!("[{}Dimension!]!", entity.name), &by),
                groups.first,
                groups.least,
                groups.by.iter().map(|(path, field)| keyed(path, field)).collect::<Vec<_>>().join(" ")
            ));
        }
        let declared = if declared.is_empty() { String::new() } else { format!("query({}) ", declared.join(", ")) };
        question.document = format!("{declared}{{ list: {}({arguments}) {{ {fields}}} }}", entity.plural);
        question.variables = Value::Object(variables);
        question
    }
}

fn keyed(path: &[String], field: &str) -> String {
    path.iter().rev().fold(field.to_owned(), |inner, link| format!("{link} {{ {inner} }}"))
}

fn dimension((path, field): &(Vec<String>, String)) -> Given {
    let word = lienthong::catalog::snake_case(field).to_uppercase();
    let own = Given::field("field", Given::Word(word));
    path.iter().rev().fold(own, |inner, link| Given::field(link, inner))
}

fn measures(entity: &Entity) -> String {
    let (mut distinct, mut numbers, mut extremes) = (Vec::new(), Vec::new(), Vec::new());
    for column in entity.columns.values().filter(|c| c.is_comparable()) {
        let number = matches!(column.ty, Scalar::Int | Scalar::Decimal | Scalar::Float);
        distinct.push(column.name.as_str());
        if number {
            numbers.push(column.name.as_str());
        }
        if number || matches!(column.ty, Scalar::Date | Scalar::DateTime) {
            extremes.push(column.name.as_str());
        }
    }
    let to_one = entity.links.values().filter(|l| matches!(l.kind, LinkKind::ToOne { .. }));
    distinct.extend(to_one.map(|l| l.name.as_str()));
    let mut out = format!("{{ count countDistinct {{ {} }} ", distinct.join(" "));
    for (of, names) in [("sum", &numbers), ("avg", &numbers), ("min", &extremes), ("max", &extremes)] {
        if !names.is_empty() {
            out.push_str(&format!("{of} {{ {} }} ", names.join(" ")));
        }
    }
    out + "}"
}

/// The groups of rows, naively.
pub fn grouped(eye: &Eye<'_>, entity: &Entity, rows: &[&Row], asked: &GroupsAsked) -> Value {
    let mut groups: Vec<(Vec<(Value, Scalar)>, usize)> = Vec::new();
    for row in rows {
        let key: Vec<(Value, Scalar)> =
            asked.by.iter().map(|(path, field)| at(eye, entity, Some(row), path, field)).collect();
        match groups.iter_mut().find(|(known, _)| known.iter().zip(&key).all(|(a, b)| a.0 == b.0)) {
            Some((_, count)) => *count += 1,
            None => groups.push((key, 1)),
        }
    }
    groups.retain(|(_, count)| *count >= asked.least);
    groups.sort_by(|(a, m), (b, n)| {
        let keys = |direction: &str| {
            let mut pairs = a.iter().zip(b).map(|(a, b)| eye.ordered(&a.0, &b.0, &a.1, direction));
            pairs.find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        };
        let own = match asked.order {
            Some("count") => n.cmp(m),
            Some(_) => keys("DESC"),
            None => std::cmp::Ordering::Equal,
        };
        own.then(keys("ASC"))
    });
    groups.truncate(asked.first);
    let shown = groups.iter().map(|(key, count)| {
        let mut out = json!({ "count": count, "key": {} });
        for ((path, field), (value, _)) in asked.by.iter().zip(key) {
            let mut into = &mut out["key"];
            for link in path {
                into = &mut into[link];
            }
            into[field] = value.clone();
        }
        out
    });
    shown.collect()
}

fn at(eye: &Eye<'_>, entity: &Entity, row: Option<&Row>, path: &[String], field: &str) -> (Value, Scalar) {
    if let [link, rest @ ..] = path {
        let target = eye.world.entity(&entity.links[link].target);
        let led = row.and_then(|row| eye.led_to(row, entity, link));
        return at(eye, target, led.map(|(_, row)| row), rest, field);
    }
    let parts = [("Year", 0..4, 1), ("Quarter", 5..7, 3), ("Month", 5..7, 1)];
    for (part, range, by) in parts {
        let column = field.strip_suffix(part).and_then(|f| entity.columns.get(f));
        if let Some(column) = column.filter(|c| c.ty == Scalar::Date) {
            let day = row.map_or(Value::Null, |row| eye.value(row, column));
            let number = day.as_str().map(|d| d[range].parse::<i64>().expect("a number"));
            return (number.map(|n| (n + by - 1) / by).into(), Scalar::Int);
        }
    }
    let column = &entity.columns[field];
    (row.map_or(Value::Null, |row| eye.value(row, column)), column.ty.clone())
}
