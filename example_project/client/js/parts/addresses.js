/** Addresses: as text, as fields of a form, and as a choice. */

import { post } from "../api.js";
import { fill, find, h, icon } from "../dom.js";
import { field, makeForm } from "./forms.js";

/** @param {any} address */
export const addressText = ({ name, company, street, street2, zip, city, region, country }) =>
  [name, company, street, street2, [zip, city].filter(Boolean).join(" "), region, country].filter(Boolean).join(", ");

export const addressFields = () => [
  field({
    name: "street",
    label: "Street and number",
    attributes: { required: true, maxlength: 255, autocomplete: "street-address" },
  }),
  h(
    "div",
    { class: "two" },
    field({ name: "zip", label: "Postcode", attributes: { autocomplete: "postal-code" } }),
    field({
      name: "city",
      label: "City",
      attributes: { required: true, maxlength: 255, autocomplete: "address-level2" },
    }),
  ),
  field({ name: "country", label: "Country", attributes: { autocomplete: "country-name" } }),
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
      choice("", "I collect it myself", chosen === ""),
    );
  show(addresses.length ? String(addresses[0].id) : "");
  list.addEventListener("change", onChange);
  const form = makeForm({
    label: "New address",
    fields: addressFields(),
    button: "Save this address",
    act: async (values, self) => {
      const made = await post("/store/customers/me/addresses/", values);
      addresses.push(made);
      show(String(made.id));
      self.reset();
      more.open = false;
      find("summary", more).focus();
      onChange();
    },
  });
  const more = /** @type {HTMLDetailsElement} */ (
    h("details", { class: "more", open: !addresses.length }, h("summary", null, icon("plus"), "New address"), form)
  );
  return {
    node: h("div", null, h("fieldset", null, h("legend", { class: "hidden" }, "Address"), list), more),
    /** The key of the chosen address; null to collect the goods. */
    value() {
      const chosen = /** @type {HTMLInputElement|null} */ (list.querySelector("input:checked"));
      return chosen?.value ? Number(chosen.value) : null;
    },
  };
}
