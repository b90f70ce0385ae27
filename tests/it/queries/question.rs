//! A question in two forms: as a document with its variables, and as values for the evaluator.

use lienthong::catalog::{Entity, LinkKind, Scalar};
use serde_json::{Value, json};

use super::evaluate::World;

/// A value of a question, which knows whether it is a word of an enum.
#[derive(Debug, Clone)]
pub enum Given {
    Word(String),
    Plain(Value),
    List(Vec<Given>),
    Object(Vec<(String, Given)>),
}

impl Given {
    pub fn field(name: impl Into<String>, value: Given) -> Self {
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
                let fields: Vec<String> =
                    fields.iter().map(|(k, v)| format!("{k}: {}", v.literal())).collect();
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
    pub measures: bool,
    pub groups: Option<GroupsAsked>,
}

/// Groups: path and field of each term, and their order.
pub struct GroupsAsked {
    pub by: Vec<(Vec<String>, String)>,
    pub order: Option<&'static str>,
    pub least: usize,
    pub first: usize,
}

impl GroupsAsked {
    /// As a field, `by` given.
    fn written(&self, by: &str) -> String {
        let order = self.order.map(|o| format!(", orderBy: [{{{o}: DESC}}]")).unwrap_or_default();
        format!(
            "groups(by: {by}, first: {}, having: {{count: {{gte: {}}}}}{order}) {{ key {{ {} }} count }} ",
            self.first,
            self.least,
            self.by.iter().map(|(path, field)| keyed(path, field)).collect::<Vec<_>>().join(" ")
        )
    }
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
    pub field: String,
}

impl Question {
    /// The document and its variables: the same values written in it or given beside it.
    pub fn written(mut self, world: &World, written: bool) -> Question {
        let entity = world.entity(&self.entity);
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
            given("w", format!("{}Where", entity.name), &self.condition),
            given("o", format!("[{}Order!]", entity.name), &self.order),
            if self.backward { "last" } else { "first" },
            self.size
        );
        if let Some(day) = &self.as_of {
            arguments.push_str(&format!(", asOf: \"{day}\""));
        }
        let mut fields = String::from("nodes { id ");
        if let Some(inner) = &self.inner {
            let target = &entity.links[&inner.link].target;
            let mut more = String::new();
            if inner.measures {
                more.push_str(&format!("aggregate {} ", measures(world.entity(target))));
            }
            if let Some(groups) = &inner.groups {
                let by = Given::List(groups.by.iter().map(dimension).collect());
                more.push_str(&groups.written(&given("ib", format!("[{target}GroupBy!]!"), &by)));
            }
            fields.push_str(&format!(
                "inner: {}(where: {}, orderBy: {}, first: {}) {{ totalCount {more}nodes {{ id }} }} ",
                inner.link,
                given("iw", format!("{target}Where"), &inner.condition),
                given("io", format!("[{target}Order!]"), &inner.order),
                inner.size
            ));
        }
        fields.push_str("} ");
        if self.measures {
            fields.push_str("totalCount count(mode: CAPPED) { value exact } ");
            fields.push_str(&format!("aggregate {} ", measures(entity)));
        }
        if let Some(groups) = &self.groups {
            let by = Given::List(groups.by.iter().map(dimension).collect());
            fields.push_str(&groups.written(&given("by", format!("[{}GroupBy!]!", entity.name), &by)));
        }
        let declared =
            if declared.is_empty() { String::new() } else { format!("query({}) ", declared.join(", ")) };
        self.document = format!("{declared}{{ list: {}({arguments}) {{ {fields}}} }}", entity.plural);
        self.variables = Value::Object(variables);
        self
    }

    /// The same list, page by page.
    pub fn page(&self, size: &str, behind: &str, cursor: &Value) -> Question {
        let document = format!(
            "query($c: String, $w: {0}Where, $o: [{0}Order!]) {{ list: {1}({size}: 3, {behind}: $c, where: $w, orderBy: $o) \
             {{ nodes {{ id }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }}",
            self.entity, self.field
        );
        let variables = json!({ "c": cursor, "w": self.condition.json(), "o": self.order.json() });
        Question {
            entity: self.entity.clone(),
            condition: self.condition.clone(),
            order: self.order.clone(),
            size: 3,
            backward: false,
            as_of: None,
            inner: None,
            measures: false,
            groups: None,
            document,
            variables,
            field: self.field.clone(),
        }
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
