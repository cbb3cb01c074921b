package org.exactlyonce.gateway.log;

import java.util.concurrent.CompletableFuture;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;

interface RecordsApi {

	CompletableFuture<ResponseEntity<Object>> append(String partition, HttpServletRequest request);

	RecordPage read(String partition, @Nullable String offset, @Nullable String limit);

}
