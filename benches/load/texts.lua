-- What people type: names of goods and producers of data.sql, with and without diacritics, unfinished, with slips,
-- abbreviated; places of now and of before July 2025; single letters; words that thousands of things go by.
dofile("goods.lua")
local qualities = { "hữu cơ", "truyền thống", "nguyên chất", "thượng hạng", "sấy dẻo", "hoa rừng", "đồng quê", "vùng cao" }
local brands = { "An Bảo", "Bình Cát", "Hạnh Điền", "Lộc Phát", "Ngọc Linh", "Phước Lâm", "Thanh Hải", "Trường Sơn", "Xuân Yên" }
local forms = { "HTX ", "HTX Nông nghiệp ", "Công ty TNHH ", "CTY TNHH ", "Cơ sở ", "Trang trại ", "THT " }
local places = { "Quảng Nam", "huyện Duy Xuyên", "Tx. Điện Bàn", "TP. Hội An", "Đồng Tháp", "quận Hải Châu", "Đà Nẵng",
  "Thăng Bình", "Cao Lãnh", "Tỉnh 7", "Huế", "xã Duy Sơn", "p. Cẩm Châu" }
local common = { "gạo", "HTX", "htx nông nghiệp", "mật ong", "trà", "hữu cơ", "xã", "tỉnh", "công ty", "khô", "2024", "đặc biệt" }

local plain = {}
for letters, base in pairs({ ["àáãảạăằắẵẳặâầấẫẩậ"] = "a", ["èéẽẻẹêềếễểệ"] = "e", ["ìíĩỉị"] = "i", ["òóõỏọôồốỗổộơờớỡởợ"] = "o",
  ["ùúũủụưừứữửự"] = "u", ["ỳýỹỷỵ"] = "y", ["đĐ"] = "d" }) do
  for letter in letters:gmatch("[%z\1-\127\194-\244][\128-\191]*") do plain[letter] = base end
end
local function fold(text)
  return (text:gsub("[\194-\244][\128-\191]*", plain):lower())
end
local function slip(text, random)
  local folded = fold(text)
  local at = random(2, math.max(2, #folded - 1))
  if random(1, 2) == 1 then return folded:sub(1, at - 1) .. folded:sub(at + 1) end
  return folded:sub(1, at - 1) .. folded:sub(at + 1, at + 1) .. folded:sub(at, at) .. folded:sub(at + 2)
end
local function one(of, random) return of[random(1, #of)] end

local function name(random)
  local kind = random(1, 5)
  if kind == 1 then return one(goods, random) end
  if kind == 2 then return one(goods, random) .. " " .. one(qualities, random) end
  if kind == 3 then return one(forms, random) .. one(brands, random) end
  if kind == 4 then return one(goods, random) .. " " .. one(places, random) end
  return one(goods, random) .. " " .. one(qualities, random) .. " " .. one(brands, random)
end

-- A whole text, as it is when somebody presses the key.
function searched(random)
  local kind = random(1, 10)
  if kind <= 3 then return name(random) end
  if kind <= 5 then return fold(name(random)) end
  if kind == 6 then return slip(name(random), random) end
  if kind == 7 then return one(places, random) end
  if kind == 8 then return one(common, random) end
  if kind == 9 then return random(1, 2999) .. "/QĐ-UBND" end
  return one(forms, random) .. fold(one(brands, random))
end

-- The beginning of one, as it is while somebody types: from the first letter on.
function typed(random)
  local text = random(1, 2) == 1 and fold(name(random)) or fold(one(places, random))
  return text:sub(1, random(1, math.min(#text, 12)))
end
