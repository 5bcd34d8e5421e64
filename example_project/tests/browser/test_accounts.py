"""Sessions, which are kept, ended and shared between tabs, and the account page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from storefront_auth.models import Profile, TokenState
from storefront_store.models import Address

LATER = datetime.timedelta(hours=1)  # longer than an access token, shorter than a refresh token


def record_statuses(shopper: Any) -> list[int]:
    """Return a list that collects the status codes of the API's following responses."""
    seen: list[int] = []
    shopper.page.on("response", lambda answer: seen.append(answer.status))
    return seen


def test_expired_access_token_is_refreshed(shopper: Any, console: Any, customer: Any) -> None:
    shopper.sign_in()
    console.expected = {401}
    seen = record_statuses(shopper)
    with time_machine.travel(timezone.now() + LATER):
        shopper.go("Your account")
        shopper.heading("Your account")
        expect(shopper.page.get_by_label("Email")).to_have_value("cora@storefront.example")
        assert seen.count(401) >= 1  # it was expired
    assert shopper.page.url == f"{shopper.home}/account"


def test_reload_keeps_session_without_token_refresh(shopper: Any, customer: Any) -> None:
    shopper.sign_in()
    asked: list[str] = []
    shopper.page.on("request", lambda sent: asked.append(sent.url))
    seen = record_statuses(shopper)
    for _again in range(3):
        shopper.visit("/account")
        shopper.heading("Your account")
    assert 401 not in seen
    assert not [url for url in asked if "/auth/jwt/" in url]  # the tab got the access token from the other one
    assert shopper.page.evaluate("Object.keys(sessionStorage)") == ["storefront.refresh"]


def test_ended_session_redirects_to_sign_in_and_back(shopper: Any, console: Any, customer: Any) -> None:
    shopper.sign_in()
    TokenState.objects.filter(user=customer).update(version=1)  # like signing out everywhere
    console.expected = {401}
    shopper.go("Orders")
    shopper.heading("Sign in")
    shopper.page.get_by_label("User name").fill("cora")
    shopper.page.get_by_label("Password").fill("a-rather-long-password")
    shopper.page.get_by_role("button", name="Sign in").click()
    shopper.heading("Your orders")


def test_wrong_password_shows_error(shopper: Any, console: Any, customer: Any) -> None:
    console.expected = {401}
    shopper.visit("/sign-in")
    shopper.page.get_by_label("User name").fill("cora")
    shopper.page.get_by_label("Password").fill("something-else")
    shopper.page.get_by_role("button", name="Sign in").click()
    expect(shopper.page.get_by_role("alert")).to_contain_text("No active account")


def test_tabs_share_session(shopper: Any, context: BrowserContext, customer: Any) -> None:
    shopper.sign_in()
    other = context.new_page()
    other.goto(f"{shopper.home}/orders")
    expect(other.get_by_role("heading", level=1)).to_have_text("Your orders")
    shopper.page.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(shopper.page.get_by_role("link", name="Sign in")).to_be_visible()
    other.close()


def test_tokens_are_only_in_session_storage_until_sign_out(shopper: Any, customer: Any) -> None:
    shopper.sign_in()
    kept = shopper.page.evaluate("JSON.stringify([{...localStorage}, document.cookie])")
    assert "eyJ" not in kept
    assert shopper.page.evaluate("Object.keys(sessionStorage)") == ["storefront.refresh"]
    shopper.page.get_by_role("button", name="Sign out").click()
    expect(shopper.page.get_by_role("link", name="Sign in")).to_be_visible()
    assert shopper.page.evaluate("Object.keys(sessionStorage)") == []


def test_sign_up_shows_error_at_field(shopper: Any, console: Any, customer: Any) -> None:
    console.expected = {400}
    shopper.visit("/sign-up")
    page = shopper.page
    page.get_by_label("Email").fill("other@storefront.example")
    page.get_by_label("User name").fill("CORA")
    page.get_by_label("Password").fill("a-rather-long-password")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_label("User name")).to_have_attribute("aria-invalid", "true")
    expect(shopper.text("already exists")).to_be_visible()
    expect(page.get_by_label("User name")).to_be_focused()


