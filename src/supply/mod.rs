//! A demand → the offers that meet it, best first, and what the others lack. What an offer weighs against a demand
//! is decided here; nothing here knows GraphQL.
//!
//! Order: what meets everything first, then by the burden of what is lacking (`statements::BURDENS`), then stars,
//! the share of the quantity, the price, the distance. What nobody said is unknown, and never counts as met.

mod demand;
mod statements;
mod unit;
mod words;

use std::sync::Arc;

use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::search::{self, SearchError};
use crate::store::connections::Connections;
use crate::store::row::{self, Unreadable};
use crate::store::run::{StoreError, fetch};
use crate::store::select::Param;
pub use demand::{Demand, Mistake, Stated};
use statements::Subject;
pub use unit::{Unit, unit};
pub use words::{Lack, summary};

/// Products that words find at most.
const FOUND: i64 = 3000;
/// The heaviest burden there is: nothing is left out.
const ANY: f64 = 100.0;

/// Which page of the offers.
#[derive(Debug, Clone)]
pub struct Page {
    /// Only what meets everything.
    pub only_fitting: bool,
    /// Offers at most.
    pub first: i64,
    /// Offers left out at the beginning.
    pub offset: i64,
    /// Whether what offers come to together is wanted.
    pub together: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Best first.
    pub matches: Vec<Match>,
    /// Offers of such products.
    pub count: i64,
    /// Those that meet everything.
    pub fitting: i64,
    /// Those that meet everything but perhaps the quantity, largest first, as many as it takes.
    pub together: Together,
    /// Words that were searched in the place of others.
    pub corrections: Vec<(String, Vec<String>)>,
    /// Nothing goes by all words.
    pub relaxed: bool,
    /// There are more such products than are weighed: those with the most stars were, or those that words fit best.
    pub partial: bool,
}

/// What several offers come to.
#[derive(Debug, Clone, Default)]
pub struct Together {
    /// The largest ones that reach the quantity, or as many as are looked at.
    pub offers: Vec<Uuid>,
    /// What these come to a month, in the base unit.
    pub total: f64,
    /// All that could take part.
    pub able: i64,
    /// What all of them come to.
    pub available: f64,
}

