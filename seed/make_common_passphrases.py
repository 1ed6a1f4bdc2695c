"""Write ``common_passphrases.txt``: what people choose first when twelve characters are asked for.

Nothing is taken from a leaked list. The words below are those that such lists are known to begin with (the English
ones) and what Vietnamese people say to each other, their cities, songs and clubs; they are joined and lengthened the
way people do it: said twice, two together, a year, a count behind. Run it again after adding a word; the same words
give the same file.

    python seed/make_common_passphrases.py
"""

from itertools import product
from pathlib import Path

SHORTEST = 12

VIETNAMESE = """
matkhau mat khau matkhaucuatoi matkhaumoi matkhaukho khongcomatkhau quenmatkhau dangnhap taikhoan taikhoancuatoi
anhyeuem anhyeuemnhieu emyeuanh emyeuanhnhieu toiyeuem toiyeuban yeuem yeuanh yeuemnhieu yeuanhnhieu
yeuemmaimai yeuanhmaimai iuanh iuem
anhnhoem emnhoanh nhoemnhieu mainhauma maimaiyeuem maimaimottinhyeu tinhyeu tinhyeucuatoi vochongtoi voyeu chongyeu
conyeu connguoi congaiyeu contraiyeu giadinh giadinhtoi giadinhlatatca yeugiadinh bome bometoi mevaba mebaylai
ngoaingu banthan banbe tinhban hanhphuc hanhphucnhe vuive binhan binhyen mayman suckhoe thanhcong tuonglai tuongtac
ngaymai ngaymoi cuocsong cuocsongtuoidep xinchao xinchaovietnam chaobuoisang vietnam vietnamoi vietnamvodich
toiyeuvietnam tuhaovietnam hanoi hanoiyeudau saigon saigonoi thanhphohochiminh hochiminh danang haiphong cantho hue
halong vinhlong quangninh camphauongbi hoasen hoahong hoamai hoahuongduong huongduong bienxanh troixanh mattroi
anhtrang ngoisao conmeo meocon concho chocon cunyeu heocon rongvang hotrang khongbiet khongcogi khongquen khongnhogi
biet chetlien toilaai toilatoi emlaai anhlaai aibiet nguoila nguoidung quantri quantrivien dieuphoi dieuphoivien
dongdang dongdangvien canbo tiepnhan phieuhen sodiachi thanhvien nhomdongdang quanlynhom motnamba motnambon
namsaubaytam motngaymoi mothaiba motdoi chucmungnammoi nammoi tetnguyendan sinhnhat ngaysinh sinhnhatvuive choco
zalocuatoi facebook zalo
""".split()  # noqa: SIM905 - a list to be read and added to


ENGLISH = """
password passwordpassword mypassword newpassword thepassword passphrase mypassphrase letmein letmeinplease welcome
welcomehome welcomeback iloveyou iloveyouforever iloveyousomuch ilovehim iloveher iloveme loveyou lovelove loveme
forever foreverlove princess princesa sunshine football baseball basketball superman batman spiderman dragon monkey
master shadow michael jordan jennifer jessica ashley charlie michelle daniel anthony andrew matthew qwerty
qwertyuiop qwertyasdf asdfghjkl asdfasdf zxcvbnm qazwsx qazwsxedc onetwothree onetwothreefour admin administrator
adminadmin root rootroot superuser user guest test testtest testing changeme changemenow secret topsecret mysecret
default computer internet whatever trustnoone starwars pokemon naruto mercedes ferrari liverpool chelsea arsenal
barcelona realmadrid manchester manchesterunited ronaldo messi samsung iphone nokia oppo google gmail hello
helloworld hellohello helloitsme nopassword nothing idontknow idontcare killer freedom summer winter spring autumn
flower butterfly angel angels babygirl babyboy mylove mylife mybaby family myfamily friends bestfriend jesus
jesuschrist godisgood blessed correcthorsebatterystaple thequickbrownfox loremipsum opensesame abracadabra
""".split()  # noqa: SIM905 - a list to be read and added to


YEARS = [str(year) for year in range(1975, 2028)]
ENDINGS = [
    "", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "12345678910",
    "0", "00", "000", "0000", "111", "1111", "111111", "222222", "666", "6666", "666666", "6868", "68686868", "686868",
    "79", "7979", "797979", "777", "7777777", "888", "8888", "888888", "88888888", "999", "9999", "999999", "99999999",
    "321", "4321", "54321", "654321", "987654321", "abc", "abc123", "123abc", "qwe", "qwe123", "vn", "vip", "pro",
    "ok", "okok", "oi", "nhe", "nha",
]  # fmt: skip


def lines() -> list[str]:
    """Return every line, in order and once."""
    words = [*VIETNAMESE, *ENGLISH]
    made = {word + ending for word, ending in product(words, [*ENDINGS, *YEARS])}
    made |= {word + word + ending for word, ending in product(words, ENDINGS[:12])}
    made |= {"123456" + word for word in words} | {"123" + word + "123" for word in words}
    # Digits at the end are taken off before the list is asked, so what differs only there stands in it once.
    bare = {line.rstrip("0123456789") if len(line.rstrip("0123456789")) >= SHORTEST else line for line in made}
    return sorted(line for line in bare if len(line) >= SHORTEST)


if __name__ == "__main__":
    text = "\n".join(lines()) + "\n"
    (Path(__file__).parent / "common_passphrases.txt").write_text(text, encoding="utf-8")
