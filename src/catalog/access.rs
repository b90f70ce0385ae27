//! Who may see what, as the schema files say it: roles, scopes and rules. Who somebody is, is not known here.

use super::directive::Use;
use super::fault::{CatalogError, Place};
use super::model::{Catalog, Entity, LinkKind};
use super::search::Path;

/// What somebody is to the hub; each sees what those before it see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Anybody, without a key.
    #[default]
    Public,
    /// A retailer or another partner, by a key.
    Partner,
    /// An office of a province.
    Agency,
    /// Settles matches and imports for all offices.
    Steward,
    /// Runs the hub.
    Admin,
}

impl Role {
    /// All of them, from the one that sees least.
    pub const ALL: [Role; 5] = [Role::Public, Role::Partner, Role::Agency, Role::Steward, Role::Admin];

    /// As written in schema files, keys and answers.
    pub fn name(self) -> &'static str {
        match self {
            Role::Public => "PUBLIC",
            Role::Partner => "PARTNER",
            Role::Agency => "AGENCY",
            Role::Steward => "STEWARD",
            Role::Admin => "ADMIN",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(name))
    }

    /// What the role may do where nothing narrows it. An office imports its own registers: which, says its key.
    pub fn scopes(self) -> Scopes {
        use Scope::*;
        let of = |scopes: &[Scope]| scopes.iter().copied().collect::<Scopes>();
        match self {
            Role::Public => Scopes::NONE,
            Role::Partner => of(&[ReadSupply, WriteDemand]),
            Role::Agency => of(&[
                ReadSupply,
                ReadPersonal,
                ImportAgriculture,
                ImportIndustryAndTrade,
                ImportRuralDevelopment,
            ]),
            Role::Steward => Role::Agency.scopes().and(of(&[WriteDemand, Decide])),
            Role::Admin => Scope::ALL.into_iter().collect(),
        }
    }
}

/// One thing that a key may be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Prices and matches of supply.
    ReadSupply,
    /// Personal data, with a purpose stated.
    ReadPersonal,
    /// Demands: leave and withdraw them.
    WriteDemand,
    /// Registers of agriculture.
    ImportAgriculture,
    /// Registers of industry and trade.
    ImportIndustryAndTrade,
    /// Registers of rural development.
    ImportRuralDevelopment,
    /// Judgements and pins.
    Decide,
    /// Keys.
    AdminKeys,
    /// The audit log.
    AdminAudit,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 9] = [
        Scope::ReadSupply,
        Scope::ReadPersonal,
        Scope::WriteDemand,
        Scope::ImportAgriculture,
        Scope::ImportIndustryAndTrade,
        Scope::ImportRuralDevelopment,
        Scope::Decide,
        Scope::AdminKeys,
        Scope::AdminAudit,
    ];

    /// As written in schema files, keys and answers.
    pub fn name(self) -> &'static str {
        match self {
            Scope::ReadSupply => "read:supply",
            Scope::ReadPersonal => "read:personal",
            Scope::WriteDemand => "write:demand",
            Scope::ImportAgriculture => "import:agriculture",
            Scope::ImportIndustryAndTrade => "import:industry-and-trade",
            Scope::ImportRuralDevelopment => "import:rural-development",
            Scope::Decide => "decide",
            Scope::AdminKeys => "admin:keys",
            Scope::AdminAudit => "admin:audit",
        }
    }

    /// The scope of that name.
    pub fn named(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// The scope that registers of a kind of office are imported by (`AGRICULTURE`, …).
    pub fn import(office: &str) -> Option<Scope> {
        Scope::named(&format!("import:{}", office.to_ascii_lowercase().replace('_', "-")))
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u16);

impl Scopes {
    /// None.
    pub const NONE: Scopes = Scopes(0);

    /// Whether the scope is among them.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u16) != 0
    }

    /// These and the others.
    pub fn and(self, others: Scopes) -> Scopes {
        Scopes(self.0 | others.0)
    }

    /// Those that are among the others, too.
    pub fn within(self, others: Scopes) -> Scopes {
        Scopes(self.0 & others.0)
    }

    /// One by one.
    pub fn each(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<T: IntoIterator<Item = Scope>>(scopes: T) -> Self {
        Scopes(scopes.into_iter().fold(0, |all, scope| all | 1 << scope as u16))
    }
}

/// Who may read a type, a field or an operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// From this role on.
    pub role: Role,
    /// With this scope.
    pub scope: Option<Scope>,
    /// These rows alone.
    pub rows: Option<OwnRows>,
}

