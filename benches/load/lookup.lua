dofile("common.lua")
local query = document("lookup.graphql")
function request()
  return post(query, '{"id":"' .. product(math.random(1, 100000)) .. '"}')
end
