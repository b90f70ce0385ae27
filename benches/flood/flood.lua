-- What floods: refused documents of many kinds, and allowed ones that are dear.
local headers = { ["content-type"] = "application/json" }
local bodies = {}

local function query(text)
  bodies[#bodies + 1] = '{"query":"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"}'
end

local bomb = "{ ...F0 }"
for level = 0, 9 do
  bomb = bomb .. " fragment F" .. level .. " on Query {" .. (" ...F" .. level + 1):rep(8) .. " }"
end
query(bomb .. " fragment F10 on Query { products(first: 1) { nodes { id } } }")
query("{ products { nodes { producer" .. (" { products { nodes { producer"):rep(150) .. " { id }" .. (" } } }"):rep(150) .. " } } }")
query("{" .. (" __typename"):rep(20000) .. " }")
query("{ __typename" .. (" @include(if: true)"):rep(1000) .. " }")
query(("{ a "):rep(20000))
query('{ products(after: "' .. ("A"):rep(50000) .. '") { nodes { id } } }')
query("query A { __typename } query A { __typename }")
bodies[#bodies + 1] = '{"query":"{ __typename }","variables":' .. ("["):rep(100000)
bodies[#bodies + 1] = "[" .. ('{"query":"{ __typename }"},'):rep(2000) .. "{}]"
for n = 1, 6 do
  query('{ products(first: 100, where: {name: {contains: "' .. ("aeiouy"):sub(n, n) .. '"}}, orderBy: [{name: DESC}]) {'
    .. " totalCount nodes { id name producer { id name products(first: 20) { nodes { name } } } } } }")
  query('{ producers { totalCount } products(where: {name: {contains: "' .. ("aeiouy"):sub(n, n) .. '"}}) { totalCount } }')
end

local requests, at = {}, 0
function init(_)
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, _, _)
  local errors = summary.errors
  print(string.format("FLOOD %d %d", summary.requests,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
