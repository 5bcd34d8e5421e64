/** The shop: everything there is, searched, filtered, sorted, page by page. */

import { FILTERS, listCollections, listProducts, PAGE_SIZE, SORTS } from "../catalogue.js";
import { debounce, fill, find, h, icon } from "../dom.js";
import { plural } from "../format.js";
import { announce, stateBox } from "../notices.js";
import { pager } from "../parts/pager.js";
import { cardSkeletons, productCard, thumbnail } from "../parts/products.js";
import { go, setTitle } from "../router.js";
import { listTags } from "../social.js";

const EAGER = 4; // cards whose pictures are wanted at once
const TAGS_SHOWN = 16;
const HERO_PICTURES = 3;

export const skeleton = () => h("div", { class: "shop" }, h("ul", { class: "grid" }, cardSkeletons(8)));

/** @param {import("../router.js").Context} context */
export default async function shop({ query, signal }) {
  const [collections, tags] = await Promise.all([listCollections(), listTags()]);
  signal.throwIfAborted();
  const titles = new Map(collections.map((each) => [String(each.id), each.title]));
  const heading = h("h1", null);
  const summary = h("p", { class: "summary" });
  const results = h("div", { class: "results" });
  const hero = heroOf(collections);
  const panel = filterPanel(collections, tags ?? [], change);
  const sort = sortSelect(change);
  let shown = query;
  let asked = new AbortController();
  signal.addEventListener("abort", () => asked.abort());

  /** @param {Record<string, string>} changes Empty values clear a filter. */
  function change(changes) {
    const next = new URLSearchParams(shown);
    next.delete("page");
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    go(addressOf(next));
  }

  /** @param {URLSearchParams} next */
  async function show(next) {
    shown = next;
    asked.abort();
    asked = new AbortController();
    const own = asked.signal;
    const page = Number(next.get("page") ?? 1);
    panel.show(next);
    sort.show(next);
    find("#search-text").value = next.get("search") ?? "";
    hero.hidden = [...next.keys()].length > 0;
    heading.textContent = headline(next, titles, tags ?? []);
    if (heading.isConnected) setTitle(titleOf(heading, next));
    const timer = setTimeout(
      () => fill(results, h("ul", { class: "grid", "aria-hidden": "true" }, cardSkeletons(8))),
      150,
    );
    try {
      const found = await listProducts(next, own);
      if (own.aborted) return;
      clearTimeout(timer);
      const pages = Math.ceil(found.count / PAGE_SIZE);
      summary.textContent = plural(found.count, "product") + (pages > 1 ? `, page ${page} of ${pages}` : "");
      decorate(hero, found.results);
      fill(results, found.results.length ? gridOf(found, next, page, titles) : nothingFound());
      announce(summary.textContent);
      if (document.activeElement === document.body) focusOn(heading); // what was pressed is gone
    } catch (error) {
      clearTimeout(timer);
      if (own.aborted) return;
      if (error?.status === 404 && page > 1) return change({}); // the list has become shorter
      if (error?.status === 400) return void fill(results, nothingFound()); // such as a collection that is gone
      summary.textContent = "";
      const again = h("button", { class: "button", type: "button", onclick: () => show(shown) }, "Try again");
      fill(
        results,
        stateBox({
          title: "The shelves can't be shown",
          text: error.message,
          mark: "warning",
          level: 2,
          actions: [again],
        }),
      );
      announce(error.message);
    }
  }

  await show(query);
  const node = h(
    "div",
    null,
    hero,
    h(
      "div",
      { class: "shop" },
      panel.node,
      h(
        "section",
        { class: "shelves", "aria-labelledby": "shelves-title" },
        h("div", { class: "shelves-head" }, h("div", null, setId(heading), summary), sort.node),
        results,
      ),
    ),
  );
  return {
    title: titleOf(heading, query),
    node,
    update: (next) => {
      const paged = next.get("page") !== shown.get("page");
      show(next);
      const shelves = find(".shelves", node);
      if (paged || shelves.getBoundingClientRect().top < 0) shelves.scrollIntoView({ block: "start" });
    },
  };
}

/** @param {HTMLElement} heading @param {URLSearchParams} query */
const titleOf = (heading, query) => (query.size ? heading.textContent : "Storefront");

