package org.exactlyonce.gateway.problem;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.CorsEndpointProperties;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

class PlainOptionsTest {

	private final StaticListableBeanFactory beans = new StaticListableBeanFactory();

	private String originSeen(String method) throws IOException, ServletException {
		MockHttpServletRequest request = new MockHttpServletRequest(method, "/actuator/health");
		request.addHeader("Origin", "http://ops");
		MockFilterChain chain = new MockFilterChain();
		new PlainOptions(this.beans.getBeanProvider(CorsEndpointProperties.class)).doFilter(request,
				new MockHttpServletResponse(), chain);
		return ((HttpServletRequest) chain.getRequest()).getHeader("Origin");
	}

	@Test
	void hidesTheOriginOfAPreflightOnly() throws IOException, ServletException {
		assertThat(originSeen("OPTIONS")).as("endpoints elsewhere").isNull();
		this.beans.addBean("cors", new CorsEndpointProperties());
		assertThat(originSeen("OPTIONS")).isNull();
		assertThat(originSeen("GET")).isEqualTo("http://ops");
	}

	@Test
	void leavesPreflightsAloneWhereOriginsAreAdmitted() throws IOException, ServletException {
		CorsEndpointProperties cors = new CorsEndpointProperties();
		cors.setAllowedOrigins(List.of("http://ops"));
		this.beans.addBean("cors", cors);
		assertThat(originSeen("OPTIONS")).isEqualTo("http://ops");
	}

}
