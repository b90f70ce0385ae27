dofile("common.lua")
function init(_)
  prepare("w4.graphql", function(random)
    return '{"province":"' .. id("admin_unit", random(1, 34)) .. '","day":"'
      .. os.date("!%Y-%m-%d", 1704067200 + random(0, 699) * 86400) .. '"}'
  end)
end
