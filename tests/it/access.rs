//! Who may see what: every type, field and operation of the catalog × every role, by rules that are also written
//! down in a file of their own, so that a rule changes under somebody's eyes.

use std::fmt::Write;

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use lienthong::access::{Role, allows};
use lienthong::catalog::{
    Access, Catalog, Column, Entity, LinkKind, OwnRows, Personal, Scalar, load_embedded,
};
use serde_json::Value;

use crate::callers::Callers;
use crate::http::doors::{GOOD, HALF_GOOD, graphql, upload};

const MATRIX: &str = "tests/cases/access/matrix.tsv";

fn catalog() -> Catalog {
    load_embedded().expect("a catalog")
}

/// Every rule with what it stands on: `Type`, `Type.field` or the operation.
fn rules(catalog: &Catalog) -> Vec<(String, &Access, Option<&Personal>)> {
    let mut rules = Vec::new();
    for entity in catalog.entities.values() {
        rules.push((entity.name.clone(), &entity.access, None));
        for column in entity.columns.values() {
            rules.push((
                format!("{}.{}", entity.name, column.name),
                &column.access,
                column.personal.as_ref(),
            ));
        }
        for link in entity.links.values() {
            rules.push((format!("{}.{}", entity.name, link.name), &link.access, None));
        }
    }
    for (root, operations) in
        [("Query", &catalog.operations.queries), ("Mutation", &catalog.operations.mutations)]
    {
        rules.extend(operations.iter().map(|(name, one)| (format!("{root}.{name}"), &one.access, None)));
    }
    // Fields of results are for all who may ask, but for these.
    for (name, result) in &catalog.operations.results {
        let narrower = |access: &Access| access.role > Role::Public || access.scope.is_some();
        let fields = result.fields.iter().filter(|(_, field)| narrower(&field.access));
        rules.extend(fields.map(|(field, one)| (format!("{name}.{field}"), &one.access, None)));
    }
    rules
}

/// Which rows, by the fields that say whose they are.
fn whose(rows: &OwnRows) -> String {
    let word = match rows {
        OwnRows::Office { .. } => "own office and province",
        OwnRows::Organisation(_) => "own organisation",
        OwnRows::Speaking { .. } => "type and field that one may read",
    };
    let paths: Vec<String> = rows.paths().iter().map(|path| path.0.join(".")).collect();
    format!("{word}: {}", paths.join(", "))
}

#[test]
fn everything_has_a_rule() {
    let catalog = catalog();
    let rules = rules(&catalog);
    let without = rules.iter().filter(|(_, access, _)| !access.declared);
    let without: Vec<&str> = without.map(|(what, ..)| what.as_str()).collect();
    assert!(without.is_empty(), "without @access: {}", without.join(", "));
    assert!(rules.len() > 500, "{} rules", rules.len());
}

