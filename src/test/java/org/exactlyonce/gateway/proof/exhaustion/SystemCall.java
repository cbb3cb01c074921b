package org.exactlyonce.gateway.proof.exhaustion;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One system call of a trace by {@code strace -f -yy -ttt}. Lines are in the order in
 * which the tracer saw them: a call that was seen to end before another was seen to begin
 * had ended before the other began.
 *
 * @param begin the line on which it began
 * @param end the line on which it ended, or {@link #NEVER}
 * @param name the call
 * @param target the file or connection
 * @param text the line on which it began
 * @param failed whether it returned an error
 */
record SystemCall(int begin, int end, String name, String target, String text, boolean failed) {

	static final int NEVER = Integer.MAX_VALUE;

	private static final Set<String> SYNCS = Set.of("fsync", "fdatasync", "sync_file_range", "msync");

	private static final Pattern BEGIN = Pattern.compile("^(\\d+) +(\\S+) (\\w+)\\(\\d+<(.*?)>(?:[,)]| <unfinished).*",
			Pattern.DOTALL);

	private static final Pattern RESUMED = Pattern.compile("^(\\d+) +\\S+ <\\.\\.\\. (\\w+) resumed>.*",
			Pattern.DOTALL);

	boolean isSync() {
		return SYNCS.contains(this.name);
	}

	boolean isWrite() {
		return this.name.contains("write") || this.name.startsWith("send");
	}

	boolean isRead() {
		return this.name.startsWith("read") || this.name.startsWith("recv");
	}

	boolean isOnSocket() {
		return this.target.startsWith("TCP");
	}

	/**
	 * Reads a trace.
	 * @param lines what the tracer wrote
	 * @return its calls on files and connections, in the order in which they began
	 */
	static List<SystemCall> parse(List<String> lines) {
		List<SystemCall> calls = new ArrayList<>();
		Map<String, Integer> unfinished = new HashMap<>();
		for (int line = 0; line < lines.size(); line++) {
			String text = lines.get(line);
			Matcher begin = BEGIN.matcher(text);
			Matcher resumed = RESUMED.matcher(text);
			if (begin.matches()) {
				boolean ended = !text.endsWith("<unfinished ...>");
				if (!ended) {
					unfinished.put(begin.group(1), calls.size());
				}
				calls.add(new SystemCall(line, ended ? line : NEVER, begin.group(3), begin.group(4), text,
						ended && isError(text)));
			}
			else if (resumed.matches() && unfinished.containsKey(resumed.group(1))) {
				int index = unfinished.remove(resumed.group(1));
				SystemCall call = calls.get(index);
				// what a read brought is known when it ends
				String whole = text.contains("\"") ? call.text + text : call.text;
				calls.set(index, new SystemCall(call.begin, line, call.name, call.target, whole, isError(text)));
			}
		}
		return calls;
	}

	private static boolean isError(String text) {
		return text.contains(") = -1 E");
	}

	/** The time, the call, its target and the beginning of what it carried. */
	String excerpt() {
		Matcher begin = BEGIN.matcher(this.text);
		String time = begin.matches() ? begin.group(2) : "";
		int quote = this.text.indexOf('"');
		String data = (quote < 0) ? "" : this.text.substring(quote, Math.min(this.text.length(), quote + 60));
		return "%s %-9s %s %s".formatted(time, this.name, this.target.replaceFirst("^/.*/", ""), data).strip();
	}

}
