//! All shared state of a running hub, built once: settings → database → migrations → catalog → engine.

use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument;

use crate::access::budget::Budgets;
use crate::access::{Audit, Keys, system_random};
use crate::catalog::{Catalog, indicator};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::graph::{Engine, Trusted};
use crate::ingest::place::Places;
use crate::ingest::register::Registers;
use crate::merge;
use crate::pipeline::{By, Pipeline};
use crate::store::cluster::{self, ClusterOptions, Durability};
use crate::store::database::{Database, DatabaseOptions, Source};
use crate::store::migrate::{self, MigrationReport};

/// A running hub.
#[derive(Debug)]
pub struct Hub {
    /// Its settings.
    pub config: Config,
    /// Where it reads the time.
    pub clock: Clock,
    /// Its entity types.
    pub catalog: Arc<Catalog>,
    /// Its database.
    pub database: Database,
    /// What people and programs do with registers.
    pub pipeline: Arc<Pipeline>,
    /// Keys by which callers are known.
    pub keys: Arc<Keys>,
    /// What answers its requests.
    pub engine: Arc<Engine>,
    /// Documents that clients send by their ids.
    pub documents: Arc<Trusted>,
    /// What migrations did when it started.
    pub migrated: MigrationReport,
}

impl Hub {
    /// Builds the hub. `data_dir_suffix` tells the customary data directories of several uses apart.
    pub async fn open(config: Config, clock: Clock, data_dir_suffix: &str) -> anyhow::Result<Hub> {
        // A mistake in the schema or in a register file shows at once, before any database is touched.
        let mut catalog = load_catalog()?;
        if let Some(dir) = &config.indicators {
            let files = indicator::operators(dir)?;
            indicator::read(&mut catalog, &files).map_err(|wrong| indicator::fault(&wrong))?;
        }
        let catalog = Arc::new(catalog);
        let trust = config.limits.trust;
        let documents = Arc::new(match &config.documents {
            Some(dir) => Trusted::read(dir, trust)?,
            None => Trusted::default().under(trust),
        });
        let registers = Arc::new(Registers::load(&catalog, config.registers.as_deref())?);
        let database = Database::open(&database_options(&config, data_dir_suffix).await?).await?;
        let building = build(&config, &database, &catalog, registers, clock);
        match building.instrument(tracing::info_span!("hub.build")).await {
            Ok(Built { migrated, pipeline, keys, engine }) => {
                Ok(Hub { config, clock, catalog, database, pipeline, keys, engine, documents, migrated })
            }
            Err(error) => {
                if let Err(second) = database.close().await {
                    tracing::warn!(error = %second, "closing the database");
                }
                Err(error)
            }
        }
    }

    /// Closes the database, and stops it where it is the hub's own.
    pub async fn close(&self) -> anyhow::Result<()> {
        // A database that does not answer keeps what it was to get back; buckets fill by themselves.
        let _ = tokio::time::timeout(Duration::from_secs(2), self.engine.close()).await;
        let _ = tokio::time::timeout(Duration::from_secs(2), self.pipeline.audit.close()).await;
        self.database.close().await
    }
}

/// The catalog that ships in the binary.
pub fn load_catalog() -> anyhow::Result<Catalog> {
    Ok(crate::catalog::load_embedded()?)
}

struct Built {
    migrated: MigrationReport,
    pipeline: Arc<Pipeline>,
    keys: Arc<Keys>,
    engine: Arc<Engine>,
}

async fn build(
    config: &Config,
    database: &Database,
    catalog: &Arc<Catalog>,
    registers: Arc<Registers>,
    clock: Clock,
) -> anyhow::Result<Built> {
    let pipeline = Arc::new(pipeline(database, catalog, registers, clock).await?);
    let migrated = migrate::migrate(&database.work_pool).await?;
    for (version, name) in &migrated.applied {
        tracing::info!(version, name, "migrated");
    }
    merge::publish_masks(&mut *database.work_pool.acquire().await?, catalog).await?;
    merge::publish_documents(&database.work_pool, catalog).await?;
    // What cannot be applied must not keep the hub from serving what it has.
    match pipeline.catch_up(&By::operator()).await {
        Ok(None) => {}
        Ok(Some(_)) => tracing::info!("applied imports that were staged when the hub last stopped"),
        Err(error) => tracing::error!(error = format!("{error:#}"), "staged imports cannot be applied"),
    }
    pipeline.follow_demands().await;
    let secret = config.key_secret.as_ref().map(Secret::expose);
    let keys = Arc::new(Keys::open(database.pool.clone(), clock, system_random, secret).await?);
    let engine = Engine::limited(Arc::clone(catalog), database.pool.clone(), config.limits.graph)?
        .acting(Arc::clone(&pipeline), Arc::clone(&keys))
        .telling(config.introspection)
        .budgeted(Budgets::new(config.limits.budgets, database.pool.clone()));
    Ok(Built { migrated, pipeline, keys, engine: Arc::new(engine) })
}

async fn pipeline(
    database: &Database,
    catalog: &Arc<Catalog>,
    registers: Arc<Registers>,
    clock: Clock,
) -> anyhow::Result<Pipeline> {
    let places = Arc::new(tokio::task::spawn_blocking(Places::load).await?);
    let pool = database.work_pool.clone();
    let audit = Audit::new(&pool, clock);
    Ok(Pipeline { pool, catalog: Arc::clone(catalog), registers, places, clock, audit })
}

async fn database_options(config: &Config, suffix: &str) -> anyhow::Result<DatabaseOptions> {
    let source = match config.database_url.as_ref().map(Secret::expose) {
        Some(url) => Source::Server(url.to_owned()),
        None => Source::Private(ClusterOptions {
            data_dir: match &config.data_dir {
                Some(dir) => dir.clone(),
                None => cluster::default_data_dir(suffix).await?,
            },
            postgres_bin: config.postgres_bin.clone(),
            search_path: config.search_path.clone(),
            temp_dir: config.temp_dir.clone(),
            durability: Durability::Full,
        }),
    };
    Ok(DatabaseOptions {
        source,
        connections: config.database_connections,
        request_timeout: config.request_timeout,
        patience: config.database_patience,
    })
}
