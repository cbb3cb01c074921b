package org.exactlyonce.gateway.problem;

import java.util.List;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Reads the {@code Accept} header: a range with {@code q=0} admits nothing. Parameters of
 * JSON, which has none, are passed over; an answer would get them otherwise, as if it
 * were that version of something.
 */
final class AcceptHeader extends HeaderContentNegotiationStrategy {

	@Override
	public List<MediaType> resolveMediaTypes(NativeWebRequest request) throws HttpMediaTypeNotAcceptableException {
		List<MediaType> acceptable = super.resolveMediaTypes(request).stream()
			.filter((range) -> range.getQualityValue() > 0)
			.map(AcceptHeader::plain)
			.toList();
		if (acceptable.isEmpty()) {
			throw new HttpMediaTypeNotAcceptableException("All that the Accept header names has q=0");
		}
		return acceptable;
	}

	private static MediaType plain(MediaType range) {
		boolean json = range.isCompatibleWith(MediaType.APPLICATION_JSON) && range.isConcrete();
		return (json && !range.getParameters().isEmpty())
				? new MediaType(range.getType(), range.getSubtype(), range.getQualityValue()) : range;
	}

	@Configuration(proxyBeanMethods = false)
	static class Installation implements WebMvcConfigurer {

		@Override
		public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
			negotiation.strategies(List.of(new AcceptHeader()));
		}

	}

}
