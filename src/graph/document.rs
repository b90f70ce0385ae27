//! Text → a parsed, priced and validated document; variables → coerced ones. Validation is
//! apollo-compiler's, against the published schema: it agrees with graphql-js where async-graphql's does
//! not, and it never walks a fragment twice.

use apollo_compiler::executable::Operation;
use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::validation::{DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Schema, ast};

use super::answer::{Coded, Refusal, Request};
use super::engine::Refused;
use super::{guard, limits, refusal};

/// The document, fit to be planned.
pub(super) fn validated(
    schema: &Valid<Schema>,
    request: &Request,
) -> Result<Valid<ExecutableDocument>, Refused> {
    let mut parser = ast::Document::parser().recursion_limit(4 * limits::DEPTH).token_limit(limits::TOKENS);
    let document = parser.parse_ast(request.query.as_str(), "request").map_err(|broken| {
        let limit =
            parser.tokens_reached() >= limits::TOKENS || parser.recursion_reached() >= 4 * limits::DEPTH;
        match limit {
            true => refusal::one(Refusal::TooLarge, &refusal::document_limit(), request),
            false => errors(Refusal::Syntax, "GRAPHQL_PARSE_FAILED", &broken.errors, request),
        }
    })?;
    guard::check(&document).map_err(|e| refusal::one(Refusal::TooLarge, &e, request))?;
    document
        .to_executable_validate(schema)
        .map_err(|e| errors(Refusal::Invalid, "GRAPHQL_VALIDATION_FAILED", &e.errors, request))
}

/// Most errors told of one document.
const TOLD: usize = 20;

fn errors(refusal: Refusal, code: &'static str, found: &DiagnosticList, request: &Request) -> Refused {
    let vi = match refusal {
        Refusal::Syntax => "truy vấn sai cú pháp GraphQL; vị trí ghi ở locations",
        _ => "truy vấn không hợp lệ theo lược đồ; vị trí ghi ở locations, xem lược đồ tại /schema.graphql",
    };
    let errors = found.iter().take(TOLD).map(|diagnostic| {
        let told = diagnostic.to_json();
        let coded = Coded { code, message: told.message, message_vi: Some(vi.to_owned()), cause: None };
        let mut json = coded.to_json(None, &request.trace_id);
        json["locations"] = serde_json::to_value(&told.locations).unwrap_or_default();
        json
    });
    Refused { refusal, errors: errors.collect() }
}

/// The variables, coerced to the types the operation declares.
pub(super) fn variables(
    schema: &Valid<Schema>,
    operation: &Operation,
    request: &Request,
) -> Result<Valid<JsonMap>, Refused> {
    let given = JsonMap::from_iter(
        request.variables.iter().map(|(k, v)| (k.as_str().into(), JsonValue::from(v.clone()))),
    );
    coerce_variable_values(schema, operation, &given).map_err(|error| {
        let coded = Coded {
            code: "BAD_USER_INPUT",
            message: error.message().to_string(),
            message_vi: Some("giá trị biến không đúng kiểu đã khai báo trong truy vấn".to_owned()),
            cause: None,
        };
        refusal::one(Refusal::Invalid, &coded, request)
    })
}
