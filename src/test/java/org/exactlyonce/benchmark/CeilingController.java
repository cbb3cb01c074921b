package org.exactlyonce.benchmark;

import jakarta.servlet.http.HttpServletRequest;
import org.exactlyonce.gateway.append.ReadAppends;

import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The ceiling: reads an append as the gateway does, stores nothing, and answers the same
 * receipt to all, on the thread that read. No gateway in this server can be faster.
 */
@RestController
class CeilingController {

	private final ReadAppends appends;

	private final byte[] receipt = ReadAppends.receipt();

	CeilingController(ApplicationContext context) {
		this.appends = ReadAppends.of(context);
	}

	@PostMapping(path = "/ceiling/partitions/{partition}/records", produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Object> append(@PathVariable String partition, HttpServletRequest request) {
		this.appends.read(partition, request);
		return ResponseEntity.status(HttpStatus.CREATED).header("Producer-Next-Seq", "4712").body(this.receipt);
	}

}
