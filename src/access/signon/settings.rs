//! Who vouches for people, as the operator says it: a TOML file → issuers, checked.

use std::path::Path;
use std::time::Duration;

use chrono::DateTime;
use jsonwebtoken::Algorithm;
use reqwest::Url;
use serde::Deserialize;

use super::super::{Caller, KeyWish, Role, Scope, Scopes};
use super::crypto::KNOWN;
use crate::error::Fault;

/// Allowed where the file does not say.
const CUSTOMARY: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// Largest difference between clocks that is borne, in seconds.
const WIDEST_SKEW: u64 = 300;

/// Somebody who vouches for people.
#[derive(Debug)]
pub(super) struct Issuer {
    /// As `iss` says it.
    pub url: String,
    /// Where its keys are; none: it says so itself.
    pub jwks: Option<Url>,
    /// For whom its tokens are, one of these.
    pub audience: Vec<String>,
    pub algorithms: Vec<Algorithm>,
    pub skew: u64,
    /// Least time between two questions for its keys.
    pub pace: Duration,
    /// Path of the claim with a person's name.
    pub name_claim: String,
    /// Path of the claim with a person's roles there.
    pub roles_claim: String,
    pub grants: Vec<Grant>,
}

/// What a role there is here.
#[derive(Debug)]
pub(super) struct Grant {
    pub value: String,
    pub role: Role,
    pub scopes: Scopes,
    pub office: Option<String>,
    pub province: Option<String>,
    pub organisation: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: Vec<WrittenIssuer>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIssuer {
    url: String,
    audience: OneOrMore,
    jwks: Option<String>,
    algorithms: Option<Vec<String>>,
    clock_skew_seconds: Option<u64>,
    refetch_seconds: Option<u64>,
    name_claim: Option<String>,
    roles_claim: Option<String>,
    #[serde(default)]
    grant: Vec<WrittenGrant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGrant {
    value: String,
    role: String,
    scopes: Option<Vec<String>>,
    office: Option<String>,
    province: Option<String>,
    organisation: Option<String>,
}

/// The issuers of a file.
pub(super) fn read(path: &Path) -> Result<Vec<Issuer>, Fault> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| invalid(&name, &error.to_string()))?;
    parse(&name, &text)
}

/// The issuers of a file's text; `name` is for messages.
pub(super) fn parse(name: &str, text: &str) -> Result<Vec<Issuer>, Fault> {
    let file: File = toml::from_str(text).map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        invalid(&format!("{name}, line {line}"), error.message().trim())
    })?;
    if file.issuer.is_empty() {
        return Err(invalid(name, "no [[issuer]] in it"));
    }
    file.issuer.into_iter().map(|issuer| check(name, issuer)).collect()
}

fn check(name: &str, written: WrittenIssuer) -> Result<Issuer, Fault> {
    let of = format!("{name}, issuer {}", written.url);
    let wrong = |what: &str| invalid(&of, what);
    address(&written.url).map_err(|what| wrong(&what))?;
    let jwks = written.jwks.as_deref().map(address).transpose().map_err(|what| wrong(&what))?;
    let audience = match written.audience {
        OneOrMore::One(one) => vec![one],
        OneOrMore::More(more) => more,
    };
    if audience.is_empty() || audience.iter().any(|audience| audience.trim().is_empty()) {
        return Err(wrong("audience is empty: tokens for others would be taken"));
    }
    let skew = written.clock_skew_seconds.unwrap_or(60);
    if skew > WIDEST_SKEW {
        return Err(wrong(&format!("clock_skew_seconds is at most {WIDEST_SKEW}")));
    }
    let algorithms = match written.algorithms {
        None => CUSTOMARY.to_vec(),
        Some(names) => {
            let known = |name: &String| {
                KNOWN.iter().find(|(known, _)| known == name).map(|(_, algorithm)| *algorithm)
            };
            let all: Option<Vec<_>> = names.iter().map(known).collect();
            let allowed = || wrong(&format!("algorithms are of {}", KNOWN.map(|(name, _)| name).join(", ")));
            all.filter(|all| !all.is_empty()).ok_or_else(allowed)?
        }
    };
    let grants = written.grant.into_iter().map(|grant| granted(&of, grant)).collect::<Result<_, _>>()?;
    Ok(Issuer {
        url: written.url,
        jwks,
        audience,
        algorithms,
        skew,
        pace: Duration::from_secs(written.refetch_seconds.unwrap_or(10).clamp(1, 600)),
        name_claim: written.name_claim.unwrap_or_else(|| "name".to_owned()),
        roles_claim: written.roles_claim.unwrap_or_else(|| "roles".to_owned()),
        grants,
    })
}

