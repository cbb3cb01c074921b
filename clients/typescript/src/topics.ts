/** The topic that every gateway has, and that is meant where none is named. */
export const RECORDS = "records";

/** A partition of a topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** A topic's partitions, as a gateway lists them. */
export interface Partitions {
  readonly partitions: readonly { readonly partition: number; readonly logEndOffset: number }[];
}

const LONGEST_NAME = 249;

/** The path of all partitions of a topic: of `records` the short one, which a gateway without topics has, too. */
export function partitionsPath(topic: string): string {
  return topic === RECORDS ? "/partitions" : `/topics/${topic}/partitions`;
}

/** Whether the answer at {@link partitionsPath} is a gateway's. */
export function isPartitions(body: unknown): body is Partitions {
  return Array.isArray((body as Partial<Partitions> | null | undefined)?.partitions);
}

/** The path of a partition, which no other has. */
export function pathOf({ topic, partition }: Place): string {
  return `${partitionsPath(topic)}/${partition}`;
}

/** For messages. */
export function nameOf({ topic, partition }: Place): string {
  return `partition ${partition} of topic ${topic}`;
}

/**
 * Why this is not the name of a topic, in Kafka's words; undefined if it is one. No other name goes into a path, where `..`
 * would be another topic's.
 */
export function invalidTopic(name: unknown): string | undefined {
  if (typeof name !== "string") {
    return `Topic name is invalid: it is text, not ${name === null ? "null" : `of type ${typeof name}`}`;
  }
  if (name === "") {
    return "Topic name is invalid: the empty string is not allowed";
  }
  if (name === "." || name === "..") {
    return `Topic name is invalid: '${name}' is not allowed`;
  }
  if (name.length > LONGEST_NAME) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${LONGEST_NAME}`;
  }
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  }
  return undefined;
}
