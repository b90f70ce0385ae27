//! A question's file: what is asked, by whom it was printed, the query, the answer, the figures.

use std::path::PathBuf;

use lienthong::ingest::fold::flat;
use rust_decimal::Decimal;
use serde_json::Value;

use super::path;
use crate::cookbook::{block, laid_out};

/// Where an answer stands against what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every published figure comes out.
    Right,
    /// Some published figure comes out otherwise, and the file says why.
    Differs,
    /// There is an answer; nothing was published to hold it against.
    Answered,
    /// The question can be put; the offices' files have nothing on it.
    NoData,
}

/// A row of the table of figures.
pub struct Figure {
    id: String,
    published: String,
    computed: String,
    path: String,
    reason: String,
}

/// A file of `tests/cases/answers`.
pub struct Case {
    /// Its name without the ending: the row of the list.
    pub name: String,
    /// All of it.
    pub text: String,
    /// Its table of figures.
    pub figures: Vec<Figure>,
    file: PathBuf,
}

impl Figure {
    fn read(row: &str) -> Option<Self> {
        let cells: Vec<&str> =
            row.strip_prefix('|')?.trim_end().strip_suffix('|')?.split('|').map(str::trim).collect();
        let [id, published, computed, path, reason] = cells[..] else { return None };
        let path = path.strip_prefix('`')?.strip_suffix('`')?;
        let of = str::to_owned;
        Some(Self {
            id: of(id),
            published: of(published),
            computed: of(computed),
            path: of(path),
            reason: of(reason),
        })
    }

    /// Its name in the list of published figures, which begins with a province.
    pub fn published_id(&self) -> Option<&str> {
        let province = self.id.split('.').next()?;
        (province.len() == 2 && self.id.contains('.')).then_some(&self.id)
    }

    /// `450`, or `81.67 ± 0.011`, or words.
    pub fn is_right(&self) -> bool {
        let (published, tolerance) = self.published.split_once(" ± ").unwrap_or((&self.published, "0"));
        let number = |text: &str| text.parse::<Decimal>();
        match (number(published), number(&self.computed), number(tolerance)) {
            (Ok(published), Ok(computed), Ok(tolerance)) => (published - computed).abs() <= tolerance,
            _ => spelled_out(published) == spelled_out(&self.computed),
        }
    }
}

/// Words without marks, capitals and abbreviations: how a name is spelled is no difference.
fn spelled_out(text: &str) -> Vec<String> {
    let abbreviations = include_str!("../../../schema/reference/search/abbreviations.csv");
    let long = |word: &str| abbreviations.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(','));
    let words = flat(text);
    words.split(' ').flat_map(|word| long(word).unwrap_or(word).split(' ')).map(str::to_owned).collect()
}

impl Case {
    /// Reads a file.
    pub fn read(file: PathBuf) -> Self {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let figures = text.lines().filter_map(Figure::read).collect();
        Self { name, text, figures, file }
    }

    /// The one query.
    pub fn query(&self) -> &str {
        block(&self.text, "graphql").unwrap_or_else(|| panic!("{}: no query", self.name)).1
    }

    /// The answer it says.
    pub fn answer(&self) -> Value {
        let (_, json) =
            block(&self.text, "json answer").unwrap_or_else(|| panic!("{}: no answer", self.name));
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The value behind `- key: `.
    pub fn line(&self, key: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("- ")?.strip_prefix(key)?.strip_prefix(": "))
    }

    /// Where the answer stands.
    pub fn standing(&self) -> Standing {
        if self.line("no data").is_some() {
            Standing::NoData
        } else if self.figures.is_empty() {
            Standing::Answered
        } else if self.figures.iter().all(Figure::is_right) {
            Standing::Right
        } else {
            Standing::Differs
        }
    }

    /// What of the file does not hold together.
    pub fn mistakes(&self) -> Vec<String> {
        let answer = self.answer();
        let mut wrong: Vec<String> = ["printed", "source", "as of", "definition"]
            .into_iter()
            .filter(|key| self.line(key).is_none())
            .map(|key| format!("no line \"- {key}: \""))
            .collect();
        for figure in &self.figures {
            let computed = path::told(&answer, &figure.path);
            if computed.as_ref() != Some(&figure.computed) {
                wrong.push(format!("{}: {} says {computed:?}", figure.id, figure.path));
            }
            if figure.is_right() != figure.reason.is_empty() {
                wrong.push(format!("{}: a reason stands where figures differ, and only there", figure.id));
            }
        }
        let empty: Vec<&str> =
            self.line("empty").map(|paths| paths.split(", ").collect()).unwrap_or_default();
        if self.line("no data").is_some() && empty.is_empty() {
            wrong.push("says \"no data\" without \"- empty: \" and the place where none is".to_owned());
        }
        for path in empty {
            if path::is_empty(&answer, path.trim_matches('`')) != Some(true) {
                wrong.push(format!("{path} is not empty"));
            }
        }
        wrong.into_iter().map(|what| format!("{}: {what}", self.name)).collect()
    }

    /// Writes another answer into the file, and the figures that follow from it.
    pub fn write(&mut self, body: &str) {
        let answer: Value = serde_json::from_str(body).unwrap();
        let (at, old) =
            block(&self.text, "json answer").unwrap_or_else(|| panic!("{}: no answer", self.name));
        let pretty = laid_out(&mut body.chars().peekable(), 0) + "\n";
        let text = format!("{}{pretty}{}", &self.text[..at], &self.text[at + old.len()..]);
        let lines = text.split_inclusive('\n').map(|line| match Figure::read(line) {
            Some(Figure { id, published, path, reason, .. }) => {
                let computed = path::told(&answer, &path).unwrap_or_else(|| "?".to_owned());
                format!("| {id} | {published} | {computed} | `{path}` | {reason} |\n")
            }
            None => line.to_owned(),
        });
        let text: String = lines.collect();
        std::fs::write(&self.file, text).unwrap();
        *self = Self::read(self.file.clone());
    }
}
