// graphql-js's verdict on a document: "valid", "syntax", or the rules it breaks.
import { readFileSync } from "node:fs";
import {
  buildSchema, getOperationAST, getVariableValues, GraphQLError, parse, specifiedRules, validate,
} from "graphql";

export const schemaFrom = (path) => buildSchema(readFileSync(path, "utf8"));

/** The verdict on one document with variables. */
export function verdict(schema, query, variables) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return { verdict: "syntax", told: [error.message] };
    throw error;
  }
  const told = [];
  const rules = specifiedRules.filter((rule) => {
    const errors = broken(schema, document, rule);
    told.push(...errors.map((error) => error.message));
    return errors.length > 0;
  });
  if (rules.length > 0) {
    return { verdict: "invalid", rules: rules.map((rule) => rule.name.replace(/Rule$/, "")), told };
  }
  if (variables !== undefined) {
    const operation = getOperationAST(document);
    const { errors } = operation
      ? getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 5 })
      : {};
    if (errors) return { verdict: "invalid", rules: ["variables"], told: errors.map((error) => error.message) };
  }
  return { verdict: "valid" };
}

function broken(schema, document, rule) {
  try {
    return validate(schema, document, [rule]);
  } catch (error) {
    // SingleFieldSubscriptions evaluates @skip and throws on what other rules refuse.
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}
