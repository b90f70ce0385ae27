//! How the values of a column look: which share are days, phones, places … Says nothing of headings.

use std::collections::BTreeMap;

use super::find::Table;
use super::{FileSheet, Meaning};
use crate::ingest::cell::Cell;
use crate::ingest::clean::{dates, identifiers, numbers, stars};
use crate::ingest::fold::{flat, tidy};
use crate::ingest::groups;
use crate::ingest::place::{Level, Places};
use crate::ingest::register::mistake::nearest;
use crate::ingest::register::{Kind, Match, Register, Registers};

/// Values looked at.
const MOST: usize = 250;

/// Shares from 0 to 1 of the cells that say something.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    /// Cells that say something, of all.
    pub filled: usize,
    /// Cells in all.
    pub rows: usize,
    /// Different texts over cells.
    pub distinct: f64,
    /// Share by what they look like, each cell counting for all it may be.
    pub shares: BTreeMap<&'static str, f64>,
    /// The first two different texts.
    pub samples: Vec<String>,
    /// Texts, for vocabularies.
    pub(super) texts: Vec<String>,
}

impl Looks {
    /// Looks at cells.
    pub fn at(cells: &[&Cell], places: &Places, registers: &Registers, since_1904: bool) -> Self {
        let blank = |t: &str| flat(t).is_empty();
        let said: Vec<(&Cell, String)> =
            cells.iter().map(|c| (*c, tidy(&c.text()))).filter(|(_, t)| !blank(t)).collect();
        let mut out = Self { filled: said.len(), rows: cells.len(), ..Self::default() };
        let some: Vec<&(&Cell, String)> = said.iter().take(MOST).collect();
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (cell, text) in some.iter().copied() {
            for kind in kinds(cell, text, places, registers, since_1904) {
                *counts.entry(kind).or_default() += 1;
            }
            if out.samples.len() < 2 && !out.samples.contains(text) {
                out.samples.push(text.clone());
            }
        }
        let all = some.len().max(1) as f64;
        out.shares = counts.into_iter().map(|(k, n)| (k, n as f64 / all)).collect();
        let different: std::collections::BTreeSet<&str> = some.iter().map(|(_, t)| t.as_str()).collect();
        out.distinct = different.len() as f64 / all;
        let whole: Vec<f64> = some.iter().filter_map(|(c, _)| c.text().trim().parse().ok()).collect();
        let steps = whole.windows(2).filter(|w| w[1] == w[0] + 1.0).count();
        if whole.len() >= 5 && steps * 10 >= whole.len() * 8 {
            out.shares.insert("sequence", 1.0);
        }
        out.texts = said.into_iter().map(|(_, t)| t).collect();
        out
    }

    /// The share of a look.
    pub fn share(&self, look: &str) -> f64 {
        self.shares.get(look).copied().unwrap_or(0.0)
    }

