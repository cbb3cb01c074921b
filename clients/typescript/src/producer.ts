import { Admission } from "./admission.js";
import { Calls, refusal } from "./calls.js";
import { GatewayError, NotStoredError, RefusedError } from "./errors.js";
import { Ledger } from "./ledger.js";
import { Partitioner } from "./partitioner.js";
import { encode, type EncodedRecord, type ProducerRecord, type Receipt } from "./record.js";
import { Sender, type Shared } from "./sender.js";
import { Session } from "./session.js";
import { complete, type Complete, type ProducerSettings } from "./settings.js";
import { Transport } from "./transport.js";

/** The number of partitions is asked for again after this time, in ms: 5 minutes, as in Kafka. It may grow. */
const PARTITIONS_AGE_MS = 300_000;

/**
 * Sends records to an Exactly-Once Gateway: each is stored once, in the order of the sends to its partition, however often it
 * has to be sent. It may be used by any number of callers at a time.
 */
export class Producer {
  readonly #settings: Complete;
  readonly #calls: Calls;
  readonly #session: Session;
  readonly #shared: Shared;
  readonly #admission: Admission;
  readonly #partitioner: Partitioner;
  readonly #senders = new Map<number, Sender>();
  readonly #ledger = new Ledger();
  readonly #ended = new AbortController();
  #flushes = 0;
  #partitionsAt = -Infinity;
  #lookingUp = false;
  #registering = false;
  #refused: GatewayError | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Makes a producer that registers with its first record. Throws a `TypeError` or `RangeError` for settings that cannot be.
   *
   * @param urls the gateway, or several that share one log: each is tried in turn
   */
  constructor(urls: string | URL | readonly (string | URL)[], settings: ProducerSettings = {}) {
    this.#settings = complete(settings);
    const transport = new Transport(urls, this.#settings);
    this.#calls = new Calls(transport, this.#settings);
    this.#session = new Session(this.#calls, settings.name, this.#ended.signal);
    this.#partitioner = new Partitioner(this.#settings.batchBytes);
    this.#admission = new Admission(this.#settings.bufferBytes, this.#settings.maxBlockMs, () => void this.#lookUpPartitions());
    this.#shared = {
      settings: this.#settings,
      transport,
      session: this.#session,
      hurried: () => this.#flushes > 0,
      register: () => void this.#register(),
      identified: () => this.#senders.forEach((sender) => sender.wake()),
      end: (error) => this.#end(error),
    };
    const abort = (): void => void this.close({ timeoutMs: 0 }).catch(() => {});
    settings.signal?.addEventListener("abort", abort, { once: true, signal: this.#ended.signal });
    if (settings.signal?.aborted === true) {
      abort();
    }
  }

  /**
   * Makes a producer and registers it: the earlier holder of its name is fenced when the promise resolves. Rejects with a
   * {@link RefusedError} if the gateway does not take it, with a {@link GatewayError} if none answers for the delivery time-out.
   */
  static async open(urls: string | URL | readonly (string | URL)[], settings: ProducerSettings = {}): Promise<Producer> {
    const producer = new Producer(urls, settings);
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new GatewayError("No gateway answered for the delivery time-out.", "timeout")),
      producer.#settings.deliveryTimeoutMs,
    );
    const closed = (): void => late.abort(producer.#refused);
    producer.#ended.signal.addEventListener("abort", closed);
    try {
      await producer.#session.register(late.signal);
      return producer;
    } catch (error) {
      await producer.close({ timeoutMs: 0 });
      throw error;
    } finally {
      clearTimeout(timer);
      producer.#ended.signal.removeEventListener("abort", closed);
    }
  }

  /**
   * Hands a record over. Resolves when it is stored. Rejects with a {@link NotStoredError} if it is not, and cannot be any more;
   * with an {@link UnknownOutcomeError} if nobody can tell. The outcomes of a partition come in the order of the sends.
   *
   * A promise that nobody looks at is no unhandled rejection: {@link flush} and {@link close} report it.
   */
  send(record: ProducerRecord): Promise<Receipt> {
    const done = this.#ledger.enter();
    const promise = new Promise<Receipt>((resolve, reject) => {
      const refuse = (error: GatewayError): void => {
        done(error);
        reject(error);
      };
      try {
        this.#checkOpen();
        this.#enter(encode(record), (receipt) => (done(), resolve(receipt)), refuse);
      } catch (error) {
        refuse(error instanceof GatewayError ? error : new RefusedError(String(error), { cause: error }));
      }
    });
    promise.catch(() => {});
    return promise;
  }

  /** Resolves when there was room for all records that were sent so far. Who does not wait for receipts waits for this, to stay within `bufferBytes`. */
  ready(): Promise<void> {
    return this.#admission.vacancy();
  }

  /**
   * Sends what waits, without lingering, and resolves when every record sent before has its outcome. Rejects with a
   * {@link DeliveryError} if any failed since the last `flush`, those whose promise was looked at, too.
   */
  async flush(): Promise<void> {
    await this.#settled();
    this.#ledger.report();
  }

  /**
   * Delivers what is pending, and ends. After `timeoutMs` the rest fails: before that, in its last quarter, the producer fences
   * itself, so that the rest is known not to be stored. Without `timeoutMs` the delivery time-out bounds it. Rejects as
   * {@link flush} does.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs ?? Infinity);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#refused !== undefined || this.#closing !== undefined) {
      throw this.#refused ?? new NotStoredError("The producer is closed.", "closed");
    }
    if (this.#session.unsure) {
      throw new NotStoredError("The producer is closed to sends until a gateway says what became of earlier records.", "timeout");
    }
  }

  #enter(record: EncodedRecord, resolve: (receipt: Receipt) => void, refuse: (error: GatewayError) => void): void {
    const settle = (outcome: Receipt | GatewayError): void => {
      this.#admission.leave(record.size);
      return outcome instanceof GatewayError ? refuse(outcome) : resolve(outcome);
    };
    const admit = (): void => {
      if (this.#refused !== undefined) {
        return settle(this.#refused);
      }
      const takenAt = performance.now();
      const partition = record.partition ?? this.#partitioner.choose(record.key, record.size, this.#admission.partitions);
      const sender = this.#sender(partition);
      sender.add({ line: record.line, size: record.size, takenAt, deadline: takenAt + this.#settings.deliveryTimeoutMs, settle });
    };
    if (record.partition === undefined && performance.now() > this.#partitionsAt + PARTITIONS_AGE_MS) {
      void this.#lookUpPartitions();
    }
    this.#admission.enter(record.size, record.partition === undefined, admit, refuse);
  }

  #sender(partition: number): Sender {
    let sender = this.#senders.get(partition);
    if (sender === undefined) {
      sender = new Sender(partition, this.#shared);
      this.#senders.set(partition, sender);
    }
    return sender;
  }

  async #lookUpPartitions(): Promise<void> {
    if (this.#lookingUp || this.#ended.signal.aborted) {
      return;
    }
    this.#lookingUp = true;
    try {
      const reply = await this.#calls.untilAnswered({ method: "GET", path: "/partitions", signal: this.#ended.signal });
      const { partitions } = (reply.body ?? {}) as { partitions?: unknown[] };
      if (reply.status !== 200 || partitions === undefined) {
        throw refusal(reply);
      }
      this.#partitionsAt = performance.now();
      this.#admission.know(partitions.length);
    } catch (error) {
      if (error instanceof GatewayError && !this.#ended.signal.aborted) {
        this.#admission.refuse(error);
      }
    } finally {
      this.#lookingUp = false;
    }
  }

  async #register(): Promise<void> {
    if (this.#registering || this.#ended.signal.aborted) {
      return;
    }
    this.#registering = true;
    try {
      await this.#session.register(this.#ended.signal);
      this.#registering = false;
      this.#shared.identified();
    } catch (error) {
      this.#registering = false;
      if (error instanceof GatewayError && !this.#ended.signal.aborted) {
        this.#senders.forEach((sender) => sender.fail(error));
      }
    }
  }

  async #settled(): Promise<void> {
    this.#flushes++;
    this.#senders.forEach((sender) => sender.wake());
    try {
      await this.#ledger.settled();
    } finally {
      this.#flushes--;
    }
  }

  async #close(timeoutMs: number): Promise<void> {
    const closed = new NotStoredError("The producer was closed before the record was stored.", "closed");
    const settled = this.#settled();
    if (!(await within(settled, timeoutMs * 0.75)) && timeoutMs > 0) {
      this.#refused ??= closed;
      this.#senders.forEach((sender) => sender.conclude(closed));
      await within(settled, timeoutMs * 0.25);
    }
    this.#end(closed);
    await settled;
    this.#ledger.report();
  }

  /** Ends the producer for good: all that has no outcome yet fails. */
  #end(reason: GatewayError): void {
    this.#refused ??= reason;
    this.#ended.abort(reason);
    this.#senders.forEach((sender) => sender.fail(reason));
    this.#admission.refuse(reason);
  }
}

/** Whether it settles within so many milliseconds. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  if (ms === Infinity) {
    await promise;
    return true;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), Math.min(ms, 2 ** 31 - 1))));
  const done = promise.then(() => true);
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
