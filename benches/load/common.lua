-- Documents and variables for wrk; ids are made from numbers as data.sql makes them.
local alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

-- product_ and the TypeID of 00000000-0000-7000-8004-{n, 12 hexadecimal digits}
function product(n)
  local digits = {}
  for i = 1, 10 do
    local d = n % 32
    digits[i] = alphabet:sub(d + 1, d + 1)
    n = (n - d) / 32
  end
  return "product_0000000000e00801" .. table.concat(digits):reverse()
end

function document(name)
  local file = assert(io.open(name))
  local text = file:read("*a")
  file:close()
  return (text:gsub("%s+", " "))
end

local thread = 0
function setup(t)
  thread = thread + 1
  t:set("seed", thread)
end

-- The requests of a thread, made before the run begins: the generator is to cost little beside the hub.
local requests, at = {}, 0
function prepare(name, variables)
  local query = document(name)
  local headers = { ["content-type"] = "application/json" }
  math.randomseed(seed * 7919)
  for i = 1, 20000 do
    local body = '{"query":"' .. query .. '","variables":' .. variables(math.random(1, 100000)) .. "}"
    requests[i] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
