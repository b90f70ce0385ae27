// Puts GraphiQL into the page. Everything it needs comes from this server.
(async () => {
  const place = document.getElementById("explorer");
  const firstQuery = await fetch(place.dataset.firstQuery).then((response) => response.text());

  // A key comes in the part of the address that is never sent (`#key=lt_…`) or is typed; this tab alone keeps it.
  const KEPT = "lienthong.key";
  const field = document.getElementById("key");
  const given = new URLSearchParams(location.hash.slice(1)).get("key");
  if (given) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  field.value = sessionStorage.getItem(KEPT) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(KEPT, field.value.trim()));
  document.getElementById("key-form").addEventListener("submit", (event) => event.preventDefault());
  const authorization = () => {
    const key = field.value.trim();
    return key ? { authorization: `Bearer ${key}` } : {};
  };

  const fetcher = async (params, options) => {
    const response = await fetch("graphql", {
      method: "POST",
      headers: {
        ...authorization(),
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
