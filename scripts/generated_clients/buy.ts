// Compiled in strict mode against the types that openapi-typescript makes of the schema; never run.
import type { components, operations, paths } from "./schema";

type Body<O extends keyof operations> = operations[O] extends {
  requestBody?: { content: { "application/json": infer B } };
}
  ? B
  : never;
type Answer<O extends keyof operations, S extends number> = operations[O]["responses"] extends {
  [status in S]: { content: { "application/json": infer A } };
}
  ? A
  : never;

const item: Body<"cart_items_create"> = { product_id: 1, quantity: 2 };
const wanted: Body<"orders_place"> = {
  cart_id: "3f0c5f9e-1f0a-4a4e-8d53-2f6d2d3f6a10",
  address: { street: "1 Mill Lane", city: "Berlin" },
  expected_total: 53.9,
};
// @ts-expect-error: a cart is needed
const incomplete: Body<"orders_place"> = { email: "ann@example.com" };
// @ts-expect-error: a quantity is a number
const wrong: Body<"cart_items_create"> = { product_id: 1, quantity: "two" };

export function total(order: Answer<"orders_place", 201>): number {
  return order.items.reduce((sum, line) => sum + line.unit_price * line.quantity, 0);
}

export function shortages(conflict: Answer<"orders_place", 409>): number[] {
  return (conflict.items ?? []).map((line) => line.requested - line.available);
}

export function next(page: Answer<"products_list", 200>): string | null {
  const titles: string[] = page.results.map((product) => product.title);
  return titles.length ? page.next : null;
}

export function image(product: components["schemas"]["SimpleProduct"]): string | null {
  return product.image === null ? null : product.image.image;
}

export type Key = NonNullable<paths["/store/orders/"]["post"]["parameters"]["header"]>["Idempotency-Key"];
export const bodies = [item, wanted, incomplete, wrong];
