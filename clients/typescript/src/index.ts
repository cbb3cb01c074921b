export {
  AuthenticationError,
  DeliveryError,
  FencedError,
  GatewayError,
  IdReusedError,
  InvalidRecordError,
  LogMismatchError,
  LostError,
  NotAuthorizedError,
  NotFoundError,
  NotOwnerError,
  NotStoredError,
  OffsetOutOfRangeError,
  RecordTooLargeError,
  RefusedError,
  SequenceReusedError,
  UnknownOutcomeError,
  type Problem,
  type Reason,
} from "./errors.js";
export { murmur2, partitionOf } from "./murmur2.js";
export { Producer } from "./producer.js";
export { read, type ConsumerRecord, type Offsets, type ReadSettings } from "./reader.js";
export type { Headers, HeaderValue, ProducerRecord, Receipt } from "./record.js";
export type { ConnectionSettings, Delivery, ProducerSettings } from "./settings.js";
