// Random documents, judged by graphql-js and by the hub:
//
//     cargo build --example verdicts
//     node differ.mjs PROGRAM SCHEMA.graphql [COUNT [SEED]]
//     node differ.mjs --print SCHEMA.graphql [COUNT [SEED]]
//
// PROGRAM is target/debug/examples/verdicts; --print shows the documents as cases and judges nothing. Ends with 1 when two verdicts differ, and shows the shortest documents
// for which they do. Documents are mostly right, with some mistakes in each second one; all follows from the seed.
import { spawnSync } from "node:child_process";
import { isInputObjectType, isLeafType, isListType, isNonNullType, getNamedType, getNullableType, isAbstractType, isCompositeType, isEnumType, isRequiredArgument, DirectiveLocation } from "graphql";
import { schemaFrom, verdict } from "./verdict.mjs";

const [program, path, count = "2000", seed = "1"] = process.argv.slice(2);
if (!path) {
  console.error("usage: node differ.mjs PROGRAM SCHEMA.graphql [COUNT [SEED]]");
  process.exit(2);
}
const schema = schemaFrom(path);

// mulberry32
let state = Number(seed) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const chance = (p) => random() < p;
const below = (n) => Math.floor(random() * n);
const pick = (list) => list[below(list.length)];

const composites = Object.values(schema.getTypeMap()).filter((t) => isCompositeType(t) && !t.name.startsWith("__"));
const inputs = Object.values(schema.getTypeMap()).filter((t) => isLeafType(t) || isInputObjectType(t));
const anyTypes = Object.values(schema.getTypeMap());
let wrong; // how likely a mistake is, in this document
let variables; // of the operation: name → type as text
let fragments;
let budget;

const literals = {
  Int: () => pick(["1", "0", "-7", "2147483647", ...(chance(wrong) ? ["2147483648", "1.5", "-2147483649"] : [])]),
  Float: () => pick(["1", "1.5", "-0.0", "1e3", "12345678901234567890"]),
  String: () => pick(['"a"', '""', '"\\u{110}"', '"""khối"""', '"\\n"', '"Đồng Tháp"']),
  Boolean: () => pick(["true", "false"]),
  ID: () => pick(['"a_1"', "7", "12345678901234567890"]),
};
const anyLiteral = () =>
  pick(["1", "1.5", '"a"', "true", "null", "GO", "NOPE", "[]", "[1]", "[null]", "{}", "{eq: 1}", '{a: "b"}', "[[1]]", '[["a"], []]']);

function variable(type, hasDefault) {
  const exact = String(type);
  let declared = exact;
  if (chance(0.4)) declared = isNonNullType(type) ? String(type.ofType) : `${exact}!`;
  if (chance(wrong)) declared = pick([`[${exact}]`, `[${exact}!]`, String(getNamedType(type)), `${pick(inputs).name}`, `[[${exact}]]`, `${pick(anyTypes).name}`, "Nothing"]);
  const used = [...variables.entries()].filter(([, v]) => v.type === declared);
  if (used.length > 0 && chance(0.5)) return `$${pick(used)[0]}`;
  const name = `v${variables.size}`;
  if (chance(wrong / 2)) return pick(["$undefined", `$${name}x`]);
  let suffix = "";
  if (!declared.endsWith("!") && chance(0.2)) suffix = ` = ${chance(0.2) ? "null" : value(type, false, 2)}`;
  if (declared.endsWith("!") && chance(0.05)) suffix = ` = ${value(type, false, 2)}`;
  if (suffix.includes("$")) suffix = "";
  variables.set(name, { type: declared, suffix });
  return `$${name}`;
}

