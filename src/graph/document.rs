//! Text → a parsed, priced and validated document; variables → coerced ones. Validation is
//! apollo-compiler's, against the published schema, and then ours of what it leaves out (`rules`): together
//! they agree with graphql-js, and never walk a fragment twice.

use apollo_compiler::executable::Operation;
use apollo_compiler::response::JsonMap;
use apollo_compiler::schema::{Component, ExtendedType};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Name, Schema, ast};

use super::answer::{Coded, Refusal, Request};
use super::engine::Refused;
use super::grammar::{self, Unreadable};
use super::limits::{self, Limits};
use super::{coerce, guard, literal, refusal, rules};
use crate::access::Role;

/// The schema that documents are judged by.
#[derive(Debug)]
pub struct Documents {
    pub(super) schema: Valid<Schema>,
    /// The least role that may learn of the schema, of whom names near an unknown one are told; none: nobody.
    tells: Option<Role>,
    limits: Limits,
}

/// What a document is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It parses and holds to the schema.
    Valid,
    /// It is no GraphQL.
    Syntax(Vec<String>),
    /// It parses and breaks a rule, told in words.
    Invalid(Vec<String>),
}

impl Documents {
    /// Judges by the schema in `sdl`.
    pub fn new(sdl: &str) -> anyhow::Result<Self> {
        let schema = Schema::parse_and_validate(sdl, "published.graphql")
            .map_err(|e| anyhow::anyhow!("the published schema is not valid: {}", e.errors))?;
        Ok(Self { schema: as_of_2025(schema)?, tells: Some(Role::Public), limits: Limits::default() })
    }

    /// The same, telling of the schema to this role and those above, or to nobody.
    pub fn telling(self, tells: Option<Role>) -> Self {
        Self { tells, ..self }
    }

