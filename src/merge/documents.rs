//! Entities → documents for searching, by the paths that the schema files declare. What is written here is what
//! the public may see.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

use super::apply::lock;
use super::document_source::{Found, Row, select, shows};
use super::sync::{Column, Line, Staging, Table, Within};
use crate::catalog::Catalog;
use crate::search::{Vector, Weight, folded, lowered, may_slip, slips};

/// Counts up when the same declarations make other documents than before.
const RULES: u8 = 1;
/// Entities that are read at once where all are: memory does not grow with how many there are.
const AT_ONCE: usize = 20_000;
/// Longest word that is kept for slips.
const LONGEST: usize = 40;

/// Which documents are made anew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// All.
    Everything,
    /// Those of types that are merged.
    Merged,
    /// Those of these entities, by type, and of what shows their names.
    Touched(&'a BTreeMap<&'a str, Vec<Uuid>>),
}

/// Makes all documents anew where they were made by other rules or other reference data.
pub async fn publish_documents(pool: &PgPool, catalog: &Catalog) -> anyhow::Result<()> {
    let rules = rules(pool, catalog).await?;
    let current = "select exists (select from search_state where rules = $1)";
    if sqlx::query_scalar(current).bind(&rules).fetch_one(pool).await? {
        return Ok(());
    }
    let mut tx = pool.begin().await?;
    lock(&mut tx).await?;
    places(&mut tx).await?;
    refresh(&mut tx, catalog, Of::Everything).await?;
    sqlx::query("insert into search_state (rules) values ($1) on conflict (one) do update set rules = $1")
        .bind(&rules)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

async fn rules(pool: &PgPool, catalog: &Catalog) -> sqlx::Result<String> {
    let mut hash = Sha256::new();
    hash.update([RULES]);
    hash.update(include_str!("../../schema/reference/search/abbreviations.csv"));
    for entity in catalog.entities.values() {
        if let Some(select) = select(catalog, entity, false) {
            hash.update(select);
        }
    }
    let loaded: Vec<Vec<u8>> =
        sqlx::query_scalar("select sha256 from reference_version order by name").fetch_all(pool).await?;
    loaded.iter().for_each(|version| hash.update(version));
    Ok(crate::store::id::hexadecimal(&hash.finalize()))
}

/// Names that places go by.
async fn places(db: &mut PgConnection) -> sqlx::Result<()> {
    let named = "select unit_id, province_today(unit_id), names from place_names";
    let rows: Vec<(Uuid, Option<Uuid>, Vec<String>)> = sqlx::query_as(named).fetch_all(&mut *db).await?;
    let column = Column::new;
    let columns = vec![column("unit_id", "uuid"), column("province_id", "uuid"), column("words", "tsvector")];
    let table = Table { name: "search_place".to_owned(), key: "unit_id", columns, extra: vec![] };
    let put = |line: &mut Line, (unit, province, names): (Uuid, Option<Uuid>, Vec<String>)| {
        let mut words = Vector::default();
        names.iter().for_each(|name| words.add(name, Weight::D));
        line.show(unit);
        line.field(province.map(|id| id.to_string()).as_deref());
        line.field(Some(words.text()));
    };
    let mut staging = Staging::new(table);
    staging.stage(db, rows.into_iter(), put).await?;
    staging.write(db, None).await?;
    staging.sweep(db, None, Within::All).await.map(drop)
}

/// Makes documents follow the entities.
pub(super) async fn refresh(db: &mut PgConnection, catalog: &Catalog, of: Of<'_>) -> sqlx::Result<()> {
    let touched: Option<Vec<Uuid>> = match of {
        Of::Touched(by_type) if by_type.values().all(Vec::is_empty) => return Ok(()),
        Of::Touched(by_type) => Some(by_type.values().flatten().copied().collect()),
        Of::Everything | Of::Merged => None,
    };
    let touched = touched.as_deref();
    let types = catalog.entities.values().filter(|entity| match of {
        Of::Merged => entity.is_merged(),
        Of::Everything => true,
        Of::Touched(by_type) => shows(catalog, entity, by_type),
    });
    let mut staging = Staging::new(table());
    let mut names = Vec::new();
    for entity in types {
        let Some(sql) = select(catalog, entity, touched.is_some()) else { continue };
        let part = format!("{sql} and t.id > $1 order by t.id limit {AT_ONCE}");
        let mut after = Some(Uuid::nil());
        while let Some(last) = after {
            let found = match touched {
                Some(ids) => sqlx::query_as(AssertSqlSafe(sql.clone())).bind(ids),
                None => sqlx::query_as(AssertSqlSafe(part.clone())).bind(last),
            };
            let found: Vec<Row> = found.fetch_all(&mut *db).await?;
            after = found.last().map(|row| row.0).filter(|_| touched.is_none() && found.len() == AT_ONCE);
            let found: Vec<Found> = found.into_iter().map(Found::from).collect();
            fresh_words(db, &found).await?;
            staging.stage(db, found.iter(), |line, found| put(line, &entity.name, found)).await?;
        }
        names.push(entity.name.as_str());
    }
    staging.write(db, None).await?;
    if let Some(ids) = touched {
        return staging.sweep(db, None, Within::Ids("id", ids)).await.map(drop);
    }
    // Without statistics the planner takes the documents for few, and compares each with each.
    sqlx::query("analyze search_document").execute(&mut *db).await?;
    let kept = match staging.is_begun() {
        true => format!("and not exists (select from {} n where n.id = d.id)", staging.name()),
        false => String::new(),
    };
    let gone = format!("delete from search_document d where d.entity = any($1) {kept}");
    sqlx::query(AssertSqlSafe(gone)).bind(&names).execute(db).await.map(drop)
}

fn table() -> Table {
    let column = Column::new;
    let words = Column {
        expression: Some(
            "n.title_words || coalesce((select p.words from search_place p where p.unit_id = n.unit_id), '')",
        ),
        ..column("words", "tsvector")
    };
    let columns = vec![
        column("id", "uuid"),
        column("entity", "text"),
        column("title", "text"),
        column("lowered", "text"),
        column("folded", "text"),
        column("unit_id", "uuid"),
        column("group_id", "uuid"),
        words,
    ];
    let extra = vec![("title_words", "tsvector")];
    Table { name: "search_document".to_owned(), key: "id", columns, extra }
}

fn put(line: &mut Line, entity: &str, found: &Found) {
    let mut words = Vector::default();
    words.add(&found.title, Weight::A);
    words.add(&found.also, Weight::B);
    words.add(&found.whose, Weight::C);
    line.show(found.id);
    line.field(Some(entity));
    line.field(Some(&found.title));
    line.field(Some(&lowered(&found.title)));
    line.field(Some(&folded(&found.title)));
    line.field(found.unit_id.map(|id| id.to_string()).as_deref());
    line.field(found.group_id.map(|id| id.to_string()).as_deref());
    line.field(Some(words.text()));
}

/// Keeps the words of titles, with their slips. Words that no title has any more do no harm.
async fn fresh_words(db: &mut PgConnection, found: &[Found]) -> sqlx::Result<()> {
    let mut words = BTreeSet::new();
    for title in found.iter().map(|found| folded(&found.title)) {
        let plain = title.split(' ').filter(|word| may_slip(word) && word.len() < LONGEST);
        words.extend(plain.map(str::to_owned));
    }
    let words: Vec<String> = words.into_iter().collect();
    let fresh = "select w from unnest($1::text[]) as w
                 where not exists (select from search_slip s where s.slip = w and s.word = w)";
    let fresh: Vec<String> = sqlx::query_scalar(fresh).bind(&words).fetch_all(&mut *db).await?;
    let (mut slip, mut word) = (Vec::new(), Vec::new());
    for one in &fresh {
        for left in slips(one) {
            slip.push(left);
            word.push(one.clone());
        }
    }
    sqlx::query(
        "insert into search_slip (slip, word) select * from unnest($1::text[], $2::text[]) on conflict do nothing",
    )
    .bind(&slip)
    .bind(&word)
    .execute(db)
    .await
    .map(drop)
}
