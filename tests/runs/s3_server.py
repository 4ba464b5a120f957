"""A real S3-compatible server on loopback: rclone, keeping objects in its memory."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from pyarrow.fs import S3FileSystem

from tests.browser.server import free_port
from tests.processes import wait_for

BUCKET, KEY, SECRET = "bucket", "key-of-tests", "secret-of-tests"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_EC2_METADATA_DISABLED": "true",
    # what rclone does not take: uploads of which the length is not told before
    "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
}


class S3Server:
    """A server with one empty bucket, which ends with whoever closes it. host: with its port, as of an earlier one."""

    def __init__(self, host: str | None = None) -> None:
        program = shutil.which("rclone", path=str(Path(sys.executable).parent))
        assert program is not None, "rclone is not installed: `make test` does it"
        self.host = host or f"127.0.0.1:{free_port()}"
        serve = (program, "serve", "s3", ":memory:", "--config", "", "--addr", self.host)
        self._process = subprocess.Popen(
            [*serve, "--auth-key", f"{KEY},{SECRET}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self._answers)
        self.files = self.opened(allow_bucket_creation=True)
        self.files.create_dir(BUCKET)

    def opened(self, **options: object) -> S3FileSystem:
        """The server's objects, seen without the product."""
        key = {"access_key": KEY, "secret_key": SECRET}
        return S3FileSystem(**key | options, endpoint_override=self.host, scheme="http")

    def address(self, prefix: str) -> str:
        """The address of a prefix in the bucket."""
        return f"s3://{BUCKET}/{prefix}?endpoint_override={self.host}&scheme=http"

    def put(self, name: str, content: bytes, bucket: str = BUCKET) -> None:
        """Write an object in a bucket."""
        with self.files.open_output_stream(f"{bucket}/{name}", compression=None) as out:
            out.write(content)

    def pause(self) -> None:
        """Let it neither answer nor refuse."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        assert self._process.poll() is None, "rclone has ended"
        try:
            httpx.get(f"http://{self.host}", timeout=60)
        except httpx.TransportError:
            return False
        return True
