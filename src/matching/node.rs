//! Records → what is compared: all that one register says of one thing under one key is one node, with its
//! names, identifiers and places. Nothing here compares.

use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::cluster::History;
use super::fold;
use super::goods;
use super::locale;
use super::name::{Name, Style, parse};
use super::roles::Roles;
use super::token::Token;
use super::vocabulary::VOCABULARY;
use crate::store::record::SourceRecord;

/// Behind every day of a file; ids can still be made of it.
const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What one register says of one thing.
#[derive(Debug, Default)]
pub struct Node<'a> {
    /// Its id.
    pub id: Uuid,
    /// Indices of its records, in their order.
    pub records: Vec<usize>,
    /// First day it was seen, scope, key: the order of nodes, and what an entity's id is made of.
    pub anchor: (NaiveDate, &'a str, &'a str),
    /// Its names, former ones too.
    pub names: Vec<Rc<Name>>,
    /// Its valid identifiers, and the phones it is reached by.
    pub identifiers: Vec<Identifier>,
    /// Codes of ten digits that were typed wrong.
    pub mistyped: Vec<&'a str>,
    /// Who stands for it.
    pub people: Vec<Person>,
    /// Names of its goods, its own names taken off; sorted.
    pub goods: Vec<String>,
    /// Today's communes its place may be, sorted; none known: empty.
    pub places: Vec<&'a str>,
    /// Communes of before the reform that its rows name for sure.
    pub former: Vec<Uuid>,
    /// Whether the place is known to the commune.
    pub exact_place: bool,
    /// Province of the office.
    pub province: &'a str,
    /// Whether rows of one delivery that go by its key have other people and other phones: two of one name and place.
    pub torn: bool,
    /// Deliveries in which it has a row of its own.
    pub distinct: Vec<Uuid>,
    /// Entities it belongs to, by the fields of the role scope.
    pub parents: Vec<Uuid>,
}

/// An identifier, ready to compare.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// Position of its field among the identifiers of the type.
    pub field: usize,
    /// The code without punctuation; of 13 digits the first 10.
    pub root: String,
    /// Branch: the last 3 of 13 digits.
    pub branch: Option<String>,
    /// Whether it is a phone: two may share one, and one may have several.
    pub phone: bool,
}

/// Name of a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    tone: String,
    flat: String,
    unmarked: bool,
}

impl Person {
    /// None when it is one word.
    pub fn new(text: &str) -> Option<Self> {
        let text = without_title(text);
        let tone = fold::tone_key(text);
        let person = Self { tone, flat: fold::flat_key(text), unmarked: !fold::has_marks(text) };
        Some(person).filter(|p| p.flat.split(' ').count() > 1)
    }

    /// Its words without marks.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.flat.split(' ')
    }

    /// Whether both may be one: equal, or equal but for the marks that one of them lost.
    pub fn may_be(&self, other: &Self) -> bool {
        self.tone == other.tone || (self.flat == other.flat && (self.unmarked || other.unmarked))
    }
}

/// "Bà Nguyễn Thị Lan" → "Nguyễn Thị Lan".
fn without_title(text: &str) -> &str {
    let text = text.trim();
    let Some((first, rest)) = text.split_once([' ', '.']) else { return text };
    let (words, unmarked) = (rest.split_whitespace().count(), !fold::has_marks(text));
    let title = VOCABULARY.words.at_start(&[Token::new(first)], unmarked, |m| m == "honorific");
    if title.is_some() && words > 1 + usize::from(unmarked) {
        rest.trim_start_matches(['.', ' '])
    } else {
        text
    }
}

impl Node<'_> {
    /// Identifiers that tell one from another: no phones.
    pub fn codes(&self) -> impl Iterator<Item = &Identifier> {
        self.identifiers.iter().filter(|i| !i.phone)
    }
}

