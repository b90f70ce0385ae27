// A page as Relay writes it: a fragment of its own for each part, a connection that goes on, a node fetched anew.
declare const graphql: (text: TemplateStringsArray) => unknown;

export const query = graphql`
  query ProductsPageQuery($first: Int = 20, $after: String, $where: ProductWhere) {
    ...ProductsPage_list @arguments(first: $first, after: $after, where: $where)
  }
`;

export const list = graphql`
  fragment ProductsPage_list on Query
  @argumentDefinitions(first: { type: "Int" }, after: { type: "String" }, where: { type: "ProductWhere" })
  @refetchable(queryName: "ProductsPageNextQuery") {
    products(first: $first, after: $after, where: $where) @connection(key: "ProductsPage_products") {
      totalCount
      edges {
        node {
          id
          ...ProductsPage_card
        }
      }
    }
  }
`;

export const card = graphql`
  fragment ProductsPage_card on Product @refetchable(queryName: "ProductsPageCardQuery") {
    name
    stars
    producer {
      name
      kind
      communeNow {
        name
      }
    }
    recognitions(first: 3) {
      edges {
        node {
          stars
          decidedOn
        }
      }
    }
  }
`;

export const several = graphql`
  query ProductsPageNodesQuery($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ...ProductsPage_card @alias
      ... on Producer {
        name
      }
    }
  }
`;

export const judge = graphql`
  mutation ProductsPageJudgeMutation($input: JudgeInput!) {
    judge(input: $input) {
      judgement {
        id
        verdict
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`;
