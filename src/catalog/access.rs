//! Who may see what, as the schema files say it: roles, scopes and rules. Who somebody is, is not known here.

use super::directive::Use;
use super::fault::{CatalogError, Place};
use super::model::{Catalog, Entity, LinkKind, Personal};
use super::search::Path;
use super::verify::Verifiable;

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

    /// Kinds of office, and the scopes that their registers are imported by.
    pub const OFFICES: [(&str, Scope); 3] = [
        ("AGRICULTURE", Scope::ImportAgriculture),
        ("INDUSTRY_AND_TRADE", Scope::ImportIndustryAndTrade),
        ("RURAL_DEVELOPMENT", Scope::ImportRuralDevelopment),
    ];

    /// The scope that registers of a kind of office are imported by.
    pub fn import(office: &str) -> Option<Scope> {
        Scope::OFFICES.iter().find(|(kind, _)| *kind == office).map(|(_, scope)| *scope)
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
    /// Whether a file says so; nothing but what is made without a file may go without.
    pub declared: bool,
    /// From this role on.
    pub role: Role,
    /// With this scope.
    pub scope: Option<Scope>,
    /// These rows alone.
    pub rows: Option<OwnRows>,
}

impl Access {
    /// The rule of whatever carries none: nobody but those who run the hub.
    pub const NOBODY: Access = Access { declared: false, role: Role::Admin, scope: None, rows: None };

    /// Of what the catalog adds to types by itself: it leads to types with rules of their own.
    pub const ADDED: Access = Access { declared: true, role: Role::Public, scope: None, rows: None };

    pub(super) fn read(used: Option<Use<'_>>) -> Result<Option<Access>, CatalogError> {
        let Some(used) = used else { return Ok(None) };
        let name = used.text("read")?.unwrap_or_default();
        let known = || Role::ALL.map(Role::name).join(", ");
        let role = Role::named(&name).ok_or_else(|| used.place.error(name, known()))?;
        let scope = used.text("scope")?.map(|name| {
            let known = || Scope::ALL.map(Scope::name).join(", ");
            Scope::named(&name).ok_or_else(|| used.place.error(name, known()))
        });
        Ok(Some(Access { declared: true, role, scope: scope.transpose()?, rows: OwnRows::read(&used)? }))
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
    check_ways_around(catalog, entity, place)?;
    for link in entity.links.values() {
        let target = catalog.entities.get(&link.target).and_then(|target| target.access.rows.as_ref());
        let goes_by = |path: &&Path| path.0.first() == Some(&link.name);
        let same = entity.access.rows.iter().flat_map(OwnRows::paths).any(|path| goes_by(&path));
        if matches!(link.kind, LinkKind::ToOne { .. }) && target.is_some() && !same {
            let seen = format!("{} leads to rows of {} that are not for all", link.name, link.target);
            return Err(place.error(seen, "@access with the same rule over this link"));
        }
    }
    Ok(())
}

/// What tells of a field without naming it goes by fields that whoever may know of the type may read: orders, keys,
/// validity, parts of the type under a name of their own. Searching and verifying go by those for everybody.
fn check_ways_around(catalog: &Catalog, entity: &Entity, place: &Place) -> Result<(), CatalogError> {
    let keys = entity.keys.iter().map(|key| &key.field);
    let parts = entity.roots.iter().map(|view| &view.filter);
    let named = keys.chain(parts).chain(entity.validity.iter().flat_map(|validity| validity.fields()));
    if let Some(odd) = named.into_iter().find(|name| narrower(entity, name)) {
        let seen = format!("{odd} in @entity, @root or @validity");
        return Err(place.error(seen, "a field that all who see the type may read"));
    }
    let lists = entity.links.values().filter_map(|link| match &link.kind {
        LinkKind::ToMany { order, .. } => Some((catalog.entities.get(&link.target)?, order)),
        LinkKind::ToOne { .. } => None,
    });
    for (of, order) in lists.chain([(entity, &entity.order)]) {
        let hidden = |name: &str| {
            let column = of.columns.get(name);
            column.is_some_and(|column| column.personal == Some(Personal::Hidden))
        };
        if let Some(odd) = order.iter().find(|one| narrower(of, &one.field) || hidden(&one.field)) {
            let seen = format!("an order by {}.{}", of.name, odd.field);
            return Err(place.error(seen, "a field that all who see the type may read"));
        }
    }
    let found = entity.search.iter().flat_map(|search| search.paths().map(|(path, _)| path));
    let found = found.map(|path| ("@searchable", path.clone()));
    let verified = entity.verifiable.iter().flat_map(Verifiable::paths).map(|path| ("@verifiable", path));
    match found.chain(verified).find(|(_, path)| !is_for_all(catalog, entity, path)) {
        Some((by, path)) => Err(place.error(format!("{by} by {}", path.0.join(".")), "fields for everybody")),
        None => Ok(()),
    }
}

/// Whether some who see the type may not read the field.
fn narrower(entity: &Entity, name: &str) -> bool {
    let access = entity.columns.get(name).map(|column| &column.access);
    access.is_some_and(|access| {
        access.role > entity.access.role || access.scope.is_some() && access.scope != entity.access.scope
    })
}

/// Whether everybody may read what a path leads to, a field or a link, and everything on the way.
fn is_for_all(catalog: &Catalog, entity: &Entity, path: &Path) -> bool {
    let Some((of, links)) = path.links(catalog, entity) else { return false };
    let last = of.links.get(path.last());
    let column = of.columns.get(path.last()).map(|column| &column.access);
    let target = last.and_then(|link| catalog.entities.get(&link.target)).map(|target| &target.access);
    let links = links.into_iter().chain(last).map(|link| &link.access);
    let all = links.chain(column).chain(target).chain([&of.access, &entity.access]);
    all.into_iter().all(|access| access.role == Role::Public && access.scope.is_none())
}
