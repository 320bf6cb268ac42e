"""The schemes a method may name. A new one is a struct with its flow in a file of its own, and one line here."""

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.session_token import SessionToken
from nexcred.auth.static import BasicAuth, HeadersAuth, NoAuth, QueryAuth

Scheme = NoAuth | HeadersAuth | QueryAuth | BasicAuth | SessionToken | AuthorizationCode
