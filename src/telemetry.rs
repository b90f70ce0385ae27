//! Log lines on standard error, and spans to an OpenTelemetry collector when one is named. What is logged
//! is decided where it happens; where it goes, here.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::Context;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::LogFormat;
use crate::error::Fault;

/// How long the last spans may take to reach the collector.
const FLUSH: Duration = Duration::from_secs(5);

/// What to log and where to send spans.
#[derive(Debug, Clone)]
pub struct TelemetryOptions {
    /// Shape of log lines.
    pub format: LogFormat,
    /// What to log, as `tracing_subscriber::EnvFilter` reads it.
    pub filter: String,
    /// Base address of a collector; none: spans go nowhere and cost nothing.
    pub otlp_endpoint: Option<String>,
}

/// Keeps telemetry running; dropping it sends what is still held back. Drop it outside of the runtime.
#[derive(Debug)]
#[must_use = "spans are lost when the guard goes"]
pub struct Guard {
    provider: Option<SdkTracerProvider>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(provider) = self.provider.take()
            && let Err(error) = provider.shutdown_with_timeout(FLUSH)
        {
            tracing::warn!(%error, "the last spans did not reach the collector");
        }
    }
}

/// Starts logging and, when a collector is named, exporting. Once a process, before the runtime.
pub fn init(options: &TelemetryOptions) -> anyhow::Result<Guard> {
    // The exporter's HTTP client asks for one when it is made; the first in the process stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let provider = options.otlp_endpoint.as_deref().map(exporting).transpose()?;
    // Spans are the hub's own; the log's filter does not decide over them.
    let spans = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("lienthong"))
            .with_location(false)
            .with_threads(false)
            .with_filter(Targets::new().with_target("lienthong", LevelFilter::INFO))
    });
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let registry = tracing_subscriber::registry().with(lines(options)?).with(spans);
    registry.try_init().context("telemetry is running already")?;
    Ok(Guard { provider })
}

fn lines(options: &TelemetryOptions) -> Result<Box<dyn Layer<Registry> + Send + Sync>, Fault> {
    let filter = filter(&options.filter)?;
    let mut lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    if !std::io::stderr().is_terminal() {
        lines = lines.with_ansi(false);
    }
    Ok(match options.format {
        LogFormat::Human => lines.compact().with_target(false).with_filter(filter).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_filter(filter)
            .boxed(),
    })
}

fn filter(text: &str) -> Result<EnvFilter, Fault> {
    EnvFilter::try_new(text).map_err(|error| {
        Fault::new(
            "SETTING_INVALID",
            format!("the setting log = '{text}' is no filter ({error}); expected e.g. info or warn,lienthong=debug"),
            format!("thiết lập log = '{text}' không hợp lệ ({error}); ví dụ đúng: info hoặc warn,lienthong=debug"),
        )
    })
}

fn exporting(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces_address(endpoint)?)
        .build()
        .context("preparing the export of spans")?;
    let resource = Resource::builder()
        .with_service_name("lienthong")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build())
}

/// Where spans go below a collector's base address.
fn traces_address(endpoint: &str) -> Result<String, Fault> {
    if !endpoint.starts_with("http://") {
        return Err(Fault::new(
            "SETTING_INVALID",
            "the setting otlp_endpoint must be a plain http:// address, e.g. http://localhost:4318; for a \
             collector elsewhere run one beside the hub that forwards",
            "thiết lập otlp_endpoint phải là địa chỉ http://, ví dụ http://localhost:4318; nếu bộ thu ở nơi khác, \
             hãy chạy một bộ thu trung chuyển bên cạnh",
        ));
    }
    let base = endpoint.trim_end_matches('/');
    Ok(if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_below_the_base_address() {
        for written in ["http://c:4318", "http://c:4318/", "http://c:4318/v1/traces"] {
            assert_eq!(traces_address(written).as_deref(), Ok("http://c:4318/v1/traces"));
        }
        assert_eq!(traces_address("https://c").map_err(|fault| fault.code), Err("SETTING_INVALID"));
    }

    #[test]
    fn a_filter_that_is_none_is_refused() {
        assert!(filter("warn,lienthong=debug").is_ok());
        assert_eq!(filter("lienthong=loud").map_err(|fault| fault.code).err(), Some("SETTING_INVALID"));
    }
}
