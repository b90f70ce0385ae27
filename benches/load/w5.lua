dofile("common.lua")
function init(_)
  prepare("w5.graphql", function(random)
    return '{"day":"' .. os.date("!%Y-%m-%d", 1704067200 + random(0, 699) * 86400) .. '"}'
  end)
end
