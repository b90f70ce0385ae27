//! People through their agencies' sign-on: an OpenID Connect token (JWT) → a caller. What a token says counts once its
//! signature, issuer, audience and times hold; what somebody may do here, the operator's file says.

mod crypto;
mod keyset;
mod settings;

use std::path::Path;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Caller, Identity};
use crate::error::Fault;
use keyset::{KeySet, NoKey};
use settings::{Grant, Issuer};

/// All who vouch for people.
#[derive(Debug)]
pub struct SignOn {
    issuers: Vec<(Issuer, KeySet)>,
    client: reqwest::Client,
}

/// Why a token opens nothing.
#[derive(Debug)]
pub enum TokenRefused {
    /// It is not what it says.
    Invalid(Fault),
    /// It is, and not now or not for us.
    Fault(Fault),
    /// Its issuer does not answer, so that nobody knows.
    Unavailable(Fault),
}

impl SignOn {
    /// Those whom the operator's file names.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        crypto::install();
        let issuers = settings::read(path)?.into_iter().map(|issuer| (issuer, KeySet::default()));
        Ok(Self { issuers: issuers.collect(), client: keyset::client()? })
    }

    /// Whether a text has the form of a token.
    pub fn is_meant(text: &str) -> bool {
        text.bytes().filter(|byte| *byte == b'.').count() == 2
    }

    /// Whom a token speaks of.
    pub async fn caller(&self, token: &str) -> Result<Caller, TokenRefused> {
        #[derive(Deserialize)]
        struct Says {
            iss: String,
        }
        let header = decode_header(token).map_err(|_| invalid())?;
        // Not believed yet: it says whose keys are to be asked for.
        let Says { iss } = dangerous::insecure_decode_claims(token).map_err(|_| invalid())?;
        let (issuer, keys) = self.issuers.iter().find(|(issuer, _)| issuer.url == iss).ok_or_else(invalid)?;
        if !issuer.algorithms.contains(&header.alg) {
            return Err(invalid());
        }
        let key = keys.key(&self.client, issuer, header.kid.as_deref()).await;
        let key = key.map_err(|none| match none {
            NoKey::Unknown => invalid(),
            NoKey::Unavailable => TokenRefused::Unavailable(unavailable()),
        })?;
        let claims = checked(token, issuer, header.alg, &key)?;
        Ok(caller(issuer, &claims))
    }
}

/// The claims of a token that holds.
fn checked(
    token: &str,
    issuer: &Issuer,
    algorithm: Algorithm,
    key: &Jwk,
) -> Result<Map<String, Value>, TokenRefused> {
    let signs = key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    if !signs {
        return Err(invalid());
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| invalid())?;
    let mut validation = Validation::new(algorithm);
    validation.leeway = issuer.skew;
    validation.validate_nbf = true;
    validation.set_audience(&issuer.audience);
    validation.set_issuer(&[&issuer.url]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let claims: Map<String, Value> =
        decode(token, &key, &validation).map(|token| token.claims).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => TokenRefused::Fault(expired()),
            ErrorKind::ImmatureSignature => TokenRefused::Fault(too_early()),
            ErrorKind::InvalidAudience => TokenRefused::Fault(not_for_us()),
            _ => invalid(),
        })?;
    // A subject without a letter is nobody, and the audit log would name nobody.
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    if subject.trim().is_empty() { Err(invalid()) } else { Ok(claims) }
}

/// Somebody to whom nothing is granted is known and may what anybody may.
fn caller(issuer: &Issuer, claims: &Map<String, Value>) -> Caller {
    let text = |path: &str| at(claims, path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let identity = Identity::Person {
        issuer: issuer.url.clone(),
        subject: text("sub"),
        name: text(&issuer.name_claim).chars().filter(|c| !c.is_control()).take(200).collect(),
    };
    let roles: Vec<&str> = match at(claims, &issuer.roles_claim) {
        Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(roles)) => roles.split_whitespace().collect(),
        _ => Vec::new(),
    };
    let mut granted: Option<&Grant> = None;
    for grant in issuer.grants.iter().filter(|grant| roles.contains(&grant.value.as_str())) {
        // Of several the one that says most; of equal ones the first.
        if granted.is_none_or(|before| grant.role > before.role) {
            granted = Some(grant);
        }
    }
    match granted {
        None => Caller { identity, ..Caller::default() },
        Some(grant) => Caller {
            identity,
            role: grant.role,
            scopes: grant.scopes,
            office: grant.office.clone(),
            province: grant.province.clone(),
            organisation: grant.organisation.clone(),
            ..Caller::default()
        },
    }
}

/// The claim at a path with dots; one whose name itself has dots counts first.
fn at<'c>(claims: &'c Map<String, Value>, path: &str) -> Option<&'c Value> {
    if let Some(whole) = claims.get(path) {
        return Some(whole);
    }
    let mut parts = path.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn invalid() -> TokenRefused {
    TokenRefused::Invalid(Fault::new(
        "TOKEN_INVALID",
        "This token does not hold here: its signature, algorithm, issuer or claims are not those of a sign-on that \
         this hub knows. Sign on again.",
        "Mã đăng nhập không hợp lệ: chữ ký, thuật toán, đơn vị cấp hoặc nội dung không đúng. Hãy đăng nhập lại.",
    ))
}

fn expired() -> Fault {
    Fault::new(
        "TOKEN_EXPIRED",
        "This token has expired; sign on again.",
        "Mã đăng nhập đã hết hạn; hãy đăng nhập lại.",
    )
}

fn too_early() -> Fault {
    Fault::new(
        "TOKEN_NOT_YET_VALID",
        "This token does not count yet; look at the clocks of this hub and of the sign-on.",
        "Mã đăng nhập chưa có hiệu lực; hãy kiểm tra đồng hồ của hai hệ thống.",
    )
}

fn not_for_us() -> Fault {
    Fault::new(
        "TOKEN_AUDIENCE",
        "This token is for another program; ask the sign-on for one whose audience is this hub.",
        "Mã đăng nhập cấp cho hệ thống khác; hãy xin mã có đối tượng sử dụng (audience) là hệ thống này.",
    )
}

fn unavailable() -> Fault {
    Fault::new(
        "SIGN_ON_UNAVAILABLE",
        "The sign-on does not answer, so that tokens cannot be checked; try again shortly.",
        "Hệ thống đăng nhập không trả lời nên chưa kiểm tra được mã; hãy thử lại sau.",
    )
}
