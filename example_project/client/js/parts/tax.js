/** The sentence about tax in the footer. */

import { find } from "../dom.js";
import { t } from "../i18n.js";

/**
 * Say whether prices include tax. The settings show in the products: their price with tax is higher, or the same.
 * @param {import("../catalogue.js").Product[]} products
 */
export function noteTax(products) {
  if (!products.some((product) => product.effective_price > 0)) return;
  const isAdded = products.some((product) => product.price_with_tax > product.effective_price);
  find("#tax-note").textContent = isAdded
    ? t("Prices are before tax unless they say otherwise.")
    : t("There is no tax to be added to the prices.");
}
