//! What is computed → tables. It is staged as it comes, a part of a type at a time, so that no more than that is
//! held; then entities are written parents first, what is gone is deleted children first, and what stands
//! beside them follows.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::apply::{Applied, Change};
use super::compute::{NodeRow, Touched};
use super::field::{Field, Mask, fields};
use super::former;
use super::load::{Deliveries, Part};
use super::log::Log;
use super::pin;
use super::survive::{Incomplete, Merged};
use super::sync::{self, Staging, Within};
use super::table::{self, Shown};
use crate::catalog::{Catalog, Entity};
use crate::matching::{Clusters, DoubtfulPair, Void};
use crate::store::id;

/// The computed tables on their way.
#[derive(Debug)]
pub struct Writer<'c> {
    catalog: &'c Catalog,
    deliveries: &'c Deliveries,
    change: &'c Change,
    types: Vec<OfType<'c>>,
    nodes: Staging,
    members: Staging,
    conflicts: Staging,
    /// Sides of doubtful pairs.
    shown: HashMap<Uuid, Shown>,
    fresh_pins: Vec<(Uuid, String)>,
    incomplete: Vec<Incomplete>,
}

/// One type on its way.
#[derive(Debug)]
struct OfType<'c> {
    entity: &'c Entity,
    fields: Vec<Field<'c>>,
    generated: Vec<String>,
    rows: Staging,
    /// Identifiers that are no evidence.
    void: Void,
    /// Entities in doubtful pairs.
    in_doubt: HashSet<Uuid>,
    /// What was computed anew; none: all of the type.
    within: Option<Touched>,
}

impl OfType<'_> {
    fn within(&self, column: &'static str) -> Within<'_> {
        self.within.as_ref().map_or(Within::All, |touched| Within::Ids(column, &touched.entities))
    }

    fn log<'l>(&'l self, change: &'l Change) -> Log<'l> {
        Log::new(&self.entity.name, &self.fields, &self.generated, &change.cause)
    }
}

/// What matching one type gave.
#[derive(Debug)]
pub struct Matched {
    /// Identifiers that are no evidence.
    pub void: Void,
    /// What was computed anew; none: all of the type.
    pub within: Option<Touched>,
}

impl<'c> Writer<'c> {
    /// For a change.
    pub fn new(catalog: &'c Catalog, deliveries: &'c Deliveries, change: &'c Change) -> Self {
        Self {
            catalog,
            deliveries,
            change,
            types: vec![],
            nodes: Staging::new(table::node_table()),
            members: Staging::new(table::member_table()),
            conflicts: Staging::new(table::conflict_table()),
            shown: HashMap::new(),
            fresh_pins: vec![],
            incomplete: vec![],
        }
    }

    /// Begins with the next type, matched by now.
    pub async fn begin(
        &mut self,
        db: &mut PgConnection,
        entity: &'c Entity,
        clusters: &Clusters,
        matched: Matched,
    ) -> sqlx::Result<()> {
        let fields = fields(self.catalog, entity);
        let generated = generated_columns(db, &entity.table).await?;
        let rows = Staging::new(table::entity_table(entity, &fields, &generated));
        let pairs = clusters.doubtful.iter().filter(|pair| pair.entity == entity.name);
        let in_doubt = pairs.flat_map(|pair| [pair.left, pair.right]).collect();
        let Matched { void, within } = matched;
        self.types.push(OfType { entity, fields, generated, rows, void, in_doubt, within });
        Ok(())
    }

