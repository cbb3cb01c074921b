package org.exactlyonce.gateway.problem;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The problems an operation may answer with, beside those that any operation may. The
 * OpenAPI document shows each of them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface AnswersWith {

	/**
	 * The problems by example.
	 * @return none if there are no others
	 */
	ProblemExample[] value() default {};

}
