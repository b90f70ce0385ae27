//! The settings as people write them: one struct for the flags, the environment and the file alike.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::limits::LimitSettings;
use super::values::{self, LogFormat, Secret, Tells};

/// Settings that count while serving alone; commands that do not serve leave them out of their help.
pub const SERVING_ONLY: [&str; 11] = [
    "listen",
    "public_url",
    "open_desk",
    "trusted_proxies",
    "sign_on",
    "introspection",
    "cors_origins",
    "documents",
    "request_timeout",
    "max_body_bytes",
    "shutdown_grace",
];

/// Settings that count where a hub is opened alone.
pub const RUNNING_ONLY: [&str; 9] = [
    "database_url",
    "data_dir",
    "postgres_bin",
    "database_connections",
    "database_patience",
    "key_secret",
    "log_format",
    "log",
    "otlp_endpoint",
];

/// Settings; what is absent is left to the next source. Environment values are never shown in the help,
/// since one of them holds a password.
#[derive(Debug, Clone, Default, clap::Args, serde::Deserialize)]
#[command(next_help_heading = "Settings (flag, else environment, else settings file, else default)")]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Settings file, TOML [default: ./lienthong.toml if present]
    #[arg(long, value_name = "FILE", env = "LIENTHONG_CONFIG", hide_env_values = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// PostgreSQL server to use, postgres://user:password@host:port/database
    /// [default: none, a private cluster in the data directory]
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<Secret>,

    /// Directory of the private cluster [default: by platform, e.g. ~/.local/share/lienthong;
    /// /var/lib/lienthong for root; with -demo behind it for `demo`]
    #[arg(long, value_name = "DIR", env = "LIENTHONG_DATA_DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,

    /// Directory with PostgreSQL's programs [default: the newest found on this machine]
    #[arg(long, value_name = "DIR", env = "LIENTHONG_POSTGRES_BIN", hide_env_values = true)]
    pub postgres_bin: Option<PathBuf>,

    /// Directory with register files (TOML) of your own; they extend or replace those of the program
    /// [default: none]
    #[arg(long, value_name = "DIR", env = "LIENTHONG_REGISTERS", hide_env_values = true)]
    pub registers: Option<PathBuf>,

    /// Directory with indicator files (TOML) of your own; they add to or replace those of the program
    /// [default: none]
    #[arg(long, value_name = "DIR", env = "LIENTHONG_INDICATORS", hide_env_values = true)]
    pub indicators: Option<PathBuf>,

    /// Connections for requests; imports have 4 of their own [default: 16]
    #[arg(long, value_name = "N", env = "LIENTHONG_DATABASE_CONNECTIONS", hide_env_values = true)]
    pub database_connections: Option<u32>,

    /// How long to wait for a database server at start [default: 60s]
    #[arg(long, value_name = "TIME", env = "LIENTHONG_DATABASE_PATIENCE", hide_env_values = true)]
    #[arg(value_parser = values::duration)]
    #[serde(deserialize_with = "values::optional_duration")]
    pub database_patience: Option<Duration>,

    /// Address and port to serve on [default: 127.0.0.1:8080; `demo` takes the next free port]
    #[arg(long, value_name = "ADDRESS", env = "LIENTHONG_LISTEN", hide_env_values = true)]
    pub listen: Option<SocketAddr>,

    /// Where links and QR codes to this hub begin, e.g. https://ocop.example.vn
    /// [default: http:// and the host that the caller names]
    #[arg(long, value_name = "URL", env = "LIENTHONG_PUBLIC_URL", hide_env_values = true)]
    pub public_url: Option<String>,

    /// Take whoever comes without a key for a steward, on a trusted network; never pages of other sites
    /// [default: false]
    #[arg(long, value_name = "BOOL", env = "LIENTHONG_OPEN_DESK", hide_env_values = true)]
    pub open_desk: Option<bool>,

    /// Proxies that say in X-Forwarded-For where callers come from, as 10.0.0.0/8,192.0.2.7 [default: none]
    #[arg(long, value_name = "CIDR,…", env = "LIENTHONG_TRUSTED_PROXIES", hide_env_values = true)]
    pub trusted_proxies: Option<String>,

    /// Who vouches for people: issuers of OpenID Connect tokens, TOML; docs/access.md says how [default: none]
    #[arg(long, value_name = "FILE", env = "LIENTHONG_SIGN_ON", hide_env_values = true)]
    pub sign_on: Option<PathBuf>,

    /// What keys are hashed with, 16 letters or more, the same for all hubs on a database; with another
    /// one no key counts any more [default: drawn once and kept in the database]
    #[arg(long, value_name = "SECRET", env = "LIENTHONG_KEY_SECRET", hide_env_values = true)]
    pub key_secret: Option<Secret>,

    /// Whom to tell of the schema by introspection, /schema.graphql and names near an unknown one: true, false, or
    /// the least role: PARTNER, AGENCY, STEWARD, ADMIN [default: true]
    #[arg(long, value_name = "WHOM", env = "LIENTHONG_INTROSPECTION", hide_env_values = true)]
    pub introspection: Option<Tells>,

    /// Origins whose pages may read answers, with commas between, e.g. https://ocop.example.vn [default: none]
    #[arg(long, value_name = "ORIGINS", env = "LIENTHONG_CORS_ORIGINS", hide_env_values = true)]
    pub cors_origins: Option<String>,

    /// Directory with the documents that clients send by id: a folder or a manifest for each [default: none]
    #[arg(long, value_name = "DIR", env = "LIENTHONG_DOCUMENTS", hide_env_values = true)]
    pub documents: Option<PathBuf>,

    /// How much one may ask: a table of the settings file alone.
    #[arg(skip)]
    pub limits: Option<LimitSettings>,

    /// Sources on the network that registers are fetched from, TOML [default: none]
    #[arg(long, value_name = "FILE", env = "LIENTHONG_SOURCES", hide_env_values = true)]
    pub sources: Option<PathBuf>,

    /// Longest time one request may take, in the database too [default: 10s]
    #[arg(long, value_name = "TIME", env = "LIENTHONG_REQUEST_TIMEOUT", hide_env_values = true)]
    #[arg(value_parser = values::duration)]
    #[serde(deserialize_with = "values::optional_duration")]
    pub request_timeout: Option<Duration>,

    /// Largest request body, in bytes [default: 1048576]
    #[arg(long, value_name = "BYTES", env = "LIENTHONG_MAX_BODY_BYTES", hide_env_values = true)]
    pub max_body_bytes: Option<usize>,

    /// How long running requests may take to finish at shutdown [default: 20s]
    #[arg(long, value_name = "TIME", env = "LIENTHONG_SHUTDOWN_GRACE", hide_env_values = true)]
    #[arg(value_parser = values::duration)]
    #[serde(deserialize_with = "values::optional_duration")]
    pub shutdown_grace: Option<Duration>,

    /// Log lines for people or for machines [default: human]
    #[arg(long, value_name = "FORMAT", env = "LIENTHONG_LOG_FORMAT", hide_env_values = true)]
    pub log_format: Option<LogFormat>,

    /// What to log, e.g. `debug` or `warn,lienthong=debug` [default: info,sqlx=warn]
    #[arg(long, value_name = "FILTER", env = "LIENTHONG_LOG", hide_env_values = true)]
    pub log: Option<String>,

    /// OpenTelemetry collector to send traces to, OTLP over HTTP, e.g. http://localhost:4318
    /// [default: none]
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true)]
    pub otlp_endpoint: Option<String>,
}

