//! The hub's settings: file, environment and flags, in that rising order. Nothing else reads the
//! environment, and nothing here acts on a setting.

mod file;
mod limits;
mod settings;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use limits::{LimitConfig, LimitSettings};
pub use settings::{RUNNING_ONLY, SERVING_ONLY, Settings};
pub use values::{LogFormat, Secret, Tells};

use ipnet::IpNet;

use crate::access::{self, Role};
use crate::error::Fault;

/// Least bytes of a secret that nobody guesses.
const SHORTEST_SECRET: usize = 16;

/// Every setting, resolved.
#[derive(Debug, Clone)]
pub struct Config {
    /// Server to use in the place of a private cluster.
    pub database_url: Option<Secret>,
    /// Directory of the private cluster; none: by platform convention.
    pub data_dir: Option<PathBuf>,
    /// Where PostgreSQL's programs are; none: searched for.
    pub postgres_bin: Option<PathBuf>,
    /// Directory with the operator's register files.
    pub registers: Option<PathBuf>,
    /// Directory with indicator files of the operator's own; none: none.
    pub indicators: Option<PathBuf>,
    /// Connections of the serving pool.
    pub database_connections: u32,
    /// How long to wait for the database at start.
    pub database_patience: Duration,
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Whether somebody chose that address, so that no other will do.
    pub listen_chosen: bool,
    /// Where links to this hub begin, without a stroke at the end; none: at the host the caller names.
    pub public_url: Option<String>,
    /// Whether whoever comes without a key is taken for a steward.
    pub open_desk: bool,
    /// Proxies whose word on where callers come from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// File that says who vouches for people; none: nobody does.
    pub sign_on: Option<PathBuf>,
    /// What keys are hashed with; none: kept in the database.
    pub key_secret: Option<Secret>,
    /// The least role that is told of the schema; none: nobody is.
    pub introspection: Option<Role>,
    /// How much one may ask.
    pub limits: LimitConfig,
    /// Origins whose pages may read answers.
    pub cors_origins: Vec<String>,
    /// Directory with the documents of clients; none: none.
    pub documents: Option<PathBuf>,
    /// Sources on the network that registers are fetched from; none: none.
    pub sources: Option<PathBuf>,
    /// Longest time one request may take, in the database too.
    pub request_timeout: Duration,
    /// Largest request body, bytes.
    pub max_body_bytes: usize,
    /// How long running requests may take to finish at shutdown.
    pub shutdown_grace: Duration,
    /// Shape of log lines.
    pub log_format: LogFormat,
    /// What to log, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: String,
    /// Base address of an OpenTelemetry collector (OTLP over HTTP); none: no export.
    pub otlp_endpoint: Option<String>,
    /// Directories of `PATH`.
    pub search_path: Vec<PathBuf>,
    /// Directory for short-lived files.
    pub temp_dir: PathBuf,
}

/// The settings of `flags` (which hold the environment's values already) over those of the settings
/// file over the defaults.
pub fn load(flags: Settings) -> Result<Config, Fault> {
    let from_file = file::read(flags.config.as_deref())?;
    resolve(flags.over(from_file))
}

/// Directories of `PATH`, where programs are searched for.
pub fn search_path() -> Vec<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "config is where the environment is read")]
    let path = std::env::var_os("PATH");
    path.map(|path| std::env::split_paths(&path).filter(|dir| dir.is_absolute()).collect())
        .unwrap_or_default()
}

fn resolve(settings: Settings) -> Result<Config, Fault> {
    let config = Config {
        database_url: settings.database_url.filter(|url| !url.expose().is_empty()),
        data_dir: settings.data_dir.filter(|dir| !dir.as_os_str().is_empty()),
        postgres_bin: settings.postgres_bin.filter(|dir| !dir.as_os_str().is_empty()),
        registers: settings.registers.filter(|dir| !dir.as_os_str().is_empty()),
        indicators: settings.indicators.filter(|dir| !dir.as_os_str().is_empty()),
        database_connections: settings.database_connections.unwrap_or(16),
        database_patience: settings.database_patience.unwrap_or(Duration::from_secs(60)),
        listen: settings.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        listen_chosen: settings.listen.is_some(),
        public_url: settings
            .public_url
            .filter(|url| !url.is_empty())
            .map(|url| values::base(&url))
            .transpose()?,
        open_desk: settings.open_desk.unwrap_or(false),
        trusted_proxies: access::networks(settings.trusted_proxies.as_deref().unwrap_or_default())?,
        sign_on: settings.sign_on.filter(|file| !file.as_os_str().is_empty()),
        key_secret: settings.key_secret.filter(|secret| !secret.expose().is_empty()),
        introspection: settings.introspection.unwrap_or_default().0,
        limits: settings.limits.unwrap_or_default().resolve()?,
        cors_origins: values::origins(settings.cors_origins.as_deref().unwrap_or_default())?,
        documents: settings.documents.filter(|dir| !dir.as_os_str().is_empty()),
        sources: settings.sources.filter(|file| !file.as_os_str().is_empty()),
        request_timeout: settings.request_timeout.unwrap_or(Duration::from_secs(10)),
        max_body_bytes: settings.max_body_bytes.unwrap_or(1024 * 1024),
        shutdown_grace: settings.shutdown_grace.unwrap_or(Duration::from_secs(20)),
        log_format: settings.log_format.unwrap_or(LogFormat::Human),
        log: settings.log.filter(|log| !log.is_empty()).unwrap_or_else(|| "info,sqlx=warn".to_owned()),
        otlp_endpoint: settings.otlp_endpoint.filter(|endpoint| !endpoint.is_empty()),
        search_path: search_path(),
        temp_dir: std::env::temp_dir(),
    };
    check(&config)?;
    Ok(config)
}

fn check(config: &Config) -> Result<(), Fault> {
    if !(1..=1000).contains(&config.database_connections) {
        return Err(out_of_range("database_connections", "1 … 1000"));
    }
    if config.request_timeout.is_zero() || config.request_timeout > Duration::from_secs(3600) {
        return Err(out_of_range("request_timeout", "1ms … 3600s"));
    }
    if config.key_secret.as_ref().is_some_and(|secret| secret.expose().len() < SHORTEST_SECRET) {
        return Err(out_of_range("key_secret", "16 … letters"));
    }
    if config.max_body_bytes == 0 {
        return Err(out_of_range("max_body_bytes", "1 …"));
    }
    Ok(())
}

fn out_of_range(setting: &str, range: &str) -> Fault {
    Fault::new(
        "SETTING_INVALID",
        format!("the setting {setting} must lie in {range}"),
        format!("thiết lập {setting} phải nằm trong khoảng {range}"),
    )
}

#[cfg(test)]
mod tests;
