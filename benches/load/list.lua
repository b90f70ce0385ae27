dofile("common.lua")
function init(_)
  prepare("list.graphql", function(n)
    local ids = {}
    for k = 0, 19 do
      ids[k + 1] = '"' .. product((n + k * 4999) % 100000 + 1) .. '"'
    end
    return '{"ids":[' .. table.concat(ids, ",") .. "]}"
  end)
end
