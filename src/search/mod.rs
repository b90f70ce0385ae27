//! Words → what goes by them, best first, over the documents that merge keeps. What one question means is decided
//! here; nothing here knows GraphQL.

mod index;
mod statements;
mod wanted;
mod words;

use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::store::connections::Connections;
use crate::store::row::{self, Unreadable};
use crate::store::run::{StoreError, fetch};
use crate::store::select::Param;
pub use index::{Vector, Weight, folded, lowered, may_slip, slips};
pub use wanted::wanted;
use words::{Term, is_slip, parts, telling, tsquery, words};

/// Longest text, in letters.
pub const LONGEST: usize = 200;
/// Words of a text that count.
const WORDS: usize = 12;
/// Words that stand for one with a slip.
const INSTEAD: usize = 12;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Words as typed.
    pub text: String,
    /// Entity types; none: all.
    pub types: Option<Vec<String>>,
    /// Hits at most.
    pub first: i64,
    /// Hits left out at the beginning.
    pub offset: i64,
    /// Titles alone count, and not where a thing is or whose it is.
    pub titles: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// In all, up to [`Found::CAP`].
    pub count: i64,
    /// Words that were searched in the place of others.
    pub corrections: Vec<(String, Vec<String>)>,
    /// Nothing goes by all words.
    pub relaxed: bool,
    /// What was asked in the end, for [`facets`].
    asked: Asked,
}

impl Found {
    /// Hits weighed at most.
    pub const CAP: i64 = 1000;
}

/// One hit.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Entity type.
    pub entity: String,
    /// Its id.
    pub id: Uuid,
    /// Its title.
    pub title: String,
    /// The title in stretches, and whether each was searched for.
    pub parts: Vec<(String, bool)>,
    /// Weight.
    pub score: f64,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The caller's mistake.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value is not what it should be.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Titles that begin as typed and count beside what the index gives.
const BEGUN: i64 = 200;

/// What the statements are sent with.
#[derive(Debug, Clone, Default)]
struct Asked {
    question: String,
    /// What of it the index is asked; empty: titles that begin as typed are all there is.
    indexed: String,
    types: Option<Vec<String>>,
    beginning: String,
    text: String,
}

impl Asked {
    fn params(&self) -> Vec<Param> {
        let types = self.types.clone();
        vec![
            Param::Text(Some(self.indexed.clone())),
            Param::Bool(types.is_some()),
            Param::Texts(types.unwrap_or_default()),
            Param::Text(Some(self.beginning.clone())),
            // Sorts after whatever goes on with letters or digits.
            Param::Text(Some(format!("{}\u{7f}", self.beginning))),
            Param::Text(Some(self.question.clone())),
            Param::BigInt(if self.indexed.is_empty() { Found::CAP } else { BEGUN }),
        ]
    }
}

/// Looks for what goes by the words: by all of them as typed, else with slips mended, else by some of them.
pub async fn find(database: &Connections, wish: &Wish) -> Result<Found, SearchError> {
    let mut terms = terms(&wish.text)?;
    if terms.is_empty() {
        return Ok(Found::default());
    }
    let unknown = unknown(database, &terms).await?;
    let mut corrections = Vec::new();
    mend(database, &mut terms, &unknown, &mut corrections).await?;
    let mut found = ask(database, wish, &terms, true).await?;
    if found.count == 0 && terms.iter().any(|term| term.instead.is_empty()) {
        // Each word is known, and not together: one of them may be a slip that is a word itself.
        let rest: Vec<usize> = (0..terms.len()).filter(|n| terms[*n].instead.is_empty()).collect();
        let mut mended = (terms.clone(), corrections.clone());
        mend(database, &mut mended.0, &rest, &mut mended.1).await?;
        let again = ask(database, wish, &mended.0, true).await?;
        if again.count > 0 {
            (found, terms, corrections) = (again, mended.0, mended.1);
        }
    }
    if found.count == 0 && terms.len() > 1 {
        found = ask(database, wish, &terms, false).await?;
        found.relaxed = true;
    }
    found.corrections = corrections;
    for hit in &mut found.hits {
        hit.parts = parts(&hit.title, &terms);
    }
    Ok(found)
}

/// The words of a text; the last may go on.
fn terms(text: &str) -> Result<Vec<Term>, Fault> {
    let letters = text.chars().count();
    if letters > LONGEST {
        return Err(Fault::new(
            "SEARCH_TEXT_TOO_LONG",
            format!("the text to search for has {letters} letters; the limit is {LONGEST}"),
            format!("từ khóa dài {letters} ký tự, tối đa {LONGEST}"),
        ));
    }
    let ends = text.chars().next_back().is_some_and(char::is_whitespace);
    let words = telling(text, words(text));
    let last = words.len().min(WORDS).saturating_sub(1);
    let one = |(n, word): (usize, words::Word)| Term {
        word: word.folded,
        instead: vec![],
        open: n == last && !ends,
    };
    Ok(words.into_iter().take(WORDS).enumerate().map(one).collect())
}

/// Which of the words no title has.
async fn unknown(database: &Connections, terms: &[Term]) -> Result<Vec<usize>, SearchError> {
    let plain: Vec<(usize, &Term)> =
        terms.iter().enumerate().filter(|(_, term)| may_slip(&term.word)).collect();
    let words = plain.iter().map(|(_, term)| term.word.clone()).collect();
    let ends =
        plain.iter().map(|(_, term)| format!("{}{}", term.word, if term.open { "\u{7f}" } else { "" }));
    let params = [Param::Texts(words), Param::Texts(ends.collect())];
    let rows = fetch(database, &statements::unknown(), &params).await?;
    let mut places = Vec::new();
    for row in &rows {
        let at = row::cell(row, 0)?.map_or(Ok(0), |cell| cell.integer())?;
        places.extend(usize::try_from(at - 1).ok().and_then(|at| plain.get(at)).map(|(n, _)| *n));
    }
    Ok(places)
}

