using System.Globalization;
using System.Text;

namespace MlNetVision.Onnx;

/// <summary>Writes a summary as a table in plain text.</summary>
internal static class SummaryTable
{
    /// <summary>Longer names are cut, so that one layer does not widen the whole table.</summary>
    private const int WidestName = 60;

    private const int TextColumns = 3;

    public static string Write(OnnxSummary summary)
    {
        var unknown = summary.UncountedLayers;
        string[] heads = ["Layer", "Type", "Output", "Parameters", "Multiply-adds"];
        string[] total = ["Total", $"{summary.Layers.Count} layers", "", Number(summary.Parameters), (unknown > 0 ? "≥ " : "") + Number(summary.MultiplyAdds)];
        var rows = summary.Layers.Select(Row).Prepend(heads).Append(total).ToArray();
        var widths = heads.Select((_, c) => rows.Max(r => r[c].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 1 || i == rows.Length - 1) text.AppendJoin("  ", widths.Select(w => new string('─', w))).Append('\n');
            text.Append(string.Join("  ", rows[i].Select((cell, c) => c < TextColumns ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))).TrimEnd()).Append('\n');
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
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A name may hold anything, so what would move a terminal's cursor is replaced.</summary>
    private static string Clean(string text)
    {
        var shown = text.Length <= WidestName ? text : $"{text[..(WidestName / 2)]}…{text[^((WidestName / 2) - 1)..]}";
        return string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
    }
}
