package org.exactlyonce.gateway.quota;

import java.io.IOException;
import java.util.function.LongConsumer;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request whose length is not known before its body is read: counts the bytes as they
 * are.
 */
final class CountedBody extends HttpServletRequestWrapper {

	private final LongConsumer count;

	private @Nullable ServletInputStream counted;

	CountedBody(HttpServletRequest request, LongConsumer count) {
		super(request);
		this.count = count;
	}

	@Override
	public ServletInputStream getInputStream() throws IOException {
		if (this.counted == null) {
			this.counted = new Counted(super.getInputStream(), this.count);
		}
		return this.counted;
	}

	private static final class Counted extends ServletInputStream {

		private final ServletInputStream in;

		private final LongConsumer count;

		private Counted(ServletInputStream in, LongConsumer count) {
			this.in = in;
			this.count = count;
		}

		@Override
		public int read() throws IOException {
			int one = this.in.read();
			if (one >= 0) {
				this.count.accept(1);
			}
			return one;
		}

		@Override
		public int read(byte[] into, int from, int most) throws IOException {
			int read = this.in.read(into, from, most);
			if (read > 0) {
				this.count.accept(read);
			}
			return read;
		}

		@Override
		public int available() throws IOException {
			return this.in.available();
		}

		@Override
		public void close() throws IOException {
			this.in.close();
		}

		@Override
		public boolean isFinished() {
			return this.in.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.in.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.in.setReadListener(listener);
		}

	}

}
