using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlNetVision.Onnx;

/// <summary>
/// What a model file says of itself: labels, input size, task, pre-processing, YOLO heads. Keys are those that Ultralytics
/// writes where they exist (<c>names</c>, <c>imgsz</c>, <c>stride</c>, <c>task</c>); ours start with <c>mlnetvision.</c>.
/// </summary>
public static class VisionMetadata
{
    /// <summary>Class names, written as <c>{0: 'person', 1: 'bicycle'}</c>.</summary>
    public const string NamesKey = "names";

    /// <summary>The size of the input, written as <c>[height, width]</c>.</summary>
    public const string ImageSizeKey = "imgsz";

    /// <summary>The task: <c>detect</c>, <c>segment</c>, <c>classify</c> or <c>stylize</c>.</summary>
    public const string TaskKey = "task";

    /// <summary>The name of the pre-processing, as <c>--preprocess</c> takes it: <c>unit</c>, <c>raw</c>, <c>tf</c>, …</summary>
    public const string PreprocessKey = "mlnetvision.preprocess";

    /// <summary>How pictures are brought to the input's size: <c>stretch</c>, <c>letterbox</c> or <c>crop</c>.</summary>
    public const string ResizeKey = "mlnetvision.resize";

    /// <summary>The licence of the weights.</summary>
    public const string LicenseKey = "mlnetvision.license";

    /// <summary>The YOLO heads, as JSON.</summary>
    public const string YoloKey = "mlnetvision.yolo";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The class names by index, or null where the model has none.</summary>
    /// <exception cref="BadModelException">The value of <c>names</c> is not a dictionary or list of quoted names.</exception>
    public static string[]? GetNames(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Metadata[NamesKey] is { } text ? PythonNames.Parse(text, model.Name) : null;
    }

    /// <summary>Writes the class names.</summary>
    public static void SetNames(this OnnxModel model, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[NamesKey] = PythonNames.Format(names);
    }

    /// <summary>The YOLO heads, or null where the model does not describe them.</summary>
    /// <exception cref="BadModelException">The value is not the JSON that <see cref="SetYoloHeads"/> writes.</exception>
    public static IReadOnlyList<YoloHead>? GetYoloHeads(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Metadata[YoloKey] is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize<YoloHead[]>(text, Json);
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{model.Name}: the metadata '{YoloKey}' is not a list of YOLO heads: {e.Message}", e);
        }
    }

    /// <summary>Writes the YOLO heads.</summary>
    public static void SetYoloHeads(this OnnxModel model, IReadOnlyList<YoloHead> heads)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[YoloKey] = JsonSerializer.Serialize(heads, Json);
    }

    /// <summary>Reads and writes the dictionary of names as Python prints it.</summary>
    private static class PythonNames
    {
        public static string Format(IReadOnlyList<string> names)
        {
            var text = new StringBuilder("{");
            for (var i = 0; i < names.Count; i++)
            {
                var quoted = names[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}{i}: '{quoted}'");
            }
            return text.Append('}').ToString();
        }

        public static string[] Parse(string text, string model)
        {
            var names = new SortedDictionary<int, string>();
            var at = 0;
            int? key = null;
            while (at < text.Length)
            {
                var c = text[at];
                if (c is '\'' or '"')
                {
                    names[key ?? names.Count] = Quoted(text, ref at, model);
                    key = null;
                }
                else if (char.IsAsciiDigit(c))
                {
                    var start = at;
                    while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
                    if (!int.TryParse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var number)) throw Bad(text, model);
                    key = number;
                }
                else if (c is '{' or '}' or '[' or ']' or ',' or ':' || char.IsWhiteSpace(c))
                {
                    at++;
                }
                else
                {
                    throw Bad(text, model);
                }
            }
            if (names.Count == 0 || names.Keys.Last() != names.Count - 1) throw Bad(text, model);
            return [.. names.Values];
        }

        private static string Quoted(string text, ref int at, string model)
        {
            var quote = text[at++];
            var name = new StringBuilder();
            while (at < text.Length && text[at] != quote)
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                name.Append(text[at++]);
            }
            if (at++ >= text.Length) throw Bad(text, model);
            return name.ToString();
        }

        private static BadModelException Bad(string text, string model) => new(
            $"{model}: the metadata '{NamesKey}' is not a dictionary of names such as {{0: 'cat', 1: 'dog'}}: {text[..Math.Min(80, text.Length)]}");
    }
}
