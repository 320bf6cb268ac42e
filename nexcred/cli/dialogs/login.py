"""Logging in at the command line: the address to approve at, the browser, and what it brings back."""

import os

from nexcred.auth.authorization import Answer, Authorization
from nexcred.auth.flow import Session
from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.oauth_redirect import receive
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.terminal.browser import has_browser, open_browser
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import HostRefused, UsageError
from nexcred.http.loopback import redirect_endpoint
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.network.deadline import Deadline
from nexcred.services.grants.browser_answer import listening
from nexcred.services.grants.login import begin, is_by_device, redeem
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S


class LoginFlags(NamedTuple):
    """The flags of a login: the local port that the browser answers on, and whether to open a browser."""

    port: int | None = None
    open_browser: bool = True


AS_USUAL = LoginFlags()


def log_in(
    context: Context, connector: Connector, method: Method, details: Details, flags: LoginFlags = AS_USUAL
) -> Session:
    """Have a person approve, and return what was granted, not stored yet.

    Raises Rejected, NotProved, PortTaken, HostRefused, TransportFailed; KeyboardInterrupt and EOFError end it.
    """
    can_open = flags.open_browser and has_browser(context.environment)
    if is_by_device(method, has_browser=can_open):
        return _log_in_by_device(context, connector, method, details)
    authorization = begin(method, details, port=flags.port)
    answer = _ask(context, connector, authorization, flags)
    return redeem(
        connector,
        method,
        details,
        authorization,
        answer,
        environment=context.environment,
        deadline=Deadline.after(DEFAULT_TIMEOUT_S),
        now=context.now(),
    )


def _log_in_by_device(context: Context, connector: Connector, method: Method, details: Details) -> Session:
    """Show the code and where to enter it, and wait. The address that holds the code is shown, and never opened."""
    from nexcred.services.grants.device_login import DeviceLogin  # which few logins need

    streams = context.streams
    login = DeviceLogin(connector, method, details, context.environment, context.now)
    device = login.begin()
    if refused := login.refusal_of(device):
        _ask_about(context, refused)
    streams.note(f"open in a browser, to approve it at {connector.title}:")
    for line in ("", f"  {device.verification_uri}", ""):
        streams.plain_error_line(line)
    streams.note(f"and enter this code there: {device.user_code}")
    if device.complete:
        streams.note(f"or open this, which has the code in it: {device.complete}")
    return login.finish(device)


def _ask_about(context: Context, refused: HostRefused) -> None:
    """Ask whether somebody would enter the code, and sign in, at a host that is none of the provider's."""
    if not context.terminal.interactive:
        raise refused
    require_yes(context, [refused.message], "Go there all the same?", doing="going there", declined="not logged in")


def _ask(context: Context, connector: Connector, authorization: Authorization, flags: LoginFlags) -> Answer:
    streams = context.streams
    # Windows cannot wait for a typed line and the browser at once.
    may_paste = context.terminal.interactive and os.name == "posix"
    if redirect_endpoint(authorization.redirect_uri) is None and not may_paste:
        raise UsageError(
            f"the redirect URI {authorization.redirect_uri} does not lead to this computer",
            hint="log in at a terminal, where you can paste the address that the browser lands on",
        )
    with listening(authorization) as loopback:
        opened = flags.open_browser and has_browser(context.environment) and _open(context, authorization)
        streams.note(f"{'your browser opens' if opened else 'open in a browser'}, to approve it at {connector.title}:")
        for line in ("", f"  {authorization.url}", ""):
            streams.plain_error_line(line)
        return receive(streams, authorization, loopback, may_paste=may_paste)


def _open(context: Context, authorization: Authorization) -> bool:
    try:
        open_browser(authorization.url, context.environment)
    except OSError:
        return False
    return True
