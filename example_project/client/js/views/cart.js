/** The cart: quantities, removal, the way to the checkout. */

import { currentCart, loadCart, onCartChange, removeLine, setQuantity } from "../cart.js";
import { glimpse } from "../catalogue.js";
import { debounce, fill, h, icon } from "../dom.js";
import { money, plural } from "../format.js";
import { announce, stateBox, toast } from "../notices.js";
import { onPress } from "../parts/forms.js";
import { productAddress, thumbnail } from "../parts/products.js";
import { stepper } from "../parts/stepper.js";

const QUIET = 350; // milliseconds after the last click until the new quantity is sent

/** @param {import("../router.js").Context} context */
export default async function cart({ signal }) {
  await loadCart();
  const place = h("div", { class: "cart-body" });
  const list = h("ul", { class: "lines" });
  const total = h("strong", { class: "total" });
  const count = h("p", { class: "soft" });
  /** @type {Map<any, ReturnType<typeof lineOf>>} */
  const lines = new Map();

  const show = () => {
    const { items, total_price } = currentCart();
    for (const [id, line] of lines) {
      if (!items.some((item) => item.id === id)) {
        line.node.remove();
        lines.delete(id);
      }
    }
    for (const item of items) {
      if (!lines.has(item.id)) {
        lines.set(item.id, lineOf(item));
        list.append(lines.get(item.id).node);
      }
      lines.get(item.id).show(item);
    }
    total.textContent = money(total_price);
    count.textContent = plural(items.reduce((sum, item) => sum + item.quantity, 0), "item");
    if (!items.length) fill(place, emptyCart());
    else if (!place.contains(list)) fill(place, list, summary(total, count));
  };
  onCartChange(show, signal);
  show();
  return { title: "Cart", node: h("div", null, h("h1", null, "Your cart"), place) };
}

export const emptyCart = () =>
  stateBox({
    title: "Your cart is empty",
    text: "What you put in stays here until you come back.",
    mark: "bag",
    level: 2,
    actions: [h("a", { class: "button", href: "/" }, "Look around")],
  });

/** @param {HTMLElement} total @param {HTMLElement} count */
const summary = (total, count) =>
  h(
    "aside",
    { class: "panel summary-panel", "aria-label": "Total" },
    h("div", { class: "row between" }, h("span", null, "Total before tax"), total),
    count,
    h("a", { class: "button wide", href: "/checkout" }, "Go to checkout"),
    h("a", { class: "button quiet wide", href: "/" }, "Keep looking"),
  );

/** @param {import("../cart.js").Line} item */
function lineOf({ id, product, quantity }) {
  const price = h("strong", { class: "line-total" });
  const note = h("p", { class: "line-note" });
  let available = Infinity;
  const failed = (error) => toast(error.message, { kind: "problem" });
  const send = debounce((value) => setQuantity(id, value).then(() => announce(`${product.title}: ${value}`), failed), QUIET);
  const quantityOf = stepper({ label: `Quantity of ${product.title}`, value: quantity, onChange: (value) => send(value) });
  const out = h("button", { class: "icon-button", type: "button", "aria-label": `Remove ${product.title}` }, icon("trash"));
  onPress(out, () => removeLine(id).then(() => afterRemoval(product.title), failed));
  const warn = (wanted) => {
    note.textContent = wanted > available ? (available < 1 ? "Sold out" : `Only ${available} left`) : "";
  };
  glimpse(product.id).then(({ inventory }) => warn(quantityOf.value, (available = inventory)), () => {});
  const node = h(
    "li",
    { class: "line-item" },
    h("a", { href: productAddress(product), tabindex: "-1", "aria-hidden": "true" }, thumbnail(product.id, product.title)),
    h("div", { class: "line-text" }, h("a", { class: "line-title", href: productAddress(product) }, product.title), note),
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
      warn(item.quantity);
    },
  };
}

/** The pressed button is gone: carry on from the heading. @param {string} title */
function afterRemoval(title) {
  announce(`${title} was removed.`);
  const heading = document.querySelector("#main h1");
  if (heading instanceof HTMLElement) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}
