//! What a new key shall be for, and whether that makes sense. Pure.

use chrono::{DateTime, Utc};
use ipnet::IpNet;

use super::super::address::network;
use super::super::{Caller, Role, Scope, Scopes};
use crate::error::Fault;

/// Letters of a label and of an organisation's name.
const LETTERS: usize = 200;
/// Networks of a key.
const NETWORKS: usize = 50;

/// What a new key shall be for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyWish {
    /// What it is for, in words.
    pub label: String,
    /// Whose it is.
    pub organisation: Option<String>,
    /// Role.
    pub role: Role,
    /// What it is narrowed to; none: all that the role brings.
    pub scopes: Option<Vec<String>>,
    /// Kind of office it speaks for.
    pub office: Option<String>,
    /// Code of the province it speaks for.
    pub province: Option<String>,
    /// Where it may come from; empty: anywhere.
    pub networks: Vec<String>,
    /// From when on it does not count any more; none: it counts until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The same, as it makes sense.
#[derive(Debug)]
pub(in crate::access) struct Checked {
    pub label: String,
    pub organisation: Option<String>,
    pub scopes: Option<Vec<String>>,
    pub networks: Option<Vec<IpNet>>,
}

impl KeyWish {
    /// Whether `by` may make such a key, and what it comes to.
    pub(in crate::access) fn check(&self, by: &Caller, now: DateTime<Utc>) -> Result<Checked, Fault> {
        let label = words("label", &self.label, "LABEL_INVALID")?;
        let organisation = self.organisation.as_deref().filter(|name| !name.trim().is_empty());
        let organisation = organisation.map(|name| words("organisation", name, "ORGANISATION_INVALID"));
        let organisation = organisation.transpose()?;
        if self.role == Role::Partner && organisation.is_none() {
            return Err(missing("ORGANISATION_MISSING", "PARTNER", "organisation", "đơn vị"));
        }
        self.check_office()?;
        let scopes = self.check_scopes(by)?;
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(Fault::new(
                "EXPIRY_PAST",
                "the key would have expired already; name a moment to come",
                "khóa sẽ hết hạn ngay khi tạo; hãy chọn thời điểm trong tương lai",
            ));
        }
        if self.networks.len() > NETWORKS {
            return Err(Fault::new(
                "NETWORK_INVALID",
                format!("a key has {NETWORKS} networks at most"),
                format!("mỗi khóa có tối đa {NETWORKS} dải mạng"),
            ));
        }
        let networks = self.networks.iter().map(|text| network(text)).collect::<Result<Vec<_>, _>>()?;
        let networks = Some(networks).filter(|networks| !networks.is_empty());
        Ok(Checked { label, organisation, scopes, networks })
    }

    fn check_office(&self) -> Result<(), Fault> {
        if self.role == Role::Agency && self.office.is_none() {
            return Err(missing("OFFICE_MISSING", "AGENCY", "office", "loại cơ quan"));
        }
        if self.role == Role::Agency && self.province.is_none() {
            return Err(missing("PROVINCE_MISSING", "AGENCY", "province", "mã tỉnh"));
        }
        if let Some(office) = self.office.as_deref().filter(|office| Scope::import(office).is_none()) {
            let known = Scope::OFFICES.map(|(kind, _)| kind).join(", ");
            return Err(Fault::new(
                "OFFICE_UNKNOWN",
                format!("{office:?} is no kind of office; known: {known}"),
                format!("{office:?} không phải loại cơ quan; các loại hợp lệ: {known}"),
            ));
        }
        let is_code = |code: &str| code.len() == 2 && code.bytes().all(|digit| digit.is_ascii_digit());
        match self.province.as_deref().filter(|code| !is_code(code)) {
            None => Ok(()),
            Some(code) => Err(Fault::new(
                "PROVINCE_INVALID",
                format!("{code:?} is no province's code; expected two digits, such as 48"),
                format!("{code:?} không phải mã tỉnh; mã gồm hai chữ số, ví dụ 48"),
            )),
        }
    }

    /// A key is narrowed to what its role brings, and to what its maker may do.
    fn check_scopes(&self, by: &Caller) -> Result<Option<Vec<String>>, Fault> {
        let brought = self.role.scopes();
        let mut wanted = brought;
        if let Some(names) = &self.scopes {
            let known = names.iter().map(|name| Scope::named(name).ok_or_else(|| unknown(name)));
            wanted = known.collect::<Result<Scopes, Fault>>()?;
            if let Some(scope) = wanted.each().find(|scope| !brought.has(*scope)) {
                let (scope, role) = (scope.name(), self.role.name());
                return Err(Fault::new(
                    "SCOPE_BEYOND_ROLE",
                    format!("the role {role} does not bring the scope {scope}"),
                    format!("vai trò {role} không có quyền {scope}"),
                ));
            }
        }
        if let Some(scope) = wanted.each().find(|scope| !by.scopes.has(*scope)) {
            let scope = scope.name();
            return Err(Fault::new(
                "SCOPE_NOT_YOURS",
                format!("you have not the scope {scope} yourself; narrow the key to others"),
                format!("chính bạn không có quyền {scope}; hãy thu hẹp quyền của khóa"),
            ));
        }
        let names = |scopes: Scopes| scopes.each().map(|scope| scope.name().to_owned()).collect();
        Ok(self.scopes.as_ref().map(|_| names(wanted)))
    }
}

