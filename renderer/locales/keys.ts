// Types of texts: a language is a tree of two levels, and a key is `section.name`.
export type Tree = { readonly [section: string]: { readonly [name: string]: string } }
/** The same keys with any texts: what another language must have, no less and no more. */
export type Widened<T extends Tree> = { [S in keyof T]: { [N in keyof T[S]]: string } }
export type KeyOf<T extends Tree> = { [S in Extract<keyof T, string>]: `${S}.${Extract<keyof T[S], string>}` }[Extract<
  keyof T,
  string
>]
