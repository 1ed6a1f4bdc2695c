from tests.referrals.conftest import later  # noqa: F401 - a fixture
