//! Entities → documents for searching, by the paths that the schema files declare. What is written here is what
//! the public may see.

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

use super::apply::lock;
use super::sync::{quoted, run};
use crate::catalog::{Catalog, Column, Entity, Path, Personal, Searchable, to_one};

/// Counts up when the same declarations make other documents than before.
const RULES: u8 = 1;
/// Staged documents beyond which statistics are worth their time.
const MANY: u64 = 1000;

/// Which documents are made anew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    /// All.
    Everything,
    /// Those of types that are merged.
    Merged,
    /// Those of these entities, and of what shows their names.
    Touched(&'a [Uuid]),
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
    sqlx::query("select fill_search_places()").execute(&mut *tx).await?;
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
    for entity in catalog.entities.values() {
        if let Some(select) = select(catalog, entity, false) {
            hash.update(select);
        }
    }
    let loaded: Vec<Vec<u8>> =
        sqlx::query_scalar("select sha256 from reference_version order by name").fetch_all(pool).await?;
    loaded.iter().for_each(|version| hash.update(version));
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Makes documents follow the entities.
pub(super) async fn refresh(db: &mut PgConnection, catalog: &Catalog, of: Of<'_>) -> sqlx::Result<()> {
    let types = catalog.entities.values().filter(|entity| match of {
        Of::Merged => entity.is_merged(),
        Of::Everything | Of::Touched(_) => true,
    });
    let touched = match of {
        Of::Touched([]) => return Ok(()),
        Of::Touched(ids) => Some(ids),
        Of::Everything | Of::Merged => None,
    };
    let found = types.filter_map(|e| Some((e.name.as_str(), select(catalog, e, touched.is_some())?)));
    let (names, selects): (Vec<&str>, Vec<String>) = found.unzip();
    run(db, STAGED.to_owned()).await?;
    let mut staged = 0;
    for select in selects {
        let stage = sqlx::query(AssertSqlSafe(format!("insert into staged_document {select}")));
        let stage = match touched {
            Some(ids) => stage.bind(ids),
            None => stage,
        };
        staged += stage.execute(&mut *db).await?.rows_affected();
    }
    if staged >= MANY {
        run(db, "analyze staged_document".to_owned()).await?;
    }
    let gone = "delete from search_document d
                where (d.id = any($1) or $1::uuid[] is null and d.entity = any($2))
                  and not exists (select from staged_document n where n.id = d.id)";
    sqlx::query(gone).bind(touched).bind(&names).execute(&mut *db).await?;
    run(db, WRITE.to_owned()).await?;
    run(db, "drop table staged_document".to_owned()).await.map(drop)
}

const STAGED: &str = "create temp table staged_document (
    id uuid, entity text, title text, also text, whose text, unit_id uuid, group_id uuid) on commit drop";

/// Only what is new or reads otherwise is written.
const WRITE: &str = "
    with made as (
        select n.id, n.entity, n.title, search_fold(n.title) as folded,
               setweight(to_tsvector('simple', search_words(n.title)), 'A')
               || setweight(to_tsvector('simple', search_words(n.also)), 'B')
               || setweight(to_tsvector('simple', search_words(n.whose)), 'C')
               || setweight(coalesce(p.words, ''), 'D') as words,
               n.unit_id, n.group_id
        from staged_document n
        left join search_place p on p.unit_id = n.unit_id
    ), written as (
        insert into search_document as d (id, entity, title, folded, words, unit_id, group_id)
        select * from made
        on conflict (id) do update
        set title = excluded.title, folded = excluded.folded, words = excluded.words,
            unit_id = excluded.unit_id, group_id = excluded.group_id
        where (d.title, d.words, d.unit_id, d.group_id)
              is distinct from (excluded.title, excluded.words, excluded.unit_id, excluded.group_id)
        returning d.folded
    ), fresh as (
        select distinct word from written, regexp_split_to_table(written.folded, ' ') as word
        where word ~ '^[a-z]{3,40}$'
          and not exists (select from search_slip s where s.slip = word and s.word = word)
    )
    insert into search_slip (slip, word) select slip, word from fresh, slips(word) as slip
    on conflict do nothing";

