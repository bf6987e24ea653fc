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
}
