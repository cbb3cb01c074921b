// An authority that issues certificates, with the JDK's keytool.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const PASSWORD = "not-a-secret";

export class Authority {
  #folder = mkdtempSync(join(tmpdir(), "authority-"));
  #store = join(this.#folder, "store.p12");
  #trusted = join(this.#folder, "trusted.p12");
  /** Its own certificate, a PEM file. */
  certificate = join(this.#folder, "ca.pem");

  static async start() {
    const authority = new Authority();
    await authority.#generate("ca", ["-ext", "bc:c", "-ext", "ku:c=keyCertSign"]);
    await authority.#keytool("-exportcert", "-alias", "ca", "-rfc", "-file", authority.certificate);
    await keytool(authority.#trusted, "-importcert", "-noprompt", "-alias", "ca", "-file", authority.certificate);
    return authority;
  }

  /** Settings of a gateway whose certificate is for 127.0.0.1, and that trusts the clients of this authority if it asks them. */
  async gateway() {
    await this.#generate("gateway", ["-signer", "ca", "-ext", "san=ip:127.0.0.1"]);
    return [
      `server.ssl.key-store=${this.#store}`,
      `server.ssl.key-store-password=${PASSWORD}`,
      "server.ssl.key-alias=gateway",
      `server.ssl.trust-store=${this.#trusted}`,
      `server.ssl.trust-store-password=${PASSWORD}`,
    ];
  }

  /** A client's certificate and key, as PKCS #12. */
  async client(name) {
    const own = join(this.#folder, `${name}.p12`);
    if (existsSync(own)) {
      return readFileSync(own);
    }
    await this.#generate(name, ["-signer", "ca"]);
    await run("keytool", ["-importkeystore", "-srckeystore", this.#store, "-srcstorepass", PASSWORD, "-srcalias", name, "-destkeystore", own, "-deststoretype", "PKCS12", "-deststorepass", PASSWORD]);
    return readFileSync(own);
  }

  stop() {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #generate(alias, more) {
    return this.#keytool("-genkeypair", "-alias", alias, "-keyalg", "EC", "-dname", `CN=${alias}`, ...more);
  }

  #keytool(...command) {
    return keytool(this.#store, ...command);
  }
}

function keytool(store, ...command) {
  return run("keytool", [...command, "-keystore", store, "-storetype", "PKCS12", "-storepass", PASSWORD]);
}
