"""``directory tick``: what time does, for cron."""

import json

import click
from flask import current_app

from directory import clock
from directory.catalogue.operations.runs import forget_old_files
from directory.referrals import operations
from directory.search.operations import refresh_index

_SAID = {
    "silent": "phiếu quá hẹn chưa ai trả lời",
    "expired": "phiếu hết hạn",
    "lapsed": "phiếu đến lâu không ghi kết quả",
    "purged": "phiếu đã xoá hẳn (90 ngày sau khi xong)",
    "answers": "lần gửi biểu mẫu đã quên",
    "sessions": "phiên đăng nhập đã hết",
    "invitations": "lời mời đã dùng hoặc hết hạn",
    "uploads": "tệp tải lên đã quá một tháng",
    "failures": "lần thử sai đã quên",
    "contacts": "phiếu tiếp cận đã quên ai ghi",
    "years": "năm của địa bàn đã chốt số liệu",
}


@click.command(help="Làm những việc đến hạn: hết hạn, nhắc, xoá, chỉ mục. Cho cron; chạy lại bao nhiêu lần cũng được.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def tick(as_json: bool) -> None:
    """Do what is due and say how much that was."""
    now = clock.now()
    done = operations.tick(now)._asdict() | {"uploads": forget_old_files(now)}
    # What stands above the slips has work to be done in time, too; the application tells which.
    done |= {name: act(now) for name, act in current_app.extensions["when_ticking"].items()}
    refresh_index()
    if as_json:
        click.echo(json.dumps(done))
        return
    for name, count in done.items():
        if count:
            click.echo(f"{count} {_SAID[name]}")
    click.echo("Xong.")


commands = [tick]
