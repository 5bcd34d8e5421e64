from __future__ import annotations

from storefront_auth.accounts.mail import Mail


def broken(mail: Mail) -> None:
    raise RuntimeError("broken on purpose")
