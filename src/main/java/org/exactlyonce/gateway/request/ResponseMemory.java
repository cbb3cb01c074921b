package org.exactlyonce.gateway.request;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import org.exactlyonce.gateway.bounds.PageMemory;
import org.exactlyonce.gateway.bounds.ReadLimits;

import org.springframework.stereotype.Component;

/**
 * Counts what an answer takes of {@code gateway.read.max-bytes}, and gives it back when
 * its request is over, however it ended: when all is sent, or the client is gone.
 */
@Component
public class ResponseMemory implements ServletRequestListener {

	private static final String ATTRIBUTE = ResponseMemory.class.getName();

	private final ReadLimits limits;

	ResponseMemory(ReadLimits limits) {
		this.limits = limits;
	}

	/**
	 * Begins to count for a request.
	 * @param request the request
	 * @return nothing yet; it is closed with the request
	 */
	public PageMemory of(ServletRequest request) {
		PageMemory memory = this.limits.memory();
		request.setAttribute(ATTRIBUTE, memory);
		return memory;
	}

	@Override
	public void requestDestroyed(ServletRequestEvent event) {
		if (event.getServletRequest().getAttribute(ATTRIBUTE) instanceof PageMemory memory) {
			memory.close();
		}
	}

}
