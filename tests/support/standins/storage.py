"""Storage in Backblaze's way: Basic at one address is exchanged for a token, and for the address that it is for."""

import json
import secrets

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.login import basic_login
from tests.support.standins.server import StandIn

CONNECTOR = """
name = "storage"
title = "Storage"
docs_url = "https://docs.storage.test/api"
hosts = ["*.storage.test"]

[[method]]
name = "key"
label = "Application key"

  [[method.field]]
  name = "key_id"
  label = "keyID"

  [[method.field]]
  name = "key"
  label = "applicationKey"
  secret = true

  [[method.field]]
  name = "login_url"
  label = "Login URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://api.storage.test"

  [[method.field]]
  name = "api_url"
  label = "API URL"
  kind = "url"
  advanced = true
  required = false

  [[method.field]]
  name = "account_id"
  label = "Account ID"
  pattern = "[0-9a-f]{12}"
  advanced = true
  required = false

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "{api_url}"

  [method.auth]
  scheme = "session_token"
  request = { url = "{login_url}/b2api/v3/b2_authorize_account" }
  basic = { username = "{key_id}", password = "{key}" }
  token = "authorizationToken"
  ttl_s = 86400
  from_answer = { api_url = "apiInfo.storageApi.apiUrl", account_id = "accountId" }
  apply = { headers = { Authorization = "{token}" } }

  [method.revoke]
  where = "in Storage under App Keys"
  settle_s = 1
  request = { method = "POST", url = "{base_url}/b2_delete_key", json = { applicationKeyId = "{old.key_id}" } }

  [method.probe]
  request = { method = "POST", url = "{base_url}/b2_list_buckets", json = { accountId = "{account_id}" } }
  expect = "buckets"
  identity = "account {account_id}"
"""


class Storage(StandIn):
    """`cluster` is the path of the API; `tells` what is said of it instead."""

    name = "storage"
    key_id = "0042EXAMPLE"
    key = "K004-EXAMPLE"
    account_id = "4a48fe8875c6"

    def __init__(self) -> None:
        super().__init__()
        self.cluster = "api001"
        self.tells: str | None = None
        self.tokens: dict[str, str] = {}
        self.is_deleted = False

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("GET", "/b2api/v3/b2_authorize_account"):
            if self.is_deleted or basic_login(request) != (self.key_id, self.key):
                return json_answer({"code": "unauthorized", "message": "no such key", "status": 401}, 401)
            token = f"4_{secrets.token_hex(8)}-EXAMPLE"
            self.tokens[token] = self.cluster
            api = {"apiUrl": self.tells or f"{self.url}/{self.cluster}"}
            answer = {"accountId": self.account_id, "authorizationToken": token, "apiInfo": {"storageApi": api}}
            return json_answer(answer)
        cluster = self.tokens.get(request.headers.get("authorization", ""), "")
        if not cluster:
            return json_answer({"code": "bad_auth_token", "message": "no such token", "status": 401}, 401)
        body = json.loads(request.body)
        if request.path == f"/{cluster}/b2_delete_key" and body == {"applicationKeyId": self.key_id}:
            self.is_deleted = True
            self.tokens.clear()
            return json_answer({"applicationKeyId": self.key_id})
        if request.path != f"/{cluster}/b2_list_buckets" or body != {"accountId": self.account_id}:
            return json_answer({"code": "bad_request", "message": "not here", "status": 400}, 400)
        return json_answer({"buckets": [{"bucketName": "one"}]})
