package org.exactlyonce.gateway.problem;

import java.net.URI;
import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a problem in the OpenAPI document. Only described, never built: see
 * {@link Problem#toBody()}.
 */
@Schema(name = "Problem",
		description = "Why a request was refused (RFC 9457), and what to do next. Every error of the gateway has this shape.")
record ProblemBody(
		@Schema(description = "A page of the gateway that explains the problem", type = "string",
				format = "uri-reference", example = "/problems/out-of-order-sequence-number",
				requiredMode = Schema.RequiredMode.REQUIRED) URI type,
		@Schema(description = "The problem in a few words, the same each time",
				example = "Out of order sequence number", requiredMode = Schema.RequiredMode.REQUIRED) String title,
		@Schema(description = "The HTTP status", minimum = "400", maximum = "599", example = "409",
				requiredMode = Schema.RequiredMode.REQUIRED) int status,
		@Schema(description = "What is wrong with this request, with the numbers in it",
				example = "Producer 1 sent sequences 5 to 5 to partition 0; the next expected is 3.",
				requiredMode = Schema.RequiredMode.REQUIRED) String detail,
		@Schema(description = "The path that was requested", type = "string", format = "uri-reference",
				example = "/partitions/0/records", requiredMode = Schema.RequiredMode.REQUIRED) URI instance,
		@Schema(description = "The problem, for programs", example = "OUT_OF_ORDER_SEQUENCE_NUMBER",
				requiredMode = Schema.RequiredMode.REQUIRED) ProblemType code,
		@Schema(description = """
				What the client does next:
				* `same-request`: wait, then send the same request again, with the same sequences
				* `resync`: read `nextSequence`, or `logEndOffset`, and go on from there
				* `stop`: a newer process holds the name, and only its rightful owner registers again; or the gateway \
				does not let this caller do this
				* `authenticate`: the same request with a valid credential
				* `register`: get a producer id first
				* `fix-request`: the request as it is will never succeed""", allowableValues = {
				ProblemType.Retry.SAME_REQUEST, ProblemType.Retry.RESYNC, ProblemType.Retry.STOP,
				ProblemType.Retry.REGISTER, ProblemType.Retry.AUTHENTICATE, ProblemType.Retry.FIX_REQUEST },
				example = "resync", requiredMode = Schema.RequiredMode.REQUIRED) String retry,
		@Schema(description = "With `INVALID_REQUEST`: one entry a field; if the body cannot be parsed, what else is wrong") @Nullable List<FieldError> errors,
		@Schema(description = "With `PRODUCER_FENCED`: the newest epoch of the producer",
				example = "1") @Nullable Long currentEpoch,
		@Schema(description = "With `OUT_OF_ORDER_SEQUENCE_NUMBER`: the sequence to send next",
				example = "3") @Nullable Long expectedSequence,
		@Schema(description = "With `OUT_OF_ORDER_SEQUENCE_NUMBER`: the base sequence that was sent",
				example = "5") @Nullable Long receivedSequence,
		@Schema(description = "With `SEQUENCE_REUSED`: the first sequence whose record differs. With `ID_REUSED`: the place of the first such record in the request, from 0",
				example = "1") @Nullable Long firstMismatch,
		@Schema(description = "With `OFFSET_OUT_OF_RANGE`: the first offset of the partition",
				example = "0") @Nullable Long logStartOffset,
		@Schema(description = "With `OFFSET_OUT_OF_RANGE`: the offset that the partition's next record will get",
				example = "4") @Nullable Long logEndOffset,
		@Schema(description = "With `QUOTA_EXCEEDED`: which quota",
				allowableValues = { "requests", "bytes", "producers", "live-readers" },
				example = "requests") @Nullable String limit,
		@Schema(description = "With `RECORD_BATCH_TOO_LARGE`: the most records a batch may have",
				example = "10000") @Nullable Integer maxRecords,
		@Schema(description = "With `RECORD_BATCH_TOO_LARGE`: the most bytes allowed",
				example = "8388608") @Nullable Long maxBytes,
		@Schema(description = "With `RECORD_BATCH_TOO_LARGE`: the most partitions that the records of one request may go to",
				example = "1000") @Nullable Integer maxPartitions){

	/**
	 * The shape of one entry of {@code errors}.
	 */
	@Schema(name = "FieldError")
	record FieldError(
			@Schema(description = "The field's path", example = "records[3].value",
					requiredMode = Schema.RequiredMode.REQUIRED) String field,
			@Schema(description = "What is wrong with it", example = "is missing",
					requiredMode = Schema.RequiredMode.REQUIRED) String message) {
	}

}
