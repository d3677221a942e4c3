package import SystemPackage

/// A token service as registries trust one: JSON Web Tokens signed by openssl(1) with a key of its own
/// (distribution, "Token Authentication Implementation").
package struct TokenService: Sendable {
    /// Where tokens are had.
    package let realm: String
    /// The certificate that a registry must trust, as PEM.
    package let certificate: FilePath
    private let server: PythonServer

    package static let issuer = "berth-tests"
    package static let audience = "registry.test"

    /// Who asked for what, and what came of it: `granted me repository:a:pull,push`, `refused you …`.
    package var lines: [String] { server.lines }

    private static let program = """
        import base64, http.server, json, subprocess, sys, time, urllib.parse, uuid
        folder, issuer, audience, login, subject = sys.argv[1:]
        key, certificate = folder + "/token-key.pem", folder + "/token.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject,
                        "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL)
        chain = "".join(open(certificate).read().split("\\n")[1:-2])
        def say(text):
            sys.stdout.write(text + "\\n")
            sys.stdout.flush()
        def encoded(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
        def token(scopes):
            access = []
            for scope in scopes:
                kind, name, actions = scope.split(":")
                access.append({"type": kind, "name": name, "actions": actions.split(",")})
            now = int(time.time())
            head = {"typ": "JWT", "alg": "RS256", "x5c": [chain]}
            claims = {"iss": issuer, "sub": "me", "aud": audience, "exp": now + 300, "nbf": now - 10, "iat": now,
                      "jti": str(uuid.uuid4()), "access": access}
            text = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
            signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), check=True,
                                    stdout=subprocess.PIPE).stdout
            return text + "." + encoded(signed)
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                wanted = [word for text in query.get("scope", []) for word in text.split(" ")]
                sent = self.headers.get("Authorization", "")
                right = sent == "Basic " + base64.b64encode(login.encode()).decode()
                say(("granted " if right else "refused ") + " ".join(wanted))
                body = json.dumps({"token": token(wanted), "expires_in": 300} if right else {"errors": []}).encode()
                self.send_response(200 if right else 401)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        say(f"port {server.server_port}")
        server.serve_forever()
        """

    /// Serves for as long as `body` runs; who comes with that login gets all that it asks for, others nothing.
    package static func serving<Result: Sendable>(
        _ login: RegistryManners.Login, in folder: TemporaryFolder, _ body: (TokenService) async throws -> Result
    ) async throws -> Result {
        let arguments = [folder.path.string, issuer, audience, "\(login.name):\(login.password)", "/CN=\(issuer)"]
        return try await PythonServer.serving(program, arguments) { server in
            try await body(
                TokenService(
                    realm: "http://127.0.0.1:\(server.port)/token", certificate: folder.path.appending("token.pem"),
                    server: server))
        }
    }
}
