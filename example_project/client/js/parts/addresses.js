/** Addresses: as text, as fields of a form, and as a choice. */

import { post } from "../api.js";
import { countries, countryName } from "../countries.js";
import { fill, find, h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { field, makeForm } from "./forms.js";

/** @param {any} address */
export const addressText = ({ name, company, street, street2, zip, city, region, country }) =>
  [name, company, street, street2, [zip, city].filter(Boolean).join(" "), region, country && countryName(country)]
    .filter(Boolean)
    .join(", ");

const LINE = { maxlength: 255 };

/** @param {...Node} fields Two that share a line where there is room. */
const pair = (...fields) => h("div", { class: "two" }, fields);

export const addressFields = () => [
  pair(
    field({ name: "name", label: t("Recipient"), attributes: { ...LINE, autocomplete: "name" } }),
    field({ name: "company", label: t("Company"), attributes: { ...LINE, autocomplete: "organization" } }),
  ),
  field({
    name: "street",
    label: t("Street and number"),
    attributes: { ...LINE, required: true, autocomplete: "address-line1" },
  }),
  field({
    name: "street2",
    label: t("Flat, floor, care of"),
    attributes: { ...LINE, autocomplete: "address-line2" },
  }),
  pair(
    field({ name: "zip", label: t("Postal code"), attributes: { maxlength: 32, autocomplete: "postal-code" } }),
    field({
      name: "city",
      label: t("City"),
      attributes: { ...LINE, required: true, autocomplete: "address-level2" },
    }),
  ),
  pair(
    field({ name: "region", label: t("Region"), attributes: { ...LINE, autocomplete: "address-level1" } }),
    field({
      name: "country",
      label: t("Country"),
      type: "select",
      options: [["", t("Please choose")], ...countries()],
      attributes: { autocomplete: "country" },
    }),
  ),
  field({
    name: "phone",
    label: t("Phone"),
    type: "tel",
    hint: t("For the carrier."),
    attributes: { maxlength: 64, autocomplete: "tel" },
  }),
];

/**
 * Let people choose one of their addresses, or add one. The form is open where there is none yet.
 * @param {any[]} addresses
 * @param {() => void} onChange Called after each choice.
 */
export function addressChoice(addresses, onChange) {
  const list = h("div", { class: "choices" });
  const choice = (value, text, checked) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "address", value, checked }),
      h("span", null, text),
    );
  const show = (chosen) =>
    fill(
      list,
      addresses.map((each) => choice(String(each.id), addressText(each), String(each.id) === chosen)),
      collectable && choice("", t("I collect it myself"), chosen === ""),
    );
  const collectable = !addresses.some((each) => each.is_default_shipping); // the API takes a default in place of none
  const first = addresses.find((each) => each.is_default_shipping) ?? addresses[0];
  show(first ? String(first.id) : "");
  list.addEventListener("change", onChange);
  const form = makeForm({
    label: t("New address"),
    fields: addressFields(),
    button: t("Save this address"),
    act: async (values, self) => {
      const made = await post("/store/customers/me/addresses/", /** @type {any} */ (values));
      addresses.push(made);
      show(String(made.id));
      self.reset();
      more.open = false;
      find("summary", more).focus();
      onChange();
    },
  });
  const more = /** @type {HTMLDetailsElement} */ (
    h("details", { class: "more", open: !addresses.length }, h("summary", null, icon("plus"), t("New address")), form)
  );
  return {
    node: h("div", null, h("fieldset", null, h("legend", { class: "hidden" }, t("Address")), list), more),
    /** Nothing can be wrong with a choice. */
    check: () => true,
    /** @param {any} error @returns {string[]} What an error says about anything else than the address. */
    refused: (error) => Object.values(error.fields ?? {}).flat(),
    focus() {},
    quoted() {
      const chosen = /** @type {HTMLInputElement|null} */ (list.querySelector("input:checked"));
      return { address_id: chosen?.value ? Number(chosen.value) : null };
    },
    /** The key of the chosen address; null to collect the goods. */
    value() {
      return this.quoted();
    },
  };
}