impl Access {
    /// The rule of whatever carries none: nobody but those who run the hub.
    pub const NOBODY: Access = Access { role: Role::Admin, scope: None, rows: None };

    pub(super) fn read(used: Option<Use<'_>>) -> Result<Option<Access>, CatalogError> {
        let Some(used) = used else { return Ok(None) };
        let name = used.text("read")?.unwrap_or_default();
        let known = || Role::ALL.map(Role::name).join(", ");
        let role = Role::named(&name).ok_or_else(|| used.place.error(name, known()))?;
        let scope = used.text("scope")?.map(|name| {
            let known = || Scope::ALL.map(Scope::name).join(", ");
            Scope::named(&name).ok_or_else(|| used.place.error(name, known()))
        });
        Ok(Some(Access { role, scope: scope.transpose()?, rows: OwnRows::read(&used)? }))
    }
}

/// Which rows somebody sees, by the names of fields, each over one to-one link at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnRows {
    /// Up to [`Role::Agency`], those of one's own office in one's own province.
    Office {
        /// Field that holds the kind of office.
        office: Path,
        /// Field that holds the province's code.
        province: Path,
    },
    /// Up to [`Role::Partner`], those of one's own organisation.
    Organisation(Path),
    /// Those that speak of fields which one may read.
    Speaking {
        /// Field that holds the entity type.
        entity: Path,
        /// Field that holds the field.
        field: Path,
    },
}

impl OwnRows {
    fn read(used: &Use<'_>) -> Result<Option<OwnRows>, CatalogError> {
        let path = |name: &str| Ok::<_, CatalogError>(used.text(name)?.map(|text| Path::new(&text)));
        let (office, province) = (path("office")?, path("province")?);
        match (office, province, path("organisation")?, path("type")?, path("field")?) {
            (None, None, None, None, None) => Ok(None),
            (Some(office), Some(province), None, None, None) => {
                Ok(Some(OwnRows::Office { office, province }))
            }
            (None, None, Some(field), None, None) => Ok(Some(OwnRows::Organisation(field))),
            (None, None, None, Some(entity), Some(field)) => Ok(Some(OwnRows::Speaking { entity, field })),
            _ => {
                let expected = "office with province, or organisation, or type with field";
                Err(used.place.error("@access of rows", expected))
            }
        }
    }

    /// The fields it goes by.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            OwnRows::Office { office: a, province: b } | OwnRows::Speaking { entity: a, field: b } => {
                vec![a, b]
            }
            OwnRows::Organisation(path) => vec![path],
        }
    }
}

/// The files against each other: what a rule goes by is there, and no link leads around a rule of rows.
pub(super) fn check(catalog: &Catalog, entity: &Entity, place: &Place) -> Result<(), CatalogError> {
    for path in entity.access.rows.iter().flat_map(OwnRows::paths) {
        let (links, field) = path.0.split_at(path.0.len().saturating_sub(1));
        let of = match links {
            [] => Some(entity),
            [link] => entity.links.get(link).and_then(|link| match link.kind {
                LinkKind::ToOne { .. } => catalog.entities.get(&link.target),
                LinkKind::ToMany { .. } => None,
            }),
            _ => None,
        };
        if of.is_none_or(|of| field.iter().any(|field| !of.columns.contains_key(field))) {
            return Err(place
                .error(format!("@access by {}", path.0.join(".")), "a field, or a field of a to-one link"));
        }
    }
    for link in entity.links.values() {
        let target = catalog.entities.get(&link.target).and_then(|target| target.access.rows.as_ref());
        let of_few = matches!(target, Some(OwnRows::Office { .. } | OwnRows::Organisation(_)));
        let goes_by = |path: &&Path| path.0.first() == Some(&link.name);
        let same = entity.access.rows.iter().flat_map(OwnRows::paths).any(|path| goes_by(&path));
        if matches!(link.kind, LinkKind::ToOne { .. }) && of_few && !same {
            let seen = format!("{} leads to rows of {} that are not for all", link.name, link.target);
            return Err(place.error(seen, "@access with the same rule over this link"));
        }
    }
    Ok(())
}
