//! Which column of the file is which of a register: headings and looks weighed, each column given once.

use std::collections::BTreeSet;

use super::find::Table;
use super::likeness::Vocabulary;
use super::{FileColumn, FileSheet, Looks};
use crate::ingest::clean::units::Named;
use crate::ingest::place::Places;
use crate::ingest::register::{Heading, Kind, More, Register, unit_of, unused};

/// Below this nothing is proposed.
const ENOUGH: f64 = 0.5;
/// From here on a proposal is sure.
const SURE: f64 = 0.8;

/// What a column may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Column of the register.
    pub column: String,
    /// From 0 to 1.
    pub confidence: f64,
    /// Likeness of the heading, from 0 to 1.
    pub by_heading: f64,
    /// Fit of the values; none where there are too few.
    pub by_looks: Option<f64>,
    /// The known heading that is nearest.
    pub nearest: Option<String>,
}

impl Guess {
    /// Whether a person need not look at it.
    pub fn is_sure(&self) -> bool {
        self.confidence >= SURE
    }

    /// Why, in words.
    pub fn why(&self) -> String {
        super::draft::why(self)
    }

    /// Whether the register reads the heading already.
    pub fn is_known(&self) -> bool {
        self.by_heading >= 1.0
    }
}

/// What a column is proposed to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// A column of the register.
    Column(String),
    /// Nothing that the register knows.
    Unknown,
    /// It holds values of several columns, or its heading holds one: see the draft's tables.
    Shaped,
}

/// A sheet weighed against a register.
pub fn sheet(table: &Table<'_>, register: &Register, words: &Vocabulary, places: &Places) -> FileSheet {
    let exact = exact(table, register);
    // Headings known and not wanted are no proposal: they would silence the warning that they are not read.
    let unused = unused(register);
    let wanted = register.model.column.keys().filter(|c| !unused.iter().any(|(u, _)| u == *c));
    let roles: Vec<Role> = wanted.map(|c| Role::of(c, register)).collect();
    let mut columns: Vec<FileColumn> = table
        .columns
        .iter()
        .map(|(at, heading, looks)| {
            let own = exact.iter().find(|(i, _)| i == at).map(|(_, c)| c.as_str());
            let mut guesses: Vec<Guess> = roles
                .iter()
                .filter(|_| own.is_none_or(|own| roles.iter().any(|role| role.name == own)))
                .map(|role| guess(role, heading, looks, own, register, words, places))
                .filter(|g| g.confidence >= 0.3)
                .collect();
            guesses.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.column.cmp(&b.column)));
            guesses.truncate(4);
            let heading = heading.first().cloned().unwrap_or_default();
            let (at, looks) = (*at, looks.clone());
            FileColumn { at, heading, looks, guesses, meaning: Meaning::Unknown }
        })
        .collect();
    give(&mut columns);
    let (layout, missing) = form(&columns, register, &BTreeSet::new());
    let headings = || columns.iter().map(|c| c.heading.as_str());
    let foreign: Vec<String> =
        register.model.foreign.iter().filter(|w| headings().any(|h| names(h, w))).cloned().collect();
    let number = |i: usize| table.sheet.rows[i].no;
    FileSheet {
        name: table.sheet.name.clone(),
        headings: table.lines.map(|(top, bottom)| (number(top), number(bottom))),
        rows: table.rows,
        columns,
        layout,
        missing,
        foreign,
    }
}

fn names(heading: &str, word: &str) -> bool {
    use crate::ingest::fold::tone;
    format!(" {} ", tone(heading)).contains(&format!(" {} ", tone(word)))
}

/// What the register itself makes of the headings.
fn exact(table: &Table<'_>, register: &Register) -> Vec<(usize, String)> {
    let headings: Vec<Heading> =
        table.columns.iter().map(|(_, h, _)| Heading { readings: h.clone() }).collect();
    let found = register.assign(&headings).into_iter().filter(|a| a.exact && a.unsure.is_none());
    found.map(|a| (table.columns[a.at].0, a.column)).collect()
}

