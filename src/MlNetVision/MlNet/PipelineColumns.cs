using System.Text.Json.Serialization.Metadata;
using Microsoft.ML.Data;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.MlNet;

/// <summary>
/// The internal columns of our chains. Saved custom mappings have fixed column names, so user columns are copied to and from
/// these at the ends of a chain.
/// </summary>
internal static class PipelineColumns
{
    /// <summary>Text: the path of an image.</summary>
    public const string Path = "MlNetVision.Path";

    /// <summary>Text: empty.</summary>
    public const string Empty = "MlNetVision.Empty";

    /// <summary>Text: the parameters of a transform as JSON, the same in every row.</summary>
    public const string Settings = "MlNetVision.Settings";

    /// <summary>Text: the <see cref="RowSettings"/> of a transform as JSON, the same in every row.</summary>
    public const string Row = "MlNetVision.Row";

    /// <summary>Text: why a row has no image; else empty.</summary>
    public const string Error = "MlNetVision.Error";

    /// <summary>Text: the same, as it is known before the resize.</summary>
    public const string LoadError = "MlNetVision.LoadError";

    /// <summary>Float: 1, and NaN in a row without an image.</summary>
    public const string Mark = "MlNetVision.Mark";

    /// <summary>Vector of byte: the pixels of an image of a declared size.</summary>
    public const string Sized = "MlNetVision.Sized";

    /// <summary>Vector of byte: an image file.</summary>
    public const string Encoded = "MlNetVision.Encoded";

    /// <summary>Image: the upright image.</summary>
    public const string Image = "MlNetVision.Image";

    /// <summary>Image: the image at the network's size.</summary>
    public const string Resized = "MlNetVision.Resized";

    /// <summary>Vector of float: the <see cref="Imaging.ImageGeometry"/> of the row.</summary>
    public const string Geometry = "MlNetVision.Geometry";

    /// <summary>Detections of a row.</summary>
    public const string Detections = "MlNetVision.Detections";

    /// <summary>Mask of a row.</summary>
    public const string Mask = "MlNetVision.Mask";

    /// <summary>Image: the stylised image of a row.</summary>
    public const string Stylized = "MlNetVision.Stylized";

    /// <summary>Text: the class of the highest score of a row.</summary>
    public const string PredictedLabel = "MlNetVision.PredictedLabel";

    /// <summary>Vector of text: the classes of the highest scores of a row.</summary>
    public const string TopLabels = "MlNetVision.TopLabels";

    /// <summary>Vector of float: their scores.</summary>
    public const string TopScores = "MlNetVision.TopScores";

    /// <summary>Unsigned integer: a class, from 0.</summary>
    public const string ClassIndex = "MlNetVision.ClassIndex";

    /// <summary>Vector of byte: the network's input, and the name that its input has inside a pipeline.</summary>
    public const string Pixels = SavedNetwork.Pixels;

    /// <summary>Vector of float: all outputs of the network, one after the other, and the name of that output inside a pipeline.</summary>
    public const string Outputs = SavedNetwork.Outputs;
}

/// <summary>The input columns of the saved parsers of a network's outputs.</summary>
internal sealed class RawOutputRow
{
    /// <summary>The outputs of the network, one after the other.</summary>
    [ColumnName(PipelineColumns.Outputs)]
    public float[] Outputs { get; set; } = [];

    /// <summary>The geometry of the image: the 8 members of <see cref="Imaging.ImageGeometry"/>.</summary>
    [ColumnName(PipelineColumns.Geometry)]
    public float[] Geometry { get; set; } = [];

    /// <summary>The settings of the parser as JSON.</summary>
    [ColumnName(PipelineColumns.Settings)]
    public ReadOnlyMemory<char> Settings { get; set; }
}

/// <summary>An <see cref="ImageGeometry"/> as a vector of floats, exact for all sizes that an image may have.</summary>
internal static class GeometryColumn
{
    /// <summary>The number of floats.</summary>
    public const int Length = 8;

    public static float[] Write(ImageGeometry g) =>
        [g.ImageWidth, g.ImageHeight, g.NetworkWidth, g.NetworkHeight, g.ScaleX, g.ScaleY, g.OffsetX, g.OffsetY];

    /// <summary>That of a row without an image.</summary>
    public static float[] None() => new float[Length];

    /// <summary>Whether a row has no image; the width of any is above 0.</summary>
    public static bool IsNone(float[] v) => v[0] == 0;

    public static ImageGeometry Read(float[] v) =>
        new((int)v[0], (int)v[1], (int)v[2], (int)v[3], v[4], v[5], v[6], v[7]);
}

/// <summary>Caches an object made of the settings column: all rows of a chain have the same text.</summary>
internal sealed class SettingsCache<TSettings, TResult>(JsonTypeInfo<TSettings> form, Func<TSettings, TResult> make) where TResult : class
{
    private Tuple<string, TResult>? _last;

    public TResult Get(ReadOnlyMemory<char> text)
    {
        var last = _last;
        if (last is null || !text.Span.SequenceEqual(last.Item1))
        {
            var copy = text.ToString();
            _last = last = Tuple.Create(copy, make(SettingsJson.Read(copy, form, "the saved pipeline")));
        }
        return last.Item2;
    }
}
