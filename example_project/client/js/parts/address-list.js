/** The addresses of an account: what there is, to be removed, and a form for another one. */

import { post, remove } from "../api.js";
import { fill, find, h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { toast } from "../notices.js";
import { addressFields, addressText } from "./addresses.js";
import { makeForm, onPress } from "./forms.js";

/** @param {any[]} addresses */
export function addressList(addresses) {
  const list = h("ul", { class: "plain-list" });
  const show = () =>
    fill(
      list,
      addresses.map((each) => {
        const text = addressText(each);
        const out = h(
          "button",
          { class: "icon-button", type: "button", "aria-label": t("Remove {what}", { what: text }) },
          icon("trash"),
        );
        onPress(out, async () => {
          try {
            await remove(`/store/customers/me/addresses/${encodeURIComponent(each.id)}/`);
            addresses.splice(addresses.indexOf(each), 1);
            show();
            toast(t("The address is removed."));
            find("summary", more).focus();
          } catch (error) {
            toast(error.message, { kind: "problem" });
          }
        });
        return h("li", null, h("span", null, text), out);
      }),
      addresses.length === 0 && h("li", { class: "soft" }, t("None yet.")),
    );
  const form = makeForm({
    label: t("New address"),
    fields: addressFields(),
    button: t("Save this address"),
    act: async (values, self) => {
      addresses.push(await post("/store/customers/me/addresses/", /** @type {any} */ (values)));
      self.reset();
      show();
      return t("Saved.");
    },
  });
  const more = h(
    "details",
    { class: "more", open: !addresses.length },
    h("summary", null, icon("plus"), t("New address")),
    form,
  );
  show();
  return [list, more];
}