/// What is known of a register's column: how it is read.
struct Role<'r> {
    name: &'r str,
    kinds: Vec<(Kind, &'r str)>,
    place: Option<&'static str>,
    personal: bool,
    index: bool,
    delta: bool,
    nested: bool,
}

impl<'r> Role<'r> {
    fn of(name: &'r str, register: &'r Register) -> Self {
        let column = &register.model.column[name];
        let targets = || register.model.target.values();
        let rules = targets().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
        let mut kinds: Vec<(Kind, &str)> =
            rules.filter(|r| r.from == name).map(|r| (Kind::of(&r.kind), r.kind.as_str())).collect();
        // The year of a decision is read from its number, too; that is not what the column is.
        if kinds.iter().any(|(k, _)| *k != Kind::Year) {
            kinds.retain(|(k, _)| *k != Kind::Year);
        }
        let place = targets().filter_map(|t| t.place.as_ref()).find_map(|p| {
            let roles = [
                (&p.commune, "commune"),
                (&p.district, "district"),
                (&p.province, "province"),
                (&p.address, "address"),
            ];
            roles.into_iter().find(|(c, _)| *c == name).map(|(_, role)| role)
        });
        Role {
            name,
            kinds,
            place,
            personal: column.personal,
            index: column.index,
            delta: register.model.shape.delta.column == name,
            nested: !column.within.is_empty(),
        }
    }

    /// How well values fit, from 0 to 1.
    fn fit(&self, looks: &Looks, register: &Register) -> f64 {
        if let Some(place) = self.place {
            return looks.share(place);
        }
        if self.delta {
            return looks.changes(&register.model.shape.delta);
        }
        if self.index {
            return looks.share("sequence");
        }
        let fits = self.kinds.iter().map(|(kind, name)| looks.fit(*kind, name, register, self.personal));
        let best: Option<f64> = fits.fold(None, |best, fit| Some(best.map_or(fit, |b: f64| b.max(fit))));
        // 1, 2, 3 … numbers the rows.
        best.unwrap_or(0.4) * (1.0 - 0.8 * looks.share("sequence"))
    }

    /// Whether the unit of a heading is one of something else than its numbers.
    fn misses(&self, heading: &str) -> bool {
        let Some(unit) = unit_of(heading) else { return false };
        let mut measured =
            self.kinds.iter().map(|(kind, _)| *kind).filter(|kind| kind.is_measured()).peekable();
        measured.peek().is_some() && measured.all(|kind| kind.named(&unit) == Named::Unknown)
    }

    /// Whether it is a day: by the looks alone it may be any of them.
    fn is_dated(&self) -> bool {
        self.kinds.iter().any(|(k, _)| *k == Kind::Date)
    }

    /// Whether values of this kind are known by their looks alone.
    fn is_telling(&self) -> bool {
        let telling = |k: &Kind| {
            matches!(
                k,
                Kind::TaxCode
                    | Kind::Phone
                    | Kind::Stars
                    | Kind::Decision
                    | Kind::Organisation
                    | Kind::ProductGroup
                    | Kind::Vocabulary
            )
        };
        self.delta
            || self.index
            || matches!(self.place, Some("commune" | "district" | "address"))
            || self.kinds.iter().any(|(k, _)| telling(k))
    }
}