fn words(field: &str, text: &str, code: &'static str) -> Result<String, Fault> {
    let text = text.trim();
    let letters = text.chars().count();
    match (1..=LETTERS).contains(&letters) && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(Fault::new(
            code,
            format!("{field} has 1 to {LETTERS} letters on one line"),
            format!("{field} dài từ 1 đến {LETTERS} ký tự, trên một dòng"),
        )),
    }
}

fn missing(code: &'static str, role: &str, field: &str, vi: &str) -> Fault {
    Fault::new(
        code,
        format!("a key of the role {role} names its {field}"),
        format!("khóa của vai trò {role} phải ghi {vi} ({field})"),
    )
}

fn unknown(name: &str) -> Fault {
    let known: Vec<&str> = Scope::ALL.into_iter().map(Scope::name).collect();
    let known = known.join(", ");
    Fault::new(
        "SCOPE_UNKNOWN",
        format!("there is no scope {name:?}; known: {known}"),
        format!("không có quyền {name:?}; các quyền hợp lệ: {known}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_makes_sense_or_is_told_why_not() {
        let some = |text: &str| Some(text.to_owned());
        let scopes = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let plain = || KeyWish { label: "a".into(), role: Role::Steward, ..KeyWish::default() };
        let agency =
            || KeyWish { role: Role::Agency, office: some("AGRICULTURE"), province: some("48"), ..plain() };
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let operator = Caller::operator();
        for (code, wish) in [
            ("", plain()),
            ("", agency()),
            ("", KeyWish { scopes: scopes(&["decide"]), networks: vec!["10.0.0.0/8".into()], ..plain() }),
            ("LABEL_INVALID", KeyWish { label: " ".into(), ..plain() }),
            ("LABEL_INVALID", KeyWish { label: "a\nb".into(), ..plain() }),
            ("ORGANISATION_MISSING", KeyWish { role: Role::Partner, ..plain() }),
            ("OFFICE_MISSING", KeyWish { office: None, ..agency() }),
            ("PROVINCE_MISSING", KeyWish { province: None, ..agency() }),
            ("OFFICE_UNKNOWN", KeyWish { office: some("CUSTOMS"), ..agency() }),
            ("PROVINCE_INVALID", KeyWish { province: some("4x"), ..agency() }),
            ("SCOPE_UNKNOWN", KeyWish { scopes: scopes(&["read:all"]), ..plain() }),
            ("SCOPE_BEYOND_ROLE", KeyWish { scopes: scopes(&["admin:keys"]), ..plain() }),
            ("NETWORK_INVALID", KeyWish { networks: vec!["here".into()], ..plain() }),
            ("EXPIRY_PAST", KeyWish { expires_at: Some(now), ..plain() }),
        ] {
            let said = wish.check(&operator, now).map_or_else(|fault| fault.code, |_| "");
            assert_eq!(said, code, "{wish:?}");
        }
        let narrow = Caller { scopes: [Scope::AdminKeys].into_iter().collect(), ..Caller::operator() };
        let admin = KeyWish { role: Role::Admin, ..plain() };
        assert_eq!(admin.check(&narrow, now).unwrap_err().code, "SCOPE_NOT_YOURS");
        let same = KeyWish { scopes: scopes(&["admin:keys"]), ..admin };
        assert_eq!(same.check(&narrow, now).unwrap().scopes, scopes(&["admin:keys"]));
    }
}