    /// The same under other limits.
    pub fn limited(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// What binds a request: what the hub asks itself is not the client's to shorten.
    fn limits(&self, request: &Request) -> Limits {
        if request.own { Limits::default() } else { self.limits }
    }

    /// Judges a document and, where any are given, the variables of its operation.
    pub fn verdict(
        &self,
        query: &str,
        variables: Option<serde_json::Map<String, serde_json::Value>>,
    ) -> Verdict {
        let told = |refused: &Refused| {
            refused.errors.iter().filter_map(|e| Some(e["message"].as_str()?.to_owned())).collect()
        };
        let mut request = Request { query: query.to_owned(), ..Request::default() };
        let judged = self.validated(&request).and_then(|document| match variables {
            None => Ok(()),
            Some(variables) => {
                request.variables = variables;
                let operation = document.operations.get(None);
                let operation = operation
                    .map_err(|e| refusal::one(Refusal::Invalid, &refusal::no_operation(&e), &request))?;
                self.variables(operation, &request).map(drop)
            }
        });
        match judged {
            Ok(()) => Verdict::Valid,
            Err(refused) if refused.refusal == Refusal::Syntax => Verdict::Syntax(told(&refused)),
            Err(refused) => Verdict::Invalid(told(&refused)),
        }
    }

    /// The document, fit to be planned.
    pub(super) fn validated(&self, request: &Request) -> Result<Valid<ExecutableDocument>, Refused> {
        let limits = self.limits(request);
        let too_large = |error: Coded| refusal::one(Refusal::TooLarge, &error, request);
        let bytes = request.query.len();
        if bytes > limits.document_bytes {
            return Err(too_large(refusal::too_many_bytes("document_bytes", bytes, limits.document_bytes)));
        }
        let nesting = NESTING_OF_A_LEVEL * limits.depth;
        let text = grammar::read(&request.query, limits.tokens, nesting).map_err(|why| match why {
            Unreadable::TooManyTokens => too_large(refusal::too_many_tokens(limits.tokens)),
            Unreadable::TooNested => too_large(refusal::too_nested(nesting, limits.depth)),
            Unreadable::Wrong { message, line, column } => Refused {
                refusal: Refusal::Syntax,
                errors: vec![error(SYNTAX, message, SYNTAX_VI, &[(line, column)], request)],
            },
        })?;
        let mut parser = ast::Document::parser().recursion_limit(nesting + 10);
        let parsed_tokens = PARSED_OF_A_TOKEN * limits.tokens;
        parser = parser.token_limit(parsed_tokens);
        let document = parser.parse_ast(text, "request").map_err(|broken| {
            // Commas and comments count there and not in ours.
            match parser.tokens_reached() >= parsed_tokens {
                true => too_large(refusal::too_many_tokens(limits.tokens)),
                false => self.errors(Refusal::Syntax, &broken.errors, request),
            }
        })?;
        guard::check(&document, &limits).map_err(too_large)?;
        let document = document
            .to_executable_validate(&self.schema)
            .map_err(|e| self.errors(Refusal::Invalid, &e.errors, request))?;
        if rules::told::too_much(&self.schema, &document, limits::INTROSPECTION_FIELDS) {
            return Err(too_large(refusal::too_much_told()));
        }
        let broken = rules::broken(&self.schema, &document);
        if broken.is_empty() {
            return Ok(literal::coerced(&self.schema, document));
        }
        let told = broken.into_iter().take(TOLD).map(|rule| {
            let span = rule.at.and_then(|at| at.line_column_range(&document.sources));
            let at = span.map(|range| (range.start.line, range.start.column));
            match rule.value {
                Some(value) => {
                    let vi = value.message_vi.as_deref().unwrap_or(INVALID_VI);
                    error(value.code, rule.message, vi, at.as_slice(), request)
                }
                None => error(INVALID, rule.message, INVALID_VI, at.as_slice(), request),
            }
        });
        Err(Refused { refusal: Refusal::Invalid, errors: told.collect() })
    }

    /// Whether whoever asks may learn of the schema.
    pub(super) fn tells_to(&self, role: Role) -> bool {
        self.tells.is_some_and(|least| role >= least)
    }

    fn errors(&self, refusal: Refusal, found: &DiagnosticList, request: &Request) -> Refused {
        let (code, vi) = match refusal {
            Refusal::Syntax => (SYNTAX, SYNTAX_VI),
            _ => (INVALID, INVALID_VI),
        };
        let told: Vec<_> = found.iter().map(|diagnostic| diagnostic.to_json()).collect();
        // A field that is not known is also missing below: the second complaint only follows from the first.
        let follows =
            |message: &str| message.contains("must have a subselection set") && !message.contains('`');
        let some_do_not = told.iter().any(|told| !follows(&told.message));
        let told = told.into_iter().filter(|told| !(some_do_not && follows(&told.message))).take(TOLD);
        let errors = told.map(|told| {
            let near = if self.tells_to(request.caller.role) {
                rules::suggest::near(&self.schema, &told.message)
            } else {
                Vec::new()
            };
            let at: Vec<(usize, usize)> = told.locations.iter().map(|at| (at.line, at.column)).collect();
            let (mut en, mut vi) = (told.message, vi.to_owned());
            if !near.is_empty() {
                en = format!("{en}; did you mean {}?", near.join(" or "));
                vi = format!("{vi}; có phải là {}?", near.join(" hoặc "));
            }
            error(code, en, &vi, &at, request)
        });
        Refused { refusal, errors: errors.collect() }
    }

    /// The variables, coerced to the types the operation declares.
    pub(super) fn variables(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Result<Valid<JsonMap>, Refused> {
        let coerced = coerce::variables(&self.schema, operation, &request.variables).map_err(|misfit| {
            let mut en = format!("{} is to be {}", misfit.place, misfit.expected);
            let mut vi = format!("giá trị của {} không đúng kiểu đã khai báo trong truy vấn", misfit.place);
            if let Some(looks) = misfit.looks {
                en = format!("{en}: {}", looks.en);
                vi = format!("{vi}; cần {}", looks.vi);
            }
            refusal::one(Refusal::Invalid, &Coded::fault("BAD_USER_INPUT", en, vi), request)
        })?;
        Ok(Valid::assume_valid(coerced))
    }
}

/// The introspection of apollo-compiler lacks what September 2025 added.
fn as_of_2025(schema: Valid<Schema>) -> anyhow::Result<Valid<Schema>> {
    let mut schema = schema.into_inner();
    if let Some(ExtendedType::Object(ty)) = schema.types.get_mut("__Type") {
        let name = Name::new("isOneOf")?;
        let ty_of_it = ast::Type::Named(Name::new("Boolean")?);
        let field = ast::FieldDefinition {
            description: None,
            name: name.clone(),
            arguments: Vec::new(),
            ty: ty_of_it,
            directives: ast::DirectiveList::default(),
        };
        ty.make_mut().fields.entry(name).or_insert_with(|| Component::new(field));
    }
    schema.validate().map_err(|e| anyhow::anyhow!("the published schema is not valid: {}", e.errors))
}

/// Brackets within brackets; a level of the answer may take two pairs, and its arguments more.
const NESTING_OF_A_LEVEL: usize = 4;
/// What the parser calls a token: also white space and comments.
const PARSED_OF_A_TOKEN: usize = 4;

/// Longest message about a document, in letters.
const LONGEST_MESSAGE: usize = 400;
/// Most errors told of one document.
const TOLD: usize = 20;

const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
const INVALID_VI: &str =
    "truy vấn không hợp lệ theo lược đồ; vị trí ghi ở locations, xem lược đồ tại /schema.graphql";

const SYNTAX: &str = "GRAPHQL_PARSE_FAILED";
const SYNTAX_VI: &str = "truy vấn sai cú pháp GraphQL; vị trí ghi ở locations";

fn error(
    code: &'static str,
    message: String,
    vi: &str,
    at: &[(usize, usize)],
    request: &Request,
) -> serde_json::Value {
    // A message may tell what was sent, which may be long.
    let message = match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((at, _)) => format!("{}…", &message[..at]),
        None => message,
    };
    let coded = Coded::fault(code, message, vi);
    let mut json = coded.to_json(None, &request.trace_id);
    // `locations` is left out where there is none: an empty list is against the specification.
    if !at.is_empty() {
        json["locations"] =
            at.iter().map(|(line, column)| serde_json::json!({ "line": line, "column": column })).collect();
    }
    json
}
