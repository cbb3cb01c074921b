"""An authority that issues certificates, with the JDK's keytool."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

PASSWORD = "not-a-secret"


class Authority:
    """Signs certificates for names. ``certificate``: its own, a PEM file."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._store = Path(self._folder.name, "store.p12")
        self.certificate = Path(self._folder.name, "ca.pem")
        self._generate("ca", "CN=authority", "bc:c", "ku:c=keyCertSign")
        self._keytool("-exportcert", "-alias", "ca", "-rfc", "-file", str(self.certificate))

    def gateway(self, alternatives: str = "ip:127.0.0.1") -> list[str]:
        """Options of a gateway that has a certificate for these names, such as ``dns:localhost,ip:127.0.0.1``."""
        alias = alternatives.replace(":", "-")
        self._generate(alias, "CN=gateway", f"san={alternatives}", "ku:c=digitalSignature", signer=["-signer", "ca"])
        return [f"--server.ssl.key-store={self._store}", f"--server.ssl.key-store-password={PASSWORD}",
                f"--server.ssl.key-alias={alias}"]

    def close(self) -> None:
        self._folder.cleanup()

    def _generate(self, alias: str, name: str, *extensions: str, signer: list[str] = []) -> None:
        self._keytool("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", name, *signer,
                      *[part for extension in extensions for part in ("-ext", extension)])

    def _keytool(self, *arguments: str) -> None:
        done = subprocess.run(["keytool", *arguments, "-keystore", str(self._store), "-storetype", "PKCS12",
                               "-storepass", PASSWORD], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
