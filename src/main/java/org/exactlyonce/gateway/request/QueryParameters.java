package org.exactlyonce.gateway.request;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares what the parameters of a handler method do not: the query parameters that it
 * reads by itself, and when an unknown one is reported. Not needed otherwise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface QueryParameters {

	/**
	 * Query parameters beside those that the method takes as {@code @RequestParam}.
	 * @return their names
	 */
	String[] value() default {};

	/**
	 * Whether the method looks into its body first, since its media type and size come
	 * before what is malformed. It then calls {@link QueryParameterCheck#report}, and
	 * answers with all that is wrong at once.
	 * @return false if an unknown parameter is refused before the method is called
	 */
	boolean reportedWithBody() default false;

	/**
	 * Whether unknown parameters are passed over, for senders that add their own.
	 * @return false if they are refused
	 */
	boolean othersPassedOver() default false;

}
