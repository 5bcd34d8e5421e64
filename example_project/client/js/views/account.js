/** The account: who one is, how one likes it, where things go, the password, and the way out. */

import { changeUser, currentUser, nameOf, signedInOrAway } from "../account.js";
import { get, patch } from "../api.js";
import { h } from "../dom.js";
import { date, setPreferences } from "../format.js";
import { chooseLanguage, locale, LANGUAGES as OWN, language as present, t } from "../i18n.js";
import { addressList } from "../parts/address-list.js";
import { field, makeForm } from "../parts/forms.js";
import { leaving, passwordForm } from "../parts/security.js";

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
const MEMBERSHIPS = { B: t("Bronze member"), S: t("Silver member"), G: t("Gold member") };

/** @param {string} code */
const membershipText = (code) => MEMBERSHIPS[code] ?? code;

/** @param {import("../router.js").Context} context */
export default async function account({ signal }) {
  if (!(await signedInOrAway(signal))) return { title: t("Your account"), node: h("h1", null, t("Your account")) };
  const [found, profile, customer, addresses] = await Promise.all([
    currentUser(),
    get("/auth/profile/", {}, signal),
    get("/store/customers/me/", {}, signal).catch((error) => (error.status === 404 ? null : Promise.reject(error))),
    get("/store/customers/me/addresses/", {}, signal),
  ]);
  const user = /** @type {import("../account.js").User} */ (found);
  const node = h(
    "div",
    null,
    h(
      "div",
      { class: "row between" },
      h("h1", null, t("Your account")),
      h("p", { class: "row" }, h("a", { class: "button quiet small", href: "/orders" }, t("Your orders"))),
    ),
    h(
      "p",
      { class: "soft" },
      `${nameOf(user)} · ${user.username}`,
      customer && ` · ${membershipText(customer.membership)}`,
    ),
    h(
      "div",
      { class: "cards" },
      card(t("About you"), aboutForm(user, customer)),
      card(t("Preferences"), profileForm(profile)),
      card(t("Your addresses"), addressList(addresses)),
      card(t("Password"), passwordForm(user)),
      card(t("Leave"), leaving()),
    ),
  );
  return { title: t("Your account"), node };
}

/** @param {string} title @param {...any} content */
const card = (title, ...content) =>
  h("section", { class: "panel", "aria-label": title }, h("h2", null, title), content);

/** @param {any} user @param {any} customer */
const aboutForm = (user, customer) =>
  makeForm({
    label: t("About you"),
    fields: [
      h(
        "div",
        { class: "two" },
        field({
          name: "first_name",
          label: t("First name"),
          value: user.first_name,
          attributes: { autocomplete: "given-name", maxlength: 150 },
        }),
        field({
          name: "last_name",
          label: t("Last name"),
          value: user.last_name,
          attributes: { autocomplete: "family-name", maxlength: 150 },
        }),
      ),
      field({
        name: "email",
        label: t("Email"),
        type: "email",
        value: user.email,
        attributes: { required: true, autocomplete: "email" },
      }),
      h(
        "div",
        { class: "two" },
        field({
          name: "phone",
          label: t("Phone"),
          type: "tel",
          value: customer.phone,
          attributes: { autocomplete: "tel", maxlength: 255 },
        }),
        field({
          name: "birth_date",
          label: t("Birthday"),
          type: "date",
          value: customer.birth_date,
          hint: customer.birth_date && date(customer.birth_date),
          attributes: { autocomplete: "bday" },
        }),
      ),
    ],
    button: t("Save"),
    act: async ({ first_name, last_name, email, phone, birth_date }) => {
      await changeUser({ first_name, last_name, email });
      await patch("/store/customers/me/", { phone, birth_date: birth_date || null });
      return t("Saved.");
    },
  });

/** @param {any} profile */
function profileForm(profile) {
  const names = new Intl.DisplayNames(locale, { type: "language" });
  /** @type {[string, string][]} */
  const languages = [...new Set([profile.language, ...LANGUAGES])].map((code) => [code, names.of(code) ?? code]);
  /** @type {[string, string][]} */
  const zones = [...new Set([profile.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((zone) => [
    zone,
    zone.replaceAll("_", " "),
  ]);
  return makeForm({
    label: t("Preferences"),
    fields: [
      field({
        name: "display_name",
        label: t("Name to show"),
        value: profile.display_name,
        attributes: { maxlength: 150, autocomplete: "nickname" },
      }),
      field({
        name: "language",
        label: t("Language"),
        type: "select",
        value: profile.language,
        options: languages,
        hint: t("For this page and for mails."),
        attributes: { required: true },
      }),
      field({
        name: "time_zone",
        label: t("Time zone"),
        type: "select",
        value: profile.time_zone,
        options: zones,
        attributes: { required: true },
      }),
    ],
    button: t("Save"),
    act: async (values) => {
      setPreferences(await patch("/auth/profile/", values));
      const [base] = values.language.split("-");
      if (base in OWN && base !== present) {
        chooseLanguage(base);
        location.reload();
      }
      return t("Saved.");
    },
  });
}
