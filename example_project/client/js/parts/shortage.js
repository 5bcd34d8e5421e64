/** What to say, and to offer, when there is less left than people want. */

import { currentCart, removeLine, setQuantity } from "../cart.js";
import { h } from "../dom.js";
import { number } from "../format.js";
import { t } from "../i18n.js";
import { notice } from "../notices.js";
import { onPress } from "./forms.js";

/** @typedef {{product_id: any, requested: number|null, available: number|null}} Shortage */

/**
 * @param {Shortage[]} items
 * @param {() => Promise<unknown>} adjusted Called once the cart holds no more than there is.
 */
export function shortageNotice(items, adjusted) {
  const button = h("button", { class: "button small", type: "button" }, t("Adjust my cart to this"));
  onPress(button, async () => {
    for (const item of items) {
      const line = lineOf(item);
      const left = item.available ?? 0;
      if (line) await (left > 0 ? setQuantity(line.id, left) : removeLine(line.id)).catch(() => {});
    }
    await adjusted();
  });
  return notice([
    h("p", null, h("strong", null, t("There is not enough of this left. Nothing was ordered."))),
    h("ul", { class: "shortage" }, items.map(shortageLine)),
    button,
  ]);
}

/** @param {Shortage} item */
const lineOf = ({ product_id }) => currentCart().items.find((line) => String(line.product.id) === String(product_id));

/** @param {Shortage} item */
function shortageLine(item) {
  const left = item.available ?? 0;
  const parts = [
    item.requested && t("you want {count}", { count: number(item.requested) }),
    left > 0 ? t("{count} available", { count: number(left) }) : t("none available"),
  ];
  const title = lineOf(item)?.product.title ?? t("Product {id}", { id: item.product_id });
  return h("li", null, h("strong", null, title), `: ${parts.filter(Boolean).join(", ")}`);
}
