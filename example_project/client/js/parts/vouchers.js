/** A voucher code, which a quote accepts or refuses. */

import { fill, h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { onPress } from "./forms.js";

/** @param {() => Promise<unknown>} onChange */
export function voucherField(onChange) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", { id: "voucher", maxlength: 64, autocomplete: "off", "aria-describedby": "voucher-error" })
  );
  const problem = h("p", { class: "error", id: "voucher-error", role: "status" });
  const apply = h("button", { class: "button quiet small", type: "button" }, t("Apply"));
  let code = "";
  const use = async () => {
    fill(problem);
    code = input.value.trim();
    await onChange();
  };
  onPress(apply, use);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") apply.click();
  });
  return {
    node: h(
      "details",
      { class: "more" },
      h("summary", null, icon("plus"), t("Voucher")),
      h(
        "div",
        { class: "field" },
        h("label", { for: "voucher" }, t("Code")),
        h("div", { class: "row" }, input, apply),
        problem,
      ),
    ),
    value: () => (code ? { vouchers: [code] } : {}),
    accepted() {
      if (code) input.value = code;
    },
    /** Tell whether a refusal is about the code, which is dropped then. @param {any} error */
    refused(error) {
      const texts = error.body?.vouchers;
      if (!code || !texts) return false;
      code = "";
      fill(problem, Array.isArray(texts) ? texts.join(" ") : String(texts));
      return true;
    },
  };
}