    /// The look that most cells have.
    pub fn most(&self) -> Option<(&'static str, f64)> {
        let strong =
            ["tax code", "phone", "url", "decision", "date", "stars", "district", "commune", "organisation"];
        let found = strong.iter().map(|k| (*k, self.share(k))).filter(|(_, s)| *s >= 0.5);
        found.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// How well the values fit a cleaner, from 0 to 1.
    pub(super) fn fit(&self, kind: Kind, vocabulary: &str, register: &Register, personal: bool) -> f64 {
        let texty = 1.0 - self.share("number").max(self.share("date"));
        match kind {
            Kind::Text if personal => self.share("person"),
            Kind::Name if personal => self.share("person"),
            Kind::Text
            | Kind::RevokedNote
            | Kind::RevokedOn
            | Kind::StoppedYear
            | Kind::PotentialFiveStar => 0.5,
            Kind::Name => texty * (0.4 + 0.4 * self.distinct) * (1.0 - 0.6 * self.share("organisation")),
            Kind::Organisation => (0.25 * texty).max(self.share("organisation")),
            Kind::Integer => self.share("count"),
            Kind::Decimal
            | Kind::Area
            | Kind::Money
            | Kind::Tonnes
            | Kind::Percent
            | Kind::Lower
            | Kind::Upper => self.share("number"),
            Kind::Code => self.distinct * (1.0 - self.share("date")) * 0.7,
            Kind::Signs
            | Kind::UnitKind
            | Kind::Operator
            | Kind::Unit
            | Kind::DayAfter
            | Kind::Further(_) => 0.45,
            Kind::Year => self.share("year").max(self.share("date") * 0.8),
            // The day that stands behind a decision's number is read from there.
            Kind::Date => {
                self.share("date").max(self.share("year") * 0.8) * (1.0 - 0.6 * self.share("decision"))
            }
            Kind::Stars => self.share("stars"),
            Kind::TaxCode => self.share("tax code"),
            Kind::Phone => self.share("phone"),
            Kind::Decision | Kind::Issuer => self.share("decision"),
            Kind::ProductGroup => self.share("group"),
            Kind::Vocabulary => self.known_words(register, vocabulary),
        }
    }

    /// Share of the cells that say what became of a row.
    pub(super) fn changes(&self, delta: &crate::ingest::register::shape::Delta) -> f64 {
        let words: std::collections::BTreeSet<String> =
            delta.withdrawn.iter().chain(&delta.kept).map(|w| flat(w)).collect();
        let known = self.texts.iter().take(MOST).filter(|t| words.contains(&flat(t))).count();
        // Single letters are in use for many things: nearly all must be words for changes.
        let share = known as f64 / self.texts.len().clamp(1, MOST) as f64;
        if share < 0.95 { 0.0 } else { share }
    }

    /// Share of the cells that a vocabulary understands.
    pub(super) fn known_words(&self, register: &Register, vocabulary: &str) -> f64 {
        let Some(words) = register.words().vocabulary(vocabulary) else { return 0.0 };
        let some = self.texts.iter().take(MOST);
        let known = some.clone().filter(|t| words.find(t, Match::Exact).is_some()).count();
        known as f64 / some.count().max(1) as f64
    }
}

fn kinds(
    cell: &Cell,
    text: &str,
    places: &Places,
    registers: &Registers,
    since_1904: bool,
) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut is = |name: &'static str, yes: bool| {
        if yes {
            out.push(name);
        }
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let folded = flat(text);
    let when = dates::when(cell, since_1904).ok().flatten();
    let small = digits <= 4 || letters > 0;
    is("date", when.is_some_and(|w| w.day.is_some() || w.month.is_some()) && letters <= 20);
    is(
        "year",
        when.is_some_and(|w| w.day.is_none() && w.year.is_some_and(|y| y > 1950)) && small && letters <= 6,
    );
    is(
        "phone",
        identifiers::is_phone(text)
            || (digits >= 9 && letters <= 4 && identifiers::phone(cell).is_ok_and(|p| p.is_some())),
    );
    is("tax code", (10..=14).contains(&digits) && identifiers::tax_code(cell).is_ok_and(|t| t.is_some()));
    let number = numbers::number(cell, numbers::Wanted::Measure, None).is_ok_and(|n| n.is_some())
        || numbers::number(cell, numbers::Wanted::Money, None).is_ok_and(|n| n.is_some());
    is("number", number && digits > 0);
    is("count", numbers::whole(cell).is_ok_and(|n| n.is_some()) && letters <= 12 && digits <= 7);
    let rated = stars::stars(cell).ok().flatten().and_then(|s| s.count);
    is(
        "stars",
        rated.is_some_and(|n| (1..=5).contains(&n))
            && (folded.contains("sao") || digits <= 1 && letters <= 1),
    );
    is(
        "url",
        folded.starts_with("http")
            || folded.starts_with("www")
            || (text.contains('.') && text.contains('/') && letters > 8),
    );
    is("decision", digits > 0 && (folded.contains("qd") || folded.contains("nq")) && text.contains('/'));
    let words = folded.split(' ').count();
    is("group", groups::find(text, chrono::NaiveDate::MAX, None).is_some());
    let body = is_body(text, &folded, words, registers);
    is("organisation", body);
    let capital = |w: &str| w.chars().next().is_some_and(char::is_uppercase);
    is("person", digits == 0 && !body && (2..=6).contains(&words) && text.split(' ').all(capital));
    if letters > 0 && digits <= 2 && (1..=7).contains(&words) {
        out.extend(units(text, places));
    }
    if text.contains(',') && places.split_address(text) != (None, None) {
        out.push("address");
    }
    out
}

