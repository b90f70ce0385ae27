dofile("common.lua")
function init(_)
  prepare("w1.graphql", function(random)
    return '{"id":"' .. id("product", random(1, 100000)) .. '"}'
  end)
end
