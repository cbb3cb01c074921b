package org.exactlyonce.gateway.proof.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ids of a topic, which it knows as long as it is there. */
final class ModelIds {

	private final Map<String, IdPlace> places = new LinkedHashMap<>();

	/** All that have stored something. */
	private final List<IdAppend> appends = new ArrayList<>();

	/** The place of an id; null if it is new. */
	IdPlace find(String id) {
		return this.places.get(id);
	}

	/** Notes an append, before its places. */
	void add(IdAppend append) {
		this.appends.add(append);
	}

	void add(String id, IdPlace place) {
		this.places.put(id, place);
	}

	List<IdPlace> all() {
		return List.copyOf(this.places.values());
	}

	/** The ids that records have of their own, the oldest first. */
	List<IdPlace> ofRecords() {
		return this.places.values().stream().filter((place) -> place.by().key() == null).toList();
	}

	List<IdAppend> appends() {
		return this.appends;
	}

	/** Those that have an id as a whole. */
	List<IdAppend> keyed() {
		return this.appends.stream().filter((append) -> append.key() != null).toList();
	}

}