/** A value for an input position. */
function value(type, mayVary, depth, hasDefault = false) {
  if (chance(wrong / 3)) return anyLiteral();
  if (mayVary && chance(0.25)) return variable(type, hasDefault);
  if (!isNonNullType(type) && chance(0.08)) return "null";
  type = getNullableType(type);
  if (isListType(type)) {
    if (chance(0.2)) return value(type.ofType, mayVary, depth - 1);
    return `[${Array.from({ length: below(3) }, () => value(type.ofType, mayVary, depth - 1)).join(", ")}]`;
  }
  if (isEnumType(type)) return pick(type.getValues()).name;
  if (isInputObjectType(type)) {
    const all = Object.values(type.getFields());
    let fields = type.isOneOf ? [pick(all)] : all.filter((f) => isRequiredArgument(f) || (depth > 0 && chance(0.3)));
    if (chance(wrong)) fields = [...fields, pick(all)];
    if (chance(wrong / 2)) fields = fields.slice(1);
    const written = fields.slice(0, 6).map((f) => {
      const of = type.isOneOf && !chance(wrong) ? `${f.type}!` : null;
      if (of && mayVary && chance(0.3)) {
        const name = `v${variables.size}`;
        variables.set(name, { type: of, suffix: "" });
        return `${f.name}: $${name}`;
      }
      return `${f.name}: ${value(f.type, mayVary, depth - 1, f.defaultValue !== undefined)}`;
    });
    if (chance(wrong / 3)) written.push(`nothing: 1`);
    return `{${written.join(", ")}}`;
  }
  const literal = literals[type.name];
  return literal ? literal() : anyLiteral();
}

function argumentsOf(list) {
  const given = list.filter((a) => isRequiredArgument(a) || chance(0.35));
  const written = given
    .filter(() => !chance(wrong / 4))
    .map((a) => `${a.name}: ${value(a.type, true, 3, a.defaultValue !== undefined)}`);
  if (chance(wrong / 5)) written.push(`nothing: ${anyLiteral()}`);
  if (written.length && chance(wrong / 5)) written.push(written[0]);
  return written.length ? `(${written.join(", ")})` : "";
}

// At the root of a subscription September 2025 forbids what graphql-js 16 evaluates.
let subscribing = false;
const conditional = (directive) => directive.name === "skip" || directive.name === "include";

function directives(location) {
  let out = "";
  const fitting = schema.getDirectives().filter((d) => d.locations.includes(location) && !(subscribing && conditional(d)));
  if (fitting.length && chance(0.1)) {
    const directive = pick(fitting);
    out += ` @${directive.name}${argumentsOf(directive.args)}`;
    if (chance(wrong / 2) || (directive.isRepeatable && chance(0.3))) out += ` @${directive.name}${argumentsOf(directive.args)}`;
  }
  if (chance(wrong / 6)) {
    const directive = pick(schema.getDirectives().filter((d) => !(subscribing && conditional(d))));
    out += ` @${directive.name}${argumentsOf(directive.args)}`;
  }
  if (chance(wrong / 10)) out += " @nothing";
  return out;
}

function field(parent, depth) {
  const fields = "getFields" in parent ? Object.values(parent.getFields()) : [];
  if (!fields.length || chance(0.07)) return `${chance(0.2) ? "t: " : ""}__typename${directives("FIELD")}`;
  let chosen = pick(fields);
  if (depth <= 0) chosen = pick(fields.filter((f) => isLeafType(getNamedType(f.type))).concat(chosen));
  let name = chosen.name;
  if (chance(wrong / 8)) name = pick(["nothing", pick(fields).name, `${name}s`]);
  const alias = chance(0.15) ? `${pick(["a", "b", "value", name])}: ` : "";
  const type = getNamedType(chosen.type);
  let inner = isCompositeType(type) ? selections(type, depth - 1) : "";
  if (chance(wrong / 10)) inner = inner ? "" : " { id }";
  return `${alias}${name}${argumentsOf(chosen.args)}${directives("FIELD")}${inner}`;
}

function related(type) {
  if (chance(wrong / 3)) return pick(chance(0.2) ? anyTypes : composites);
  const mine = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const fits = composites.filter((t) => (isAbstractType(t) ? schema.getPossibleTypes(t) : [t]).some((p) => mine.includes(p)));
  return pick([type, ...fits]);
}

function selection(parent, depth) {
  const dice = random();
  if (dice < 0.78 || depth <= 0) return field(parent, depth);
  if (dice < 0.9) {
    if (chance(0.2)) return `...${directives("INLINE_FRAGMENT")}${selections(parent, depth - 1)}`;
    const type = related(parent);
    return `... on ${type.name}${directives("INLINE_FRAGMENT")}${selections(isCompositeType(type) ? type : parent, depth - 1)}`;
  }
  if (chance(wrong / 6)) return "...Missing";
  const known = [...fragments.entries()].filter(([, f]) => f.on === parent.name);
  if (known.length && chance(0.5)) return `...${pick(known)[0]}${directives("FRAGMENT_SPREAD")}`;
  if (fragments.size && chance(wrong / 4)) return `...${pick([...fragments.keys()])}`;
  const type = related(parent);
  const name = `F${fragments.size}`;
  fragments.set(name, { on: type.name, text: null });
  const text = selections(isCompositeType(type) ? type : parent, depth - 1);
  fragments.get(name).text = `fragment ${name} on ${type.name}${directives("FRAGMENT_DEFINITION")}${text}`;
  return `...${name}${directives("FRAGMENT_SPREAD")}`;
}

