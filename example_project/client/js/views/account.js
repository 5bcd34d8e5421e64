/** The account: who one is, how one likes it, where things go, the password, and the way out. */

import { changeUser, currentUser, nameOf, signedInOrAway } from "../account.js";
import { get, patch, post, remove, signOutEverywhere } from "../api.js";
import { fill, find, h, icon } from "../dom.js";
import { date, setPreferences } from "../format.js";
import { ask, toast } from "../notices.js";
import { addressFields, addressText } from "../parts/addresses.js";
import { field, makeForm, onPress } from "../parts/forms.js";
import { go } from "../router.js";
import { signIn, signOut } from "../session.js";

const LANGUAGES = [
  "en",
  "en-gb",
  "de",
  "es",
  "fr",
  "it",
  "nl",
  "pl",
  "pt",
  "pt-br",
  "sv",
  "da",
  "fi",
  "cs",
  "tr",
  "uk",
  "ar",
  "he",
  "ja",
  "ko",
  "zh-hans",
];
const MEMBERSHIPS = { B: "Bronze", S: "Silver", G: "Gold" };

/** @param {import("../router.js").Context} context */
export default async function account({ signal }) {
  if (!(await signedInOrAway(signal))) return { title: "Your account", node: h("h1", null, "Your account") };
  const [found, profile, customer, addresses] = await Promise.all([
    currentUser(),
    get("/auth/profile/", {}, signal),
    get("/store/customers/me/", {}, signal).catch((error) => (error.status === 404 ? {} : Promise.reject(error))),
    get("/store/customers/me/addresses/", {}, signal),
  ]);
  const user = /** @type {import("../account.js").User} */ (found);
  const node = h(
    "div",
    null,
    h(
      "div",
      { class: "row between" },
      h("h1", null, "Your account"),
      h("p", { class: "row" }, h("a", { class: "button quiet small", href: "/orders" }, "Your orders")),
    ),
    h(
      "p",
      { class: "soft" },
      `${nameOf(user)} · ${user.username}`,
      customer.membership && ` · ${MEMBERSHIPS[customer.membership] ?? customer.membership} member`,
    ),
    h(
      "div",
      { class: "cards" },
      card("About you", aboutForm(user, customer)),
      card("Preferences", profileForm(profile)),
      card("Your addresses", addressList(addresses)),
      card("Password", passwordForm(user)),
      card("Leave", leaving()),
    ),
  );
  return { title: "Your account", node };
}

/** @param {string} title @param {...any} content */
const card = (title, ...content) =>
  h("section", { class: "panel", "aria-label": title }, h("h2", null, title), content);

/** @param {any} user @param {any} customer */
const aboutForm = (user, customer) =>
  makeForm({
    label: "About you",
    fields: [
      h(
        "div",
        { class: "two" },
        field({
          name: "first_name",
          label: "First name",
          value: user.first_name,
          attributes: { autocomplete: "given-name", maxlength: 150 },
        }),
        field({
          name: "last_name",
          label: "Last name",
          value: user.last_name,
          attributes: { autocomplete: "family-name", maxlength: 150 },
        }),
      ),
      field({
        name: "email",
        label: "Email",
        type: "email",
        value: user.email,
        attributes: { required: true, autocomplete: "email" },
      }),
      h(
        "div",
        { class: "two" },
        field({
          name: "phone",
          label: "Phone",
          type: "tel",
          value: customer.phone,
          attributes: { autocomplete: "tel", maxlength: 255 },
        }),
        field({
          name: "birth_date",
          label: "Birthday",
          type: "date",
          value: customer.birth_date,
          hint: customer.birth_date && date(customer.birth_date),
          attributes: { autocomplete: "bday" },
        }),
      ),
    ],
    button: "Save",
    act: async ({ first_name, last_name, email, phone, birth_date }) => {
      await changeUser({ first_name, last_name, email });
      await patch("/store/customers/me/", { phone, birth_date: birth_date || null });
      return "Saved.";
    },
  });

