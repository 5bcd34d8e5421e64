from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.conf import settings as django_settings
from rest_framework.test import APIClient
from storefront_auth_testapp.tokens import INVALID_TOKEN, me, refresh, use_everywhere, verify

from storefront_auth.tokens import AccessToken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

UNVERSIONED_TOKEN = {
    "detail": "This token lacks the version of its user. Create tokens with storefront_auth.tokens.RefreshToken"
    ".for_user(user) or AccessToken.for_user(user), not with the classes of simplejwt.",
    "code": "token_not_valid",
}
KEY = django_settings.SIMPLE_JWT["SIGNING_KEY"]


def payload(user: Any, **claims: Any) -> dict[str, Any]:
    """Return the claims of a good access token, some of them changed; ``...`` leaves one out."""
    good = {**AccessToken.for_user(user).payload, **claims}
    return {claim: value for claim, value in good.items() if value is not ...}


def sign(claims: dict[str, Any], key: str = KEY, algorithm: str = "HS256", **headers: Any) -> str:
    return jwt.encode(claims, key, algorithm, headers=headers or None)


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: bytes, header: bytes = b'{"alg":"HS256","typ":"JWT"}') -> str:
    """Sign any bytes at all."""
    body = f"{segment(header)}.{segment(claims)}"
    return f"{body}.{segment(hmac.new(KEY.encode(), body.encode(), hashlib.sha256).digest())}"


MALFORMED_KEYS = [
    "abc",
    "",
    " ",
    "\x00",
    "1\x00",
    "0",
    "-1",
    "1.0",
    "1e3",
    "1_0",
    "\u0661",
    "\ud800",
    "9" * 5000,
    "' OR 1=1 --",
    10**30,
    -1,
    0,
    1.5,
    True,
    False,
    None,
    [],
    [1],
    {},
    {"pk": 1},
    ...,
]


@pytest.mark.parametrize("key", MALFORMED_KEYS, ids=lambda key: repr(key)[:20])
@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_malformed_user_id_is_401(api: APIClient, user: Any, key: Any, kind: str) -> None:
    token = sign(payload(user, user_id=key, token_type=kind))

    responses = use_everywhere(api, token)

    assert [response.status_code for response in responses] == [401] * 4


@pytest.mark.parametrize("blank", ["{} ", " {}", "0{}", "+{}"])
def test_noncanonical_user_id_is_401(api: APIClient, user: Any, blank: str) -> None:
    assert me(api, sign(payload(user, user_id=blank.format(user.pk)))).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"exp": ...},
        {"exp": 10**30},
        {"exp": -(10**30)},
        {"exp": [1]},
        {"nbf": 4_102_444_800},
        {"nbf": "then"},
        {"iat": 4_102_444_800},
        {"iat": "then"},
        {"token_type": "refresh"},
        {"token_type": "sliding"},
        {"token_type": ["access"]},
        {"token_type": ...},
        {"jti": ...},
        {"jti": None},
        {"jti": ["x"]},
        {"ver": ...},
        {"ver": None},
        {"ver": "1"},
        {"ver": 0},
        {"pwd": ...},
        {"pwd": None},
        {"pwd": "x"},
    ],
    ids=str,
)
def test_invalid_claims_are_401(api: APIClient, user: Any, claims: dict[str, Any]) -> None:
    response = me(api, sign(payload(user, **claims)))

    assert response.status_code == 401
    assert response.json() == (UNVERSIONED_TOKEN if claims == {"ver": ...} else INVALID_TOKEN)


@pytest.mark.parametrize("jti", ["x" * 100_000, "\x00", "\ud800", "no such token", ["x"], {}, 1])
def test_malformed_jti_of_refresh_token_is_401(api: APIClient, user: Any, jti: Any) -> None:
    token = sign(payload(user, token_type="refresh", jti=jti))

    responses = [refresh(api, token), verify(api, token), api.post("/auth/jwt/logout/", {"refresh": token})]

    assert [response.status_code for response in responses] == [401] * 3


def parts(user: Any) -> list[str]:
    return sign(payload(user)).split(".")


