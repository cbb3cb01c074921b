import { Fifo } from "./fifo.js";

type Arrived<T> = { readonly source: AsyncIterator<T>; readonly item: T } | { readonly error: unknown };

/** Several sources as one. Each keeps its order, and of those that have something each has its turn. The first that fails ends all. */
export class Merged<T> {
  readonly #arrived = new Fifo<Arrived<T>>();
  #wake: (() => void) | undefined;

  add(source: AsyncIterator<T>): void {
    void this.#ask(source);
  }

  /** What arrives, without an end. A source is asked for more when its last item is taken: it has two at the most under way. */
  async *items(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const next = this.#arrived.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if ("error" in next) {
        throw next.error;
      } else {
        this.add(next.source);
        yield next.item;
      }
    }
  }

  async #ask(source: AsyncIterator<T>): Promise<void> {
    try {
      const { done, value } = await source.next();
      if (done !== true) {
        this.#arrived.push({ source, item: value });
      }
    } catch (error) {
      this.#arrived.push({ error });
    }
    this.#wake?.();
  }
}
