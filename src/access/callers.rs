//! Who calls: what a request shows of itself → a caller, or why it is not let in. Who shows nothing is anybody.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use ipnet::IpNet;

use super::address::address;
use super::failures::{Failures, MOST};
use super::key::KeyText;
use super::keys::{KeyRefused, Keys};
use super::signon::{SignOn, TokenRefused};
use super::{Caller, Door, Identity, Role};
use crate::error::Fault;

/// Longest credentials that are looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a request shows of itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visit<'a> {
    /// The other end of the connection.
    pub peer: Option<IpAddr>,
    /// `X-Forwarded-For`, line by line.
    pub forwarded: &'a [&'a str],
    /// `Authorization`, line by line.
    pub authorization: &'a [&'a str],
    /// What a browser says of the page that asks.
    pub door: Door<'a>,
}

/// Why somebody is not let in.
#[derive(Debug)]
pub struct NotKnown {
    /// In words.
    pub fault: Fault,
    /// Seconds to wait.
    pub wait: Option<u64>,
    /// Where they come from.
    pub address: Option<IpAddr>,
}

/// All by which callers are known.
#[derive(Debug, Default)]
pub struct Callers {
    /// Keys; none: this hub knows none.
    pub keys: Option<Arc<Keys>>,
    /// Who vouches for people; none: nobody.
    pub sign_on: Option<SignOn>,
    /// Whether whoever comes is a steward.
    pub open_desk: bool,
    /// Proxies whose word on addresses is believed.
    pub proxies: Vec<IpNet>,
    /// The hub's public address; none: it has none.
    public_url: Option<String>,
    failures: Failures,
}

impl Callers {
    /// Callers known by these.
    pub fn new(keys: Option<Arc<Keys>>, open_desk: bool, proxies: Vec<IpNet>) -> Self {
        Self { keys, open_desk, proxies, ..Self::default() }
    }

    /// The same, of a hub with a public address.
    pub fn at(self, public_url: Option<String>) -> Self {
        Self { public_url, ..self }
    }

    /// The same, who also knows people by their agencies' sign-on.
    pub fn trusting(self, sign_on: Option<SignOn>) -> Self {
        Self { sign_on, ..self }
    }

    /// Who it is.
    pub async fn identify(&self, visit: &Visit<'_>) -> Result<Caller, NotKnown> {
        let address = address(visit.peer, visit.forwarded, &self.proxies);
        let known = match visit.authorization {
            [] if self.open_desk && visit.door.is_same_site(self.public_url.as_deref()) => {
                Ok(Caller::of(Identity::OpenDesk, Role::Steward))
            }
            [] => Ok(Caller::default()),
            [one] => self.by_credentials(one, address).await,
            _ => Err(self.failed(address, several())),
        };
        known.map(|caller| Caller { address, ..caller })
    }

    async fn by_credentials(&self, shown: &str, address: Option<IpAddr>) -> Result<Caller, NotKnown> {
        let token = bearer(shown).ok_or_else(|| self.failed(address, malformed()))?;
        let wait = self.failures.wait(address, Instant::now());
        let stopped = wait.map(|wait| {
            let wait = Some(wait.as_secs().max(1));
            NotKnown { fault: too_many(), wait, address }
        });
        if let Some(sign_on) =
            self.sign_on.as_ref().filter(|_| !KeyText::is_meant(token) && SignOn::is_meant(token))
        {
            // Looked at whoever fails beside it: nobody guesses a signature, and one broken program must not keep a whole
            // office behind the same address from signing on.
            return sign_on.caller(token).await.map_err(|refused| match refused {
                TokenRefused::Invalid(fault) => stopped.unwrap_or_else(|| self.failed(address, fault)),
                TokenRefused::Fault(fault) => NotKnown { fault, wait: None, address },
                TokenRefused::Unavailable(fault) => NotKnown { fault, wait: Some(10), address },
            });
        }
        let key = KeyText::read(token);
        if let Some(stopped) = stopped {
            // Whoever is known goes on, even beside somebody who guesses from the same address.
            let is_good = |keys: &Arc<Keys>| key.is_some_and(|key| keys.was_good(key));
            if !self.keys.as_ref().is_some_and(is_good) {
                return Err(stopped);
            }
        }
        let Some(key) = key else { return Err(self.failed(address, invalid())) };
        let Some(keys) = &self.keys else { return Err(self.failed(address, invalid())) };
        keys.caller(key, address).await.map_err(|refused| match refused {
            KeyRefused::Invalid => self.failed(address, invalid()),
            KeyRefused::Fault(fault) => NotKnown { fault, wait: None, address },
            KeyRefused::Unavailable(error) => {
                tracing::error!(%error, "keys cannot be looked up");
                NotKnown { fault: unavailable(), wait: Some(1), address }
            }
        })
    }

