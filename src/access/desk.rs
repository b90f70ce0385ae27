//! Where a hub takes callers without a key for stewards: on a trusted network, if its operator says so.

use super::Actor;
use crate::error::Fault;

/// Longest name an act is signed with, in letters.
const NAME: usize = 80;

/// For whom the hub acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Desk {
    /// Nobody over HTTP; the command line still may.
    #[default]
    Closed,
    /// Programs of this machine: the hub listens on a loopback address.
    Local,
    /// Whoever reaches the hub: a trusted network.
    Open,
}

/// What is known of a caller over HTTP.
#[derive(Debug, Clone, Copy, Default)]
pub struct Caller<'a> {
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Origin`: sent by browsers.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`: sent by browsers.
    pub site: Option<&'a str>,
    /// Whether a proxy says that it stands between.
    pub forwarded: bool,
    /// The name the caller gives; believed until there are keys.
    pub name: Option<&'a str>,
}

impl Desk {
    /// The one rule. A page of another site never acts in its visitor's name. A local desk takes callers that
    /// address it by a name of this machine and come through no proxy, so that neither a proxy on the same
    /// machine nor a name that was made to point here opens it to others.
    pub fn admit(self, caller: &Caller<'_>) -> Result<Actor, Fault> {
        if !same_site(caller) {
            return Err(other_site());
        }
        let local = || !caller.forwarded && caller.host.is_some_and(is_loopback);
        match self {
            Desk::Open => Ok(signed(caller)),
            Desk::Local if local() => Ok(signed(caller)),
            Desk::Local | Desk::Closed => Err(closed()),
        }
    }
}

fn signed(caller: &Caller<'_>) -> Actor {
    let name: String =
        caller.name.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).take(NAME).collect();
    Actor(if name.is_empty() { "desk".to_owned() } else { name })
}

fn same_site(caller: &Caller<'_>) -> bool {
    if caller.site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    let Some(origin) = caller.origin else { return true };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == caller.host
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn closed() -> Fault {
    Fault::new(
        "FORBIDDEN",
        "This hub takes no imports or decisions from here. Use its command line, or start it with --open-desk \
         true on a trusted network.",
        "Hệ thống không nhận nhập liệu hay quyết định từ địa chỉ này. Hãy dùng dòng lệnh, hoặc khởi động với \
         --open-desk true trong mạng tin cậy.",
    )
}

fn other_site() -> Fault {
    Fault::new(
        "FORBIDDEN_ORIGIN",
        "A page of another site may not act here.",
        "Trang web khác không được thao tác tại đây.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(host: &str) -> Caller<'_> {
        Caller { host: Some(host), ..Caller::default() }
    }

    #[test]
    fn a_local_desk_takes_callers_of_this_machine_only() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.3.2.1", "[::1]:8080", "[::1]"] {
            assert!(Desk::Local.admit(&caller(host)).is_ok(), "{host}");
            assert!(Desk::Closed.admit(&caller(host)).is_err(), "{host}");
        }
        for host in ["evil.example:8080", "localhost.evil.example", "10.0.0.1", "127.0.0.1.evil.example", ""]
        {
            assert!(Desk::Local.admit(&caller(host)).is_err(), "{host}");
            assert!(Desk::Open.admit(&caller(host)).is_ok(), "{host}");
        }
        let proxied = Caller { forwarded: true, ..caller("127.0.0.1") };
        assert_eq!(Desk::Local.admit(&proxied).map_err(|fault| fault.code), Err("FORBIDDEN"));
        assert!(Desk::Local.admit(&Caller::default()).is_err(), "no host");
    }

    #[test]
    fn a_page_of_another_site_never_acts() {
        let at = |origin, site| Caller { origin, site, ..caller("localhost:8080") };
        for (origin, site, admitted) in [
            (Some("http://localhost:8080"), Some("same-origin"), true),
            (Some("http://localhost:8080"), None, true),
            (None, Some("none"), true),
            (Some("http://evil.example"), None, false),
            (Some("null"), None, false),
            (None, Some("cross-site"), false),
            (Some("http://localhost:9090"), Some("same-site"), false),
        ] {
            for desk in [Desk::Local, Desk::Open] {
                assert_eq!(desk.admit(&at(origin, site)).is_ok(), admitted, "{origin:?} {site:?}");
            }
        }
    }

    #[test]
    fn an_act_is_signed_with_the_name_given() {
        let named = Caller { name: Some(" Lan\n, phòng KH "), ..caller("localhost") };
        assert_eq!(Desk::Open.admit(&named), Ok(Actor("Lan, phòng KH".to_owned())));
        assert_eq!(Desk::Open.admit(&caller("localhost")), Ok(Actor("desk".to_owned())));
    }
}
