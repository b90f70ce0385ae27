// relay-compiler and @graphql-codegen take the published schema; what they make type-checks. No hub needed:
//
//     node tools.mjs
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as documentNode from "@graphql-codegen/typed-document-node";
import * as types from "@graphql-codegen/typescript";
import * as operations from "@graphql-codegen/typescript-operations";
import relay from "relay-compiler";
import { buildSchema, parse, printSchema } from "graphql";

const at = (path) => new URL(path, import.meta.url).pathname;
const published = at("../../schema/published.graphql");
const text = readFileSync(published, "utf8");
rmSync(at("generated"), { recursive: true, force: true });
for (const folder of ["generated/relay", "generated/urql"]) mkdirSync(at(folder), { recursive: true });

// What graphql-js prints of the schema is a schema again.
buildSchema(printSchema(buildSchema(text)));

cpSync(at("relay"), at("generated/relay"), { recursive: true });
const config = { src: "./relay", schema: "./schema.graphql", language: "typescript", excludes: ["**/__generated__/**"] };
writeFileSync(at("generated/schema.graphql"), text);
writeFileSync(at("generated/relay.config.json"), JSON.stringify(config));
execFileSync(relay, ["relay.config.json"], { cwd: at("generated"), encoding: "utf8", stdio: "pipe" });
const count = readdirSync(at("generated/relay/__generated__")).length;
console.log(`relay-compiler: ${count} artifacts`);

const scalars = { Date: "string", DateTime: "string", Decimal: "string", Money: "string", URL: "string", JSON: "unknown" };
const settings = { strictScalars: true, scalars, enumsAsConst: false, useTypeImports: true, immutableTypes: true };
const document = parse(readFileSync(at("urql/operations.graphql"), "utf8"));
const filename = at("generated/urql/graphql.ts");
const output = await codegen({
  schema: parse(text),
  documents: [{ location: "urql/operations.graphql", document }],
  config: settings,
  filename,
  plugins: [{ typescript: {} }, { operations: {} }, { documents: {} }],
  pluginMap: { typescript: types, operations, documents: documentNode },
});
writeFileSync(filename, output);
cpSync(at("urql/main.ts"), at("generated/urql/main.ts"));
const tsc = at("node_modules/typescript/lib/tsc.js");
const strict = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--lib", "es2022,dom"];
execFileSync(process.execPath, [tsc, ...strict, at("generated/urql/main.ts"), at("urql/node.d.ts")], { stdio: "inherit" });
console.log(`@graphql-codegen: ${output.length} letters of TypeScript, which type-check with urql`);
