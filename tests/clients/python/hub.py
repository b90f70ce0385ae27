"""gql against a running hub: the schema by introspection, pages, a refusal, an operation.

    .venv/bin/python python/hub.py URL
"""

import sys

from gql import Client, gql
from gql.dsl import DSLQuery, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

PAGE = gql(
    """
    query Page($first: Int!, $after: String, $kinds: [ProducerKind!]) {
      producers(first: $first, after: $after, where: { kind: { in: $kinds } }) {
        totalCount
        nodes { id name kind }
        pageInfo { hasNextPage endCursor }
      }
    }
    """
)


def check(holds, what, seen):
    if not holds:
        sys.exit(f"{what}: {seen}")


def pages(session):
    """All producers, page by page."""
    found, after = [], None
    while True:
        PAGE.variable_values = {"first": 2, "after": after}
        page = session.execute(PAGE)["producers"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            check(len({one["id"] for one in found}) == page["totalCount"], "pages", found)
            return found
        after = page["pageInfo"]["endCursor"]


def code_of(session, document):
    """Code of the first error of a document that is refused."""
    try:
        session.execute(gql(document))
    except TransportQueryError as error:
        check(error.data is None, "data of a refusal", error.data)
        return error.errors[0]["extensions"]["code"]
    return None


def main(url):
    transport = RequestsHTTPTransport(url=url, headers={"Accept-Language": "vi"})
    everything = ["descriptions", "specified_by_url", "directive_is_repeatable", "schema_description"]
    everything = {name: True for name in [*everything, "input_value_deprecation"]}
    client = Client(
        transport=transport, fetch_schema_from_transport=True, introspection_args=everything
    )
    with client as session:
        names = client.schema.type_map
        check("Product" in names and names["Date"].specified_by_url, "the schema", list(names)[:9])
        found = pages(session)
        check(len(found) > 1, "producers", found)

        # Written by the schema alone.
        schema = DSLSchema(client.schema)
        producer = schema.Query.producer(id=found[0]["id"]).select(schema.Producer.name)
        answer = session.execute(dsl_gql(DSLQuery(producer)))
        check(answer["producer"]["name"] == found[0]["name"], "one producer", answer)

        document = 'mutation { unpin(input: { id: "x" }) { userErrors { code field message } } }'
        mistake = session.execute(gql(document))["unpin"]["userErrors"][0]
        check(mistake["code"] == "INVALID_ID" and "không phải" in mistake["message"], "an operation", mistake)

    # Without the schema gql cannot see the mistake; the hub does.
    with Client(transport=transport) as session:
        code = code_of(session, "{ nothing }")
        check(code == "GRAPHQL_VALIDATION_FAILED", "a refusal", code)
    print("gql: introspection, pages, the schema's own language, an operation, a refusal")


main(sys.argv[1])