/** @param {HTMLElement} heading */
function focusOn(heading) {
  if (!heading.isConnected) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** @param {HTMLElement} heading */
function setId(heading) {
  heading.id = "shelves-title";
  return heading;
}

/** @param {URLSearchParams} query */
const addressOf = (query) => (query.size ? `/?${query}` : "/");

/** @param {URLSearchParams} query @param {Map<string, string>} titles @param {{label: string, slug: string}[]} tags */
function headline(query, titles, tags) {
  const collection = titles.get(query.get("collection_id") ?? "");
  const text = query.get("search");
  if (text) return collection ? `“${text}” in ${collection}` : `“${text}”`;
  if (collection) return collection;
  const tag = query.get("tags");
  if (tag) return `Tagged “${tags.find((each) => each.slug === tag)?.label ?? tag}”`;
  return query.get("on_promotion") ? "On offer" : "Everything";
}

/**
 * @param {{count: number, results: any[]}} found
 * @param {URLSearchParams} query
 * @param {number} page
 * @param {Map<string, string>} titles
 */
function gridOf(found, query, page, titles) {
  const pageAddress = (to) => {
    const next = new URLSearchParams(query);
    to > 1 ? next.set("page", String(to)) : next.delete("page");
    return addressOf(next);
  };
  const cards = found.results.map((product, index) =>
    productCard(product, { collection: titles.get(String(product.collection)), eager: index < EAGER }),
  );
  return [h("ul", { class: "grid" }, cards), pager(found.count, PAGE_SIZE, page, pageAddress)];
}

const nothingFound = () =>
  stateBox({
    title: "Nothing fits",
    text: "Try fewer words or fewer filters.",
    mark: "search",
    level: 2,
    actions: [h("a", { class: "button", href: "/" }, "Show everything")],
  });

/** The welcome, with the ways in. @param {any[]} collections */
function heroOf(collections) {
  return h(
    "section",
    { class: "hero", "aria-labelledby": "hero-title" },
    h("h2", { id: "hero-title" }, "Good things, well kept."),
    h("p", null, "Made to be used for years: for the kitchen, the desk, the garden and the road."),
    h(
      "ul",
      { class: "chips" },
      h("li", null, h("a", { class: "chip strong", href: "/?on_promotion=true" }, "On offer")),
      collections.map((each) =>
        h("li", null, h("a", { class: "chip", href: `/?collection_id=${encodeURIComponent(each.id)}` }, each.title)),
      ),
    ),
    h("div", { class: "hero-pictures", "aria-hidden": "true" }),
  );
}

/**
 * Show pictures of the first products beside the welcome, once; small screens have no room for them.
 * @param {HTMLElement} hero
 * @param {import("../catalogue.js").Product[]} products
 */
function decorate(hero, products) {
  const place = find(".hero-pictures", hero);
  if (place.children.length || !matchMedia("(min-width: 64rem)").matches) return;
  const shown = products.filter((product) => product.images.length).slice(0, HERO_PICTURES);
  fill(
    place,
    shown.map((product) => thumbnail({ title: product.title, image: product.images[0] })),
  );
}

/** @param {(changes: Record<string, string>) => void} change */
function sortSelect(change) {
  const select = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      { id: "sort" },
      SORTS.map(([value, text]) => h("option", { value }, text)),
    )
  );
  select.addEventListener("change", () => change({ ordering: select.value }));
  return {
    node: h("div", { class: "sort" }, h("label", { for: "sort" }, "Sort by"), select),
    show: (query) => (select.value = query.get("ordering") ?? ""),
  };
}

/**
 * The filters; on a phone they are behind a button.
 * @param {any[]} collections @param {any[]} tags @param {(changes: Record<string, string>) => void} change
 */
function filterPanel(collections, tags, change) {
  const box = (name, text) =>
    h("label", { class: "check" }, h("input", { type: "checkbox", name, value: "true" }), h("span", null, text));
  const price = (name, text) =>
    h(
      "div",
      null,
      h("label", { for: name }, text),
      h("input", { id: name, name, type: "number", min: 0, step: "any", inputmode: "decimal", placeholder: "Any" }),
    );
  const choose = (name, value, text, count) =>
    h(
      "label",
      { class: "check" },
      h("input", { type: "radio", name, value }),
      h("span", null, text),
      count !== undefined && h("span", { class: "tally" }, String(count)),
    );
  const form = /** @type {HTMLFormElement} */ (
    h(
      "form",
      { class: "filters-body", id: "filters" },
      h("fieldset", null, h("legend", null, "Show only"), box("in_stock", "In stock"), box("on_promotion", "On offer")),
      h(
        "fieldset",
        null,
        h("legend", null, "List price"),
        h("div", { class: "range" }, price("unit_price__gte", "From"), price("unit_price__lte", "To")),
      ),
      h(
        "fieldset",
        { class: "collections" },
        h("legend", null, "Collection"),
        choose("collection_id", "", "All"),
        collections.map((each) => choose("collection_id", String(each.id), each.title, each.products_count)),
      ),
      tags.length > 0 &&
        h(
          "fieldset",
          null,
          h("legend", null, "Tag"),
          h(
            "div",
            { class: "tags" },
            [{ label: "All", slug: "" }, ...tags.slice(0, TAGS_SHOWN)].map((tag) =>
              h(
                "label",
                { class: "tag-choice" },
                h("input", { type: "radio", name: "tags", value: tag.slug, class: "hidden" }),
                h("span", null, tag.label),
              ),
            ),
          ),
        ),
      h("p", null, h("a", { class: "button quiet small", href: "/" }, "Clear all filters")),
    )
  );
  const count = h("span", { class: "count" });
  const toggle = h(
    "button",
    { class: "button quiet filters-toggle", type: "button", "aria-expanded": "false", "aria-controls": "filters" },
    icon("filter"),
    "Filters",
    count,
  );
  const node = h("aside", { class: "filters", "aria-label": "Filters" }, toggle, form);
  toggle.addEventListener("click", () => toggle.setAttribute("aria-expanded", String(node.classList.toggle("open"))));
  const send = () => change(valuesOf(form));
  const later = debounce(send, 500);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", send);
  form.addEventListener(
    "input",
    (event) => event.target instanceof HTMLInputElement && event.target.type === "number" && later(),
  );
  return { node, show: (query) => showIn(form, query, count, toggle) };
}

/** @param {HTMLFormElement} form */
function valuesOf(form) {
  const given = new FormData(form);
  const names = FILTERS.filter((name) => name !== "search" && form.elements.namedItem(name));
  return Object.fromEntries(names.map((name) => [name, String(given.get(name) ?? "")]));
}

/** @param {HTMLFormElement} form @param {URLSearchParams} query @param {Element} count @param {Element} toggle */
function showIn(form, query, count, toggle) {
  for (const input of form.querySelectorAll("input")) {
    const value = query.get(input.name) ?? "";
    if (input.type === "number") {
      if (document.activeElement !== input) input.value = value;
    } else input.checked = input.value === value;
  }
  const active = FILTERS.filter((name) => name !== "search" && query.get(name)).length;
  count.textContent = active ? String(active) : "";
  toggle.setAttribute("aria-label", active ? `Filters, ${plural(active, "is", "are")} set` : "Filters");
}
