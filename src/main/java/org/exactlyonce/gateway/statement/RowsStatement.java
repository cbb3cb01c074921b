package org.exactlyonce.gateway.statement;

/**
 * One statement for many rows, in two forms. A database over a network gets its columns,
 * each as an array: one message, whatever the number of rows. H2, which is asked in this
 * process, parses and plans a table of arrays anew at each run; it gets a statement of
 * one row, which it keeps prepared, a row at a time.
 *
 * @param ofColumns has a {@code ?} for each column, which is an array
 * @param ofRow has the columns of one row as {@code ?1}, {@code ?2} and so on
 */
public record RowsStatement(String ofColumns, String ofRow) {
}
