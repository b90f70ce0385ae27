-- The names of goods as data.sql has them.
goods = {}
for name in ("Mật ong,Gạo,Trà,Cà phê,Nước mắm,Mắm nêm,Mắm ruốc,Bột sen,Hạt sen,Ngũ cốc,Bánh tráng,Bánh đậu xanh,Bún khô,Phở khô,Mì gạo,Rau má,Bưởi da xanh,Xoài cát,Sầu riêng,Chuối sấy,Mít sấy,Khoai lang dẻo,Tinh dầu sả,Tinh dầu tràm,Tinh bột nghệ,Rượu nếp,Rượu cần,Hạt điều,Hạt tiêu,Hồ tiêu đen,Đông trùng hạ thảo,Nấm linh chi,Nấm rơm,Trứng vịt muối,Khô cá lóc,Khô bò,Chả cá,Chả lụa,Nem chua,Lạp xưởng,Dưa cải,Tương ớt,Muối ớt,Dầu phộng,Dầu dừa,Kẹo dừa,Thạch dừa,Chiếu cói,Gốm,Đèn lồng"):gmatch("[^,]+") do
  goods[#goods + 1] = name
end
