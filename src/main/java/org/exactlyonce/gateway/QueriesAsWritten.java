package org.exactlyonce.gateway;

import org.springframework.data.jpa.repository.query.DeclaredQuery;
import org.springframework.data.jpa.repository.query.QueryEnhancerFactories;
import org.springframework.data.jpa.repository.query.QueryEnhancerFactory;
import org.springframework.data.jpa.repository.query.QueryEnhancerSelector;

/**
 * Keeps Spring Data from parsing each query of a repository when the gateway starts. Its
 * parser is for queries that get an order or a count from the caller; the gateway's have
 * none, and Hibernate, which runs them, parses and checks them all the same.
 */
public class QueriesAsWritten implements QueryEnhancerSelector {

	@Override
	public QueryEnhancerFactory select(DeclaredQuery query) {
		return QueryEnhancerFactories.fallback();
	}

}
