"""One SIPp: its process, a folder for its files, and the pipe through which its log comes."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self


class SippError(Exception):
    """SIPp is missing or ended with an error; the text says which."""


def find_sipp() -> str:
    """SIPp's path. Raises SippError when there is none."""
    found = shutil.which("sipp")
    if found is None:
        raise SippError("SIPp is not installed (Debian's package is called sip-tester).")
    return found


class SippProgram:
    """``async with SippProgram() as program``: write its files into ``program.folder``, ``await program.start(…)``.

    At the end of the block nothing is left of it, and the process dies with ours, however that ends.
    """

    folder: Path
    log: asyncio.StreamReader
    process: asyncio.subprocess.Process
    _errors: asyncio.Task[bytes]
    _held: AsyncExitStack

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix="zuoxi-sipp-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            os.mkfifo(self.folder / "log")
            self.log, pipe = await _read(self.folder / "log")
            stack.callback(pipe.close)
            self._held = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._held.aclose()

    async def start(self, arguments: Sequence[str]) -> None:
        """Run it with these arguments and those every SIPp of ours gets. Raises SippError."""
        command = ["setpriv", "--pdeathsig", "KILL", "--", find_sipp(), *arguments]
        command += ["-trace_logs", "-log_file", str(self.folder / "log"), "-nostdin", "-skip_rlimit"]
        command += ["-max_socket", "60000"]
        self.process = await asyncio.create_subprocess_exec(
            *command, cwd=self.folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        assert self.process.stderr is not None
        self._errors = asyncio.create_task(self.process.stderr.read())
        self._held.push_async_callback(self._end)

    async def complaints(self) -> str:
        """What it wrote to its error output, when it has ended."""
        return (await asyncio.shield(self._errors)).decode(errors="replace").strip()

    def kill(self) -> None:
        """It vanishes without a word."""
        if self.process.returncode is None:
            self.process.kill()

    async def _end(self) -> None:
        self.kill()
        await self.process.wait()
        await self._errors


async def _read(pipe: Path) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    """Open a named pipe for reading, and keep it open whoever writes."""
    descriptor = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(descriptor, "rb", 0))
    return reader, transport
