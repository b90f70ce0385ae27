-- Documents and variables for wrk; ids are made from numbers as data.sql makes them.
local alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
-- The fourth group of the ids of each type, less 8000.
local kinds = { admin_unit = 0, product = 4, fair = 7 }

local function base32(n, digits)
  local out = {}
  for i = digits, 1, -1 do
    local d = n % 32
    out[i] = alphabet:sub(d + 1, d + 1)
    n = (n - d) / 32
  end
  return table.concat(out)
end

-- The TypeID of 00000000-0000-7000-{8000 + kind}-{n, 12 hexadecimal digits}.
function id(type, n)
  local group = 0x8000 + kinds[type]
  local low = group % 4
  return type .. "_" .. base32(0x7000 * 2 ^ 14 + (group - low) / 4, 16) .. base32(low * 2 ^ 48 + n, 10)
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
    local body = '{"query":"' .. query .. '","variables":' .. variables(math.random) .. "}"
    requests[i] = wrk.format("POST", "/graphql", headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

-- A line for run.sh: requests, seconds, milliseconds of p50, p95 and p99, errors.
function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local at = function(p) return latency:percentile(p) / 1000 end
  print(string.format("MEASURED %d %.3f %.3f %.3f %.3f %d", summary.requests, summary.duration / 1e6,
    at(50), at(95), at(99), failed))
end
