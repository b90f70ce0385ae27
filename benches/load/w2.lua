dofile("common.lua")
function init(_)
  prepare("w2.graphql", function(random)
    local n, ids = random(1, 100000), {}
    for k = 0, 19 do
      ids[k + 1] = '"' .. id("product", (n + k * 4999) % 100000 + 1) .. '"'
    end
    return '{"ids":[' .. table.concat(ids, ",") .. "]}"
  end)
end
