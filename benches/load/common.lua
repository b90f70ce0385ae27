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

function post(query, variables)
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  return wrk.format(nil, "/graphql", nil, '{"query":"' .. query .. '","variables":' .. variables .. "}")
end

local thread = 0
function setup(t)
  thread = thread + 1
  t:set("seed", thread)
end

function init(_)
  math.randomseed(seed * 7919)
end

-- An answer with errors, or none, is a failure of the run.
local wrong = 0
function response(status, _, body)
  if status ~= 200 or not body:find('"data"', 1, true) or body:find('"errors"', 1, true) then
    wrong = wrong + 1
    if wrong == 1 then
      io.stderr:write("wrong answer: ", status, " ", body:sub(1, 200), "\n")
    end
  end
end
