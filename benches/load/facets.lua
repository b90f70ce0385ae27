dofile("common.lua")
dofile("texts.lua")
function init(_)
  prepare("facets.graphql", function(random)
    return '{"text":"' .. searched(random) .. '"}'
  end)
end
