import { PlainSender } from "./plain-sender.js";
import { Sender, type Shared } from "./sender.js";
import type { Place } from "./topics.js";

/** What sends the records of one partition, as the delivery has it. */
export type PartitionSender = Sender | PlainSender;

export function senderOf(place: Place, shared: Shared): PartitionSender {
  return shared.settings.delivery === "exactly-once" ? new Sender(place, shared) : new PlainSender(place, shared);
}