/// A grant makes sense where a key of its kind would.
fn granted(of: &str, written: WrittenGrant) -> Result<Grant, Fault> {
    let at = format!("{of}, grant {}", written.value);
    let known = || invalid(&at, &format!("role is one of {}", Role::ALL.map(Role::name).join(", ")));
    let role = Role::named(&written.role).ok_or_else(known)?;
    let WrittenGrant { value, scopes, office, province, organisation, .. } = written;
    let wish = KeyWish { label: value, role, scopes, office, province, organisation, ..KeyWish::default() };
    let checked = wish.check(&Caller::operator(), DateTime::UNIX_EPOCH);
    let organisation = checked.map_err(|fault| invalid(&at, &fault.en))?.organisation;
    let named = |names: Vec<String>| names.iter().filter_map(|name| Scope::named(name)).collect();
    let KeyWish { label, scopes, office, province, .. } = wish;
    let scopes = scopes.map_or(role.scopes(), named);
    Ok(Grant { value: label, role, scopes, office, province, organisation })
}

/// An address that nobody on the way can speak for: of HTTPS, or of this machine.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("{text:?} is no address: {error}"))?;
    let of_this_machine = url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    });
    match url.scheme() == "https" || url.scheme() == "http" && of_this_machine {
        true => Ok(url),
        false => Err(format!("{text} must begin with https://")),
    }
}

fn invalid(at: &str, what: &str) -> Fault {
    Fault::new(
        "SIGN_ON_FILE_INVALID",
        format!("{at}: {what}"),
        format!("{at}: tệp thiết lập đăng nhập không hợp lệ ({what})"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[issuer]]\nurl = 'https://sso.example.vn'\naudience = 'lienthong'\n\
        [[issuer.grant]]\nvalue = 'editor'\nrole = 'AGENCY'\noffice = 'AGRICULTURE'\nprovince = '48'\n";

    #[test]
    fn a_file_is_read_or_told_what_is_wrong() {
        let issuers = parse("sso.toml", GOOD).unwrap();
        assert_eq!((issuers[0].skew, issuers[0].algorithms.len()), (60, 3));
        assert_eq!(issuers[0].grants[0].scopes, Role::Agency.scopes());
        let partner = "role = 'PARTNER'\norganisation = ' Siêu thị A '\n#";
        let partner = parse("sso.toml", &GOOD.replace("role = 'AGENCY'\n", partner)).unwrap();
        assert_eq!(partner[0].grants[0].organisation.as_deref(), Some("Siêu thị A"), "as demands are stored");
        for (from, to, expected) in [
            ("https://", "http://", "must begin with https"),
            ("audience = 'lienthong'", "audience = []", "audience is empty"),
            ("audience = 'lienthong'\n", "", "missing field `audience`"),
            ("[[issuer.grant]]", "algorithms = ['none']\n[[issuer.grant]]", "algorithms are of"),
            ("[[issuer.grant]]", "algorithms = ['HS256']\n[[issuer.grant]]", "algorithms are of"),
            ("[[issuer.grant]]", "clock_skew_seconds = 900\n[[issuer.grant]]", "at most 300"),
            ("[[issuer.grant]]", "audiense = 'x'\n[[issuer.grant]]", "line 4: unknown field"),
            ("'AGENCY'", "'BOSS'", "role is one of"),
            ("province = '48'", "", "names its province"),
        ] {
            let fault = parse("sso.toml", &GOOD.replace(from, to)).unwrap_err();
            assert_eq!(fault.code, "SIGN_ON_FILE_INVALID");
            assert!(fault.en.contains(expected), "{}", fault.en);
        }
        assert!(
            address("http://127.0.0.1:8080/x").is_ok() && address("http://127.0.0.1.evil.example").is_err()
        );
    }
}
