package org.exactlyonce.gateway.read;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import org.exactlyonce.gateway.request.PageMemory;
import org.exactlyonce.gateway.request.ReadLimits;

import org.springframework.stereotype.Component;

/**
 * Gives back what a page took when its request is over, however it ended: when all is
 * sent, or the client is gone.
 */
@Component
class ResponseMemory implements ServletRequestListener {

	private static final String ATTRIBUTE = ResponseMemory.class.getName();

	private final ReadLimits limits;

	ResponseMemory(ReadLimits limits) {
		this.limits = limits;
	}

	PageMemory of(ServletRequest request) {
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
