"""``directory audit verify``: whether anybody has changed, put in, taken out or cut off a row of the audit."""

import json
import sys
from dataclasses import asdict, dataclass
from itertools import islice

import click

from directory.accounts import audit
from directory.accounts.models import AuditHead
from directory.extensions import db

PROBLEMS_FOUND = 1
#: What follows the first broken rows tells nothing more.
MOST_FAULTS = 20

_WORDS = {
    "missing": "thiếu dòng này",
    "not after the row before": "không nối với dòng trước",
    "changed": "nội dung đã bị sửa",
    "cut off": "các dòng cuối đã bị cắt",
    "anchor": "không còn đúng với mốc đã chép; nhật ký đã bị làm lại hoặc cắt ngắn",
    "seal": "dấu niêm phong cuối chuỗi không đúng",
}


@dataclass(frozen=True)
class Anchor:
    """The end of the chain. Written down elsewhere, it shows later that nothing before it was made anew."""

    seq: int
    hash: str


@click.group("audit", help="Nhật ký: ai đã làm gì, nối thành chuỗi không sửa được.")
def audit_group() -> None:
    """Hold what is done with the audit."""


@audit_group.command("verify", help="Kiểm tra chuỗi nhật ký từ đầu đến cuối.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@click.option("--anchor", type=(int, str), metavar="SỐ MỐC", help="Mốc đã chép ra giấy lần trước: phải còn đúng.")
def verify(as_json: bool, anchor: tuple[int, str] | None) -> None:
    """Read the whole chain and say where it is broken first."""
    head = db.session.get(AuditHead, 1)
    end = Anchor(head.seq, head.hash.hex()) if head else Anchor(0, "")
    faults = list(islice(audit.faults(anchor), MOST_FAULTS))
    if as_json:
        outcome = {"holds": not faults, "anchor": asdict(end), "faults": [fault._asdict() for fault in faults]}
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=2))
    else:
        _print(end, faults)
    if faults:
        sys.exit(PROBLEMS_FOUND)


def _print(anchor: Anchor, faults: list[audit.Fault]) -> None:
    for fault in faults:
        click.echo(f"Dòng {fault.seq}: {_WORDS.get(fault.what, fault.what)}.")
    if faults:
        click.echo("Nhật ký đã bị động vào. Giữ nguyên máy và báo quản trị viên.")
        return
    click.echo(f"Nhật ký nguyên vẹn: {anchor.seq} dòng.")
    if anchor.seq:
        click.echo(f"Mốc để chép ra giấy: {anchor.seq} {anchor.hash}")


commands = [audit_group]