impl Identifier {
    /// None when it identifies nothing: too short, or one digit over and over.
    pub fn new(field: usize, text: &str) -> Option<Self> {
        let code: String = fold::clean(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let first = code.chars().next()?;
        if code.chars().count() < 4 || code.chars().all(|c| c == first) {
            return None;
        }
        let branched = code.len() == 13 && code.bytes().all(|c| c.is_ascii_digit());
        let (root, branch) = if branched { code.split_at(10) } else { (code.as_str(), "") };
        let branch = Some(branch.to_owned()).filter(|b| !b.is_empty() && b != "000");
        Some(Self { field, root: root.to_owned(), branch, phone: false })
    }

    /// A phone; none when the text is none.
    fn phone(field: usize, text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let varied = digits.bytes().skip(1).any(|d| d != digits.as_bytes()[1]);
        (digits.len() >= 9 && varied).then_some(Self { field, root: digits, branch: None, phone: true })
    }

    /// Whether two codes are of one kind, so that two different ones mean different things. A personal
    /// code of 12 digits says nothing against a business's code of 10.
    pub fn comparable(&self, other: &Self) -> bool {
        let kind = |i: &Self| (i.root.bytes().all(|c| c.is_ascii_digit()), i.root.len() == 12);
        self.field == other.field && !self.phone && kind(self) == kind(other)
    }
}

/// What nodes are made with.
pub struct Maker<'m> {
    /// Roles of the fields.
    pub roles: &'m Roles<'m>,
    /// What is known of nodes beside their records.
    pub history: &'m History,
    /// Entity of each record of the types before.
    pub entity_of: &'m HashMap<Uuid, Uuid>,
}

impl Maker<'_> {
    /// The nodes of one type's records, in the order of their anchors.
    pub fn nodes<'a>(&self, all: &'a [SourceRecord]) -> Vec<Node<'a>> {
        let mut groups: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (at, record) in all.iter().enumerate() {
            groups.entry((&record.scope, &record.key)).or_default().push(at);
        }
        let mut parsed = HashMap::new();
        let mut nodes: Vec<Node> = Vec::with_capacity(groups.len());
        nodes.extend(groups.into_values().map(|records| self.node(all, records, &mut parsed)));
        nodes.sort_by(|a, b| a.anchor.cmp(&b.anchor));
        nodes
    }

    fn node<'a>(
        &self,
        all: &'a [SourceRecord],
        mut records: Vec<usize>,
        parsed: &mut Parsed<'a>,
    ) -> Node<'a> {
        records.sort_by_key(|&at| (all[at].observed_on, all[at].id));
        let id = records.first().map(|&at| all[at].node_id()).unwrap_or_default();
        let mut node = Node { id, ..Node::default() };
        let past = self.history.get(&id);
        for record in records.iter().map(|&at| &all[at]) {
            let day = past.and_then(|p| p.first_seen).unwrap_or(record.observed_on);
            // A mention is never the first: what it names is older than it.
            let day = if record.evidence.mention { LAST_DAY } else { day };
            if node.anchor.1.is_empty() || day < node.anchor.0 {
                node.anchor = (day, &record.scope, &record.key);
            }
            node.province = record.scope.rsplit('/').next().unwrap_or_default();
            self.add(&mut node, record, parsed);
        }
        if let Some(past) = past.filter(|_| !node.distinct.is_empty()) {
            node.distinct.extend(&past.deliveries);
            node.distinct.sort_unstable();
            node.distinct.dedup();
        }
        node.torn = self.are_two(&records, all);
        node.records = records;
        if self.roles.style() == Style::Placed {
            know_places(&mut node);
        }
        let said = node.records.iter().flat_map(|&at| &all[at].evidence.goods);
        node.goods = goods::of_maker(&node.names, said.map(String::as_str));
        node.identifiers.sort();
        node.identifiers.dedup();
        node.people.sort();
        node.people.dedup();
        node.places.sort_unstable();
        node.places.dedup();
        node.former.sort_unstable();
        node.former.dedup();
        node.parents.sort_unstable();
        node.parents.dedup();
        // Nodes are many, and most have one of each.
        node.records.shrink_to_fit();
        node.names.shrink_to_fit();
        node.identifiers.shrink_to_fit();
        node.people.shrink_to_fit();
        node.places.shrink_to_fit();
        node
    }

    /// Whether two rows of one delivery answer by other people and other phones; of a register with one row for
    /// each, by other people.
    fn are_two(&self, records: &[usize], all: &[SourceRecord]) -> bool {
        let said = |at: &usize| {
            let record = &all[*at];
            let texts = self.roles.contacts.iter().filter_map(|f| record.fields.get(f)?.as_str());
            let (mut people, mut phones) = (None, None);
            for text in texts {
                match Identifier::phone(0, text) {
                    Some(phone) => phones = Some(phone),
                    None => people = Person::new(text),
                }
            }
            (people, phones)
        };
        let two = |(a, b): (&usize, &usize)| {
            let (x, y) = (&all[*a], &all[*b]);
            let ((head, phone), (other, number)) = (said(a), said(b));
            let heads = head.zip(other).is_some_and(|(x, y)| !x.may_be(&y));
            let phones = phone.zip(number).is_some_and(|(x, y)| x != y);
            x.import_id == y.import_id && heads && (phones || x.evidence.distinct)
        };
        records.len() > 1 && records.windows(2).any(|pair| two((&pair[0], &pair[1])))
    }

    fn add<'a>(&self, node: &mut Node<'a>, record: &'a SourceRecord, parsed: &mut Parsed<'a>) {
        let style = self.roles.style();
        let text = |field: &str| record.fields.get(field).and_then(Value::as_str);
        let current = self.roles.names.iter().filter_map(|f| text(f)).map(|n| (n, false));
        let former = record.evidence.names.iter().map(|n| (n.as_str(), true));
        for (name, alias) in current.chain(former) {
            for name in parsed.entry((name, style, alias)).or_insert_with(|| names(name, style, alias)) {
                if !node.names.contains(name) {
                    node.names.push(Rc::clone(name));
                }
            }
        }
        for (position, field) in self.roles.identifiers.iter().enumerate() {
            node.identifiers.extend(text(field).and_then(|t| Identifier::new(position, t)));
        }
        for (position, field) in self.roles.contacts.iter().enumerate() {
            let Some(text) = text(field) else { continue };
            match Identifier::phone(self.roles.identifiers.len() + position, text) {
                Some(phone) => node.identifiers.push(phone),
                None => node.people.extend(Person::new(text)),
            }
        }
        let in_commune = self.roles.places.iter().any(|f| record.fields.contains_key(f));
        let exact = in_commune || record.evidence.places.len() == 1;
        if !record.evidence.places.is_empty() && (exact || !node.exact_place) {
            if exact && !node.exact_place {
                node.places.clear();
            }
            node.exact_place |= exact;
            node.places.extend(record.evidence.places.iter().map(String::as_str));
        }
        let units = self.roles.places.iter().filter_map(|f| text(f)?.parse().ok());
        node.former.extend(units.filter(locale::is_former));
        node.mistyped.extend(record.evidence.mistyped.iter().map(String::as_str));
        if record.evidence.distinct && !node.distinct.contains(&record.import_id) {
            node.distinct.push(record.import_id);
        }
        node.parents.extend(self.roles.scopes.iter().filter_map(|f| target(record, f, self.entity_of)));
    }
}

