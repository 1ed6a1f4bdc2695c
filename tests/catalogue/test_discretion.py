import pytest

from directory.catalogue.discretion import reads_like_address, reads_like_street


@pytest.mark.parametrize(
    "text",
    [
        "Số 12 đường Trần Phú",
        "Nhà ở 12 Trần Phú, Hạ Long",
        "so 12 duong tran phu",
        "ngõ 45 phố Huế",
        "hẻm 34/5 Lê Lợi",
        "45/6 Nguyễn Thị Minh Khai",
        "111 Trần Phú",
        "số nhà 9",
        "tổ 5 khu 2",
        "thôn Đông",
        "tọa độ 20.951,107.080",
        "xem https://maps.app.goo.gl/xyz",
        "7P28+QX Hạ Long",
    ],
)
def test_streets_houses_and_points_give_a_place_away(text):
    assert reads_like_street(text)
    assert reads_like_address(text)


@pytest.mark.parametrize("text", ["P. Bãi Cháy", "ở phường Bãi Cháy", "phuong 12", "xã Tân Thành", "Q.1", "quận 3"])
def test_a_ward_gives_away_a_hidden_place_but_not_a_partial_one(text):
    assert reads_like_address(text)
    assert not reads_like_street(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gọi đường dây nóng 24/7",
        "Đường Dây Nóng 111",
        "Tổng đài 1022 Đà Nẵng",
        "Tổng đài 1900 96 96 80",
        "thành phố Hồ Chí Minh",
        "Hội LHPN tỉnh Quảng Ninh",
        "Bạn có quyền không nêu tên",
        "phương pháp và phương án",
        "Sở Lao động Thương binh và Xã Hội",
        "Từ 18 tuổi trở lên, ở được 3 tháng",
        "con đường nào cũng có lối ra",
        "24 giờ mỗi ngày, 72 giờ đầu quan trọng",
    ],
)
def test_ordinary_sentences_do_not(text):
    assert not reads_like_address(text)
