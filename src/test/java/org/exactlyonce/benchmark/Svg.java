package org.exactlyonce.benchmark;

import java.util.Locale;

/**
 * A picture in SVG, shape by shape.
 */
final class Svg {

	private final StringBuilder shapes = new StringBuilder();

	private final int width;

	private final int height;

	Svg(int width, int height, String title) {
		this.width = width;
		this.height = height;
		this.shapes.append("<title>").append(escape(title)).append("</title>\n");
	}

	Svg line(double x1, double y1, double x2, double y2, String style) {
		return add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style);
	}

	Svg bar(double x, double y, double width, double height, String style) {
		return add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"fill %s\"/>", x, y,
				width, height, style);
	}

	Svg dot(double x, double y, String style) {
		return add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"fill %s\"/>", x, y, style);
	}

	Svg path(String points, String style) {
		return add("<polyline points=\"%s\" class=\"curve %s\"/>", points, style);
	}

	/** Text; the style may be start, middle or end, which of it is at x. */
	Svg text(double x, double y, String text, String style) {
		return add("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x, y, style, escape(text));
	}

	private Svg add(String format, Object... arguments) {
		this.shapes.append(String.format(Locale.ROOT, format, arguments)).append('\n');
		return this;
	}

	static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
	}

	@Override
	public String toString() {
		return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">%n%s</svg>%n"
			.formatted(this.width, this.height, this.width, this.height, this.shapes);
	}

}
