"""The schemes a method may name. A new one is a struct with its flow in a file of its own, and one line here."""

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.body_key import BodyAuth
from nexcred.auth.client_credentials import ClientCredentials
from nexcred.auth.digest import DigestAuth
from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.oauth1 import OAuth1
from nexcred.auth.password_grant import PasswordGrant
from nexcred.auth.path_key import PathAuth
from nexcred.auth.refresh_token import RefreshToken
from nexcred.auth.server_login import LoginAuth
from nexcred.auth.session_token import SessionToken
from nexcred.auth.shared_key import SharedKey
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.auth.sigv4 import SigV4
from nexcred.auth.static import BasicAuth, HeadersAuth, NoAuth, QueryAuth

Scheme = (
    NoAuth
    | HeadersAuth
    | QueryAuth
    | BasicAuth
    | SessionToken
    | AuthorizationCode
    | BodyAuth
    | ClientCredentials
    | JwtBearer
    | OAuth1
    | PasswordGrant
    | PathAuth
    | RefreshToken
    | SharedKey
    | SignedJwtAuth
    | SigV4
    | LoginAuth
    | DigestAuth
)