#[test]
fn the_rules_are_those_that_were_read_over() {
    let catalog = catalog();
    let mut told = String::from("what\tfrom role\tscope\trows\tpersonal data\n");
    for (what, access, personal) in rules(&catalog) {
        let scope = access.scope.map(|scope| scope.name()).unwrap_or_default();
        let rows = access.rows.as_ref().map(whose).unwrap_or_default();
        let personal = match personal {
            Some(Personal::Hidden) => "hidden",
            Some(Personal::Masked(_)) => "masked",
            None => "",
        };
        let _ = writeln!(told, "{what}\t{}\t{scope}\t{rows}\t{personal}", access.role.name());
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned() + MATRIX;
    if option_env!("REWRITE_CASES").is_some() {
        std::fs::write(&path, &told).expect("written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let odd: Vec<&str> = told.lines().filter(|line| !kept.lines().any(|known| known == *line)).collect();
    assert!(told == kept, "{MATRIX} does not say so: read it over, then REWRITE_CASES=1\n{}", odd.join("\n"));
}

/// Documents that read one field in every way there is: itself, conditions, order, groups, measures.
fn readings(schema: &Schema, entity: &Entity, column: &Column) -> Vec<String> {
    let (list, name) = (&entity.plural, &column.name);
    let mut all = vec![format!("{{ {list}(first: 1) {{ nodes {{ {name} }} }} }}")];
    let given = |ty: String| match schema.types.get(ty.as_str()) {
        Some(ExtendedType::InputObject(input)) => {
            // A name that is a word of the grammar is called otherwise there.
            let own = [format!("{name}Field"), name.clone()];
            own.into_iter().find(|own| input.fields.contains_key(own.as_str()))
        }
        _ => None,
    };
    if let Some(own) = given(format!("{}Where", entity.name)) {
        all.push(format!("{{ {list}(first: 0, where: {{ {own}: {{ isNull: true }} }}) {{ totalCount }} }}"));
        all.push(format!(
            "{{ {list}(first: 0, where: {{ not: {{ or: [{{ {own}: {{ isNull: false }} }}] }} }}) {{ totalCount }} }}"
        ));
    }
    if let Some(own) = given(format!("{}Order", entity.name)) {
        all.push(format!("{{ {list}(first: 1, orderBy: [{{ {own}: DESC }}]) {{ nodes {{ id }} }} }}"));
    }
    let distinct = schema.types.get(format!("{}Distinct", entity.name).as_str());
    if matches!(distinct, Some(ExtendedType::Object(of)) if of.fields.contains_key(name.as_str())) {
        all.push(format!("{{ {list} {{ aggregate {{ countDistinct {{ {name} }} }} }} }}"));
        all.push(format!(
            "{{ {list} {{ groups(by: [{{ field: ID }}], having: {{ countDistinct: {{ {name}: {{ gte: 1 }} }} }}) {{ count }} }} }}"
        ));
    }
    let word = screaming(name);
    let fields = schema.types.get(format!("{}Field", entity.name).as_str());
    if matches!(fields, Some(ExtendedType::Enum(of)) if of.values.contains_key(word.as_str())) {
        all.push(format!("{{ {list} {{ groups(by: [{{ field: {word} }}]) {{ count }} }} }}"));
        if column.ty == Scalar::Date {
            all.push(format!("{{ {list} {{ groups(by: [{{ field: {word}_YEAR }}]) {{ count }} }} }}"));
        }
    }
    all
}

fn screaming(name: &str) -> String {
    lienthong::catalog::snake_case(name).to_uppercase()
}

fn is_denied(answer: &Value, role: Role) -> bool {
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    let wanted = if role == Role::Public { "UNAUTHENTICATED" } else { "FORBIDDEN" };
    assert!(code != "FORBIDDEN" && code != "UNAUTHENTICATED" || code == wanted, "{answer}");
    code == wanted && answer.get("data").is_none()
}

/// A field that is read in any way is told or refused by its rule, and by nothing else.
#[tokio::test]
async fn every_field_is_read_by_those_it_is_for() {
    let (callers, catalog) = (Callers::of_every_role().await, catalog());
    let schema = Schema::parse(callers.sdl(), "schema.graphql").expect("the published schema");
    let (mut told, mut refused, mut wrong) = (0, 0, Vec::new());
    for entity in catalog.entities.values() {
        for role in Role::ALL {
            let viewer = callers.viewer(role);
            let open = allows(&entity.access, viewer);
            for column in entity.columns.values() {
                let may = open && allows(&column.access, viewer);
                // What everybody may see is asked in every way once, and by the others in one.
                let documents = readings(&schema, entity, column);
                let most = if may && role != Role::Public { 1 } else { documents.len() };
                for document in &documents[..most] {
                    let answer = callers.ask(role, document).await;
                    match (may, is_denied(&answer, role)) {
                        (true, false) if answer["errors"].is_null() => told += 1,
                        (false, true) => refused += 1,
                        _ => wrong.push(format!("{} {document}: {answer}", role.name())),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(told > 2000 && refused > 300, "{told} told, {refused} refused");
}

/// Links lead where the rule of what they lead to lets in: read, in conditions, by count, as an order, in groups.
#[tokio::test]
async fn every_link_is_followed_by_those_it_is_for() {
    let (callers, catalog) = (Callers::of_every_role().await, catalog());
    let schema = Schema::parse(callers.sdl(), "schema.graphql").expect("the published schema");
    let (mut refused, mut wrong) = (0, Vec::new());
    for entity in catalog.entities.values() {
        for link in entity.links.values() {
            for role in Role::ALL {
                let viewer = callers.viewer(role);
                if !allows(&entity.access, viewer) {
                    continue;
                }
                let may =
                    allows(&link.access, viewer) && allows(&catalog.entities[&link.target].access, viewer);
                for document in paths(&schema, entity, &link.name, &link.kind) {
                    let answer = callers.ask(role, &document).await;
                    match (may, is_denied(&answer, role)) {
                        (true, false) if answer["errors"].is_null() => {}
                        (false, true) => refused += 1,
                        _ => wrong.push(format!("{} {document}: {answer}", role.name())),
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(refused > 10, "{refused} refused");
}

fn paths(schema: &Schema, entity: &Entity, link: &str, kind: &LinkKind) -> Vec<String> {
    let list = &entity.plural;
    let has = |ty: &str, field: &str| match schema.types.get(ty) {
        Some(ExtendedType::InputObject(input)) => input.fields.contains_key(field),
        _ => false,
    };
    let (conditions, orders) = (format!("{}Where", entity.name), format!("{}Order", entity.name));
    let mut all = Vec::new();
    match kind {
        LinkKind::ToOne { .. } => {
            all.push(format!("{{ {list}(first: 1) {{ nodes {{ {link} {{ id }} }} }} }}"));
            if has(&conditions, link) {
                all.push(format!(
                    "{{ {list}(first: 0, where: {{ {link}: {{ id: {{ isNull: true }} }} }}) {{ totalCount }} }}"
                ));
            }
            if has(&orders, link) {
                all.push(format!(
                    "{{ {list}(first: 1, orderBy: [{{ {link}: {{ id: ASC }} }}]) {{ nodes {{ id }} }} }}"
                ));
            }
            if has(&format!("{}GroupBy", entity.name), link) {
                all.push(format!(
                    "{{ {list} {{ groups(by: [{{ {link}: {{ field: ID }} }}]) {{ count }} }} }}"
                ));
            }
        }
        LinkKind::ToMany { list: plain, .. } => {
            all.push(match plain {
                true => format!("{{ {list}(first: 1) {{ nodes {{ {link} {{ id }} }} }} }}"),
                false => format!("{{ {list}(first: 1) {{ nodes {{ {link}(first: 1) {{ totalCount nodes {{ id }} }} }} }} }}"),
            });
            if has(&conditions, link) {
                all.push(format!(
                    "{{ {list}(first: 0, where: {{ {link}: {{ none: {{ id: {{ isNull: true }} }} }} }}) {{ totalCount }} }}"
                ));
            }
            let count = format!("{link}Count");
            if has(&conditions, &count) {
                all.push(format!(
                    "{{ {list}(first: 0, where: {{ {count}: {{ gte: 1 }} }}) {{ totalCount }} }}"
                ));
            }
            if has(&orders, &count) {
                all.push(format!(
                    "{{ {list}(first: 1, orderBy: [{{ {count}: DESC }}]) {{ nodes {{ id }} }} }}"
                ));
            }
        }
    }
    all
}

/// What the hub answers, which must be without errors.
async fn told(callers: &Callers, role: Role, document: &str) -> Value {
    let answer = callers.ask(role, document).await;
    assert!(answer["errors"].is_null(), "{} {document}: {answer}", role.name());
    answer["data"].clone()
}

/// An office sees rows, issues and fixes of its own files, and can find out nothing of others' by any way around.
#[tokio::test]
async fn an_office_sees_its_own_rows_alone() {
    let callers = Callers::of_every_role().await;
    for bytes in [GOOD, HALF_GOOD] {
        let seen = callers.send(Role::Steward, upload("", bytes)).await;
        assert_eq!(seen.status.as_u16(), 201, "{}", seen.json());
    }
    let rows = "{ rawRows(first: 100) { totalCount nodes { id import { provinceCode } } } }";
    let all = told(&callers, Role::Steward, rows).await["rawRows"].clone();
    let own = told(&callers, Role::Agency, rows).await["rawRows"].clone();
    let of = |rows: &Value, province: &str| {
        let nodes = rows["nodes"].as_array().unwrap().clone();
        nodes.into_iter().filter(|row| row["import"]["provinceCode"] == province).collect::<Vec<_>>()
    };
    assert!(of(&all, "51").len() >= 3 && of(&all, "54").len() >= 3, "{all}");
    assert_eq!(own["totalCount"], of(&all, "54").len());
    assert!(of(&own, "51").is_empty(), "{own}");

    let imports = "{ imports { nodes { id provinceCode rows { totalCount } issues { totalCount } } } }";
    let imports = told(&callers, Role::Agency, imports).await["imports"]["nodes"].clone();
    let other = imports.as_array().unwrap().iter().find(|import| import["provinceCode"] == "51").unwrap();
    assert_eq!((&other["rows"]["totalCount"], &other["issues"]["totalCount"]), (&0.into(), &0.into()));
    let (import, row) = (other["id"].as_str().unwrap(), of(&all, "51")[0]["id"].clone());
    let mine: u64 = of(&all, "54").len() as u64;
    for (document, path, wanted) in [
        (format!("{{ node(id: {row}) {{ id }} }}"), "/node", Value::Null),
        (format!("{{ nodes(ids: [{row}]) {{ id }} }}"), "/nodes/0", Value::Null),
        (format!("{{ rawRow(id: {row}) {{ id }} }}"), "/rawRow", Value::Null),
        (
            format!("{{ rawRows(where: {{ import: {{ id: {{ eq: \"{import}\" }} }} }}) {{ totalCount }} }}"),
            "/rawRows/totalCount",
            0.into(),
        ),
        (
            "{ imports(where: { provinceCode: { eq: \"51\" }, rowsCount: { gte: 1 } }) { totalCount } }".to_owned(),
            "/imports/totalCount",
            0.into(),
        ),
        (
            "{ imports(where: { provinceCode: { eq: \"51\" }, rows: { some: { row: { gte: 0 } } } }) { totalCount } }"
                .to_owned(),
            "/imports/totalCount",
            0.into(),
        ),
        (
            "{ imports(orderBy: [{ rowsCount: DESC }], first: 1) { nodes { provinceCode } } }".to_owned(),
            "/imports/nodes/0/provinceCode",
            "54".into(),
        ),
        ("{ rawRows { aggregate { count } } }".to_owned(), "/rawRows/aggregate/count", mine.into()),
        (
            "{ rawRows { groups(by: [{ import: { field: PROVINCE_CODE } }]) { count } } }".to_owned(),
            "/rawRows/groups",
            serde_json::json!([{ "count": mine }]),
        ),
    ] {
        let told = told(&callers, Role::Agency, &document).await;
        assert_eq!(told.pointer(path), Some(&wanted), "{document}: {told}");
    }
}

/// Phones, names and codes are for those who may see them and say what for; every other way round shows the mask.
#[tokio::test]
async fn personal_data_are_for_those_who_say_what_for() {
    let callers = Callers::of_every_role().await;
    sqlx::raw_sql(
        "insert into producer (id, name, kind, representative, phone, tax_code) values
         ('01890000-0000-7000-8000-000000000001', 'Hộ kinh doanh Nguyễn Văn Thử', 'HOUSEHOLD_BUSINESS',
          'Nguyễn Văn Thử', '0912000111', '049099000111')",
    )
    .execute(&callers.hub.database.pool)
    .await
    .unwrap();
    let document = "{ producers { nodes { name representative phone taxCode } }
        byName: producers(where: { name: { contains: \"Văn Thử\" } }) { totalCount }
        byCode: producers(where: { taxCode: { eq: \"049099000111\" } }) { totalCount }
        groups: producers { groups(by: [{ field: NAME }]) { key { name } } }
        search(text: \"Nguyễn Văn Thử\") { count } }";
    for role in Role::ALL {
        for purpose in [None, Some("Kiểm tra hồ sơ số 12"), Some("  ")] {
            let mut request = graphql(document, serde_json::json!({}));
            if let Some(purpose) = purpose {
                request.headers_mut().insert("x-purpose", purpose.as_bytes().try_into().unwrap());
            }
            let answer = callers.send(role, request).await.json();
            assert!(answer["errors"].is_null(), "{answer}");
            let shown = role >= Role::Agency && purpose.is_some_and(|purpose| !purpose.trim().is_empty());
            let (text, data) = (answer.to_string(), &answer["data"]);
            for secret in ["0912000111", "049099000111", "Nguyễn Văn Thử"] {
                assert_eq!(text.contains(secret), shown, "{} {purpose:?} {secret}: {text}", role.name());
            }
            let found = u64::from(shown);
            for count in ["byName", "byCode"] {
                assert_eq!(data[count]["totalCount"], found, "{} {purpose:?}: {text}", role.name());
            }
            assert_eq!(data["search"]["count"], 0, "{text}");
        }
    }
}
