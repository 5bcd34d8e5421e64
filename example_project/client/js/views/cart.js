/** The cart: quantities, removal, the way to the checkout. */

import { countItems, currentCart, loadCart, onCartChange, removeLine, setQuantity } from "../cart.js";
import { quoteCart } from "../checkout.js";
import { debounce, fill, h, icon } from "../dom.js";
import { money, number } from "../format.js";
import { t, tn } from "../i18n.js";
import { announce, toast } from "../notices.js";
import { amountsOf } from "../parts/amounts.js";
import { emptyCart } from "../parts/carts.js";
import { onPress } from "../parts/forms.js";
import { productAddress, thumbnail } from "../parts/products.js";
import { stepper } from "../parts/stepper.js";

const QUOTE_QUIET = 150; // milliseconds after the last change until the cart is priced anew
const QUIET = 350; // milliseconds after the last click until the new quantity is sent

/** @param {import("../router.js").Context} context */
export default async function cart({ signal }) {
  await loadCart();
  const place = h("div", { class: "cart-body" });
  const list = h("ul", { class: "lines" });
  const total = h("div", { "aria-live": "polite" });
  const count = h("p", { class: "soft" });
  /** @type {Map<any, ReturnType<typeof lineOf>>} */
  const lines = new Map();

  const price = debounce(async () => {
    const { id, items } = currentCart();
    if (!id || !items.length) return;
    const quote = await quoteCart(id, { address_id: null });
    fill(total, amountsOf(quote));
    for (const [key, line] of lines) {
      const item = items.find((each) => each.id === key);
      line.warn(quote.problems.find((problem) => String(problem.product_id) === String(item?.product.id)));
    }
  }, QUOTE_QUIET);

  const show = () => {
    const { items } = currentCart();
    for (const [id, line] of lines) {
      if (!items.some((item) => item.id === id)) {
        line.node.remove();
        lines.delete(id);
      }
    }
    for (const item of items) {
      const line = lines.get(item.id) ?? lineOf(item);
      if (!lines.has(item.id)) {
        lines.set(item.id, line);
        list.append(line.node);
      }
      line.show(item);
    }
    price();
    count.textContent = tn("{count} item", "{count} items", countItems());
    if (!items.length) fill(place, emptyCart());
    else if (!place.contains(list)) fill(place, list, summary(total, count));
  };
  onCartChange(show, signal);
  show();
  return { title: t("Cart"), node: h("div", null, h("h1", null, t("Your cart")), place) };
}

/** @param {HTMLElement} total @param {HTMLElement} count */
const summary = (total, count) =>
  h(
    "aside",
    { class: "panel summary-panel", "aria-label": t("Total") },
    count,
    total,
    h("a", { class: "button wide", href: "/checkout" }, t("Go to checkout")),
    h("a", { class: "button quiet wide", href: "/" }, t("Continue shopping")),
  );

/** @param {import("../cart.js").Line} item */
function lineOf({ id, product, quantity }) {
  const price = h("strong", { class: "line-total" });
  const note = h("p", { class: "line-note" });
  const failed = (error) => toast(error.message, { kind: "problem" });
  const send = debounce(
    (value) => setQuantity(id, value).then(() => announce(`${product.title}: ${value}`), failed),
    QUIET,
  );
  const quantityOf = stepper({
    label: t("Quantity of {title}", { title: product.title }),
    value: quantity,
    onChange: (value) => send(value),
  });
  const out = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": t("Remove {what}", { what: product.title }) },
    icon("trash"),
  );
  onPress(out, () => removeLine(id).then(() => afterRemoval(product.title), failed));
  const node = h(
    "li",
    { class: "line-item" },
    h("a", { href: productAddress(product), tabindex: "-1", "aria-hidden": "true" }, thumbnail(product)),
    h(
      "div",
      { class: "line-text" },
      h("a", { class: "line-title", href: productAddress(product) }, product.title),
      note,
    ),
    quantityOf.node,
    price,
    out,
  );
  return {
    node,
    /** @param {import("../cart.js").Line} item */
    show(item) {
      if (!node.contains(document.activeElement)) quantityOf.show(item.quantity);
      price.textContent = money(item.total_price);
    },
    /** Say what stands in the way of buying this. @param {{available: number|null}|undefined} problem */
    warn(problem) {
      const left = problem?.available ?? 0;
      note.textContent = problem ? (left < 1 ? t("Sold out") : t("Only {count} left", { count: number(left) })) : "";
    },
  };
}

/** The pressed button is gone: carry on from the heading. @param {string} title */
function afterRemoval(title) {
  announce(t("{title} was removed.", { title }));
  const heading = document.querySelector("#main h1");
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}
