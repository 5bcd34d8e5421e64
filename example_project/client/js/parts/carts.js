/** What an empty cart shows. */

import { h } from "../dom.js";
import { stateBox } from "../notices.js";

export const emptyCart = () =>
  stateBox({
    title: "Your cart is empty",
    text: "Items that you add stay here until you come back.",
    mark: "bag",
    level: 2,
    actions: [h("a", { class: "button", href: "/" }, "Browse the shop")],
  });