/// One offer against the demand.
#[derive(Debug, Clone, Default)]
pub struct Match {
    /// The offer.
    pub offer: Uuid,
    /// Its product.
    pub product: Uuid,
    /// Who offers it.
    pub producer: Uuid,
    /// Unit it comes from.
    pub origin: Option<Uuid>,
    /// Name of the product as the public sees it.
    pub product_name: String,
    /// Name of the producer as the public sees it.
    pub producer_name: String,
    /// Stars in force on the last day of delivery.
    pub stars: Option<i64>,
    /// Share of the quantity; none where it cannot be told.
    pub share: Option<f64>,
    /// Kilometres to the place of delivery.
    pub distance: Option<f64>,
    /// The sum of the burdens; 0: it meets everything.
    pub burden: f64,
    /// Burden of each requirement, in the order of `words::REQUIREMENTS`.
    pub burdens: [f64; 7],
    /// Certificates in force on the last day of delivery.
    pub certificates: Vec<Uuid>,
    /// Their standards.
    pub standards: Vec<String>,
    /// As offered: capacity a month.
    pub capacity: Option<(f64, String)>,
    /// Months as bits.
    pub months: Option<i64>,
    /// Days it keeps.
    pub shelf_life: Option<i64>,
    /// Price in VND, and for what.
    pub price: Option<(f64, String)>,
    /// Smallest order.
    pub minimum: Option<(f64, String)>,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum SupplyError {
    /// The caller's mistake.
    #[error("{}", .0.fault)]
    Mistake(Mistake),
    /// The words cannot be searched for.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The database's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A value is not what it should be.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// The offers that come nearest to the demand. `titles` names the entity type whose titles words are searched in.
pub async fn find(
    database: &Connections,
    titles: &str,
    demand: &Demand,
    page: &Page,
) -> Result<Found, SupplyError> {
    let Some((subject, mut params, mut found)) = subject(database, titles, demand).await? else {
        return Ok(Found::default());
    };
    params.extend([
        Param::Bool(page.only_fitting),
        Param::BigInt(page.first),
        Param::BigInt(page.offset),
        Param::Bool(page.together),
        Param::Float(ANY),
        Param::Uuids(vec![]),
    ]);
    let rows = fetch(database, &statements::matches(subject, false), &params).await?;
    read(&rows, &mut found)?;
    Ok(found)
}

/// The statements by which offers of a group are matched, all of them or the best, for measuring them alone.
pub fn statements() -> [Arc<str>; 2] {
    [Subject::Groups, Subject::Best].map(|subject| statements::matches(subject, false))
}

/// Of some offers (none: of all) those that the demand weighs no heavier than `burden`, the best `first`.
pub async fn near(
    database: &Connections,
    titles: &str,
    demand: &Demand,
    (burden, first): (f64, i64),
    offers: Option<&[Uuid]>,
) -> Result<Vec<Match>, SupplyError> {
    let Some((subject, mut params, mut found)) = subject(database, titles, demand).await? else {
        return Ok(Vec::new());
    };
    params.extend([
        Param::Bool(false),
        Param::BigInt(first),
        Param::BigInt(0),
        Param::Bool(false),
        Param::Float(burden),
        Param::Uuids(offers.unwrap_or_default().to_vec()),
    ]);
    // Of some offers each is looked at, however many products there are beside theirs.
    let subject = if offers.is_some() && subject == Subject::Best { Subject::Groups } else { subject };
    let rows = fetch(database, &statements::matches(subject, offers.is_some()), &params).await?;
    read(&rows, &mut found)?;
    Ok(found.matches)
}

/// Whose offers are looked at, and the parameters that say what is wanted; none where words find nothing.
async fn subject(
    database: &Connections,
    titles: &str,
    demand: &Demand,
) -> Result<Option<(Subject, Vec<Param>, Found)>, SupplyError> {
    let mut found = Found::default();
    let groups = match demand.group {
        Some(group) => groups(database, group).await?,
        None => Vec::new(),
    };
    let mut products = Vec::new();
    if let Some(words) = &demand.words {
        let hits = named(database, titles, words).await?;
        (found.corrections, found.relaxed) = (hits.corrections, hits.relaxed);
        found.partial = hits.count >= FOUND;
        products = hits.hits.iter().map(|hit| hit.id).collect();
        if products.is_empty() {
            return Ok(None);
        }
    }
    let subject = match (demand.group.is_some(), demand.words.is_some()) {
        (true, true) => Subject::Both,
        (true, false) if size(database, &groups).await? > statements::PRODUCTS => Subject::Best,
        (true, false) => Subject::Groups,
        _ => Subject::Words,
    };
    found.partial |= subject == Subject::Best;
    let (north, east) = match demand.place {
        Some(place) => coordinates(database, place).await?,
        None => (f64::NAN, f64::NAN),
    };
    let params = vec![
        Param::Uuids(groups),
        Param::Uuids(products),
        Param::Float(demand.quantity),
        Param::Text(Some(demand.unit.base.clone())),
        Param::Int(demand.months),
        Param::Int(demand.stars),
        Param::Texts(demand.standards.clone()),
        Param::Date(demand.to),
        Param::Int(demand.shelf_life),
        Param::Float(demand.price),
        Param::Float(demand.minimum),
        Param::Float(north),
        Param::Float(east),
    ];
    Ok(Some((subject, params, found)))
}

/// What goes by the words: by the name of the product, else by whatever a search goes by.
async fn named(database: &Connections, titles: &str, words: &str) -> Result<search::Found, SearchError> {
    let wish = |titles_only| search::Wish {
        // A space behind them: the last word is whole.
        text: format!("{words} "),
        types: Some(vec![titles.to_owned()]),
        first: FOUND,
        offset: 0,
        titles: titles_only,
    };
    let by_title = search::find(database, &wish(true)).await?;
    if by_title.count > 0 && !by_title.relaxed {
        return Ok(by_title);
    }
    let anywhere = search::find(database, &wish(false)).await?;
    Ok(if anywhere.count > 0 && !anywhere.relaxed { anywhere } else { by_title })
}

async fn groups(database: &Connections, group: Uuid) -> Result<Vec<Uuid>, SupplyError> {
    let rows = fetch(database, &Arc::from(statements::GROUPS), &[Param::Uuid(Some(group))]).await?;
    if rows.is_empty() {
        let text = crate::store::id::encode("product_group", group);
        return Err(SupplyError::Mistake(demand::no_group(&text)));
    }
    rows.iter().map(|row| Ok(row::cell(row, 0)?.ok_or(Unreadable(0))?.uuid()?)).collect()
}

/// How many products the groups have, as far as that matters.
async fn size(database: &Connections, groups: &[Uuid]) -> Result<i64, SupplyError> {
    let rows = fetch(database, &statements::size(), &[Param::Uuids(groups.to_vec())]).await?;
    let count = rows.first().map(|row| integer(row, 0)).transpose()?;
    Ok(count.flatten().unwrap_or_default())
}

async fn coordinates(database: &Connections, place: Uuid) -> Result<(f64, f64), SupplyError> {
    let rows = fetch(database, &Arc::from(statements::COORDINATES), &[Param::Uuid(Some(place))]).await?;
    let Some(row) = rows.first() else { return Ok((f64::NAN, f64::NAN)) };
    let degrees = |column| Ok::<_, Unreadable>(float(row, column)?.unwrap_or(f64::NAN));
    let (north, east) = (degrees(0)?, degrees(1)?);
    Ok(if north.is_nan() || east.is_nan() { (f64::NAN, f64::NAN) } else { (north, east) })
}

fn read(rows: &[PgRow], found: &mut Found) -> Result<(), Unreadable> {
    for row in rows {
        found.count = integer(row, 0)?.unwrap_or_default();
        found.fitting = integer(row, 1)?.unwrap_or_default();
        found.together = Together {
            able: integer(row, 2)?.unwrap_or_default(),
            available: float(row, 3)?.unwrap_or_default(),
            total: float(row, 5)?.unwrap_or_default(),
            offers: uuids(row, 6)?,
        };
        // A page behind the last offer still knows how many there are.
        if let Some(offer) = uuid(row, 7)? {
            found.matches.push(one(row, offer)?);
        }
    }
    Ok(())
}

fn one(row: &PgRow, offer: Uuid) -> Result<Match, Unreadable> {
    let measured = |amount, unit| {
        let unit = text(row, unit)?.unwrap_or_default();
        Ok::<_, Unreadable>(float(row, amount)?.map(|amount| (amount, unit)))
    };
    let mut burdens = [0.0; 7];
    for (n, burden) in burdens.iter_mut().enumerate() {
        *burden = float(row, 27 + n)?.unwrap_or_default();
    }
    let standards = text(row, 26)?.unwrap_or_default();
    Ok(Match {
        offer,
        producer: uuid(row, 8)?.unwrap_or_default(),
        stars: integer(row, 9)?,
        share: float(row, 10)?,
        distance: float(row, 11)?,
        burden: float(row, 12)?.unwrap_or_default(),
        product: uuid(row, 13)?.unwrap_or_default(),
        product_name: text(row, 14)?.unwrap_or_default(),
        producer_name: text(row, 15)?.unwrap_or_default(),
        origin: uuid(row, 16)?,
        capacity: measured(17, 18)?,
        months: integer(row, 19)?,
        shelf_life: integer(row, 20)?,
        price: measured(21, 22)?,
        minimum: measured(23, 24)?,
        certificates: uuids(row, 25)?,
        standards: standards.split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        burdens,
    })
}

fn uuid(row: &PgRow, column: usize) -> Result<Option<Uuid>, Unreadable> {
    row::cell(row, column)?.map(|cell| cell.uuid()).transpose()
}

fn integer(row: &PgRow, column: usize) -> Result<Option<i64>, Unreadable> {
    row::cell(row, column)?.map(|cell| cell.integer()).transpose()
}

fn float(row: &PgRow, column: usize) -> Result<Option<f64>, Unreadable> {
    row::cell(row, column)?.map(|cell| cell.float()).transpose()
}

fn text(row: &PgRow, column: usize) -> Result<Option<String>, Unreadable> {
    Ok(row::cell(row, column)?.map(|cell| cell.text()).transpose()?.map(str::to_owned))
}

/// Ids that a text lists.
fn uuids(row: &PgRow, column: usize) -> Result<Vec<Uuid>, Unreadable> {
    let text = text(row, column)?.unwrap_or_default();
    let listed = text.split(',').filter(|id| !id.is_empty());
    listed.map(|id| id.parse().map_err(|_| Unreadable(column))).collect()
}
