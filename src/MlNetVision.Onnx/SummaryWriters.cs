using System.Globalization;
using System.Text;
using System.Text.Json;

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
        string[] total = ["Total", $"{summary.Layers.Count} layers", "", Number(summary.Parameters),
            (unknown > 0 ? "≥ " : "") + Number(summary.MultiplyAdds), ""];
        var rows = summary.Layers.Select(Row).Prepend(heads).Append(total).ToArray();
        var widths = heads.Select((_, c) => rows.Max(r => r[c].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 1 || i == rows.Length - 1) text.AppendJoin("  ", widths.Select(w => new string('─', w))).Append('\n');
            text.Append(string.Join("  ", rows[i].Select((cell, c) => c is Numbers or Numbers + 1 ? cell.PadLeft(widths[c])
                : cell.PadRight(widths[c]))).TrimEnd()).Append('\n');
        }
        if (unknown > 0) text.Append(CultureInfo.InvariantCulture,
            $"{unknown} of the layers have shapes that depend on the input; give its size to count them.\n");
        if (summary.AtrousRates.Count > 0)
        {
            text.Append("Atrous convolutions: ")
                .AppendJoin(", ", summary.AtrousRates.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Layers} of rate {r.Rate}")))
                    .Append(".\n");
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

/// <summary>Writes a summary as JSON.</summary>
internal static class SummaryJson
{
    public static string Write(OnnxSummary summary, bool indented)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", summary.Name);
            Values(json, "inputs", summary.Inputs);
            Values(json, "outputs", summary.Outputs);
            json.WriteStartArray("layers");
            foreach (var layer in summary.Layers) Layer(json, layer);
            json.WriteEndArray();
            json.WriteNumber("parameters", summary.Parameters);
            json.WriteNumber("multiplyAdds", summary.MultiplyAdds);
            json.WriteNumber("uncountedLayers", summary.UncountedLayers);
            json.WriteStartArray("atrousRates");
            foreach (var (rate, layers) in summary.AtrousRates)
            {
                json.WriteStartObject();
                json.WriteNumber("rate", rate);
                json.WriteNumber("layers", layers);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            if (summary.OutputStride is { } stride) json.WriteNumber("outputStride", stride);
            else json.WriteNull("outputStride");
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Values(Utf8JsonWriter json, string name, IReadOnlyList<OnnxValue> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            json.WriteString("name", value.Name);
            json.WriteString("type", ElementType.Name(value.Type));
            Shape(json, "shape", value.HasShape ? value.Shape : null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Layer(Utf8JsonWriter json, OnnxLayer layer)
    {
        json.WriteStartObject();
        json.WriteString("name", layer.Name);
        json.WriteString("type", layer.Type);
        json.WriteStartArray("connectedTo");
        foreach (var name in layer.ConnectedTo) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("output", layer.Output);
        json.WriteString("outputType", ElementType.Name(layer.OutputType));
        Shape(json, "outputShape", layer.OutputShape);
        json.WriteNumber("parameters", layer.Parameters);
        if (layer.MultiplyAdds is { } count) json.WriteNumber("multiplyAdds", count);
        else json.WriteNull("multiplyAdds");
        if (layer.Kernel.Count > 0)
        {
            Integers(json, "kernel", layer.Kernel);
            Integers(json, "strides", layer.Strides);
            Integers(json, "dilations", layer.Dilations);
            json.WriteNumber("groups", layer.Groups);
        }
        json.WriteEndObject();
    }

    private static void Shape(Utf8JsonWriter json, string name, IReadOnlyList<long?>? shape)
    {
        if (shape is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        foreach (var d in shape)
        {
            if (d is { } size) json.WriteNumberValue(size);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    private static void Integers(Utf8JsonWriter json, string name, IReadOnlyList<long> values) =>
        Shape(json, name, [.. values.Select(v => (long?)v)]);
}
