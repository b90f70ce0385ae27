dofile("common.lua")
dofile("texts.lua")
function init(_)
  prepare("suggest.graphql", function(random)
    return '{"text":"' .. typed(random) .. '"}'
  end)
end
