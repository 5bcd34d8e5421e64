/** The shop: everything there is, searched, filtered, sorted, page by page. */

import { countFacets, listCollections, listProducts, PAGE_SIZE, SORTS } from "../catalogue.js";
import { fill, find, h } from "../dom.js";
import { changed } from "../filters.js";
import { number } from "../format.js";
import { t, tn } from "../i18n.js";
import { announce, stateBox } from "../notices.js";
import { filterChips } from "../parts/chips.js";
import { filterPanel } from "../parts/filters.js";
import { decorate, heroOf } from "../parts/hero.js";
import { pager } from "../parts/pager.js";
import { cardSkeletons, productCard } from "../parts/products.js";
import { noteTax } from "../parts/tax.js";
import { go, setTitle } from "../router.js";
import { listTags } from "../social.js";

const EAGER = 4; // cards whose pictures are wanted at once
const SKELETON_AFTER = 150; // milliseconds
const SKELETONS = 8;

const gridSkeleton = () => h("ul", { class: "grid", "aria-hidden": "true" }, cardSkeletons(SKELETONS));

/** Cards where the cards will be: beside the column of the filters. */
export const skeleton = () =>
  h(
    "div",
    { class: "shop" },
    h(
      "div",
      { class: "filters filters-skeleton", "aria-hidden": "true" },
      Array.from({ length: SKELETONS }, (_, index) =>
        h("span", { class: `skeleton line${index % 3 ? "" : " short"}` }),
      ),
    ),
    h(
      "div",
      { class: "shelves" },
      h("div", { class: "shelves-head" }, h("span", { class: "skeleton line tall" })),
      gridSkeleton(),
    ),
  );

/** @param {import("../router.js").Context} context */
export default async function shop({ query, signal }) {
  const [collections, found] = await Promise.all([listCollections(), listTags()]);
  signal.throwIfAborted();
  const tags = found ?? [];
  const titles = new Map(collections.map((each) => [String(each.id), each.title]));
  const heading = h("h1", { id: "shelves-title" });
  const summary = h("p", { class: "summary" });
  const results = h("div", { class: "results" });
  const hero = heroOf(collections);
  const panel = filterPanel(collections, tags, change);
  const chips = filterChips({ collections: titles, tags }, change);
  const sort = sortSelect(change);
  let shown = query;
  let asked = new AbortController();
  signal.addEventListener("abort", () => asked.abort());

  /** @param {import("../filters.js").Changes} changes */
  function change(changes) {
    go(addressOf(changed(shown, changes)));
  }

  /** @param {URLSearchParams} next */
  async function show(next) {
    shown = next;
    asked.abort();
    asked = new AbortController();
    const own = asked.signal;
    const page = Number(next.get("page") ?? 1);
    panel.show(next);
    chips.show(next);
    sort.show(next);
    const search = find("#search-text");
    if (search !== document.activeElement) search.value = next.get("search") ?? "";
    hero.hidden = next.size > 0;
    heading.textContent = headline(next, titles, tags);
    if (heading.isConnected) setTitle(titleOf(heading, next));
    const timer = setTimeout(() => fill(results, gridSkeleton()), SKELETON_AFTER);
    try {
      const [listed, facets] = await Promise.all([listProducts(next, own), countFacets(next, own)]);
      noteTax(listed.results);
      if (own.aborted) return;
      clearTimeout(timer);
      panel.count(facets, next);
      const pages = Math.ceil(listed.count / PAGE_SIZE);
      summary.textContent = summaryOf(listed.count, page, pages);
      decorate(hero, listed.results);
      fill(results, listed.results.length ? gridOf(listed, next, page, titles) : nothingFound());
      announce(summary.textContent);
      if (document.activeElement === document.body) focusOn(heading); // what was pressed is gone
    } catch (error) {
      clearTimeout(timer);
      if (own.aborted) return;
      if (error?.status === 404 && page > 1) return change({}); // the list has become shorter
      if (error?.status === 400) return void fill(results, nothingFound()); // such as a collection that is gone
      summary.textContent = "";
      fill(
        results,
        unreachable(error.message, () => show(shown)),
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
        h("div", { class: "shelves-head" }, h("div", null, heading, summary), sort.node),
        chips.node,
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
const titleOf = (heading, query) => (query.size ? (heading.textContent ?? "") : "Storefront");

/** @param {HTMLElement} heading */
function focusOn(heading) {
  if (!heading.isConnected) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** @param {URLSearchParams} query */
const addressOf = (query) => (query.size ? `/?${query}` : "/");

/** @param {number} count @param {number} page @param {number} pages */
function summaryOf(count, page, pages) {
  const products = tn("{count} product", "{count} products", count);
  const where = { page: number(page), pages: number(pages) };
  return pages > 1 ? `${products}, ${t("page {page} of {pages}", where)}` : products;
}

/** @param {URLSearchParams} query @param {Map<string, string>} titles @param {{label: string, slug: string}[]} tags */
function headline(query, titles, tags) {
  const collection = titles.get(query.get("collection_id") ?? "");
  const text = query.get("search");
  if (text) return collection ? t("“{text}” in {collection}", { text, collection }) : t("“{text}”", { text });
  if (collection) return collection;
  const tag = query.get("tags");
  if (tag) return t("Tagged “{tag}”", { tag: tags.find((each) => each.slug === tag)?.label ?? tag });
  return query.get("on_promotion") ? t("On offer") : t("Everything");
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
    title: t("Nothing fits"),
    text: t("Try fewer words or fewer filters."),
    mark: "search",
    level: 2,
    actions: [h("a", { class: "button", href: "/" }, t("Show everything"))],
  });

/** @param {string} text @param {() => void} retry */
const unreachable = (text, retry) =>
  stateBox({
    title: t("The shelves can't be shown"),
    text,
    mark: "warning",
    level: 2,
    actions: [h("button", { class: "button", type: "button", onclick: retry }, t("Try again"))],
  });

/** @param {(changes: Record<string, string>) => void} change */
function sortSelect(change) {
  const select = /** @type {HTMLSelectElement} */ (h("select", { id: "sort" }));
  select.addEventListener("change", () => change({ ordering: select.value }));
  return {
    node: h("div", { class: "sort" }, h("label", { for: "sort" }, t("Sort by")), select),
    show(query) {
      const { title, ...others } = SORTS;
      const first = query.get("search") ? { "": t("Relevance"), title } : { "": title };
      fill(
        select,
        Object.entries({ ...first, ...others }).map(([value, text]) => h("option", { value }, text)),
      );
      select.value = query.get("ordering") ?? "";
    },
  };
}
