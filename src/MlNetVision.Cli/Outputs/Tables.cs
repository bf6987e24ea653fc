using System.Globalization;
using Spectre.Console;

namespace MlNetVision.Cli.Outputs;

/// <summary>Makes tables of plain text: nothing in a cell or heading is taken for Spectre's markup.</summary>
internal static class Tables
{
    /// <summary>A table with these headings; columns at <paramref name="numbers"/> are aligned to the right.</summary>
    public static Table Create(Range numbers, params string[] headings)
    {
        var table = new Table();
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var column in table.Columns.Take(numbers)) column.RightAligned();
        return table;
    }

    public static void AddCells(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    /// <summary>A count, as tables show it.</summary>
    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A metric with three decimals; "-" where there is none.</summary>
    public static string Metric(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A part of 1 as percent with one decimal.</summary>
    public static string Percent(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{100 * fraction:0.0} %");
}
