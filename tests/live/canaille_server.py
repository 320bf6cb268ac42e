"""Run canaille on loopback with one person and one application: `python canaille_server.py PORT REDIRECT_URI`.

One process and a database in memory, so nothing is left behind and no child has to be ended.
"""

import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from authlib.oauth2.rfc6750 import BearerTokenGenerator
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.oidc import provider
from werkzeug.security import gen_salt
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PERSON, PASSWORD = "ada", "password of ada EXAMPLE"
# Its database in memory may take any code of a client for the one asked for: one client leaves unused codes behind.
CLIENT_IDS, CLIENT_SECRET = ("nexcred-EXAMPLE", "spoiled-EXAMPLE"), "client-secret-EXAMPLE"

# Shorter than nexcred uses an access token, so that each use renews it.
_LIFE_S = 20


def main(port: int, redirect_uri: str) -> None:
    # Its own would be the same for each token of one second, and so revoked with the first of them.
    provider.generate_access_token = lambda **_: gen_salt(48)
    BearerTokenGenerator.GRANT_TYPES_EXPIRES_IN = dict.fromkeys(("authorization_code", "refresh_token"), _LIFE_S)
    application = create_app(
        {
            "SECRET_KEY": "key of a throw-away server EXAMPLE",
            "SERVER_NAME": f"127.0.0.1:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "LANGUAGE": "en", "JAVASCRIPT": False, "HTMX": False},
            "CANAILLE_OIDC": {"REQUIRE_NONCE": False},
        }
    )
    application.config["SESSION_COOKIE_SECURE"] = False
    with application.app_context(), Backend.instance.session():
        person = models.User(
            user_name=PERSON, formatted_name="Ada Example", family_name="Example", emails=["ada@example.com"]
        )
        Backend.instance.save(person)
        Backend.instance.set_user_password(person, PASSWORD)
        for client_id in CLIENT_IDS:
            client = models.Client(
                client_id=client_id,
                client_secret=CLIENT_SECRET,
                client_name="nexcred",
                redirect_uris=[redirect_uri],
                grant_types=["authorization_code", "refresh_token"],
                response_types=["code"],
                token_endpoint_auth_method="client_secret_basic",
                scope=["openid", "profile", "email"],
            )
            client.audience = [client]
            Backend.instance.save(client)
    application.wsgi_app = OneAtATime(application.wsgi_app)
    make_server("127.0.0.1", port, application, threaded=True).serve_forever()


class OneAtATime:
    """Takes connections as they come, for browsers open some ahead, and requests in turn: the database is a dict."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._lock:
            return self._application(environ, start_response)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
