//! An issuer's public keys: fetched within limits, kept, fetched anew when a token names one that is not known. While
//! the issuer does not answer, those of before count for an hour.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use reqwest::{Client, Url};
use serde::Deserialize;

use super::settings::{Issuer, address};

/// How long keys are taken for those of now.
const FRESH: Duration = Duration::from_secs(600);
/// How long they count while the issuer does not answer.
const STALE: Duration = Duration::from_secs(3600);
/// Longest answer, in bytes.
const LONGEST: usize = 512 << 10;
/// Longest time an issuer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The keys of one issuer.
#[derive(Debug, Default)]
pub(super) struct KeySet {
    kept: Mutex<Kept>,
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone, Default)]
struct Kept {
    keys: Option<(Arc<JwkSet>, Instant)>,
    asked: Option<Instant>,
}

/// Why there is no key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has none of that name.
    Unknown,
    /// The issuer does not answer.
    Unavailable,
}

/// A client for questions to issuers.
pub(super) fn client() -> reqwest::Result<Client> {
    // The first in the process stays; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
    client.user_agent(concat!("lienthong/", env!("CARGO_PKG_VERSION"))).build()
}

impl KeySet {
    /// The key of a name; where a token names none, the only one there is.
    pub async fn key(&self, client: &Client, issuer: &Issuer, name: Option<&str>) -> Result<Jwk, NoKey> {
        let kept = self.kept();
        if let Some(key) = kept.found(name, FRESH) {
            return Ok(key);
        }
        match self.fetching.try_lock() {
            Ok(_one) => self.ask(client, issuer).await,
            // Somebody asks already; who has a key of before need not wait for it.
            Err(_) if kept.found(name, STALE).is_some() => {}
            Err(_) => drop(self.fetching.lock().await),
        }
        let kept = self.kept();
        let there = kept.keys.as_ref().is_some_and(|(_, since)| since.elapsed() < STALE);
        kept.found(name, STALE).ok_or(if there { NoKey::Unknown } else { NoKey::Unavailable })
    }

    fn kept(&self) -> Kept {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the issuer, unless that was done a moment ago.
    async fn ask(&self, client: &Client, issuer: &Issuer) {
        let now = Instant::now();
        {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.asked.is_some_and(|last| now.duration_since(last) < issuer.pace) {
                return;
            }
            kept.asked = Some(now);
        }
        match fetch(client, issuer).await {
            Ok(keys) => {
                let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.keys = Some((Arc::new(keys), now));
            }
            Err(error) => {
                tracing::warn!(
                    issuer = issuer.url,
                    error = format!("{error:#}"),
                    "an issuer's keys cannot be fetched"
                );
            }
        }
    }
}

impl Kept {
    fn found(&self, name: Option<&str>, span: Duration) -> Option<Jwk> {
        let (keys, _) = self.keys.as_ref().filter(|(_, since)| since.elapsed() < span)?;
        match (name, keys.keys.as_slice()) {
            (Some(name), _) => keys.find(name).cloned(),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }
}

async fn fetch(client: &Client, issuer: &Issuer) -> anyhow::Result<JwkSet> {
    #[derive(Deserialize)]
    struct Discovered {
        issuer: String,
        jwks_uri: String,
    }
    /// Keys of kinds that are not known here stand beside others.
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<serde_json::Value>,
    }
    let jwks = match &issuer.jwks {
        Some(jwks) => jwks.clone(),
        None => {
            let at = format!("{}/.well-known/openid-configuration", issuer.url.trim_end_matches('/'));
            let found: Discovered = serde_json::from_slice(&body(client, Url::parse(&at)?).await?)?;
            anyhow::ensure!(found.issuer == issuer.url, "it calls itself {}", found.issuer);
            address(&found.jwks_uri).map_err(anyhow::Error::msg)?
        }
    };
    let set: Set = serde_json::from_slice(&body(client, jwks).await?)?;
    let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect();
    Ok(JwkSet { keys })
}

async fn body(client: &Client, url: Url) -> anyhow::Result<Vec<u8>> {
    let response = client.get(url).send().await?.error_for_status()?;
    anyhow::ensure!(response.status().is_success(), "it answers {}", response.status());
    let (mut bytes, mut parts) = (Vec::new(), response.bytes_stream());
    while let Some(part) = parts.next().await {
        bytes.extend_from_slice(&part?);
        anyhow::ensure!(bytes.len() <= LONGEST, "it answers more than {LONGEST} bytes");
    }
    Ok(bytes)
}
