"""Generated services: common words in long lists, as in a real directory's templates, round real wards' points."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from directory.search.entry import Entry

SEED = Path(__file__).parent.parent.parent / "seed"

#: Service, subject, its parent, words of the kind of provider.
KINDS = (
    ("Khám bệnh, chữa bệnh", "kham-benh", "y-te", "Bệnh viện Đa khoa"),
    ("Khám bệnh ban đầu", "kham-benh", "y-te", "Trạm Y tế"),
    ("Tư vấn và xét nghiệm HIV", "hiv-xet-nghiem", "y-te", "Trung tâm Y tế"),
    ("Điều trị ARV", "arv", "y-te", "Phòng khám ngoại trú"),
    ("Khám phụ khoa, thai sản", "suc-khoe-sinh-san", "y-te", "Phòng khám sản phụ khoa"),
    ("Bán thuốc theo đơn", "nha-thuoc", "y-te", "Nhà thuốc"),
    ("Trợ giúp pháp lý miễn phí", "tro-giup-phap-ly", "phap-ly", "Văn phòng Luật sư"),
    ("Cấp thẻ căn cước, đăng ký cư trú", "giay-to-tuy-than", "phap-ly", "Công an phường"),
    ("Tiếp dân, nhận tin báo", "cong-an", "an-toan", "Công an phường"),
    ("Tư vấn tâm lý cá nhân", "tu-van-tam-ly", "tam-ly", "Trung tâm Tư vấn tâm lý"),
    ("Dạy nghề ngắn hạn", "day-nghe", "viec-lam", "Trung tâm Dạy nghề"),
    ("Giới thiệu việc làm", "gioi-thieu-viec-lam", "viec-lam", "Trung tâm Dịch vụ việc làm"),
    ("Vay vốn làm ăn", "vay-von", "viec-lam", "Ngân hàng Chính sách xã hội"),
    ("Nơi ở tạm cho phụ nữ và trẻ em", "tam-lanh", "an-toan", "Nhà tạm lánh"),
    ("Can thiệp bạo lực gia đình", "chong-bao-luc-gioi", "an-toan", "Hội Liên hiệp Phụ nữ"),
)
SUBJECTS = {
    "kham-benh": "Khám bệnh, chữa bệnh", "hiv-xet-nghiem": "Xét nghiệm HIV", "arv": "Điều trị HIV (ARV)",
    "suc-khoe-sinh-san": "Phụ khoa, tránh thai, thai sản", "nha-thuoc": "Nhà thuốc",
    "tro-giup-phap-ly": "Luật sư, trợ giúp pháp lý", "giay-to-tuy-than": "Giấy tờ tùy thân", "cong-an": "Công an",
    "tu-van-tam-ly": "Tư vấn tâm lý", "day-nghe": "Học nghề", "gioi-thieu-viec-lam": "Tìm việc làm",
    "vay-von": "Vay vốn", "tam-lanh": "Nơi ở an toàn, tạm lánh", "chong-bao-luc-gioi": "Bị bạo lực, bị xâm hại",
}  # fmt: skip
SENTENCES = (
    "Tiếp nhận mọi người, không phân biệt nơi thường trú.", "Có nhân viên nữ tiếp riêng khi được yêu cầu.",
    "Mang theo giấy tờ tùy thân nếu có, không có vẫn được tiếp.", "Khi bị đe dọa hãy báo công an gần nhất.",
    "Bị đánh hoặc bị cướp thì báo công an phường.", "Hỗ trợ khám sức khỏe định kỳ cho người lao động.",
    "Xét nghiệm nhanh, trả kết quả trong ngày, có tư vấn trước và sau.", "Chuyển gửi đến bệnh viện tuyến trên khi cần.",
    "Giữ bí mật thông tin của người đến khám.", "Có người đi cùng trong lần khám đầu tiên.",
    "Hướng dẫn làm hồ sơ bảo hiểm y tế cho người chưa có thẻ.", "Tư vấn pháp luật về hôn nhân, đất đai, lao động.",
    "Dạy nghề may, nấu ăn, làm tóc, sửa xe trong ba tháng.", "Giới thiệu việc làm tại các khu công nghiệp trong tỉnh.",
    "Cho vay vốn lãi suất thấp qua tổ tiết kiệm của hội.", "Nơi ở tạm an toàn tối đa ba tháng, có bữa ăn.",
    "Điều trị dự phòng trước phơi nhiễm và sau phơi nhiễm.", "Cấp phát thuốc hằng tháng, nhắc lịch tái khám.",
    "Phát bao cao su và bơm kim tiêm sạch tại chỗ.", "Tư vấn cá nhân, tư vấn nhóm và tư vấn qua điện thoại.",
    "Gọi điện đặt lịch trước khi đến để không phải chờ.", "Miễn phí cho hộ nghèo, hộ cận nghèo và trẻ em.",
    "Thu phí theo giá quy định của nhà nước.", "Làm việc cả buổi tối và ngày nghỉ theo lịch trực.",
)  # fmt: skip
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Quốc", "Ngọc", "Hữu", "Xuân", "Thu")
GIVEN = ("An", "Bình", "Cường", "Dung", "Giang", "Hà", "Hải", "Hạnh", "Hùng", "Lan", "Linh", "Mai", "Nam", "Phúc")
HOURS = ("24/7", "Mo-Fr 07:30-17:00", "Mo-Sa 07:00-18:00", "Mo-Su 08:00-21:00", None)
FEES = ("Miễn phí", "Theo giá nhà nước", None)


def wards() -> list[dict[str, str]]:
    with (SEED / "wards.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def provinces() -> dict[str, str]:
    with (SEED / "provinces.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: f"{row['kind']} {row['name']}" for row in csv.DictReader(file)}


def generated(count: int) -> Iterator[Entry]:
    """Yield the same ``count`` services at every call: about 55 words each."""
    chance = random.Random(20261122)
    everywhere, of_code = wards(), provinces()
    for number in range(1, count + 1):
        service, slug, parent, kind = chance.choice(KINDS)
        ward = chance.choice(everywhere)
        person = f"{chance.choice(FAMILY)} {chance.choice(MIDDLE)} {chance.choice(GIVEN)}"
        provider = f"{kind} {ward['name'] if chance.random() < 0.6 else person}"
        fees = chance.choice(FEES)
        yield Entry(
            offering_id=number,
            name=service,
            whole_names=(provider,),
            strong_texts=(service, provider, SUBJECTS[slug]),
            place_texts=(
                f"{chance.randrange(1, 400)} đường {chance.choice(FAMILY)} {chance.choice(GIVEN)}",
                f"{ward['kind']} {ward['name']}, {of_code[ward['province_code']]}",
            ),
            weak_texts=(*chance.sample(SENTENCES, 4), *((fees,) if fees else ())),
            categories=(slug, parent),
            facets=frozenset({"free"} if fees == "Miễn phí" else ()),
            ward_code=ward["code"],
            province_code=ward["province_code"],
            latitude=float(ward["latitude"]) + chance.gauss(0, 0.02),
            longitude=float(ward["longitude"]) + chance.gauss(0, 0.02),
            opening_hours=chance.choice(HOURS),
            verified_on=date(2026, 1, 1) + timedelta(days=chance.randrange(300)) if chance.random() < 0.5 else None,
        )


#: Queries by class; the second of each pair is what FTS5 is asked, which has no understanding to pay for.
QUERIES = {
    "1 word": [(text, text) for text in ("thuốc", "lương", "phiếu", "may", "tóc", "bơm", "hồ")],
    "2 words": [(text, text) for text in ("tiếp riêng", "kết quả", "hộ nghèo", "đất đai", "đặt lịch", "tái khám")],
    "3 words": [
        (text, text) for text in ("khu công nghiệp", "bao cao su", "nấu ăn may", "giá quy định", "bệnh viện tuyến")
    ],
    "common": [
        (text, text) for text in ("bệnh viện", "công an phường", "trung tâm y tế", "khám bệnh", "tư vấn", "y tế")
    ],
    "rare place": [
        (text, text)
        for text in (
            "khám bệnh hạ long", "luật sư uông bí", "nhà thuốc mù cang chải", "học nghề a lưới", "vay vốn thốt nốt"
        )
    ],
    "one typo": [
        ("xet nghiemm hiv", "xét nghiệm hiv"), ("benh vin da khoa", "bệnh viện đa khoa"), ("luat suw", "luật sư"),
        ("phong khm", "phòng khám"), ("tro giup phapp ly", "trợ giúp pháp lý"),
    ],
    "prefix": [
        ("khám bện", "khám bện*"), ("xét nghi", "xét nghi*"), ("trung tâm ngh", "trung tâm ngh*"), ("bảo hi", "bảo hi*")
    ],
    "nearest only": [("", "")],
}  # fmt: skip
POSITIONS = (
    (20.951, 107.080),
    (21.028, 105.852),
    (10.772, 106.695),
    (16.463, 107.590),
    (10.253, 105.967),
    (8.5, 110.0),
)
