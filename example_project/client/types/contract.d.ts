// What the API takes and answers at an address, by the types that `npm run schema` makes of docs/openapi.yaml.
import type { paths } from "./schema";

type Segments<P extends string> = P extends `${infer Head}/${infer Rest}` ? [Head, ...Segments<Rest>] : [P];

type Fits<Given extends string[], Known extends string[]> = Given extends [infer G, ...infer Gs extends string[]]
  ? Known extends [infer K, ...infer Ks extends string[]]
    ? K extends `{${string}}`
      ? Fits<Gs, Ks>
      : G extends K
        ? Fits<Gs, Ks>
        : false
    : false
  : Known extends []
    ? true
    : false;

type Route<P extends string> = P extends keyof paths
  ? P
  : { [K in keyof paths]: Fits<Segments<P>, Segments<K>> extends true ? K : never }[keyof paths];

type Operation<P extends string, M extends string> = Route<P> extends infer K extends keyof paths
  ? M extends keyof paths[K]
    ? paths[K][M]
    : never
  : never;

type Answer<O> = O extends { responses: infer R }
  ? {
      [S in keyof R & (200 | 201 | 202 | 204)]: R[S] extends { content: { "application/json": infer B } } ? B : null;
    }[keyof R & (200 | 201 | 202 | 204)]
  : never;

type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : Record<string, never>;
// A query is text in the end: its names are checked, and the values that have choices of their own are not.
type Query<O> = O extends { parameters: { query?: infer Q extends object } }
  ? { [K in keyof Q]?: Q[K] | string | number | null }
  : Record<string, never>;

// Whoever puts an address together from parts that are known only at run time is not checked.
type Checked<P extends string, M extends string, Known, Unknown = any> = P extends `/${string}`
  ? [Operation<P, M>] extends [never]
    ? never
    : Known
  : Unknown;

export type Get = <P extends string>(
  path: Checked<P, "get", P, P>,
  query?: Checked<P, "get", Query<Operation<P, "get">>>,
  signal?: AbortSignal,
) => Promise<Checked<P, "get", Answer<Operation<P, "get">>>>;

export type Post = <P extends string>(
  path: Checked<P, "post", P, P>,
  body?: Checked<P, "post", Body<Operation<P, "post">>>,
  headers?: Record<string, string>,
) => Promise<Checked<P, "post", Answer<Operation<P, "post">>>>;

export type Write<M extends "put" | "patch"> = <P extends string>(
  path: Checked<P, M, P, P>,
  body?: Checked<P, M, Body<Operation<P, M>>>,
) => Promise<Checked<P, M, Answer<Operation<P, M>>>>;

export type Remove = <P extends string>(
  path: Checked<P, "delete", P, P>,
) => Promise<Checked<P, "delete", Answer<Operation<P, "delete">>>>;