function selections(parent, depth) {
  budget -= 1;
  const many = budget > 0 ? 1 + below(4) : 1;
  return ` { ${Array.from({ length: many }, () => selection(parent, depth)).join(" ")} }`;
}

function operation(name) {
  variables = new Map();
  const [kind, root, location] = pick(
    [
      ["query", schema.getQueryType(), "QUERY"],
      ["query", schema.getQueryType(), "QUERY"],
      ["query", schema.getQueryType(), "QUERY"],
      ["mutation", schema.getMutationType(), "MUTATION"],
      ["subscription", schema.getSubscriptionType(), "SUBSCRIPTION"],
    ].filter(([, type]) => type),
  );
  budget = 12;
  subscribing = kind === "subscription";
  const body = kind === "subscription" && !chance(wrong) ? ` { ${field(root, 2)} }` : selections(root, 4);
  const own = directives(location);
  let declared = [...variables].map(([n, v]) => `$${n}: ${v.type}${v.suffix}`);
  if (chance(wrong / 5)) declared.push("$unused: Int");
  if (declared.length && chance(wrong / 8)) declared.push(declared[0]);
  const head = declared.length ? `(${declared.join(", ")})` : "";
  if (kind === "query" && !name && !head && !own) return body.trim();
  return `${kind} ${name}${head}${own}${body}`;
}

function document() {
  wrong = chance(0.5) ? 0 : 0.25;
  fragments = new Map();
  const operations = chance(0.1) ? ["A", chance(wrong) ? "A" : "B"].map(operation) : [operation(chance(0.5) ? "Q" : "")];
  let text = [...operations, ...[...fragments.values()].map((f) => f.text)].filter(Boolean).join("\n");
  if (chance(wrong / 10)) text += "\nfragment Unused on Query { __typename }";
  if (chance(wrong / 10)) text += "\n{ __typename }";
  if (chance(wrong / 20)) text += "\ntype Added { a: Int }";
  if (chance(wrong / 8)) {
    const at = below(text.length);
    text = pick([() => text.slice(0, at) + text.slice(at + 1), () => text.slice(0, at) + pick(["{", "}", "(", "$", "@", "!", "\"", ":", "é", "."]) + text.slice(at)])();
  }
  return text;
}

const documents = Array.from({ length: Number(count) }, document);
if (program === "--print") {
  documents.forEach((query, at) => console.log(`### ${seed}.${at}\n${query}\n`));
  process.exit(0);
}
const input = documents.map((query) => JSON.stringify({ query })).join("\n") + "\n";
const run = spawnSync(program, [path], { input, maxBuffer: 1 << 30 });
if (run.status !== 0) {
  console.error(String(run.stderr));
  process.exit(2);
}
const theirs = documents.map((query) => verdict(schema, query));
const ours = String(run.stdout).trim().split("\n").map((line) => JSON.parse(line));
const differing = [];
const tally = {};
documents.forEach((query, at) => {
  const [a, b] = [theirs[at], ours[at]];
  tally[a.verdict] = (tally[a.verdict] ?? 0) + 1;
  if (a.verdict !== b.verdict) differing.push({ query, a, b });
});
differing.sort((x, y) => x.query.length - y.query.length);
console.log(`${documents.length} documents (${JSON.stringify(tally)}), ${differing.length} judged otherwise`);
const seen = new Map();
for (const { query, a, b } of differing) {
  const kind = `${a.verdict} ${(a.rules ?? []).join("+")} / ${b.verdict}`;
  if ((seen.get(kind) ?? 0) >= 2) continue;
  seen.set(kind, (seen.get(kind) ?? 0) + 1);
  console.log(`\n--- graphql-js: ${a.verdict} ${(a.rules ?? []).join(", ")}; the hub: ${b.verdict}\n${query}\n   js: ${(a.told ?? []).join(" | ").slice(0, 300)}\n   hub: ${b.told.join(" | ").slice(0, 300)}`);
}
process.exit(differing.length ? 1 : 0);
