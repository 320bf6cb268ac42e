"""A gateway that takes XML: what is typed stays a text in it, whatever characters it has."""

from xml.etree import ElementTree

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

SPEC = """
name = "gateway"
title = "Gateway"
docs_url = "https://docs.gateway.test/"

[[method]]
name = "login"
label = "Login"

  [[method.field]]
  name = "username"
  label = "User"

  [[method.field]]
  name = "password"
  label = "Password"
  secret = true
  verbatim = true

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://api.gateway.test"

  [method.auth]
  scheme = "none"

  [method.probe]
  content = "xml"
  expect = "response.result"
  identity = "{answer.response.user}"
  message = "response.error"

    [method.probe.request]
    method = "POST"
    url = "{base_url}/gateway"
    headers = { Accept = "application/xml" }
    xml = '''<?xml version="1.0" encoding="UTF-8"?>
<request><login user="{username}"><password>{password}</password></login></request>'''

    [[method.probe.rule]]
    match = "response.error == 'wrong'"
    verdict = "rejected"
"""


class Gateway(StandIn):
    user = """O'Neil & <Sons>"""
    password = 'p]]></password><admin/>"&amp;-EXAMPLE'

    def answer(self, request: Received) -> Answer:
        root = ElementTree.fromstring(request.body)
        tags = [element.tag for element in root.iter()]
        login = root.find("login")
        told = (login is not None and login.get("user"), root.findtext("login/password"))
        if request.headers.get("content-type") != "application/xml; charset=utf-8" or tags[1:] != ["login", "password"]:
            return _xml("<response><error>another request</error></response>")
        if told != (self.user, self.password):
            return _xml("<response><error>wrong</error></response>")
        return _xml("<response><result>ok</result><user>ada</user></response>")


def _xml(text: str) -> Answer:
    return Answer(200, text.encode(), (("Content-Type", "application/xml"),))


@pytest.mark.parametrize(("password", "code"), [(Gateway.password, 0), ("wrong-EXAMPLE", 4), ("<admin/>", 4)])
def test_what_is_typed_is_a_text(opened: Opened, password: str, code: int) -> None:
    put_connector(opened, "gateway", SPEC)
    with Gateway() as gateway:
        words = ("--set", f"username={gateway.user}", "--set", "password=env:HELD")
        to = ("--set", f"base_url={gateway.url}", "--allow-host", gateway.host)
        added = opened("add", "gateway", *words, *to, environment={"HELD": password})
    assert added.code == code, added.err
    assert added.out == ("added gateway: accepted, ada\n" if code == 0 else "")


def test_what_no_xml_can_hold_is_told_at_once(opened: Opened) -> None:
    put_connector(opened, "gateway", SPEC)
    words = ("--set", "username=ada", "--set", "password=env:HELD", "--no-probe")
    refused = opened("add", "gateway", *words, environment={"HELD": "a\x1bb-EXAMPLE"})
    assert (refused.code, "EXAMPLE" in refused.err) == (2, False)
    assert "password goes into XML, where control characters cannot stand" in refused.err
