"""Takes every mail and keeps it as a file: a mail server for a desk. ``python mail_catcher.py PORT FOLDER``."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class Keeper:
    """Writes each mail down before it says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep one mail."""
        path = self.folder / f"{uuid.uuid4().hex}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.rename(path)
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    """Take mail until the process is ended."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
