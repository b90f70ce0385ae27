//! Questions by chance: conditions, orders, lists within, measures and groups, drawn from the catalog.

use lienthong::catalog::{Column, Entity, LinkKind, Scalar};
use serde_json::Value;

use super::evaluate::{DAYS, Eye, Row, World, encoded};
use super::question::{Given, GroupsAsked, Inner, Question};
use super::rows::Chance;

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
        let condition =
            if self.chance.once_in(3) { self.condition(entity, 1) } else { Given::Object(Vec::new()) };
        let order = self.order(entity);
        let mut question = self.asked(entity, condition, order);
        question.size = 1_000;
        question.written(self.world, self.chance.once_in(2))
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
        question.written(self.world, self.chance.once_in(2))
    }

    fn asked(&self, entity: &Entity, condition: Given, order: Given) -> Question {
        Question {
            entity: entity.name.clone(),
            condition,
            order,
            size: MOST,
            backward: false,
            as_of: None,
            inner: None,
            measures: false,
            groups: None,
            document: String::new(),
            variables: Value::Null,
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
        let links: Vec<_> =
            entity.links.values().filter(|l| self.world.tables.contains_key(&l.target)).collect();
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
            // A field whose name is a word of the grammar has another name there.
            Some(column) if column.name == "within" => {
                ("withinField".to_owned(), self.comparison(entity, column))
            }
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
        let links: Vec<_> =
            entity.links.values().filter(|l| self.world.tables.contains_key(&l.target)).collect();
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
        let measures = self.chance.once_in(3);
        let groups = self.chance.once_in(3).then(|| self.groups(target));
        Some(Inner { link, condition, order, size, measures, groups })
    }

    fn groups(&mut self, entity: &'w Entity) -> GroupsAsked {
        let mut by: Vec<(Vec<String>, String)> = Vec::new();
        for _ in 0..=self.chance.below(2) {
            let (mut at, mut path) = (entity, Vec::new());
            while path.len() < 2 && self.chance.once_in(3) {
                let links: Vec<_> = at
                    .links
                    .values()
                    .filter(|l| {
                        matches!(l.kind, LinkKind::ToOne { .. }) && self.world.tables.contains_key(&l.target)
                    })
                    .collect();
                let Some(link) = links.get(self.chance.below(links.len())) else { break };
                path.push(link.name.clone());
                at = self.world.entity(&link.target);
            }
            let Some(column) = self.column(at) else { continue };
            let part = if column.ty == Scalar::Date {
                *self.chance.one(&["", "Year", "Quarter", "Month"])
            } else {
                ""
            };
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
}