fn guess(
    role: &Role<'_>,
    heading: &[String],
    looks: &Looks,
    own: Option<&str>,
    register: &Register,
    words: &Vocabulary,
    _: &Places,
) -> Guess {
    let rated = heading.iter().map(|reading| words.nearest(reading, register, role.name));
    let best = rated.max_by(|a, b| a.0.total_cmp(&b.0));
    let (mut by_heading, nearest) = best.unwrap_or((0.0, None));
    if own == Some(role.name) {
        by_heading = 1.0;
    } else if own.is_some() || by_heading >= 1.0 {
        by_heading = by_heading.min(0.9);
    }
    let fit = (looks.filled >= 3).then(|| role.fit(looks, register).clamp(0.0, 1.0));
    let judged = fit.unwrap_or(0.5);
    let confidence = if by_heading >= 1.0 {
        if fit.is_some_and(|f| f < 0.12) && !role.nested { 0.55 } else { 0.82 + 0.18 * judged }
    } else if by_heading >= 0.45 {
        let both = 0.62 * by_heading + 0.38 * judged;
        if fit.is_some_and(|f| f < 0.15) { both * 0.6 } else { both }
    } else if role.is_dated() && judged >= 0.6 {
        0.12 + 0.4 * judged + 0.25 * by_heading
    } else if role.is_telling() && judged >= 0.6 {
        0.2 + 0.42 * judged + 0.25 * by_heading
    } else {
        0.5 * by_heading + 0.2 * judged
    };
    // Values alone, or a heading half alike, are never sure.
    let whole = heading.first().map(String::as_str).unwrap_or_default();
    let beyond = nearest.filter(|_| own != Some(role.name)).map(|near| register.beyond(whole, near));
    let most = match beyond {
        // Women among the workers are not the workers.
        Some(More::Other) => 0.45,
        Some(More::Some) => 0.79,
        _ if role.misses(whole) => 0.45,
        _ if own.is_none() && nearest.is_some_and(|near| near.contains('%') != whole.contains('%')) => 0.79,
        _ if by_heading < 0.85 => 0.79,
        _ => 1.0,
    };
    Guess {
        column: role.name.to_owned(),
        confidence: confidence.clamp(0.0, most),
        by_heading,
        by_looks: fit,
        nearest: nearest.map(str::to_owned),
    }
}

/// The best first, each column once.
fn give(columns: &mut [FileColumn]) {
    let mut all: Vec<(f64, usize, String)> = (columns.iter().enumerate())
        .flat_map(|(i, c)| c.guesses.iter().map(move |g| (g.confidence, i, g.column.clone())))
        .filter(|(confidence, ..)| *confidence >= ENOUGH)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (_, i, name) in all {
        if columns[i].meaning == Meaning::Unknown && taken.insert(name.clone()) {
            columns[i].meaning = Meaning::Column(name);
        }
    }
}

/// The form that lacks least, and what it lacks.
pub fn form(
    columns: &[FileColumn],
    register: &Register,
    more: &BTreeSet<String>,
) -> (Option<String>, Vec<String>) {
    let found: BTreeSet<&str> = columns
        .iter()
        .filter_map(|c| match &c.meaning {
            Meaning::Column(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let headings: Vec<Heading> =
        columns.iter().map(|c| Heading { readings: vec![c.heading.clone()] }).collect();
    let made = if found.is_empty() { BTreeSet::new() } else { register.makes(&found, &headings) };
    let lacks = |required: &&String| {
        !required.split('|').map(str::trim).any(|c| found.contains(c) || made.contains(c) || more.contains(c))
    };
    let rated = register.model.layout.iter().map(|l| {
        (l.name.clone(), l.required.iter().filter(lacks).cloned().collect::<Vec<String>>(), l.required.len())
    });
    match rated.min_by_key(|(_, missing, required)| (missing.len(), std::cmp::Reverse(*required))) {
        Some((name, missing, _)) => (Some(name), missing),
        None => (None, Vec::new()),
    }
}

/// How well a sheet fits a register, for choosing between registers.
pub fn points(sheet: &FileSheet) -> i64 {
    let mut sum = 0.0;
    for column in &sheet.columns {
        if let Meaning::Column(name) = &column.meaning
            && let Some(guess) = column.guesses.iter().find(|g| g.column == *name)
        {
            sum += guess.confidence * guess.confidence;
        }
    }
    let rows = if sheet.rows == 0 { 0.0 } else { 1.0 };
    let complete = if sheet.missing.is_empty() { 2.0 } else { -(sheet.missing.len() as f64) };
    ((sum + complete - 2.0 * sheet.foreign.len() as f64) * rows * 100.0) as i64
}
