// Runs graphql-http's audits of GraphQL over HTTP against a hub: node run.mjs http://localhost:8080/graphql
// Ends with 1 when an audit fails that the first edition of the specification does not overrule.
import { serverAudits } from "graphql-http";

// The audits are of a draft. Where the first edition (September 2026, "Status Codes") asks for another status, the
// hub follows the edition. Each audit overruled stands here with the status it must get instead; MUSTs never do.
const overruled = new Map();
const overrule = (status, reason, ids) => ids.forEach((id) => overruled.set(id, { status, reason }));
overrule(422, "what is no well-formed request is 422", [
  "423L", "LKJ0", "LKJ1", "LKJ2", "LKJ3", "6C00", "6C01", "6C02", "6C03", "4760", "4761", "4762", "4763",
  "58B0", "58B1", "58B2", "58B3", "3E3A",
]);
overrule(400, "callers of application/json get the same statuses", ["572B", "FDE2"]);
overrule(422, "callers of application/json get the same statuses", ["7B9B"]);
overrule(422, "variables that do not fit are 422", ["86EE"]);

const url = process.argv[2];
if (!url) {
  console.error("usage: node run.mjs URL");
  process.exit(2);
}

const audits = serverAudits({ url });
const results = await Promise.all(audits.map(({ fn }) => fn()));
let [failed, passed] = [0, 0];
for (const { id, name, status, reason, response } of results) {
  const instead = overruled.get(id);
  if (status === "ok") {
    passed += 1;
    if (instead) console.log(`note: ${id} is overruled and passes all the same`);
  } else if (instead && !name.startsWith("MUST") && response?.status === instead.status) {
    console.log(`overruled ${id} ${name}: ${instead.status}, ${instead.reason}`);
  } else {
    failed += 1;
    console.log(`FAILED ${id} ${name}: ${reason} (${status}, HTTP ${response?.status})`);
  }
}
console.log(
  `${results.length} audits, ${passed} passed, ${results.length - passed - failed} overruled, ${failed} failed`,
);
process.exit(failed ? 1 : 0);
