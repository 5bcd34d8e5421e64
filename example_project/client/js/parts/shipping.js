/** The shipping methods that a quote offers. */

import { fill, find, h } from "../dom.js";
import { money } from "../format.js";
import { t } from "../i18n.js";

/** The choice of a shipping method; hidden where there is none. @param {() => void} onChange */
export function shippingChoice(onChange) {
  const list = h("div", { class: "choices" });
  const node = h("fieldset", { class: "shipping", hidden: true }, h("legend", null, t("Shipping")), list);
  let chosen = "";
  list.addEventListener("change", () => {
    chosen = find("input:checked", list).value;
    onChange();
  });
  return {
    node,
    value: () => (chosen ? { shipping_method: chosen } : {}),
    /** Choose none: another address may not be served by the one that was chosen. */
    forget() {
      chosen = "";
    },
    /**
     * Show the methods and choose the first one, unless one of them is chosen already.
     * @param {{id: string, label: string, amount: number}[]} methods
     * @returns {boolean} Whether the choice has changed, so that the quote is out of date.
     */
    show(methods) {
      const before = chosen;
      node.hidden = !methods.length;
      if (!methods.some((method) => method.id === chosen)) chosen = methods[0]?.id ?? "";
      fill(
        list,
        methods.map(({ id, label, amount }) =>
          h(
            "label",
            { class: "choice" },
            h("input", { type: "radio", name: "shipping", value: id, checked: id === chosen }),
            h("span", null, label),
            h("span", { class: "choice-amount" }, money(amount)),
          ),
        ),
      );
      return chosen !== before;
    },
  };
}
