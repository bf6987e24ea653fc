using System.Globalization;
using System.Text;

namespace MlNetVision.Onnx;

/// <summary>Writes a summary as a table in plain text.</summary>
internal static class SummaryTable
{
    /// <summary>Longer names are cut, so that one layer does not widen the whole table.</summary>
    private const int WidestName = 60;

    private const int Numbers = 3; // the columns that are aligned to the right: this one and the next

    /// <summary>More names are counted, so that one layer with many inputs does not widen the whole table.</summary>
    private const int NamedInputs = 3;

    public static string Write(OnnxSummary summary)
    {
        var unknown = summary.UncountedLayers;
        string[] heads = ["Layer", "Type", "Output", "Parameters", "Multiply-adds", "Connected to"];
        string[] total = ["Total", $"{summary.Layers.Count} layers", "", Number(summary.Parameters), (unknown > 0 ? "≥ " : "") + Number(summary.MultiplyAdds), ""];
        var rows = summary.Layers.Select(Row).Prepend(heads).Append(total).ToArray();
        var widths = heads.Select((_, c) => rows.Max(r => r[c].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 1 || i == rows.Length - 1) text.AppendJoin("  ", widths.Select(w => new string('─', w))).Append('\n');
            text.Append(string.Join("  ", rows[i].Select((cell, c) => c is Numbers or Numbers + 1 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd()).Append('\n');
        }
        if (unknown > 0) text.Append(CultureInfo.InvariantCulture, $"{unknown} of the layers have shapes that depend on the input; give its size to count them.\n");
        if (summary.AtrousRates.Count > 0)
        {
            text.Append("Atrous convolutions: ")
                .AppendJoin(", ", summary.AtrousRates.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Layers} of rate {r.Rate}"))).Append(".\n");
        }
        if (summary.OutputStride is { } stride) text.Append(CultureInfo.InvariantCulture, $"Output stride: {stride}.\n");
        return text.ToString();
    }

    private static string[] Row(OnnxLayer layer) =>
    [
        Clean(layer.Name),
        Clean(layer.AtrousRate > 1 ? string.Create(CultureInfo.InvariantCulture, $"{layer.Type}, rate {layer.AtrousRate}") : layer.Type),
        layer.OutputShape is { } shape ? OnnxValue.ShapeText(shape) : "?",
        Number(layer.Parameters),
        layer.MultiplyAdds is { } count ? Number(count) : "?",
        Inputs(layer.ConnectedTo),
    ];

    private static string Inputs(IReadOnlyList<string> names) => string.Join(", ", names.Take(NamedInputs).Select(Clean))
        + (names.Count > NamedInputs ? string.Create(CultureInfo.InvariantCulture, $", … ({names.Count})") : "");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A name may hold anything, so what would move a terminal's cursor is replaced.</summary>
    private static string Clean(string text)
    {
        var shown = text.Length <= WidestName ? text : $"{text[..(WidestName / 2)]}…{text[^((WidestName / 2) - 1)..]}";
        return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
    }
}
