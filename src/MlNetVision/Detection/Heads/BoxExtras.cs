using System.Text.Json.Serialization;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>What a box of Ultralytics' networks has beside its classes: mask coefficients, key points, or an angle.</summary>
internal sealed record BoxExtras
{
    /// <summary>The number of key points of a network that does not state it: the joints of a person in COCO.</summary>
    private const int PersonKeyPoints = 17;

    /// <summary>The output of mask prototypes; null: no masks.</summary>
    public string? Prototypes { get; init; }

    /// <summary>The number of mask coefficients.</summary>
    public int Coefficients { get; init; }

    /// <summary>The number of key points.</summary>
    public int KeyPoints { get; init; }

    /// <summary>The values of a key point: x and y in pixels of the input, and with 3 how certain it is that the point is visible.</summary>
    public int KeyPointValues { get; init; }

    /// <summary>Whether there is an angle.</summary>
    public bool IsRotated { get; init; }

    /// <summary>The number of values.</summary>
    [JsonIgnore]
    public int Count => Coefficients + KeyPoints * KeyPointValues + (IsRotated ? 1 : 0);

    /// <summary>What it is, as the end of a title.</summary>
    [JsonIgnore]
    public string Suffix => Prototypes is not null ? " with masks" : KeyPoints > 0 ? $" with {KeyPoints} key points" : IsRotated ? " of rotated boxes" : "";

    /// <summary>The extras of a network for a task; null where its outputs are not those of that task.</summary>
    /// <param name="form">The network.</param>
    /// <param name="task">Ultralytics' name: <c>detect</c>, <c>segment</c>, <c>pose</c> or <c>obb</c>.</param>
    public static BoxExtras? Of(NetworkForm form, string task)
    {
        if (!form.IsAsked && form.UltralyticsTask is { } stated && stated != task) return null;
        switch (task)
        {
            case "segment":
                return form.Outputs is [{ Shape.Count: 3 }, { Shape: [_, var count and <= 1024, _, _] } prototypes]
                    ? new() { Prototypes = prototypes.Name, Coefficients = (int)count }
                    : null;
            case "pose" when form.Single is not null:
                var (points, values) = KeyPointShape.Of(form.Model) ?? (PersonKeyPoints, 3);
                return new() { KeyPoints = points, KeyPointValues = values };
            case "obb" when form.Single is not null && (form.IsAsked || form.UltralyticsTask is not null):
                return new() { IsRotated = true };
            default:
                return task == "detect" && form.Single is not null ? new() : null;
        }
    }

    /// <summary>The outputs that are read: of boxes, and of prototypes.</summary>
    public IReadOnlyList<string> OutputsWith(string boxes) => Prototypes is null ? [boxes] : [boxes, Prototypes];

    /// <summary>Adds masks or key points to a detection, from its extra values.</summary>
    public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry)
    {
        var extra = detection.Extra.Span;
        if (Prototypes is not null) return detection with { Mask = PrototypeMask.Make(outputs[1], extra, detection.Box, geometry) };
        if (KeyPoints == 0) return detection;
        var points = new KeyPoint[KeyPoints];
        for (var i = 0; i < points.Length; i++)
        {
            var values = extra.Slice(i * KeyPointValues, KeyPointValues);
            points[i] = new(geometry.ToImageX(values[0]), geometry.ToImageY(values[1]), KeyPointValues > 2 ? values[2] : null);
        }
        return detection with { KeyPoints = points };
    }

    /// <summary>
    /// A box with its angle brought to 0 up to a right angle, by which the sides change places (Ultralytics, <c>utils/ops.py</c>,
    /// <c>regularize_rboxes</c>).
    /// </summary>
    public static (BoundingBox Box, float Angle) Regular(float x, float y, float width, float height, float angle)
    {
        angle %= MathF.PI;
        if (angle < 0) angle += MathF.PI;
        if (angle < MathF.PI / 2) return (BoundingBox.FromCenter(x, y, width, height), angle);
        return (BoundingBox.FromCenter(x, y, height, width), angle - MathF.PI / 2);
    }

    /// <summary>Checks that prototypes have as many channels as there are coefficients.</summary>
    public bool Fit(IReadOnlyList<HeadOutput> outputs) =>
        Prototypes is null ? outputs.Count == 1 : outputs is [_, { Shape: [_, var channels, > 0, > 0] }] && channels == Coefficients;
}

/// <summary>Ultralytics' <c>kpt_shape</c>: the number of key points, and of the values of each.</summary>
internal static class KeyPointShape
{
    private const string Key = "kpt_shape";
    private const int Most = 1024;

    /// <summary>The two numbers; null where the metadata does not have them.</summary>
    /// <exception cref="BadModelException">They are none.</exception>
    public static (int Points, int Values)? Of(OnnxModel model)
    {
        if (model.Metadata[Key] is not { } text) return null;
        var numbers = text.Trim(' ', '[', ']', '(', ')').Split(',');
        return numbers is [var first, var second] && int.TryParse(first, out var points) && int.TryParse(second, out var values)
            && points is > 0 and <= Most && values is 2 or 3
            ? (points, values)
            : throw new BadModelException($"{model.Name}: the metadata '{Key}' is '{text}'; expected the number of key points, and 2 or 3: [17, 3].");
    }
}