/// Levels of units that a text names.
fn units(text: &str, places: &Places) -> impl Iterator<Item = &'static str> {
    let typed = |l| places.names_some(l, text);
    let named = |l, other| typed(l) || (places.knows(l, text) && !typed(other));
    let found = [
        ("district", named(Level::District, Level::Commune)),
        ("commune", named(Level::Commune, Level::District)),
        ("province", places.knows(Level::Province, text)),
    ];
    found.into_iter().filter(|(_, yes)| *yes).map(|(name, _)| name)
}

/// Whether a text begins like the name of an organisation.
fn is_body(text: &str, folded: &str, words: usize, registers: &Registers) -> bool {
    registers.all().first().is_some_and(|r| {
        let starts = |w: &String| folded.starts_with(&format!("{} ", flat(w)));
        let kind = || r.words().vocabulary("producer_kind")?.find(text, Match::Start).map(|_| ());
        r.model.words.bodies.iter().any(starts) || (words > 1 && kind().is_some())
    })
}

type Words = BTreeMap<String, (usize, Option<String>)>;

/// Words that the vocabularies of the columns found do not have.
pub(super) fn unknown_words(
    tables: &[Table<'_>],
    sheets: &[FileSheet],
    register: &Register,
) -> BTreeMap<String, Words> {
    let mut out: BTreeMap<String, Words> = BTreeMap::new();
    let rules: Vec<_> =
        register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all()).collect();
    for column in tables.iter().zip(sheets).flat_map(|(_, s)| s.columns.iter()) {
        let Meaning::Column(name) = &column.meaning else { continue };
        let rule = rules.iter().find(|r| {
            r.from == *name
                && Kind::of(&r.kind) == Kind::Vocabulary
                && r.by == Match::Exact
                && !r.from.starts_with('@')
        });
        let Some(rule) = rule else { continue };
        // Of a name the vocabulary knows some; the others are no gap.
        if rule.other != crate::ingest::register::Other::Warn {
            continue;
        }
        let Some(words) = register.words().vocabulary(&rule.kind) else { continue };
        for text in column.looks.texts.iter().filter(|t| !register.words().is_blank(t)) {
            let text = rule.strip.iter().filter_map(|p| register.strip(p)).fold(text.clone(), |t, r| {
                let cut = r.replace_all(&t, "").trim().to_owned();
                if cut.is_empty() { t } else { cut }
            });
            if words.find(&text, Match::Exact).is_none() {
                let near = near_value(register, &rule.kind, &text);
                out.entry(rule.kind.clone()).or_default().entry(text).or_insert((0, near)).0 += 1;
            }
        }
    }
    out
}

fn near_value(register: &Register, vocabulary: &str, text: &str) -> Option<String> {
    let words = register.model.vocabulary.get(vocabulary)?;
    let contained = register.words().vocabulary(vocabulary)?.find(text, Match::Contains).map(str::to_owned);
    contained.or_else(|| {
        let all = words.iter().flat_map(|(v, s)| s.iter().map(move |s| (s.as_str(), v)));
        let near = nearest(text, all.clone().map(|(s, _)| s))?;
        all.into_iter().find(|(s, _)| *s == near).map(|(_, v)| v.clone())
    })
}
