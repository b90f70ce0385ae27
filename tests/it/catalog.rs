//! The catalog is the database: each entity type has its table, each field its column of the right type
//! and nullability, each link its foreign key and an index that begins with it.

use std::collections::{HashMap, HashSet};

use lienthong::catalog::{Catalog, Column, Entity, LinkKind, Personal, Scalar, load_embedded};
use sqlx::Row;

use crate::harness::TestDatabase;

struct Database {
    /// (table, column) → (type, nullable)
    columns: HashMap<(String, String), (String, bool)>,
    /// (table, column, target table)
    foreign_keys: HashSet<(String, String, String)>,
    /// (table, first column)
    indexes: HashSet<(String, String)>,
    /// function → result type
    functions: HashMap<String, String>,
    /// (table, column) that the database computes itself from the row.
    generated: HashSet<(String, String)>,
    /// Views: they have columns, and neither nulls, keys nor indexes of their own.
    views: HashSet<String>,
}

#[tokio::test]
async fn catalog_equals_database() {
    let test = TestDatabase::create().await;
    let database = read(&test.pool).await;
    let catalog = load_embedded().expect("a catalog");
    let mut faults = Vec::new();
    for entity in catalog.entities.values() {
        check(&catalog, entity, &database, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_difference_would_be_seen() {
    let test = TestDatabase::create().await;
    sqlx::raw_sql(
        "alter table product drop column packing cascade; alter table listing alter column price type text;
         alter table product alter column name drop not null; drop index listing_partner;
         alter table product drop constraint product_producer",
    )
    .execute(&test.pool)
    .await
    .expect("altered");
    let database = read(&test.pool).await;
    let catalog = load_embedded().expect("a catalog");
    let mut faults = Vec::new();
    for entity in catalog.entities.values() {
        check(&catalog, entity, &database, &mut faults);
    }
    assert_eq!(faults.len(), 5, "{}", faults.join("\n"));
}

/// A list within an entity reads a view by its parents, never the whole of a table behind it.
#[tokio::test]
async fn views_are_read_by_their_parents() {
    let test = TestDatabase::create().await;
    let database = read(&test.pool).await;
    let catalog = load_embedded().expect("a catalog");
    let mut looked_at = HashSet::new();
    for link in catalog.entities.values().flat_map(|entity| entity.links.values()) {
        let LinkKind::ToMany { column, .. } = &link.kind else { continue };
        let view = &catalog.entities[&link.target].table;
        if !database.views.contains(view) || !looked_at.insert((view.clone(), column.clone())) {
            continue;
        }
        let mut connection = test.pool.acquire().await.expect("a connection");
        let sql = format!(
            "explain select * from {view} where {column} = any (array['01890a5d-ac96-774b-bcce-b302099a8057'::uuid])"
        );
        sqlx::raw_sql("set enable_seqscan = off").execute(&mut *connection).await.expect("set");
        let plan: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *connection).await.expect("a plan");
        let whole: Vec<&String> = plan.iter().filter(|line| line.contains("Seq Scan")).collect();
        assert!(whole.is_empty(), "{view} by {column}:\n{}", plan.join("\n"));
    }
    assert!(looked_at.len() >= 5, "{looked_at:?}");
}

fn check(catalog: &Catalog, entity: &Entity, database: &Database, faults: &mut Vec<String>) {
    let mut known = HashSet::from(["id".to_owned()]);
    for column in entity.columns.values() {
        check_column(entity, column, database, faults);
        known.insert(column.column.clone());
        if let Some(Personal::Masked(mask)) = &column.personal {
            known.insert(mask.clone());
        }
    }
    for link in entity.links.values() {
        let target = &catalog.entities[&link.target];
        let (table, column, to) = match &link.kind {
            LinkKind::ToOne { column, nullable } => {
                known.insert(column.clone());
                expect(database, &entity.table, column, "uuid", *nullable, faults);
                (&entity.table, column, &target.table)
            }
            LinkKind::ToMany { column, .. } => (&target.table, column, &entity.table),
        };
        if database.views.contains(table) {
            continue;
        }
        // Journals point to entities of every type.
        let polymorphic = ["origins", "conflicts", "history"].contains(&link.name.as_str());
        let key = (table.clone(), column.clone(), to.clone());
        if !polymorphic && !database.foreign_keys.contains(&key) {
            // Seen from both ends of a link, told once.
            let fault = format!("{table}.{column}: no foreign key to {to}");
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        if !database.indexes.contains(&(table.clone(), column.clone())) {
            let fault = format!("{table}.{column}: no index begins with it");
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    if entity.is_merged() {
        for (table, column) in database.columns.keys() {
            // What the database computes from the row nobody writes, so nobody needs to know it.
            let generated = database.generated.contains(&(table.clone(), column.clone()));
            if *table == entity.table && !known.contains(column) && !generated {
                faults.push(format!("{table}.{column}: not in the catalog"));
            }
        }
    }
}

fn check_column(entity: &Entity, column: &Column, database: &Database, faults: &mut Vec<String>) {
    let wanted = match &column.ty {
        Scalar::String | Scalar::Enum(_) => "text",
        Scalar::Int => "integer",
        Scalar::Float => "double precision",
        Scalar::Boolean => "boolean",
        Scalar::Date => "date",
        Scalar::DateTime => "timestamp with time zone",
        Scalar::Decimal => "numeric",
        Scalar::Json => "jsonb",
    };
    if let Some(function) = &column.function {
        if database.functions.get(function).map(String::as_str) != Some(wanted) {
            faults.push(format!("function {function}: not there or not {wanted}"));
        }
        return;
    }
    expect(database, &entity.table, &column.column, wanted, column.nullable, faults);
    if let Some(Personal::Masked(mask)) = &column.personal
        && !database.columns.contains_key(&(entity.table.clone(), mask.clone()))
    {
        faults.push(format!("{}.{mask}: the mask is not there", entity.table));
    }
}

fn expect(
    database: &Database,
    table: &str,
    column: &str,
    ty: &str,
    nullable: bool,
    faults: &mut Vec<String>,
) {
    match database.columns.get(&(table.to_owned(), column.to_owned())) {
        None => faults.push(format!("{table}.{column}: not in the database")),
        Some((found, _)) if found != ty => faults.push(format!("{table}.{column}: {found}, not {ty}")),
        Some((_, found)) if *found != nullable && !database.views.contains(table) => {
            faults.push(format!("{table}.{column}: nullable {found}, not {nullable}"));
        }
        Some(_) => {}
    }
}

async fn read(pool: &sqlx::PgPool) -> Database {
    let columns = sqlx::query(
        "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES',
                is_generated = 'ALWAYS'
         from information_schema.columns where table_schema = 'public'",
    );
    let columns = columns.fetch_all(pool).await.expect("columns");
    let foreign_keys = sqlx::query(
        "select c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text
         from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and cardinality(c.conkey) = 1",
    );
    let foreign_keys = foreign_keys.fetch_all(pool).await.expect("foreign keys");
    let indexes = sqlx::query(
        "select i.indrelid::regclass::text, a.attname::text
         from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
         where i.indpred is null",
    );
    let indexes = indexes.fetch_all(pool).await.expect("indexes");
    let functions = sqlx::query(
        "select proname::text, format_type(prorettype, null) from pg_proc
         where pronamespace = 'public'::regnamespace",
    );
    let functions = functions.fetch_all(pool).await.expect("functions");
    let views = sqlx::query_scalar("select viewname::text from pg_views where schemaname = 'public'");
    let views: Vec<String> = views.fetch_all(pool).await.expect("views");
    Database {
        views: views.into_iter().collect(),
        generated: columns.iter().filter(|r| r.get(4)).map(|r| (r.get(0), r.get(1))).collect(),
        columns: columns.iter().map(|r| ((r.get(0), r.get(1)), (r.get(2), r.get(3)))).collect(),
        foreign_keys: foreign_keys.iter().map(|r| (r.get(0), r.get(1), r.get(2))).collect(),
        indexes: indexes.iter().map(|r| (r.get(0), r.get(1))).collect(),
        functions: functions.iter().map(|r| (r.get(0), r.get(1))).collect(),
    }
}
