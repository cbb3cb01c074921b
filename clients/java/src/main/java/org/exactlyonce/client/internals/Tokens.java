package org.exactlyonce.client.internals;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks the user for tokens, on a thread of their own: it may take long, and the
 * producer's thread has deadlines to keep. Requests keep their order.
 */
final class Tokens {

	private static final long IDLE_SECONDS = 10;

	private final Supplier<String> token;

	private final Executor thread;

	Tokens(Supplier<String> token) {
		this.token = token;
		ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread created = new Thread(task, "gateway-token");
					created.setDaemon(true);
					return created;
				});
		one.allowCoreThreadTimeOut(true);
		this.thread = one;
	}

	/**
	 * Brings a token for a call, unless that has been given up meanwhile.
	 * @param call the call; fails if there is no token
	 * @param send is given the token; may be null
	 */
	void bring(Gateways.Call call, Consumer<String> send) {
		run(call, () -> {
			call.token = this.token.get();
			if (!call.response().isDone()) {
				send.accept(call.token);
			}
		});
	}

	/**
	 * Finds out whether there is another token than the one that a call had.
	 * @param call the call
	 * @param then what to do then
	 */
	void compare(Gateways.Call call, Runnable then) {
		run(call, () -> {
			call.fresh = isFresh(call.token);
			then.run();
		});
	}

	private boolean isFresh(String old) {
		try {
			return !Objects.equals(old, this.token.get());
		}
		catch (RuntimeException ex) {
			return true;
		}
	}

	private void run(Gateways.Call call, Runnable task) {
		this.thread.execute(() -> {
			if (!call.response().isDone()) {
				try {
					task.run();
				}
				catch (Throwable ex) {
					call.response().completeExceptionally(ex);
				}
			}
		});
	}

}
