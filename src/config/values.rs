//! Types of settings that Rust does not bring along: secrets, spans of time, the shape of log lines.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::access::Role;
use crate::error::Fault;

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Shape of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Who is told of the schema: a role and those above, or nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tells(pub(super) Option<Role>);

impl Default for Tells {
    fn default() -> Self {
        Self(Some(Role::Public))
    }
}

impl FromStr for Tells {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "true" => Ok(Self::default()),
            "false" => Ok(Self(None)),
            name => Role::ALL
                .into_iter()
                .find(|role| role.name() == name)
                .map(|role| Self(Some(role)))
                .ok_or_else(|| {
                    format!(
                        "'{text}' is neither true, false nor a role: PUBLIC, PARTNER, AGENCY, STEWARD, ADMIN"
                    )
                }),
        }
    }
}

impl<'de> Deserialize<'de> for Tells {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "true, false or a role such as PARTNER")]
        enum Written {
            Flag(bool),
            Text(String),
        }
        match Written::deserialize(from)? {
            Written::Flag(true) => Ok(Self::default()),
            Written::Flag(false) => Ok(Self(None)),
            Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

/// Origins with commas between: scheme, host, perhaps a port, as browsers send them.
pub(super) fn origins(text: &str) -> Result<Vec<String>, Fault> {
    let origin = |text: &str| {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._:[]".contains(c);
        match !host.is_empty() && host.chars().all(plain) {
            true => Ok(text.to_owned()),
            false => Err(Fault::new(
                "SETTING_INVALID",
                format!(
                    "the setting cors_origins has '{text}'; expected origins such as https://ocop.example.vn"
                ),
                format!("thiết lập cors_origins có '{text}'; cần dạng https://ocop.example.vn"),
            )),
        }
    };
    text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(origin).collect()
}

/// Where links begin: scheme, host, perhaps a port and a path, without a stroke at the end.
pub(super) fn base(text: &str) -> Result<String, Fault> {
    let text = text.trim().trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
    match !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain) {
        true => Ok(text.to_owned()),
        false => Err(Fault::new(
            "SETTING_INVALID",
            "the setting public_url must be an address such as https://ocop.example.vn",
            "thiết lập public_url phải là một địa chỉ như https://ocop.example.vn",
        )),
    }
}

/// `10`, `10s`, `500ms` or `2m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| expected_duration(text))?;
    match unit.trim() {
        "ms" => Ok(Duration::from_millis(number)),
        "" | "s" => Ok(Duration::from_secs(number)),
        "m" => number.checked_mul(60).map(Duration::from_secs).ok_or_else(|| expected_duration(text)),
        _ => Err(expected_duration(text)),
    }
}

fn expected_duration(text: &str) -> String {
    format!("'{text}' is no span of time; expected e.g. 10s, 500ms or 2m")
}

/// The same from a settings file, where a bare number counts seconds.
pub(super) fn optional_duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a number of seconds or a text like 10s, 500ms, 2m")]
    enum Written {
        Seconds(u64),
        Text(String),
    }
    match Written::deserialize(from)? {
        Written::Seconds(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Written::Text(text) => duration(&text).map(Some).map_err(serde::de::Error::custom),
    }
}
