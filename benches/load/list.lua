dofile("common.lua")
local query = document("list.graphql")
function request()
  local n, ids = math.random(1, 100000), {}
  for k = 0, 19 do
    ids[k + 1] = '"' .. product((n + k * 4999) % 100000 + 1) .. '"'
  end
  return post(query, '{"ids":[' .. table.concat(ids, ",") .. "]}")
end