/// Finds the names of its own places in a node's names.
fn know_places(node: &mut Node) {
    let mut names = Vec::new();
    for name in &node.names {
        let of_place = locale::is_of_place(name, &node.places, node.exact_place);
        names.push(if of_place { Rc::new(Name { of_place, ..Name::clone(name) }) } else { Rc::clone(name) });
        names.extend(locale::without_own_place(name, &node.places, node.exact_place).map(Rc::new));
    }
    node.names = names;
}

/// Where a link of a record leads: to the entity of the record it names, or to reference data.
pub fn target(record: &SourceRecord, field: &str, entity_of: &HashMap<Uuid, Uuid>) -> Option<Uuid> {
    match record.refs.get(field) {
        Some(other) => entity_of.get(other).copied(),
        None => record.fields.get(field)?.as_str()?.parse().ok(),
    }
}

type Parsed<'a> = HashMap<(&'a str, Style, bool), Vec<Rc<Name>>>;

fn names(text: &str, style: Style, alias: bool) -> Vec<Rc<Name>> {
    let mut names = parse(text, style);
    let shared = names.drain(..).map(|mut name| {
        name.alias |= alias;
        // Names are many, and each is kept.
        name.core.shrink_to_fit();
        name.numerals.shrink_to_fit();
        Rc::new(name)
    });
    shared.collect()
}