/** @param {any} profile */
function profileForm(profile) {
  const names = new Intl.DisplayNames("en", { type: "language" });
  /** @type {[string, string][]} */
  const languages = [...new Set([profile.language, ...LANGUAGES])].map((code) => [code, names.of(code) ?? code]);
  /** @type {[string, string][]} */
  const zones = [...new Set([profile.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((zone) => [
    zone,
    zone.replaceAll("_", " "),
  ]);
  return makeForm({
    label: "Preferences",
    fields: [
      field({
        name: "display_name",
        label: "Name to show",
        value: profile.display_name,
        attributes: { maxlength: 150, autocomplete: "nickname" },
      }),
      field({
        name: "language",
        label: "Language",
        type: "select",
        value: profile.language,
        options: languages,
        hint: "For prices, dates and mails.",
        attributes: { required: true },
      }),
      field({
        name: "time_zone",
        label: "Time zone",
        type: "select",
        value: profile.time_zone,
        options: zones,
        attributes: { required: true },
      }),
    ],
    button: "Save",
    act: async (values) => {
      setPreferences(await patch("/auth/profile/", values));
      return "Saved.";
    },
  });
}

/** @param {any[]} addresses */
function addressList(addresses) {
  const list = h("ul", { class: "plain-list" });
  const show = () =>
    fill(
      list,
      addresses.map((each) => {
        const text = addressText(each);
        const out = h(
          "button",
          { class: "icon-button", type: "button", "aria-label": `Remove ${text}` },
          icon("trash"),
        );
        onPress(out, async () => {
          try {
            await remove(`/store/customers/me/addresses/${encodeURIComponent(each.id)}/`);
            addresses.splice(addresses.indexOf(each), 1);
            show();
            toast("The address is removed.");
            find("summary", more).focus();
          } catch (error) {
            toast(error.message, { kind: "problem" });
          }
        });
        return h("li", null, h("span", null, text), out);
      }),
      addresses.length === 0 && h("li", { class: "soft" }, "None yet."),
    );
  const form = makeForm({
    label: "New address",
    fields: addressFields(),
    button: "Save this address",
    act: async (values, self) => {
      addresses.push(await post("/store/customers/me/addresses/", values));
      self.reset();
      show();
      return "Saved.";
    },
  });
  const more = h("details", { class: "more" }, h("summary", null, icon("plus"), "New address"), form);
  show();
  return [list, more];
}

/** A new password ends all sessions; this one begins anew with it. @param {any} user */
const passwordForm = (user) =>
  makeForm({
    label: "Password",
    fields: [
      h("input", {
        class: "hidden",
        type: "text",
        name: "username",
        value: user.username,
        autocomplete: "username",
        tabindex: "-1",
        "aria-hidden": "true",
        readonly: true,
      }),
      field({
        name: "current_password",
        label: "Current password",
        type: "password",
        attributes: { required: true, autocomplete: "current-password" },
      }),
      field({
        name: "new_password",
        label: "New password",
        type: "password",
        hint: "You will be signed out on your other devices.",
        attributes: { required: true, autocomplete: "new-password" },
      }),
    ],
    button: "Change the password",
    act: async ({ current_password, new_password }, self) => {
      await post("/auth/users/set_password/", { current_password, new_password });
      await signIn(user.username, new_password);
      self.reset();
      return "Your password is changed.";
    },
  });

function leaving() {
  const here = h("button", { class: "button quiet", type: "button" }, "Sign out");
  onPress(here, async () => {
    await signOut();
    toast("You are signed out.");
    await go("/");
  });
  const everywhere = h("button", { class: "button quiet danger-text", type: "button" }, "Sign out everywhere");
  onPress(everywhere, async () => {
    if (
      !(await ask({
        title: "Sign out everywhere?",
        text: "All your devices will have to sign in again.",
        yes: "Yes, sign out",
        no: "No, stay",
      }))
    )
      return;
    try {
      await signOutEverywhere();
      toast("You are signed out on all devices.");
      await go("/");
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
  return h("div", { class: "row" }, here, everywhere);
}
