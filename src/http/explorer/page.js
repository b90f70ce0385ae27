// Puts GraphiQL into the page. Everything it needs comes from this server.
(async () => {
  const place = document.getElementById("explorer");
  const firstQuery = await fetch(place.dataset.firstQuery).then((response) => response.text());

  const fetcher = async (params, options) => {
    const response = await fetch("graphql", {
      method: "POST",
      headers: {
        ...options?.headers,
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json;q=0.9",
      },
      body: JSON.stringify(params),
      credentials: "omit",
    });
    // Refusals are JSON too: GraphiQL shows their code and both messages.
    return response.json();
  };

  ReactDOM.createRoot(place).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultQuery: firstQuery,
      defaultEditorToolsVisibility: false,
      shouldPersistHeaders: false,
    }),
  );
})();
