package org.exactlyonce.gateway.record;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import static org.exactlyonce.gateway.record.TestRecords.record;
import static org.exactlyonce.gateway.record.TestRecords.utf8;

/**
 * Batches as version 0.1 stored them.
 */
public final class OldBatches {

	static final LogRecord JSON = TestRecords.json("{\"total\":12.50}");

	static final LogRecord FULL = record("kunde-ü😀", RecordValue.json(utf8("null"), null),
			Map.of("trace", "abc", "b", "\u0000", "", "ß\n"), 1_795_428_000_123L);

	static final LogRecord BEFORE = record("", RecordValue.json(utf8("1"), null), Map.of("a", ""), -1L);

	static final LogRecord IMAGE = record("photo", RecordValue.bytes(new byte[] { 0, -1, 7 }, "image/png"), Map.of(),
			null);

	static final LogRecord TEXT = record(null, RecordValue.bytes(utf8("1"), "text/plain; charset=utf-8"), Map.of(),
			null);

	static final LogRecord EMPTY = record("k", RecordValue.bytes(new byte[0], "application/octet-stream"),
			Map.of("h", "x"), 0L);

	/** As the gateway reads it now; 0.1 kept it byte for byte. */
	static final LogRecord EVENT = record(null, RecordValue.json(utf8("{\"id\":1}"), "application/cloudevents+json"),
			Map.of(), null);

	public static final Map<String, Old> ALL = new LinkedHashMap<>();
	static {
		ALL.put("json", new Old("0110007b22746f74616c223a31322e35307d00",
				"ec375c09681adeb2876e6cb33cfbb43ab90ab6ba9fb454648c091e011fd4a0b6", List.of(JSON)));
		ALL.put("full", new Old(
				"012c07f685c9fdc0680c6b756e64652dc3bcf09f9880030003c39f0a01620100057472616365036162636e756c6c00",
				"d12a3457b30eca4911802565d2b8149116cb228a0bf75fd0d198cb4b4349e091", List.of(FULL)));
		ALL.put("before", new Old("0108070100010161003100",
				"f0cdb21c1a02b9813df7723ef27c8820db8c82c7f38ea75acc1b5f6b1e8b18c5", List.of(BEFORE)));
		ALL.put("image", new Old("010a010570686f746f00ff0709696d6167652f706e67",
				"2b346926aa15e91f2095f893da6b1d0ad0b980909cec653b7eae7493b10a6c9b", List.of(IMAGE)));
		ALL.put("text", new Old("0102003119746578742f706c61696e3b20636861727365743d7574662d38",
				"62640d9ce624bc277c966455809e91d7a874330bc9b6ab01c8a9c8ef3ce9d640", List.of(TEXT)));
		ALL.put("empty", new Old("01090700016b0101680178186170706c69636174696f6e2f6f637465742d73747265616d",
				"1325c19953cae5d4a9da4fad8cfe3a41805f5f71a2771f21784f0fcca1ef4ac1", List.of(EMPTY)));
		ALL.put("event",
				new Old("010d007b2022696422203a2031207d1c6170706c69636174696f6e2f636c6f75646576656e74732b6a736f6e",
						"a558d1cfaaf92286a218253a560cc0176892142a93d938bd7cf2ff9a78743a5b", List.of(EVENT)));
		ALL.put("all", new Old(
				"0110007b22746f74616c223a31322e35307d002c07f685c9fdc0680c6b756e64652dc3bcf09f9880030003c39f0a01620100057472616365036162636e756c6c00080701000101610031000a010570686f746f00ff0709696d6167652f706e6702003119746578742f706c61696e3b20636861727365743d7574662d38090700016b0101680178186170706c69636174696f6e2f6f637465742d73747265616d0d007b2022696422203a2031207d1c6170706c69636174696f6e2f636c6f75646576656e74732b6a736f6e",
				"ddbb2164f65030bc63519b4ea400ba270dacb82d18e0692666d281af1245cdbd",
				List.of(JSON, FULL, BEFORE, IMAGE, TEXT, EMPTY, EVENT)));
	}

	private OldBatches() {
	}

	/**
	 * A batch as version 0.1 stored it.
	 *
	 * @param payload its payload, in hexadecimal
	 * @param digest its digest
	 * @param records what was sent
	 */
	public record Old(String payload, String digest, List<LogRecord> records) {

		public EncodedBatch batch() {
			return new EncodedBatch(HexFormat.of().parseHex(this.payload), HexFormat.of().parseHex(this.digest),
					this.records.size());
		}

	}

}
