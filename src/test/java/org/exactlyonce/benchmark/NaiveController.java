package org.exactlyonce.benchmark;

import java.util.Map;

import org.exactlyonce.gateway.store.Store;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The naive design over HTTP. It promises what the gateway promises: H2 does not sync at
 * a commit, so every request waits for a sync of its own, or one that it shares.
 */
@RestController
class NaiveController {

	private final NaiveLog log;

	private final Store store;

	NaiveController(NaiveLog log, Store store) {
		this.log = log;
		this.store = store;
	}

	@PostMapping("/naive/partitions/{partition}/records")
	ResponseEntity<Object> append(@PathVariable int partition, @RequestBody NaiveAppend append) {
		NaiveAppend.Receipt receipt = this.store.durably(() -> this.log.append(partition, append));
		return ResponseEntity.status(receipt.duplicate() ? HttpStatus.OK : HttpStatus.CREATED).body(receipt);
	}

	@GetMapping("/naive/partitions/{partition}")
	Map<String, Long> partition(@PathVariable int partition) {
		return Map.of("logEndOffset", this.log.logEndOffset(partition));
	}

}
