package org.exactlyonce.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of text, for the terminal and for a page. The first two columns are words, the
 * others numbers.
 */
final class Table {

	private static final int WORDS = 2;

	private final List<String[]> rows = new ArrayList<>();

	Table(String... heads) {
		this.rows.add(heads);
	}

	void add(String... cells) {
		this.rows.add(cells);
	}

	String toText() {
		int[] widths = new int[this.rows.get(0).length];
		for (String[] row : this.rows) {
			for (int i = 0; i < row.length; i++) {
				widths[i] = Math.max(widths[i], row[i].length());
			}
		}
		StringBuilder text = new StringBuilder();
		for (String[] row : this.rows) {
			text.append('\n');
			for (int i = 0; i < row.length; i++) {
				String space = " ".repeat(widths[i] - row[i].length());
				text.append((i < WORDS) ? row[i] + space : space + row[i]).append("  ");
			}
		}
		return text.append('\n').toString();
	}

	String toHtml() {
		StringBuilder html = new StringBuilder("<table>\n");
		String tag = "th";
		for (String[] row : this.rows) {
			html.append(row[0].isEmpty() ? "<tr>" : "<tr class=\"first\">");
			for (int i = 0; i < row.length; i++) {
				html.append('<').append(tag).append((i < WORDS) ? ">" : " class=\"number\">");
				html.append(Svg.escape(row[i])).append("</").append(tag).append('>');
			}
			html.append("</tr>\n");
			tag = "td";
		}
		return html.append("</table>\n").toString();
	}

}
