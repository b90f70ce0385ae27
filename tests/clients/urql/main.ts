// urql with generated types against a running hub: pages, fragments, a node, what a refusal looks like.
import { Client, fetchExchange } from "@urql/core";
import { FirstProductsDocument, JudgeDocument, OneNodeDocument, ProducerKind, Verdict } from "./graphql.js";

const url = process.argv[2];
if (!url) throw new Error("usage: node main.js URL");

function check(holds: unknown, what: string, seen?: unknown): asserts holds {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(seen)}`);
}

for (const preferGetMethod of [false, true]) {
  const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod });

  const first = await client.query(FirstProductsDocument, { first: 1 });
  check(!first.error, "a page", first.error?.message);
  const page = first.data?.products;
  check(page && page.nodes.length === 1 && page.totalCount > 1 && page.pageInfo.hasNextPage, "a page", page);

  const second = await client.query(FirstProductsDocument, { first: 1, after: page.pageInfo.endCursor });
  const [a, b] = [page.nodes[0], second.data?.products?.nodes[0]];
  check(a && b && a.id !== b.id, "the next page", second.data ?? second.error?.message);

  const node = (await client.query(OneNodeDocument, { id: a.id })).data?.node;
  check(node?.__typename === "Product" && node.name === a.name, "the node", node);
  const days = node.recognitions?.nodes.map((recognition) => recognition.decidedOn) ?? [];
  check(days.every((day) => typeof day === "string" && /^\d{4}-\d\d-\d\d$/.test(day)), "days are strings", days);

  const kinds = [ProducerKind.Cooperative, ProducerKind.Company];
  check(kinds.every((kind) => kind === kind.toUpperCase()), "enum values", kinds);

  const none = await client.query(FirstProductsDocument, { where: { id: { eq: "product_0" } } });
  check(none.data?.products === null && none.error?.graphQLErrors[0]?.extensions["code"], "a field's error", none);

  const refused = await client.query(OneNodeDocument, {} as { id: string });
  check(refused.data === undefined && refused.error, "a refusal", refused.data);
  check(refused.error.graphQLErrors[0]?.extensions["code"] === "BAD_USER_INPUT", "its code", refused.error.message);
}

// Who may not act is told so; who may is told of the mistake in it.
const client = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false });
const input = { left: "product_01h455vb4pex5vsknk084sn02q", right: "x", verdict: Verdict.Same };
const judged = await client.mutation(JudgeDocument, { input });
const code = judged.data?.judge?.userErrors[0]?.code ?? judged.error?.graphQLErrors[0]?.extensions["code"];
check(code === "INVALID_ID" || code === "FORBIDDEN", "an operation", judged.data ?? judged.error?.message);
console.log("urql: pages, a node, a field's error, a refusal, an operation");