/// Finds what the words at `places` may be slips for.
async fn mend(
    database: &Connections,
    terms: &mut [Term],
    places: &[usize],
    corrections: &mut Vec<(String, Vec<String>)>,
) -> Result<(), SearchError> {
    let slipping: Vec<usize> = places.iter().copied().filter(|n| may_slip(&terms[*n].word)).collect();
    if slipping.is_empty() {
        return Ok(());
    }
    let left: Vec<String> = slipping.iter().flat_map(|n| slips(&terms[*n].word)).collect();
    let rows = fetch(database, &statements::slips(), &[Param::Texts(left)]).await?;
    let words = rows.iter().map(|row| text(row, 0)).collect::<Result<Vec<String>, _>>()?;
    for n in &slipping {
        let term = &mut terms[*n];
        let mut near: Vec<&String> = words.iter().filter(|word| is_slip(&term.word, word)).collect();
        near.sort_by_key(|word| likelihood(&term.word, word));
        term.instead.extend(near.into_iter().take(INSTEAD).cloned());
    }
    let mended = slipping.iter().map(|n| &terms[*n]).filter(|term| !term.instead.is_empty());
    corrections.extend(mended.map(|term| (term.word.clone(), term.instead.clone())));
    Ok(())
}

/// Least first: the first letter is seldom wrong, and a letter is left out, or two are swapped, more often than others are
/// typed.
fn likelihood(typed: &str, word: &str) -> (bool, bool, usize) {
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let swapped = letters(typed) == letters(word);
    (typed.chars().next() != word.chars().next(), !swapped, usize::MAX - word.len())
}

/// The terms that the index is asked: nearly everything goes by a word that begins with some letter.
fn indexed(terms: &[Term]) -> Vec<Term> {
    let tells = |term: &&Term| !(term.open && term.word.len() == 1 && term.instead.is_empty());
    terms.iter().filter(tells).cloned().collect()
}

async fn ask(database: &Connections, wish: &Wish, terms: &[Term], all: bool) -> Result<Found, SearchError> {
    let beginning: Vec<String> = words(&wish.text).into_iter().take(WORDS).map(|word| word.folded).collect();
    let asked = Asked {
        question: tsquery(terms, all, wish.titles),
        indexed: tsquery(&indexed(terms), all, false),
        types: wish.types.clone(),
        beginning: beginning.join(" "),
        // PostgreSQL's texts hold no NUL.
        text: lowered(wish.text.trim()).replace('\0', ""),
    };
    let mut params = asked.params();
    params.extend([
        Param::Text(Some(asked.text.clone())),
        Param::BigInt(wish.first),
        Param::BigInt(wish.offset),
        Param::Text(Some(tsquery(terms, false, false))),
    ]);
    let rows = fetch(database, &statements::hits(wish.titles), &params).await?;
    let mut found = Found { asked, ..Found::default() };
    for row in &rows {
        found.count = row::cell(row, 0)?.map_or(Ok(0), |cell| cell.integer())?.min(Found::CAP);
        // A page behind the last hit still knows how many there are.
        let Some(id) = row::cell(row, 1)? else { continue };
        let score = row::cell(row, 4)?.map_or(Ok(0.0), |cell| cell.float())?;
        let (entity, title) = (text(row, 2)?, text(row, 3)?);
        found.hits.push(Hit { entity, id: id.uuid()?, title, parts: vec![], score });
    }
    Ok(found)
}

fn text(row: &PgRow, column: usize) -> Result<String, Unreadable> {
    Ok(row::cell(row, column)?.map_or(Ok(""), |cell| cell.text())?.to_owned())
}

/// How hits are counted by what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// By entity type.
    Types,
    /// By classification.
    Groups,
    /// By province of today.
    Provinces,
    /// By stars of today.
    Stars,
}

/// Counts of what was found by each facet, most first: the key as text, and how many. `stars` are the tables that hold
/// the stars by period, for each entity type that has any.
pub async fn facets(
    database: &Connections,
    found: &Found,
    facets: &[Facet],
    stars: &[(&str, &str)],
) -> Result<Vec<Vec<(String, i64)>>, SearchError> {
    let mut counts = vec![Vec::new(); facets.len()];
    if found.count == 0 || facets.is_empty() {
        return Ok(counts);
    }
    let rows = fetch(database, &statements::facets(facets, stars), &found.asked.params()).await?;
    for row in &rows {
        let facet = row::cell(row, 0)?.map_or(Ok(0), |cell| cell.integer())?;
        let count = row::cell(row, 2)?.map_or(Ok(0), |cell| cell.integer())?;
        if let Some(of) = usize::try_from(facet).ok().and_then(|facet| counts.get_mut(facet)) {
            of.push((text(row, 1)?, count));
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::likelihood;

    #[test]
    fn what_was_likely_meant_comes_first() {
        let mut words = ["boc", "coc", "doc", "goc", "quoc", "qoi"];
        words.sort_by_key(|word| likelihood("qoc", word));
        assert_eq!(words[..2], ["quoc", "qoi"]);
        let mut words = ["troi", "trok", "tron", "trong"];
        words.sort_by_key(|word| likelihood("trno", word));
        assert_eq!(words[..2], ["tron", "trong"]);
    }
}
