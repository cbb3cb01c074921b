package org.exactlyonce.gateway.producer;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;

interface ProducersApi {

	ResponseEntity<ProducerView> register(HttpServletRequest request);

	ProducerView producer(String producerId);

	ProducersController.ProducerPage producers(@Nullable String name, @Nullable String limit, @Nullable String after);

}
