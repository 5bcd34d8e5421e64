/** What a quote or an order costs, row by row. */

import { h } from "../dom.js";
import { money } from "../format.js";
import { t } from "../i18n.js";

/**
 * @typedef {object} Amounts
 * @property {string} currency
 * @property {number} subtotal
 * @property {{kind: string, label: string, amount: number, included: boolean}[]} adjustments
 * @property {number} total
 */

/** The subtotal, each adjustment and the total. @param {Amounts} amounts */
export function amountsOf({ currency, subtotal, adjustments = [], total }) {
  const row = (name, value, kind = "") =>
    h("div", { class: `amount ${kind}` }, h("dt", null, name), h("dd", null, value));
  return h(
    "dl",
    { class: "amounts" },
    adjustments.length > 0 && row(t("Subtotal"), money(subtotal, currency)),
    adjustments.map(({ label, amount, included }) =>
      row(included ? t("{label} (included)", { label }) : label, money(amount, currency), included ? "soft" : ""),
    ),
    row(t("Total"), h("strong", { class: "total" }, money(total, currency)), "total-row"),
  );
}