/// Documents of a type as SQL; `$1`, where asked for, names entities whose change may change them.
fn select(catalog: &Catalog, entity: &Entity, touched: bool) -> Option<String> {
    let search = entity.search.as_ref()?;
    let mut source = Source { catalog, entity, joins: Vec::new() };
    let title = source.text(&search.title);
    let also = source.texts(&search.also);
    let whose = source.texts(&search.whose);
    let unit = source.units(&search.place);
    let group = search.group.as_ref().map_or("null".to_owned(), |path| source.key(path));
    let mut sql = format!(
        "select t.id, '{}', {title}, {also}, {whose}, {unit}, {group} from {} t",
        entity.name,
        quoted(&entity.table)
    );
    for (_, join) in &source.joins {
        sql.push_str(join);
    }
    sql.push_str(&format!(" where btrim({title}) <> ''"));
    if touched {
        sql.push_str(&format!(" and (t.id = any($1){})", shown_from(catalog, entity, search)));
    }
    Some(sql)
}

/// That a row shows something of one of the entities in `$1`.
fn shown_from(catalog: &Catalog, entity: &Entity, search: &Searchable) -> String {
    let paths = [&search.title].into_iter().chain(&search.also).chain(&search.whose).chain(&search.place);
    let mut first: Vec<&str> = Vec::new();
    for path in paths {
        let Some((_, links)) = path.links(catalog, entity) else { continue };
        first.extend(links.first().and_then(|link| to_one(link)));
    }
    first.sort_unstable();
    first.dedup();
    first.iter().map(|column| format!(" or t.{} = any($1)", quoted(column))).collect()
}

/// Where values of a type's paths come from.
struct Source<'c> {
    catalog: &'c Catalog,
    entity: &'c Entity,
    /// Joined tables: the steps that lead there, and the SQL.
    joins: Vec<(Vec<String>, String)>,
}

impl Source<'_> {
    /// The alias of the table that a path's last step is in, and its type.
    fn owner(&mut self, path: &Path) -> Option<(String, &Entity)> {
        let (owner, links) = path.links(self.catalog, self.entity)?;
        let mut alias = "t".to_owned();
        for (n, link) in links.iter().enumerate() {
            let steps = path.0[..=n].to_vec();
            let known = self.joins.iter().position(|(of, _)| *of == steps);
            let place = known.unwrap_or(self.joins.len());
            let next = format!("l{place}");
            if known.is_none() {
                let table = quoted(&self.catalog.entities.get(&link.target)?.table);
                let column = quoted(to_one(link)?);
                self.joins
                    .push((steps, format!(" left join {table} {next} on {next}.id = {alias}.{column}")));
            }
            alias = next;
        }
        Some((alias, owner))
    }

    /// A field as text.
    fn text(&mut self, path: &Path) -> String {
        let last = path.last().to_owned();
        let Some((alias, owner)) = self.owner(path) else { return "null::text".to_owned() };
        let shown = owner.columns.get(&last).and_then(public);
        shown.map_or("null::text".to_owned(), |column| format!("{alias}.{}::text", quoted(column)))
    }

    fn texts(&mut self, paths: &[Path]) -> String {
        let texts: Vec<String> = paths.iter().map(|path| self.text(path)).collect();
        format!("concat_ws(' ', ''{})", texts.iter().map(|text| format!(", {text}")).collect::<String>())
    }

    /// The id a path leads to.
    fn key(&mut self, path: &Path) -> String {
        let last = path.last().to_owned();
        let Some((alias, owner)) = self.owner(path) else { return "null::uuid".to_owned() };
        if last == "id" {
            return format!("{alias}.id");
        }
        let column = owner.links.get(&last).and_then(to_one);
        column.map_or("null::uuid".to_owned(), |column| format!("{alias}.{}", quoted(column)))
    }

    /// The unit an entity is in.
    fn units(&mut self, paths: &[Path]) -> String {
        let keys: Vec<String> = paths.iter().map(|path| self.key(path)).collect();
        format!("coalesce({}null::uuid)", keys.iter().map(|key| format!("{key}, ")).collect::<String>())
    }
}

/// The column of a field that the public sees.
fn public(column: &Column) -> Option<&str> {
    match &column.personal {
        _ if column.function.is_some() => None,
        None => Some(&column.column),
        Some(Personal::Masked(mask)) => Some(mask),
        Some(Personal::Hidden) => None,
    }
}
