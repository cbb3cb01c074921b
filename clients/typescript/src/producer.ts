/// <reference lib="esnext.disposable" preserve="true" />
import { Admission } from "./admission.js";
import { Calls } from "./calls.js";
import { GatewayError, NotStoredError, RefusedError } from "./errors.js";
import { Ledger } from "./ledger.js";
import { closed, noGateway } from "./outcomes.js";
import { Partitioner } from "./partitioner.js";
import { PartitionCounts } from "./partition-counts.js";
import { encode, type EncodedRecord, type ProducerRecord, type Receipt } from "./record.js";
import type { Shared } from "./sender.js";
import { senderOf, type PartitionSender } from "./senders.js";
import { Session } from "./session.js";
import { complete, told, type Complete, type ProducerSettings } from "./settings.js";
import { timer, type Timer } from "./time.js";
import { pathOf, type Place } from "./topics.js";
import { Transport } from "./transport.js";

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
  readonly #partitionCounts: PartitionCounts;
  readonly #partitioner: Partitioner;
  readonly #senders = new Map<string, PartitionSender>();
  readonly #ledger = new Ledger();
  readonly #ended = new AbortController();
  #flushes = 0;
  #registering = false;
  #refused: GatewayError | undefined;
  #closing: Promise<void> | undefined;
  /** When {@link close} has to be done, in the milliseconds of the clock, and what happens until then. */
  #endsAt = Infinity;
  #timers: Timer[] = [];

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
    this.#admission = new Admission(this.#settings.bufferBytes, this.#settings.maxBlockMs, (topic) => void this.#partitionCounts.refresh(topic), (topic) => this.#partitionCounts.failure(topic));
    this.#partitionCounts = new PartitionCounts(this.#calls, this.#admission, this.#ended.signal);
    this.#shared = {
      settings: this.#settings,
      transport,
      session: this.#session,
      hurried: () => this.#flushes > 0,
      register: () => void this.#register(),
      missing: (topic) => this.#partitionCounts.forget(topic),
      unused: (place) => void this.#senders.delete(pathOf(place)),
      identified: () => this.#senders.forEach((sender) => sender.wake()),
      end: (error) => this.#end(error),
    };
    settings.signal?.addEventListener("abort", () => this.#end(closed()), { once: true, signal: this.#ended.signal });
    if (settings.signal?.aborted === true) {
      this.#end(closed());
    }
  }

  /**
   * Makes a producer and registers it: the earlier holder of its name is fenced when the promise resolves. Rejects with a
   * {@link RefusedError} if no gateway takes it, or is trusted; with a {@link GatewayError} if none answers for the delivery time-out,
   * or the `signal` is aborted before. With the delivery `at-least-once` there is nothing to register.
   */
  static async open(urls: string | URL | readonly (string | URL)[], settings: ProducerSettings = {}): Promise<Producer> {
    const producer = new Producer(urls, settings);
    const { delivery, deliveryTimeoutMs } = producer.#settings;
    const ended = producer.#ended.signal;
    const late = timer(deliveryTimeoutMs, () => producer.#end(noGateway(deliveryTimeoutMs, producer.#session.failure)));
    try {
      if (!ended.aborted && delivery === "exactly-once") {
        await producer.#session.register(ended);
      }
      ended.throwIfAborted();
      return producer;
    } catch (error) {
      await producer.close({ timeoutMs: 0 });
      throw error;
    } finally {
      late();
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
        this.#enter(encode(record, this.#settings.delivery), (receipt) => (done(), resolve(receipt)), refuse);
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
   * Sends what waits, without lingering, and resolves when every record sent before has its outcome. Rejects with a {@link DeliveryError}
   * if any failed since the last `flush` was over, those whose promise was looked at, too. {@link close} does not count as one.
   */
  async flush(): Promise<void> {
    const report = await this.#settled(true);
    report();
  }

  /**
   * Delivers what is pending, and ends. After `timeoutMs` the rest fails: before that, in its last quarter, the producer fences
   * itself, so that the rest is known not to be stored. Without `timeoutMs` the delivery time-out bounds it; of several calls
   * the earliest end counts. Rejects as {@link flush} does.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? Infinity;
    if (typeof timeoutMs !== "number" || Number.isNaN(timeoutMs)) {
      return Promise.reject(new RangeError(`timeoutMs is a number, not ${told(timeoutMs)}`));
    }
    this.#endWithin(timeoutMs);
    return (this.#closing ??= this.#close());
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
      const takenAt = performance.now();
      const partition = record.partition ?? this.#partitioner.choose(record.topic, record.key, record.size, this.#admission.partitionsOf(record.topic));
      const sender = this.#sender({ topic: record.topic, partition });
      sender.add({ line: record.line, size: record.size, takenAt, deadline: takenAt + this.#settings.deliveryTimeoutMs, settle });
    };
    const asks = record.partition === undefined || this.#admission.awaits(record.topic);
    if (asks) {
      void this.#partitionCounts.refresh(record.topic);
    }
    this.#admission.enter(record.size, record.topic, asks, admit, refuse);
  }

  #sender(place: Place): PartitionSender {
    const path = pathOf(place);
    const sender = this.#senders.get(path) ?? senderOf(place, this.#shared);
    this.#senders.set(path, sender);
    return sender;
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

  async #settled(final: boolean): Promise<() => void> {
    const report = this.#ledger.report(final);
    this.#flushes++;
    this.#senders.forEach((sender) => sender.wake());
    try {
      return await this.#ledger.settled().then(() => report);
    } finally {
      this.#flushes--;
    }
  }

  async #close(): Promise<void> {
    const report = await this.#settled(false);
    this.#end(closed());
    report();
  }

  /** Of several times the earliest counts. */
  #endWithin(timeoutMs: number): void {
    const endsAt = performance.now() + timeoutMs;
    if (endsAt >= this.#endsAt) {
      return;
    }
    this.#endsAt = endsAt;
    this.#timers.splice(0).forEach((end) => end());
    if (timeoutMs > 0) {
      this.#timers.push(timer(0.75 * timeoutMs, () => this.#conclude(closed())), timer(timeoutMs, () => this.#end(closed())));
    } else {
      this.#end(closed());
    }
  }

  /** Finds out by a fence what is stored, and fails the rest. */
  #conclude(reason: NotStoredError): void {
    this.#refused ??= reason;
    this.#admission.refuse(reason);
    this.#senders.forEach((sender) => sender.conclude(reason));
  }

  /** Ends the producer for good: all that has no outcome yet fails. */
  #end(reason: GatewayError): void {
    this.#refused ??= reason;
    this.#endsAt = -Infinity;
    this.#timers.splice(0).forEach((end) => end());
    this.#ended.abort(reason);
    this.#admission.refuse(reason);
    this.#senders.forEach((sender) => sender.fail(reason));
  }
}