    /// A failure that counts: whoever guesses fails so.
    fn failed(&self, address: Option<IpAddr>, fault: Fault) -> NotKnown {
        self.failures.count(address, Instant::now());
        NotKnown { fault, wait: None, address }
    }
}

/// The token of `Authorization: Bearer`.
fn bearer(shown: &str) -> Option<&str> {
    let (scheme, token) = shown.trim().split_once(' ')?;
    let token = token.trim();
    let plain = |c: char| c.is_ascii_graphic();
    let fits = !token.is_empty() && token.len() <= LONGEST && token.chars().all(plain);
    (scheme.eq_ignore_ascii_case("bearer") && fits).then_some(token)
}

/// The same words whether nobody has the prefix or the secret is another.
fn invalid() -> Fault {
    Fault::new(
        "KEY_INVALID",
        "This is no key of this hub. Send Authorization: Bearer with the whole key, lt_…, as it was shown when made.",
        "Khóa truy cập không hợp lệ. Hãy gửi Authorization: Bearer kèm toàn bộ khóa (lt_…) như khi được cấp.",
    )
}

fn malformed() -> Fault {
    Fault::new(
        "KEY_INVALID",
        "The Authorization header is not understood; expected Authorization: Bearer lt_….",
        "Không hiểu tiêu đề Authorization; cần có dạng Authorization: Bearer lt_….",
    )
}

fn several() -> Fault {
    Fault::new(
        "KEY_INVALID",
        "There are several Authorization headers; send one.",
        "Yêu cầu có nhiều tiêu đề Authorization; chỉ gửi một.",
    )
}

fn too_many() -> Fault {
    Fault::new(
        "TOO_MANY_FAILURES",
        format!(
            "More than {MOST} failures within a minute from this address; wait as long as Retry-After says, \
             and see that the key is right."
        ),
        format!(
            "Quá {MOST} lần xác thực sai trong một phút từ địa chỉ này; hãy chờ theo Retry-After và kiểm tra \
             lại khóa."
        ),
    )
}

fn unavailable() -> Fault {
    Fault::new(
        "UNAVAILABLE",
        "The database does not answer now; try again shortly.",
        "Cơ sở dữ liệu tạm thời không trả lời; hãy thử lại sau.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn identify(authorization: &[&str], callers: &Callers) -> Result<Caller, &'static str> {
        let visit = Visit { authorization, peer: "192.0.2.1".parse().ok(), ..Visit::default() };
        callers.identify(&visit).await.map_err(|not| not.fault.code)
    }

    #[tokio::test]
    async fn what_is_shown_must_be_understood() {
        for shown in ["Basic YTpi", "Bearer", "Bearer ", "lt_a", "Bearer a b", "Bearer ü", "Bearer lt_x"] {
            assert_eq!(identify(&[shown], &Callers::default()).await, Err("KEY_INVALID"), "{shown}");
        }
        let twice = identify(&["Bearer a", "Bearer a"], &Callers::default()).await;
        assert_eq!(twice, Err("KEY_INVALID"));
        assert_eq!(identify(&[], &Callers::default()).await.unwrap().role, Role::Public);
    }

    #[tokio::test]
    async fn whoever_guesses_is_not_listened_to_for_a_while() {
        let callers = Callers::default();
        for _ in 0..=MOST {
            assert_eq!(identify(&["Bearer lt_guess"], &callers).await, Err("KEY_INVALID"));
        }
        assert_eq!(identify(&["Bearer lt_guess"], &callers).await, Err("TOO_MANY_FAILURES"));
        assert!(identify(&[], &callers).await.is_ok(), "anybody may still ask");
    }

    #[tokio::test]
    async fn an_open_desk_is_closed_to_pages_of_other_sites() {
        let callers = Callers::new(None, true, Vec::new()).at(Some("https://hub.example".to_owned()));
        let role = async |origin| {
            let door = Door { host: Some("hub.example"), origin, site: None };
            callers.identify(&Visit { door, ..Visit::default() }).await.unwrap().role
        };
        assert_eq!(role(None).await, Role::Steward);
        assert_eq!(role(Some("https://hub.example")).await, Role::Steward);
        assert_eq!(role(Some("https://evil.example")).await, Role::Public);
    }
}