HOSTILE: dict[str, Callable[[Any], str]] = {
    "other key": lambda user: sign(payload(user), key="x" * 40),
    "SECRET_KEY": lambda user: sign(payload(user), key=django_settings.SECRET_KEY),
    "other algorithm": lambda user: sign(payload(user), algorithm="HS512"),
    "none": lambda user: ".".join([segment(b'{"alg":"none"}'), parts(user)[1], ""]),
    "None with signature": lambda user: ".".join([segment(b'{"alg":"None"}'), *parts(user)[1:]]),
    "no signature": lambda user: ".".join([*parts(user)[:2], ""]),
    "changed body": lambda user: ".".join([parts(user)[0], segment(b'{"user_id":"1"}'), parts(user)[2]]),
    "two parts": lambda user: ".".join(parts(user)[:2]),
    "four parts": lambda user: ".".join([*parts(user), "x"]),
    "key id is a list": lambda user: ".".join([segment(b'{"alg":"HS256","kid":[1]}'), *parts(user)[1:]]),
    "critical header": lambda user: sign(payload(user), crit=["x"]),
    "garbage": lambda user: "garbage",
    "dots": lambda user: "..",
    "not base64": lambda user: "!!!.???.***",
    "body is a list": lambda user: signed(b"[]"),
    "body is null": lambda user: signed(b"null"),
    "body is a string": lambda user: signed(b'"x"'),
    "body is no JSON": lambda user: signed(b"{"),
    "body is no UTF-8": lambda user: signed(b"\xff\xfe"),
    "deep body": lambda user: signed(b"[" * 100_000),
    "deep header": lambda user: signed(b"{}", header=b"[" * 100_000),
    "deep header object": lambda user: signed(b"{}", header=b'{"alg":' * 50_000),
    "header is a list": lambda user: signed(b"{}", header=b"[]"),
    "number too long": lambda user: signed(b'{"exp":' + b"9" * 5000 + b"}"),
    "exp is NaN": lambda user: signed(b'{"exp":NaN}'),
    "exp is infinite": lambda user: signed(b'{"exp":1e999,"jti":"x","token_type":"access"}'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_forged_or_malformed_token_is_401(api: APIClient, user: Any, name: str) -> None:
    token = HOSTILE[name](user)

    responses = use_everywhere(api, token)

    assert [response.status_code for response in responses] == [401] * 4
    assert all(response.json() == INVALID_TOKEN for response in responses)


@pytest.mark.parametrize("header", ["JWT", "JWT a b", "Bearer", "JWT " + "\xff", "JWT " + "a" * 60_000])
def test_malformed_authorization_header_is_401(api: APIClient, user: Any, header: str) -> None:
    assert api.get("/auth/users/me/", HTTP_AUTHORIZATION=header).status_code == 401


@pytest.mark.parametrize("header", ["", " ", "Basic YW5uOmFubg==", "Token x"])
def test_other_authorization_schemes_are_not_authenticated(api: APIClient, header: str) -> None:
    assert api.get("/auth/users/me/", HTTP_AUTHORIZATION=header).json()["code"] == "not_authenticated"


def test_invalid_authorization_header_does_not_prevent_login(api: APIClient, user: Any, password: str) -> None:
    body = {"username": "ann", "password": password}

    assert api.post("/auth/jwt/create/", body, HTTP_AUTHORIZATION="JWT stale").status_code == 200


@pytest.mark.parametrize("value", [None, "", 1, True, [], {}, ["x"], "\x00", "x\ud800"])
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("create", "username"),
        ("create", "password"),
        ("refresh", "refresh"),
        ("verify", "token"),
        ("logout", "refresh"),
    ],
)
def test_invalid_field_values_are_rejected(api: APIClient, user: Any, path: str, field: str, value: Any) -> None:
    body = {"username": "ann", "password": "x", "refresh": "x", "token": "x", field: value}

    response = api.post(f"/auth/jwt/{path}/", json.dumps(body), content_type="application/json")

    assert response.status_code in (400, 401)


@pytest.mark.parametrize("field", ["username", "password"])
def test_oversized_credentials_are_rejected_before_hashing(api: APIClient, user: Any, field: str) -> None:
    started = time.perf_counter()

    response = api.post("/auth/jwt/create/", {"username": "ann", "password": "x", field: "x" * 1_000_000})

    assert response.status_code == 400
    assert field in response.json()
    assert time.perf_counter() - started < 2
