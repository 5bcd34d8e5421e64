/** Where a guest's order and the mail about it go. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { addressFields } from "./addresses.js";
import { clearMarks, complete, field, firstMarked, markErrors } from "./fields.js";
import { valuesOf } from "./forms.js";

/**
 * The e-mail and the address of somebody without an account.
 * @param {() => void} onChange Called when something was entered.
 */
export function guestDetails(onChange) {
  const email = field({
    name: "email",
    label: t("Email"),
    type: "email",
    hint: t("We send you a link to your order."),
    attributes: { required: true, maxlength: 254, autocomplete: "email" },
  });
  const form = /** @type {HTMLFormElement} */ (
    h("form", { class: "form", "aria-label": t("Your details") }, email, addressFields())
  );
  form.noValidate = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    clearMarks(form);
    onChange();
  });
  const address = () => {
    const { email: _, ...values } = valuesOf(form);
    return values.street && values.city ? values : null;
  };
  return {
    node: form,
    /** Tell whether everything that is needed was entered, and go to what is missing. */
    check() {
      clearMarks(form);
      return complete(form);
    },
    /**
     * Show what the API says about the fields.
     * @param {any} error
     * @returns {string[]} What it says about anything else.
     */
    refused: (error) => markErrors(form, error),
    /** Go to the first field with a message. */
    focus: () => firstMarked(form)?.focus(),
    /** What a quote needs, as far as it was entered. */
    quoted: () => ({ address: address() }),
    value: () => ({ email: valuesOf(form).email, address: address() }),
  };
}
