dofile("common.lua")
dofile("goods.lua")
local kinds = { "COOPERATIVE", "COMPANY", "HOUSEHOLD_BUSINESS", "FARM" }
function init(_)
  prepare("w3.graphql", function(random)
    return '{"name":"' .. goods[random(1, 50)] .. '","kind":"' .. kinds[random(1, 4)]
      .. '","year":' .. random(2000, 2020) .. "}"
  end)
end
