using System.Text;
using System.Text.Json;

namespace MlNetVision.Onnx;

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
