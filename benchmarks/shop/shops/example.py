"""The example project, on the four packages installed from wheels, with production's settings."""

from __future__ import annotations

from typing import ClassVar, Final

from services import EXAMPLE, site_environment

from shops.base import FOLDER, Shop

OPEN_SECONDS: Final = 86_400  # longer than a run, because the connections of all other shops stay open


class Example(Shop):
    """The example project.

    Throttles are off, as no other shop has any. Mails and receipts are left to a worker where Redis is there as a
    broker; no worker runs, as other shops make none.
    """

    environment = "store"
    folder = EXAMPLE
    seeds = "store"
    application = "storefront.wsgi:application"
    broker: ClassVar[str] = ""

    def env(self) -> dict[str, str]:
        """Return the environment of a production site."""
        folder = self.services.folder
        database = f"postgres://postgres@127.0.0.1:{self.database.port}/{self.database_name}"
        site = site_environment(
            DATABASE_URL=f"{database}?conn_max_age={OPEN_SECONDS}",
            EMAIL_URL=f"filemail://{folder / 'mail'}",
            MEDIA_ROOT=str(folder / "media"),
            STATIC_ROOT=str(folder / f"static-{self.name}"),
            CELERY_BROKER_URL=self.broker,
            THROTTLING="off",
            PLAYGROUND="off",
        )
        return {**super().env(), **site, **self.secrets, **self.variables, "PYTHONPATH": f"{EXAMPLE}:{FOLDER}"}

    def make_tables(self) -> None:
        """Migrate, and collect the files without which production's settings don't start."""
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.collect_static()

    def collect_static(self) -> None:
        """Collect the files of the pages that are asked for."""
        others = [f"--ignore={name}" for name in ("rest_framework", "drf_spectacular_sidecar")]
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0", *others)