    /// Takes in nodes of a type.
    pub async fn nodes<'r>(
        &mut self,
        db: &mut PgConnection,
        entity: &Entity,
        nodes: impl Iterator<Item = NodeRow<'r>>,
    ) -> sqlx::Result<()> {
        self.nodes.stage(db, nodes, |line, node| table::put_node(line, &entity.name, &node)).await
    }

    /// Takes in entities of the type begun last.
    pub async fn entities(
        &mut self,
        db: &mut PgConnection,
        part: &Part,
        merged: Merged,
    ) -> anyhow::Result<()> {
        let Some(of) = self.types.last_mut() else { return Ok(()) };
        let (entity, fields, records) = (of.entity, &of.fields, part.words());
        let Merged { rows, incomplete, fresh_pins } = merged;
        let staged = of.rows.stage(db, rows.iter(), |line, row| {
            table::put_entity(line, row, fields, &of.generated, records, &self.change.take);
        });
        staged.await.with_context(|| entity.table.clone())?;
        let members = table::members(&entity.name, &rows, fields, part);
        self.members.stage(db, members, |line, member| table::put_member(line, &member)).await?;
        let rivals = rows.iter().flat_map(|row| row.rivals.iter().map(move |rival| (row, rival)));
        let deliveries = self.deliveries;
        let staged = self.conflicts.stage(db, rivals, |line, (row, rival)| {
            table::put_conflict(line, entity, &fields[rival.field], row, rival, records, deliveries);
        });
        staged.await?;
        let name = fields.iter().position(Field::is_name);
        for row in rows.iter().filter(|row| of.in_doubt.contains(&row.id)) {
            let name = name.and_then(|at| {
                let value = records[row.chosen(at)?.record as usize].fields.get(fields[at].name)?;
                value.as_str().map(str::to_owned)
            });
            self.shown.insert(row.id, Shown { name, records: row.records.len() });
        }
        self.incomplete.extend(incomplete);
        self.fresh_pins.extend(fresh_pins);
        Ok(())
    }

    /// What is computed anew, by type; none: everything.
    pub fn touched(&self) -> Option<BTreeMap<&'c str, Vec<Uuid>>> {
        let of = |of: &OfType<'c>| Some((of.entity.name.as_str(), of.within.as_ref()?.entities.clone()));
        self.types.iter().map(of).collect()
    }

    /// Writes what differs, and deletes what is gone.
    pub async fn finish(self, db: &mut PgConnection, clusters: &Clusters) -> anyhow::Result<Applied> {
        let mut applied = Applied::default();
        for of in &self.types {
            let counts = of.rows.write(db, Some(&of.log(self.change))).await;
            let counts = counts.with_context(|| of.entity.table.clone())?;
            applied.entities.insert(of.entity.name.clone(), counts);
        }
        // Nothing points at what is gone any more: those that point first.
        for of in self.types.iter().rev() {
            let deleted = of.rows.sweep(db, Some(&of.log(self.change)), of.within("id")).await;
            let deleted = deleted.with_context(|| of.entity.table.clone())?;
            applied.entities.entry(of.entity.name.clone()).or_default().deleted = deleted;
        }
        self.beside(db, clusters).await?;
        pin::note(db, &self.fresh_pins).await?;
        let doubtful: i64 = sqlx::query_scalar("select count(*) from doubtful_match").fetch_one(db).await?;
        applied.doubtful = usize::try_from(doubtful).unwrap_or_default();
        applied.whole = self.types.iter().all(|of| of.within.is_none());
        applied.incomplete = self.incomplete;
        Ok(applied)
    }

    async fn beside(&self, db: &mut PgConnection, clusters: &Clusters) -> anyhow::Result<()> {
        let entities = self.all(|touched| touched.entities.clone());
        let nodes = self.all(|touched| touched.nodes.clone());
        self.nodes.write(db, None).await?;
        self.nodes.sweep(db, None, within("id", &nodes)).await?;
        self.addresses(db).await?;
        former::follow(db, entities.as_deref()).await?;
        self.members.write(db, None).await?;
        self.members.sweep(db, None, within("entity_id", &entities)).await?;
        self.conflicts.write(db, None).await?;
        self.conflicts.sweep(db, None, within("entity_id", &entities)).await?;
        self.voids(db).await?;
        self.doubtful(db, clusters, entities.is_some()).await
    }

    /// All ids of a kind, over all types; none: all there are.
    fn all<T>(&self, of: impl Fn(&Touched) -> Vec<T>) -> Option<Vec<T>> {
        let each: Option<Vec<Vec<T>>> = self.types.iter().map(|t| t.within.as_ref().map(&of)).collect();
        each.map(|lists| lists.into_iter().flatten().collect())
    }

    /// Every id an entity may ever have had leads to its node.
    async fn addresses(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        if !self.nodes.is_begun() {
            return Ok(());
        }
        let sql = format!(
            "insert into address (id, node_id)
             select n.own_id, n.id from {} n
             where not exists (select from address a where a.id = n.own_id)
             on conflict do nothing",
            self.nodes.name(),
        );
        sync::run(db, sql).await.map(drop)
    }

    async fn voids(&self, db: &mut PgConnection) -> sqlx::Result<()> {
        let id = |of: &OfType, field: usize, root: &str| table::void_id(&of.entity.name, field, root);
        let asked = self.types.iter().try_fold(Vec::new(), |mut ids, of| {
            let touched = of.within.as_ref()?;
            ids.extend(touched.identifiers.iter().map(|(field, root)| id(of, *field, root)));
            Some(ids)
        });
        let is_asked = |of: &OfType, identifier: &(usize, String)| {
            of.within.as_ref().is_none_or(|touched| touched.identifiers.contains(identifier))
        };
        let all = self.types.iter().flat_map(|of| of.void.iter().map(move |identifier| (of, identifier)));
        let rows = all.filter(|(of, identifier)| is_asked(of, identifier));
        let mut staging = Staging::new(table::void_table());
        let staged = staging.stage(db, rows, |line, (of, (field, root))| {
            table::put_void(line, &of.entity.name, *field, root);
        });
        staged.await?;
        staging.write(db, None).await?;
        staging.sweep(db, None, within("id", &asked)).await.map(drop)
    }

    async fn doubtful(&self, db: &mut PgConnection, clusters: &Clusters, partly: bool) -> anyhow::Result<()> {
        let of_type: BTreeMap<&str, &OfType> =
            self.types.iter().map(|of| (of.entity.name.as_str(), of)).collect();
        // Both must stand.
        let pairs = clusters.doubtful.iter().filter_map(|pair| {
            let sides = [self.shown.get(&pair.left)?, self.shown.get(&pair.right)?];
            let of = of_type.get(pair.entity.as_str())?;
            let mask = of.fields.iter().find(|field| field.is_name()).map_or(Mask::Hidden, |name| name.mask);
            Some((table::doubtful_id(pair), (pair, of.entity, mask, sides)))
        });
        let pairs: BTreeMap<Uuid, (&DoubtfulPair, &Entity, Mask, [&Shown; 2])> = pairs.collect();
        let mut staging = Staging::new(table::doubtful_table());
        let staged = staging.stage(db, pairs.into_values(), |line, (pair, entity, mask, sides)| {
            table::put_doubtful(line, pair, entity, mask, sides);
        });
        staged.await?;
        staging.write(db, None).await?;
        let of = |of: &OfType| {
            let ids = of.within.as_ref().map(|t| t.entities.as_slice()).unwrap_or_default();
            ids.iter().map(|id| id::encode(&of.entity.id_prefix, *id)).collect::<Vec<String>>()
        };
        let touched: Vec<String> = self.types.iter().flat_map(of).collect();
        let within = if partly { Within::Texts(["left_id", "right_id"], &touched) } else { Within::All };
        staging.sweep(db, None, within).await?;
        Ok(())
    }
}

fn within<'a>(column: &'static str, ids: &'a Option<Vec<Uuid>>) -> Within<'a> {
    ids.as_ref().map_or(Within::All, |ids| Within::Ids(column, ids))
}

async fn generated_columns(db: &mut PgConnection, table: &str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select attname::text from pg_attribute
         where attrelid = to_regclass($1) and attgenerated <> '' and not attisdropped",
    )
    .bind(sync::quoted(table))
    .fetch_all(db)
    .await
}
