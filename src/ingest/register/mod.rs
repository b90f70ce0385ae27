//! Registers: how the files of one kind are recognised and read, as said in `schema/registers/*.toml`.
//! Words of the files live there, never here.

mod about;
mod check;
mod extend;
mod fits;
mod form;
mod headers;
mod heading_units;
mod load;
pub mod mistake;
mod model;
mod owned;
pub mod shape;
mod structure;
pub mod suggest;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use regex::Regex;

pub use about::{AsOf, Mode, SheetFilter, Title};
pub use check::unused;
pub use form::{At, Condition, Further, Layout};
pub use headers::{Assigned, Heading, More};
pub use heading_units::unit_of;
pub use load::{File, Registers, file, files};
pub use model::{Column, FieldRule, Kind, Match, Model, Other, PlaceRule, Reference, Target, Words};
pub use owned::Owned;
pub(crate) use suggest::without_year;
pub use words::{Folded, Vocabulary};

/// A register ready for use.
#[derive(Debug, Clone)]
pub struct Register {
    /// What the file says.
    pub model: Model,
    /// Hash of the file and of the common words: part of an import's identity.
    pub version: String,
    /// Name of the file, for messages.
    pub file: String,
    /// Who brought it.
    pub origin: Origin,
    /// How columns are made of others.
    pub shaping: shape::Shaping,
    /// What of its targets is told apart beside an owner.
    pub owned: Arc<Owned>,
    /// Of each list, how many items stand in the register extended.
    before: HashMap<String, usize>,
    headers: headers::Headers,
    words: Folded,
    strips: HashMap<String, Regex>,
    rejects: Vec<Reject>,
    only: Vec<Regex>,
    skip: Vec<Regex>,
}

/// Who brought a register file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is in the binary.
    BuiltIn,
    /// It lies in the operator's folder, or adds to one of the binary.
    Operator,
}

/// Rows that are no data although they look like it.
#[derive(Debug, Clone)]
pub struct Reject {
    /// Columns to look at.
    pub columns: Vec<String>,
    /// What betrays them, on lower-case text.
    pub pattern: Regex,
    /// Words for the office.
    pub en: String,
    /// Words for the office.
    pub vi: String,
}

impl Register {
    /// The columns that a row of headings names, best fit first. Headings that hold a value are none, nor are those
    /// that differ in the year alone: one of them taken for the column would be of any year.
    pub fn assign(&self, headings: &[Heading]) -> Vec<Assigned> {
        let values = |h: &Heading| !self.shaping.unpivots.is_empty() && self.shaping.unpivot(h).is_some();
        let stem = |h: &Heading| h.readings.first().and_then(|text| without_year(text));
        let stems: Vec<Option<(String, i32)>> = headings.iter().map(stem).collect();
        let of_years = |own: &Option<(String, i32)>| {
            let Some((stem, year)) = own else { return false };
            stems.iter().flatten().any(|(other, of)| other == stem && of != year)
        };
        let rest =
            headings.iter().zip(&stems).map(|(heading, stem)| match values(heading) || of_years(stem) {
                true => Heading::default(),
                false => heading.clone(),
            });
        self.headers.assign(&rest.collect::<Vec<_>>())
    }

    /// Columns made of others once those of `found` are read under `headings`.
    pub fn makes(&self, found: &BTreeSet<&str>, headings: &[Heading]) -> BTreeSet<String> {
        self.model.shape.made(&self.shaping, found, headings)
    }

    /// What a heading says beyond a known one that stands in it.
    pub fn beyond(&self, heading: &str, known: &str) -> More {
        self.headers.beyond(heading, known)
    }

    /// Whether a text is, as a whole, a heading the register knows.
    pub fn names_column(&self, text: &str) -> bool {
        self.headers.knows(text)
    }

    /// Whether a sheet of this name may be read.
    pub fn takes_sheet(&self, name: &str) -> bool {
        let name = super::fold::flat(name);
        (self.only.is_empty() || self.only.iter().any(|r| r.is_match(&name)))
            && !self.skip.iter().any(|r| r.is_match(&name))
    }

    /// Whether a form is one for the elements of a nested list; `path` is empty for the items themselves.
    pub fn reads(&self, layout: &Layout, path: &[String]) -> bool {
        let named = |(name, key): (&str, &String)| {
            let known = self.model.nested.get(name);
            known.is_some_and(|keys| keys.iter().any(|k| super::fold::flat(k) == super::fold::flat(key)))
        };
        let Some(each) = &layout.each else { return path.is_empty() };
        each.split('.').count() == path.len() && each.split('.').zip(path).all(named)
    }

    /// Its words, folded.
    pub fn words(&self) -> &Folded {
        &self.words
    }

    /// A pattern of a rule's `strip` or `pick`.
    pub fn strip(&self, pattern: &str) -> Option<&Regex> {
        self.strips.get(pattern)
    }

    /// Rows to set aside.
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }
}