def test_profile_changes_are_saved_and_applied(shopper: Any, customer: Any) -> None:
    shopper.sign_in()
    shopper.go("Your account")
    page = shopper.page
    about = page.get_by_role("form", name="About you")
    about.get_by_label("First name").fill("Corinna")
    about.get_by_label("Phone").fill("+41 31 000 00 00")
    about.get_by_role("button", name="Save").click()
    expect(about.get_by_text("Saved.")).to_be_visible()
    taste = page.get_by_role("form", name="Preferences")
    taste.get_by_label("Name to show").fill("Coco")
    taste.get_by_label("Language").select_option("de")
    taste.get_by_label("Time zone").select_option("Europe/Zurich")
    taste.get_by_role("button", name="Save").click()
    shopper.heading("Ihr Konto")  # in the selected language

    customer.refresh_from_db()
    assert customer.first_name == "Corinna"
    assert customer.customer.phone == "+41 31 000 00 00"
    profile = Profile.objects.get(user=customer)
    assert (profile.display_name, profile.language, profile.time_zone) == ("Coco", "de", "Europe/Zurich")


def test_addresses_can_be_added_and_removed(shopper: Any, customer: Any) -> None:
    shopper.sign_in()
    shopper.go("Your account")
    page = shopper.page
    page.get_by_label("Street and number").fill("Lindenweg 3")  # without an address the form is open
    page.get_by_label("City").fill("Bern")
    page.get_by_role("button", name="Save this address").click()
    expect(shopper.text("Lindenweg 3, Bern")).to_be_visible()
    assert Address.objects.get().customer.user == customer
    page.get_by_role("button", name="Remove Lindenweg 3, Bern").click()
    expect(shopper.text("None yet.")).to_be_visible()
    assert not Address.objects.exists()


def test_changed_password_keeps_this_session(shopper: Any, customer: Any, console: Any) -> None:
    shopper.sign_in()
    shopper.go("Your account")
    page = shopper.page
    page.get_by_label("Current password").fill("a-rather-long-password")
    page.get_by_label("New password").fill("an-even-longer-password")
    page.get_by_role("button", name="Change the password").click()
    expect(shopper.text("Your password is changed.")).to_be_visible()
    customer.refresh_from_db()
    assert customer.check_password("an-even-longer-password")
    shopper.go("Orders")
    shopper.heading("Your orders")


def test_password_can_be_reset_by_mail(shopper: Any, customer: Any, settings: Any, mailoutbox: list[Any]) -> None:
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "FRONTEND_URL": shopper.home}
    page = shopper.page
    shopper.visit("/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("Email").fill("cora@storefront.example")
    page.get_by_role("button", name="Send me a link").click()
    expect(shopper.text("a mail with a link is on its way")).to_be_visible()
    link = wait_for_link(shopper, mailoutbox)
    page.goto(link)
    page.get_by_role("textbox", name="New password").fill("an-even-longer-password")
    page.get_by_role("button", name="Keep this password").click()
    shopper.heading("Sign in")
    customer.refresh_from_db()
    assert customer.check_password("an-even-longer-password")


def test_account_is_activated_by_mail(
    shopper: Any, settings: Any, mailoutbox: list[Any], console: Any, db: None
) -> None:
    console.expected = {401}  # of the attempt to sign in at once
    settings.STOREFRONT_AUTH = {**settings.STOREFRONT_AUTH, "FRONTEND_URL": shopper.home}
    settings.DJOSER = {**settings.DJOSER, "SEND_ACTIVATION_EMAIL": True}
    page = shopper.page
    shopper.visit("/sign-up")
    page.get_by_label("Email").fill("vera@storefront.example")
    page.get_by_label("User name").fill("vera")
    page.get_by_label("Password").fill("four-teapots-in-a-row")
    page.get_by_role("button", name="Make the account").click()
    page.goto(wait_for_link(shopper, mailoutbox))
    shopper.heading("Welcome!")
    assert get_user_model().objects.get(username="vera").is_active


def wait_for_link(shopper: Any, mailoutbox: list[Any]) -> str:
    """Return the link in the mail, which is sent in the background."""
    for _attempt in range(50):
        if mailoutbox:
            return next(word for word in mailoutbox[0].body.split() if word.startswith(shopper.home))
        shopper.page.wait_for_timeout(100)
    raise AssertionError("No mail came")


def test_sign_in_does_not_redirect_to_external_site(shopper: Any, create_user: Callable[..., Any]) -> None:
    create_user("cora")
    shopper.visit("/sign-in?next=https%3A%2F%2Fevil.example%2F")
    shopper.page.get_by_label("User name").fill("cora")
    shopper.page.get_by_label("Password").fill("a-rather-long-password")
    shopper.page.get_by_role("button", name="Sign in").click()
    shopper.page.get_by_role("link", name="Orders").wait_for()
    assert shopper.page.url == f"{shopper.home}/"