impl Settings {
    /// These settings; where one is absent, the other's.
    pub(super) fn over(self, other: Settings) -> Settings {
        Settings {
            config: self.config.or(other.config),
            database_url: self.database_url.or(other.database_url),
            data_dir: self.data_dir.or(other.data_dir),
            postgres_bin: self.postgres_bin.or(other.postgres_bin),
            registers: self.registers.or(other.registers),
            indicators: self.indicators.or(other.indicators),
            database_connections: self.database_connections.or(other.database_connections),
            database_patience: self.database_patience.or(other.database_patience),
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            open_desk: self.open_desk.or(other.open_desk),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            sign_on: self.sign_on.or(other.sign_on),
            key_secret: self.key_secret.or(other.key_secret),
            introspection: self.introspection.or(other.introspection),
            cors_origins: self.cors_origins.or(other.cors_origins),
            documents: self.documents.or(other.documents),
            limits: self.limits.or(other.limits),
            sources: self.sources.or(other.sources),
            request_timeout: self.request_timeout.or(other.request_timeout),
            max_body_bytes: self.max_body_bytes.or(other.max_body_bytes),
            shutdown_grace: self.shutdown_grace.or(other.shutdown_grace),
            log_format: self.log_format.or(other.log_format),
            log: self.log.or(other.log),
            otlp_endpoint: self.otlp_endpoint.or(other.otlp_endpoint),
        }
    }
}
