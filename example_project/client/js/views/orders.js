/** The orders of whoever is signed in (of everybody, for staff), the latest first. */

import { isStaff, signedInOrAway } from "../account.js";
import { get } from "../api.js";
import { fill, h } from "../dom.js";
import { dateTime, money } from "../format.js";
import { t, tn } from "../i18n.js";
import { stateBox, toast } from "../notices.js";
import { onPress } from "../parts/forms.js";
import { cancelButton, orderAddress, statesOf } from "../parts/orders.js";
import { thumbnail } from "../parts/products.js";

const AT_ONCE = 20;
const PICTURES = 4;

/** @param {import("../router.js").Context} context */
export default async function orders({ signal }) {
  if (!(await signedInOrAway(signal))) return { title: t("Orders"), node: h("h1", null, t("Orders")) };
  const read = (page) => get("/store/orders/", { page, page_size: AT_ONCE }, signal);
  const [first, staff] = await Promise.all([read(1), isStaff()]);
  const title = staff ? t("All orders") : t("Your orders");
  if (!first.length) {
    const actions = [h("a", { class: "button", href: "/" }, t("Look around"))];
    return {
      title,
      node: h(
        "div",
        null,
        h("h1", null, title),
        stateBox({ title: t("Nothing ordered yet"), text: t("Your orders will be listed here."), level: 2, actions }),
      ),
    };
  }
  const list = h("ul", { class: "orders" }, first.map(orderCard));
  const more = h("button", { class: "button quiet", type: "button" }, t("Show earlier orders"));
  let page = 1;
  onPress(more, async () => {
    try {
      const rows = await read(page + 1).catch((error) => (error.status === 404 ? [] : Promise.reject(error)));
      page += 1;
      const cards = rows.map(orderCard);
      list.append(...cards);
      more.hidden = rows.length < AT_ONCE;
      cards[0]?.querySelector("a")?.focus();
    } catch (error) {
      toast(error.message, { kind: "problem" });
    }
  });
  return {
    title,
    node: h(
      "div",
      null,
      h("h1", null, title),
      list,
      first.length === AT_ONCE && h("p", { class: "row centred" }, more),
    ),
  };
}

/** @param {any} order */
function orderCard(order) {
  const card = h("li", { class: "order-card" });
  const show = (present) => {
    const count = present.items.reduce((sum, item) => sum + item.quantity, 0);
    fill(
      card,
      h(
        "div",
        { class: "order-main" },
        h("h2", null, h("a", { href: orderAddress(present) }, t("Order {id}", { id: present.id }))),
        h(
          "p",
          { class: "soft" },
          h("time", { datetime: present.placed_at }, dateTime(present.placed_at)),
          ` · ${tn("{count} item", "{count} items", count)}`,
        ),
        statesOf(present),
      ),
      h(
        "div",
        { class: "order-pictures", "aria-hidden": "true" },
        present.items.slice(0, PICTURES).map((item) => thumbnail({ ...item.product, title: item.title })),
        present.items.length > PICTURES &&
          h("span", { class: "thumb more-thumbs" }, `+${present.items.length - PICTURES}`),
      ),
      h(
        "div",
        { class: "order-side" },
        h("strong", { class: "total" }, money(present.total, present.currency)),
        cancelButton(present, show),
      ),
    );
  };
  show(order);
  return card;
}
