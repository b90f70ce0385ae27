// Writes graphql-js's verdicts on the documents of tests/cases/validation, or with --check compares them:
//
//     node verdicts.mjs [--check]
//
// A folder there has documents (`### name` before each; `# variables: {…}` within, where they count, too) and a
// schema.graphql; the folder `published` is judged by schema/published.graphql. The verdicts go beside them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFrom, verdict } from "./verdict.mjs";

const cases = new URL("../cases/validation", import.meta.url).pathname;
const published = new URL("../../schema/published.graphql", import.meta.url).pathname;
let stale = 0;
for (const folder of readdirSync(cases)) {
  const dir = join(cases, folder);
  const schema = schemaFrom(folder === "published" ? published : join(dir, "schema.graphql"));
  const verdicts = {};
  const files = readdirSync(dir).filter((name) => name.endsWith(".graphql") && name !== "schema.graphql");
  for (const file of files.sort()) {
    const judged = (verdicts[file.replace(/\.graphql$/, "")] = {});
    for (const part of readFileSync(join(dir, file), "utf8").split(/^### /m).slice(1)) {
      const end = part.indexOf("\n");
      const [name, query] = [part.slice(0, end), part.slice(end + 1)];
      const variables = query.match(/^# variables: (.*)$/m);
      const { verdict: word, rules } = verdict(schema, query, variables ? JSON.parse(variables[1]) : undefined);
      if (name in judged) throw new Error(`${file}: two documents are called ${name}`);
      judged[name] = rules ?? word;
    }
  }
  const [path, text] = [join(dir, "verdicts.json"), JSON.stringify(verdicts, null, 1) + "\n"];
  if (process.argv.includes("--check")) {
    if (readFileSync(path, "utf8") !== text) {
      stale += 1;
      console.log(`${path} is stale: node verdicts.mjs`);
    }
  } else {
    writeFileSync(path, text);
  }
}
process.exit(stale ? 1 : 0);
