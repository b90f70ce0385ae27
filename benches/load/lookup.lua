dofile("common.lua")
function init(_)
  prepare("lookup.graphql", function(n)
    return '{"id":"' .. product(n) .. '"}'
  end)
end
