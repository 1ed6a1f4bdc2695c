"""The forms of signing in and of one's own account."""

from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, PasswordField, StringField

from directory.accounts.passphrases import LONGEST
from directory.web.forms import Form

#: What browsers and password managers go by.
USERNAME, PRESENT, NEW, ONE_TIME = "username", "current-password", "new-password", "one-time-code"


class SignInForm(Form):
    """Name and passphrase."""

    name = StringField(name="ten")
    passphrase = PasswordField(name="mat-khau")
    #: Where to go afterwards: a path of this site.
    onward = HiddenField(name="ve")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _("Tên đăng nhập")
        self.passphrase.label.text = _("Câu mật khẩu")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for both; what is too long is no passphrase of anybody."""
        is_well = super().validate(extra_validators)
        if not self.name.data:
            self.name.errors = [_("Hãy gõ tên đăng nhập.")]
        if not self.passphrase.data:
            self.passphrase.errors = [_("Hãy gõ câu mật khẩu.")]
        elif len(self.passphrase.data) > LONGEST or len(self.name.data or "") > LONGEST:
            self.passphrase.errors = [_("Câu mật khẩu dài quá.")]
        return is_well and not self.errors


class CodeForm(Form):
    """A code that was read somewhere: from an app, a card, a sheet of recovery codes."""

    code = StringField(name="ma")
    #: What this page carries for its answer, sealed.
    carried = HiddenField(name="kem")
    onward = HiddenField(name="ve")

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = label or _("Mã sáu số trong ứng dụng")


class PasskeyForm(Form):
    """What a script fills in with the answer of a passkey."""

    answer = HiddenField(name="tra-loi")
    carried = HiddenField(name="kem")
    onward = HiddenField(name="ve")


class PassphraseForm(Form):
    """The present passphrase, asked for anew."""

    passphrase = PasswordField(name="mat-khau")
    onward = HiddenField(name="ve")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passphrase.label.text = _("Câu mật khẩu")


class NewPassphraseForm(Form):
    """A new passphrase, typed twice since it cannot be seen."""

    passphrase = PasswordField(name="mat-khau-moi")
    repeated = PasswordField(name="nhap-lai")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passphrase.label.text = _("Câu mật khẩu mới")
        self.repeated.label.text = _("Gõ lại lần nữa")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the same twice."""
        is_well = super().validate(extra_validators)
        if not self.passphrase.data:
            self.passphrase.errors = [_("Hãy chọn một câu mật khẩu.")]
        elif self.passphrase.data != self.repeated.data:
            self.repeated.errors = [_("Hai lần gõ không giống nhau.")]
        return is_well and not self.errors


class AcceptForm(NewPassphraseForm):
    """What somebody who was invited chooses."""

    code = HiddenField(name="ma")
    name = StringField(name="ten")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = _("Tên đăng nhập")
